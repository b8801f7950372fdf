"""ProcSuite: a proc that breaks a law fails its test."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pytest

from flume import Proc, Stage
from flume.flow import Batch, Joining, Needed
from flume.run import Run
from flume.tables import Table
from flume.testing import ProcSuite

SEEN: list[int] = []


class passing(Proc):
    """Passes all points; each class below spoils it in one way."""

    _stage: ClassVar[type[Stage]] = Stage

    def start(self, run: Run) -> Stage:
        return self._stage()

    def needs(self, wanted: Needed) -> Needed:
        return wanted


class without_the_first(passing):
    """Loses the first point of each batch, and books it."""

    class _stage(Stage):
        cause = "filtered"

        def push(self, batch: Batch) -> Batch:
            return batch[1:]


class joining(passing):
    joins = True

    class _stage(Joining):
        cause = "filtered"

        def push_branch(self, branch: int, batch: Batch) -> Batch:
            return batch[1:] if branch else batch


class forgetting(passing):
    """Forgets to return."""

    class _stage(Stage):
        def push(self, batch: Batch) -> Batch:
            return None  # type: ignore[return-value]


class changing(passing):
    class _stage(Stage):
        def push(self, batch: Batch) -> Batch:
            for point in batch:
                point["new"] = 1
            return batch


class going_on_changing(passing):
    """Says in the last point that it is not the last any more."""

    class _stage(Stage):
        last: dict[str, Any] | None = None

        def push(self, batch: Batch) -> Batch:
            batch = [dict(point) for point in batch]
            for point in batch:
                if self.last is not None:
                    self.last["last"] = False
                self.last = point
            return batch


class remembering(passing):
    """Numbers the points of all runs."""

    class _stage(Stage):
        def push(self, batch: Batch) -> Batch:
            SEEN.extend([1] * len(batch))
            return [{**point, "n": len(SEEN)} for point in batch]


class losing(passing):
    """Holds points back, and never gives them."""

    class _stage(Stage):
        def __init__(self) -> None:
            self.held: Batch = []

        def push(self, batch: Batch) -> Batch:
            self.held += batch
            return []


class ending_otherwise(losing):
    class _stage(losing._stage):
        def end(self) -> Batch:
            return self.held

        def rest(self) -> Any:
            yield self.held[:-1]


class not_to_be_interrupted(losing):
    class _stage(losing._stage):
        def rest(self) -> Any:
            try:
                yield self.held
            except GeneratorExit:
                raise AssertionError("it was not read to the end") from None


class not_holding(passing):
    class _stage(Stage):
        holds = True


class done_too_early(passing):
    class _stage(Stage):
        cause = "limited"

        def push(self, batch: Batch) -> Batch:
            self.done = True
            return batch


class closed_too_early(passing):
    class _stage(Stage):
        pushed = False

        def push(self, batch: Batch) -> Batch:
            self.pushed = True
            return batch

        def close(self) -> None:
            assert self.pushed, "close before push"


class doubling(passing):
    """Gives the last point again when time passes."""

    class _stage(Stage):
        def __init__(self) -> None:
            self.last: Batch = []

        def push(self, batch: Batch) -> Batch:
            self.last = batch[-1:] or self.last
            return batch

        def advance(self, watermark: datetime) -> Batch:
            return self.last


class behind_time(losing):
    """Holds points to the end, and promises that none is earlier than what came."""

    class _stage(losing._stage):
        def end(self) -> Batch:
            return self.held


class never_in_order(behind_time):
    """Turns the stream around, and says that it is in order."""

    class _stage(losing._stage):
        def end(self) -> Batch:
            return self.held[::-1]

    def ordered(self, before: bool) -> bool:
        return True


class reading_more(passing):
    """Reads a field that it does not say it needs."""

    class _stage(Stage):
        def push(self, batch: Batch) -> Batch:
            return [{**point, "made": point.get("a")} for point in batch]

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted - {"made"}


class making_more(passing):
    class _stage(Stage):
        def push(self, batch: Batch) -> Batch:
            return [{**point, "n": "made"} for point in batch]

    def makes(self) -> frozenset[str]:
        return frozenset({"m"})


class numbering(passing):
    """Numbers the points, and says that parts of the stream may be numbered by themselves."""

    class _stage(Stage):
        n = 0

        def push(self, batch: Batch) -> Batch:
            numbered = [{**point, "n": self.n + number} for number, point in enumerate(batch, 1)]
            self.n += len(batch)
            return numbered

    def splits(self) -> bool:
        return True


class counting(passing):
    """Counts the points, and the last part only."""

    folds = True

    class _stage(Stage):
        n = 0

        def push(self, batch: Batch) -> Batch:
            self.n += len(batch)
            return []

        def end(self) -> Batch:
            return [{"n": self.n}]

        def part(self) -> Any:
            n, self.n = self.n, 0
            return n

        def join(self, part: Any) -> None:
            self.n = part

    def splits(self) -> bool:
        return True


class tables_otherwise(passing):
    """Lets all tables pass, and of points those with a field `a` only."""

    class _stage(Stage):
        cause = "filtered"

        def push(self, batch: Batch) -> Batch:
            return [point for point in batch if point.get("a") is not None]

        def push_table(self, table: Table) -> Table:
            return table

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | {"a"}

    def takes_tables(self) -> bool:
        return True

    def passes_lines(self) -> bool:
        return True


class unreadable(passing):
    def __repr__(self) -> str:
        return "<passing>"


class holding_code(passing):
    def check(self) -> None:
        object.__setattr__(self, "function", lambda value: value)


class hashed_by_place(passing):
    def __hash__(self) -> int:
        return id(self)


class holding_a_list(passing):
    values: Any = ()

    def check(self) -> None:
        object.__setattr__(self, "values", [])


BROKEN: list[tuple[Proc, str, str]] = [
    (without_the_first(), "test_batches_do_not_matter", "in batches of 1, number 1 is missing"),
    (joining(), "test_branches_do_not_matter", "in batches of 1, number 1 is missing"),
    (changing(), "test_points_are_not_changed", "copy what you change"),
    (going_on_changing(), "test_what_has_left_is_not_changed", "as it left; copy it"),
    (remembering(), "test_starts_are_independent", "beside another run, number 1 is {'n': "),
    (losing(), "test_no_point_is_lost", "1 points came, 0 left, 0 were made and 0 booked: give back in `end`"),
    (ending_otherwise(), "test_the_rest_is_given_as_it_is_taken", "of what `end` gives, number 1 is too much"),
    (not_to_be_interrupted(), "test_the_rest_is_given_as_it_is_taken", "it was not read to the end"),
    (not_holding(), "test_what_holds_gives_nothing_before_the_end", "it holds, and gives [{}] before the end"),
    (done_too_early(), "test_done", "it is done after 1 of 2 points, and number 2 is missing"),
    (closed_too_early(), "test_close", "close before push"),
    (doubling(), "test_time_passes", "told of time that passes, number 2 is too much"),
    (behind_time(), "test_low", "leaves at the end after `low` has promised none before"),
    (never_in_order(), "test_order", "leaves out of order"),
    (reading_more(), "test_needs", "of the fields ['made'], for which it needs []"),
    (making_more(), "test_makes", "it makes ['m'], and 'n' is 'made', which did not come"),
    (numbering(), "test_splits", "split after 1 of 2 points, number 2 is {'n': 1}, not {'n': 2}"),
    (counting(), "test_splits", "number 1 is {'n': "),
    (tables_otherwise(), "test_fast_ways", "optimized and written as lines that are handed on, number 1 is too much"),
    (unreadable(), "test_its_repr_reads_back", "cannot be read back"),
    (holding_code(), "test_it_is_pickled", "cannot be pickled"),
    (hashed_by_place(), "test_equal_words_hash_alike", "has another hash than its equal"),
    (holding_a_list(), "test_its_options_cannot_be_changed", "holds a list"),
]


def suite_of(word: Proc) -> ProcSuite:
    """The suite of a proc, as a test of it has it."""

    class Suite(ProcSuite):
        proc = word

    return Suite()


@pytest.mark.parametrize(("word", "law", "said"), BROKEN, ids=lambda each: each if isinstance(each, str) else None)
@pytest.mark.usefixtures("same_draws")
def test_what_is_spoilt_is_found(word: Proc, law: str, said: str) -> None:
    """By the law that it breaks, with a sentence that says how."""
    SEEN.clear()
    with pytest.raises(AssertionError) as caught:
        getattr(suite_of(word), law)()
    assert said in str(caught.value)


def test_what_is_given_by_mistake_is_told_as_such() -> None:
    """Each law says the same, and not what came of it elsewhere."""
    for law in ("test_points_are_not_changed", "test_batches_do_not_matter", "test_low"):
        with pytest.raises(TypeError, match="push gave None, not a list of points"):
            getattr(suite_of(forgetting()), law)()


def test_what_is_not_spoilt_passes(broken_laws: Any) -> None:
    """No law is broken by a step that only passes points on."""
    assert broken_laws(suite_of(passing())) == {}


def test_every_law_is_proven(all_laws: Any) -> None:
    """A law that is added needs a proc that breaks it."""
    assert all_laws(ProcSuite) == {law for _, law, _ in BROKEN}
