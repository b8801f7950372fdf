"""ProcSuite: the laws that every proc keeps, as tests that a plugin inherits."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Any, ClassVar
from unittest import SkipTest

from flume.errors import FlumeError
from flume.flow import Batch, Point, Proc, Stage
from flume.member import Member, can_fork
from flume.point import find
from flume.report import Report
from flume.run import Run
from flume.sinks.memory import memory
from flume.testing.differing import difference, same, shown
from flume.testing.fast_ways import both_ways
from flume.testing.generating import BEGIN, FEW, SearchStrategy, check, points_with, st
from flume.testing.listing import listed
from flume.testing.values import ValueSuite
from flume.value import Value


class ProcSuite(ValueSuite):
    """Tests that what a proc passes on does not depend on how the points came, and that it keeps its promises.

    A test of the proc inherits them, with pytest, and says of which proc::

        class TestEvery(ProcSuite):
            proc = every(2)

    Each law is tried with points drawn at random; the fewest that break it are shown.
    """

    proc: ClassVar[Proc]
    """The proc, with its options."""

    points: ClassVar[SearchStrategy[Point] | None] = None
    """What a point is like, as a strategy of hypothesis; None: any, with the fields that the proc names, `time` among
    them, and some others."""

    examples: ClassVar[int] = 30
    """How many examples each law is tried with."""

    def word(self) -> Value:
        return self.proc

    # -- how the points come -------------------------------------------------------------------------

    def test_batches_do_not_matter(self) -> None:
        """One by one, two by two, or all at once: the same leaves, of points in order of time and of others."""

        def law(points: Batch) -> None:
            for ordered, given in ((False, points), (True, _in_order(points))):
                whole = self._run(given, ordered=ordered).points
                for size in (1, 2):
                    found = self._run(given, size, ordered=ordered).points
                    assert same(found, whole), (
                        f"in batches of {size}, {difference(found, whole)}, as it is of all at once"
                    )

        self._check(law)

    def test_branches_do_not_matter(self) -> None:
        """Where it joins branches, too, the size of their batches does not matter."""
        if not self.proc.joins:
            raise SkipTest("it joins no branches")

        def law(points: Batch, others: Batch) -> None:
            ways = []
            for size in (None, 1, 2):
                branches = [listed(_in_order(each), size, True) for each in (points, others)]
                ways.append(((branches[0], branches[1]) | self.proc | memory()).execute(jobs=1).points)
            for size, found in zip((1, 2), ways[1:], strict=True):
                assert same(found, ways[0]), (
                    f"in batches of {size}, {difference(found, ways[0])}, as it is of all at once"
                )

        self._check(law, others=self._batches())

    def test_points_are_not_changed(self) -> None:
        """The points, and the batch, are others' too: they stay as they were."""

        def law(points: Batch) -> None:
            before = copy.deepcopy(points)
            _passed(self._started(), [points])
            assert same(points, before), f"of the points that came, {difference(points, before)}; copy what you change"

        self._check(law)

    def test_what_has_left_is_not_changed(self) -> None:
        """A point that has been passed on is another's: it stays as it is."""

        def law(points: Batch) -> None:
            given: Batch = []
            left: Batch = []
            with closing(self._started()) as stage:
                for batch in self._each_step(stage, [[point] for point in points]):
                    given += batch
                    left += copy.deepcopy(batch)
            assert same(given, left), f"of the points that had left, {difference(given, left)}, as it left; copy it"

        self._check(law)

    def test_starts_are_independent(self) -> None:
        """What one run sees, another does not: all that changes is in what `start` gives."""

        def law(points: Batch, others: Batch) -> None:
            alone = _passed(self._started(), [[point] for point in points])
            with closing(self._started()) as stage, closing(self._started()) as other:
                among: Batch = []
                for point in points:
                    among += stage.push([point])
                    other.push(others)
                among += _rest(stage)
            assert same(among, alone), f"beside another run, {difference(among, alone)}, as it is alone"
            again = _passed(self._started(), [[point] for point in points])
            assert same(again, alone), f"in the second run, {difference(again, alone)}, as it was in the first"

        self._check(law, others=self._batches())

    # -- the end -------------------------------------------------------------------------------------

    def test_no_point_is_lost(self) -> None:
        """The ledger adds up: what comes in goes out, or is booked as filtered, merged, limited or rejected."""

        def law(points: Batch) -> None:
            for size in (None, 1):
                report = self._run(points, size)
                account = next(account for account in report.accounts if account.step == repr(self.proc))
                assert account.adds_up, (
                    f"{account.points_in} points came, {account.points_out} left, {account.made} were made and "
                    f"{account.taken.total()} booked: give back in `end` what is held, and say by `cause`, or "
                    "`run.account.take`, where others went"
                )

        self._check(law)

    def test_the_rest_is_given_as_it_is_taken(self) -> None:
        """`rest` may be closed where nobody wants more; where there is an `end` beside it, both give the same."""

        def law(points: Batch) -> None:
            with closing(self._started()) as stage:
                stage.push(points)
                rest = stage.rest()
                next(rest, None)
                if isinstance(rest, Generator):
                    rest.close()
            if type(stage).end is not Stage.end:
                ended, rest_ = self._started(), self._started()
                with closing(ended), closing(rest_):
                    ended.push(points)
                    rest_.push(points)
                    one, other = ended.end(), _rest(rest_)
                assert same(one, other), f"of what `end` gives, {difference(one, other)}, as it is of `rest`"

        self._check(law)

    def test_what_holds_gives_nothing_before_the_end(self) -> None:
        """A stage that `holds` is asked for nothing meanwhile."""

        def law(points: Batch) -> None:
            with closing(self._started(ordered=True)) as stage:
                for point in _in_order(points):
                    out = stage.push([point])
                    out = out + (stage.advance(point["time"]) if _timed([point]) else [])
                    assert not (stage.holds and out), (
                        f"it holds, and gives {shown(out)} before the end; leave out `holds`"
                    )

        self._check(law)

    def test_done(self) -> None:
        """Once it is `done`, nothing that could come would change what leaves: the source is stopped then."""

        def law(points: Batch) -> None:
            whole = _passed(self._started(), [[point] for point in points])
            with closing(self._started()) as stage:
                left: Batch = []
                seen = 0
                for point in points:
                    if stage.done:
                        break
                    left += stage.push([point])
                    seen += 1
                left += _rest(stage)
            assert same(left, whole), (
                f"it is done after {seen} of {len(points)} points, and {difference(left, whole)}, as it is of all"
            )

        self._check(law)

    def test_close(self) -> None:
        """`close` is called on every exit: before any point, in the middle, and after the end."""

        def law(points: Batch) -> None:
            self._started().close()
            stage = self._started()
            stage.push(points)
            stage.close()
            _passed(self._started(), [points])

        self._check(law)

    # -- time ----------------------------------------------------------------------------------------

    def test_time_passes(self) -> None:
        """To be told that time has passed loses nothing and doubles nothing, be it told twice."""

        def law(points: Batch) -> None:
            points = _in_order(points)
            whole = self._run(points, ordered=True).points
            with closing(self._started(ordered=True)) as stage:
                found = [
                    point for batch in self._each_step(stage, [[p] for p in points], advances=2) for point in batch
                ]
            assert same(found, whole), f"told of time that passes, {difference(found, whole)}, as it is of all at once"

        self._check(law)

    def test_low(self) -> None:
        """What leaves is not earlier than the time that `low` has promised before."""

        def law(points: Batch) -> None:
            low: datetime | None = None
            with closing(self._started(ordered=True)) as stage:
                for batch in [[point] for point in _in_order(points)]:
                    out = stage.push(batch)
                    times = _timed(batch)
                    out = out + (stage.advance(times[0]) if times else [])
                    early = [time for time in _timed(out) if low is not None and time < low]
                    assert not early, f"a point of {early[0]} leaves after `low` has promised none before {low}"
                    low = stage.low(times[0]) if times else low
                early = [time for time in _timed(_rest(stage)) if low is not None and time < low]
                assert not early, f"a point of {early[0]} leaves at the end after `low` has promised none before {low}"

        self._check(law)

    def test_order(self) -> None:
        """Where `ordered` says so, what leaves is in order of time."""

        def law(points: Batch) -> None:
            for before, given in ((False, points), (True, _in_order(points))):
                if self.proc.ordered(before):
                    times = _timed(self._run(given, ordered=before).points)
                    late = next(
                        (time for time, sorted_ in zip(times, sorted(times), strict=True) if time != sorted_), None
                    )
                    assert late is None, f"ordered({before}) is true, and the point of {late} leaves out of order"

        self._check(law)

    # -- what it promises to what plans a run ----------------------------------------------------------

    def test_needs(self) -> None:
        """The fields that it `needs` are enough: with the others left out, what is wanted is the same."""

        def law(points: Batch, wanted: frozenset[str]) -> None:
            needs = self.proc.needs(wanted)
            if needs is None:
                return
            tops = {field.partition(".")[0] for field in needs} | {"time"}
            less = [{name: value for name, value in point.items() if name in tops} for point in points]
            whole, part = (
                [[find(point, field) for field in sorted(wanted)] for point in self._run(each).points]
                for each in (points, less)
            )
            assert same(part, whole), (
                f"of the fields {sorted(wanted)}, for which it needs {sorted(needs)}, {difference(part, whole)}, "
                "as it is with all"
            )

        wanted = st.frozensets(st.sampled_from(sorted({*self._fields(), "made"})))
        self._check(law, wanted=wanted)

    def test_makes(self) -> None:
        """All fields but those that it `makes` have values that came."""
        makes = self.proc.makes()
        if makes is None:
            raise SkipTest("it does not say what it makes")

        def law(points: Batch) -> None:
            came = {repr(value) for point in points for value in _values_in(point)}
            for point in self._run(points).points:
                for name, value in point.items():
                    new = name not in makes and repr(value) not in came and not isinstance(value, dict)
                    assert not new, f"it makes {sorted(makes)}, and {name!r} is {shown(value)}, which did not come"

        self._check(law)

    def test_splits(self) -> None:
        """Where it `splits`, parts of the stream go through stages of their own, with the same outcome."""
        if not self.proc.splits():
            raise SkipTest("it does not split")
        gathers = self.proc.folds or self.proc.gathers
        if gathers and not can_fork():
            raise SkipTest("processes cannot be forked here, or other threads are running")

        def law(points: Batch, cut: int) -> None:
            cut %= len(points) + 1
            parts = [points[:cut], points[cut:]]
            whole = _passed(self._started(), [points])
            if gathers:
                found = self._joined(parts)
            else:
                found = [point for part in parts for point in _passed(self._started(), [part])]
            assert found is None or same(found, whole), (
                f"split after {cut} of {len(points)} points, {difference(found or [], whole)}, as it is of all at once"
            )

        self._check(law, cut=st.integers(0, 20))

    def test_fast_ways(self) -> None:
        """With all that makes a run fast, tables and lines that are handed on, the answer is that without."""

        def law(points: Batch) -> None:
            fast, plain = both_ways(points, self.proc)
            assert fast == plain, f"optimized, {difference(fast, plain)}, as it is with optimize=False"

        self._check(law)

    # -- what they share -------------------------------------------------------------------------------

    def _check(self, law: Callable[..., None], **drawn: SearchStrategy[Any]) -> None:
        check(law, self.examples, points=self._batches(), **drawn)

    def _batches(self) -> SearchStrategy[Batch]:
        point = points_with(self._fields(), FEW) if self.points is None else self.points
        return st.lists(point, max_size=8)

    def _fields(self) -> frozenset[str]:
        return self.proc.names() | (self.proc.needs(frozenset()) or frozenset()) | {"a", "u.id", "time"}

    def _run(self, points: Batch, size: int | None = None, *, ordered: bool = False) -> Report:
        return (listed(points, size, ordered) | self.proc | memory()).execute(jobs=1)

    def _started(self, *, ordered: bool = False) -> Stage:
        run = Run()
        run.ordered = ordered
        return self.proc.start(run)

    def _each_step(self, stage: Stage, batches: Sequence[Batch], advances: int = 0) -> Iterable[Batch]:
        """What leaves for each batch, for the time that passes after it, and at the end."""
        for batch in batches:
            yield stage.push(batch)
            for time in _timed(batch) * advances:
                yield stage.advance(time)
        for out in stage.rest():
            assert isinstance(out, list)
            yield out

    def _joined(self, parts: Sequence[Batch]) -> Batch | None:
        """What leaves where each part is gathered in another process; None where the beginning says too little."""
        with closing(self._started()) as stage, closing(self._started()) as first:
            first.push(parts[0] or parts[1])
            if not stage.prime(first):
                return None

            def work(part: Batch, send: Callable[[Any], None]) -> None:
                stage.part()
                stage.push(part)
                send(stage.part())

            for gathered in [_elsewhere(partial(work, part)) for part in parts]:
                stage.join(gathered)
            return _rest(stage)


def _elsewhere(work: Callable[[Callable[[Any], None]], None]) -> Any:
    """What a process that goes on from here sends."""
    member = Member[Any](work)
    try:
        while not member.receive():
            pass
        if not member.outcomes:
            raise AssertionError("`part` fails in the process that gathers a part; what it says stands above")
        return member.outcomes.popleft()
    except FlumeError as error:
        raise AssertionError(f"{error}: `part` is to give what can be pickled") from None
    finally:
        member.kill()


def _passed(stage: Stage, batches: Sequence[Batch]) -> Batch:
    """All that leaves."""
    with closing(stage):
        return [point for batch in batches for point in stage.push(batch)] + _rest(stage)


def _rest(stage: Stage) -> Batch:
    rest: Batch = []
    for batch in stage.rest():
        assert isinstance(batch, list), "points came, and a table leaves"
        rest += batch
    return rest


def _in_order(points: Batch) -> Batch:
    """The points in order of time, those without one first."""
    return sorted(points, key=lambda point: point.get("time") or BEGIN)


def _timed(points: Batch) -> list[datetime]:
    """The times that there are."""
    return [time for point in points if isinstance(time := point.get("time"), datetime)]


def _values_in(value: Any) -> Iterable[Any]:
    """The value, and those inside of it."""
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values_in(each)
