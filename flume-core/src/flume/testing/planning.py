"""PlanningSuite: the laws of what a proc promises to what plans a run; what a test inherits is `ProcSuite`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Any, ClassVar
from unittest import SkipTest

from flume.engine.chain import points_of, started
from flume.errors import FlumeError
from flume.flow import Batch, Point, Proc, Stage
from flume.member import Member, can_fork
from flume.point import find
from flume.report import Report
from flume.run import Run
from flume.sinks.memory import memory
from flume.testing.differing import difference, same, shown
from flume.testing.fast_ways import fast_ways
from flume.testing.generating import BEGIN, FEW, SearchStrategy, check, points_with, st
from flume.testing.listing import listed
from flume.testing.values import ValueSuite
from flume.value import Value


class PlanningSuite(ValueSuite):
    """Tests that a proc keeps what it promises: an order, which fields it reads, that the stream may be split."""

    proc: ClassVar[Proc]
    """The proc, with its options."""

    points: ClassVar[SearchStrategy[Point] | None] = None
    """What a point is like, as a strategy of hypothesis; None: any, with the fields that the proc names, `time` among
    them, and some others."""

    examples: ClassVar[int] = 30
    """How many examples each law is tried with."""

    def word(self) -> Value:
        return self.proc

    def test_low(self) -> None:
        """What leaves is not earlier than the time that `low` has promised before."""

        def law(points: Batch) -> None:
            low: datetime | None = None
            with closing(self._started(ordered=True)) as stage:
                for batch in [[point] for point in in_order(points)]:
                    out = stage.push(batch)
                    times = timed(batch)
                    out = out + (stage.advance(times[0]) if times else [])
                    early = [time for time in timed(out) if low is not None and time < low]
                    assert not early, f"a point of {early[0]} leaves after `low` has promised none before {low}"
                    low = stage.low(times[0]) if times else low
                early = [time for time in timed(remaining(stage)) if low is not None and time < low]
                assert not early, f"a point of {early[0]} leaves at the end after `low` has promised none before {low}"

        self._check(law)

    def test_order(self) -> None:
        """Where `ordered` says so, what leaves is in order of time."""

        def law(points: Batch) -> None:
            for before, given in ((False, points), (True, in_order(points))):
                if self.proc.ordered(before):
                    times = timed(self._run(given, ordered=before).points)
                    late = next(
                        (time for time, sorted_ in zip(times, sorted(times), strict=True) if time != sorted_), None
                    )
                    assert late is None, f"ordered({before}) is true, and the point of {late} leaves out of order"

        self._check(law)

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
            whole = passed(self._started(), [points])
            if gathers:
                found = self._joined(parts)
            else:
                found = [point for part in parts for point in passed(self._started(), [part])]
            assert found is None or same(found, whole), (
                f"split after {cut} of {len(points)} points, {difference(found or [], whole)}, as it is of all at once"
            )

        examples = min(10, self.examples) if gathers else self.examples  # each takes two processes
        check(law, examples, points=self._batches(), cut=st.integers(0, 20))

    def test_fast_ways(self) -> None:
        """With all that makes a run fast, tables and lines that are handed on, the answer is that without."""

        def law(points: Batch) -> None:
            for end, fast, plain in fast_ways(points, self.proc):
                assert same(fast, plain), f"optimized and {end}, {difference(fast, plain)}, as it is otherwise"

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
        """The proc, started; what it gives by mistake is told as such."""
        run = Run()
        run.ordered = ordered
        stage = started(self.proc.start(run))
        push = stage.push
        stage.push = lambda batch: points_of(push(batch), "push")  # type: ignore[method-assign]
        return stage

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
            return remaining(stage)


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


def passed(stage: Stage, batches: Sequence[Batch]) -> Batch:
    """All that leaves."""
    with closing(stage):
        return [point for batch in batches for point in stage.push(batch)] + remaining(stage)


def remaining(stage: Stage) -> Batch:
    """What leaves at the end."""
    left: Batch = []
    for batch in stage.rest():
        assert isinstance(batch, list), "points came, and a table leaves"
        left += batch
    return left


def in_order(points: Batch) -> Batch:
    """The points in order of time, those without one first."""
    return sorted(points, key=lambda point: point.get("time") or BEGIN)


def timed(points: Batch) -> list[datetime]:
    """The times that there are."""
    return [time for point in points if isinstance(time := point.get("time"), datetime)]


def _values_in(value: Any) -> Iterable[Any]:
    """The value, and those inside of it."""
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values_in(each)
