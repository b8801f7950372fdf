"""AdapterSuite: the laws of an adapter that does some steps itself, as tests that a plugin inherits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from flume.flow import Flow, Pipeline, Point, Sink, Step
from flume.procs.head import head
from flume.procs.keep import keep
from flume.report import Report
from flume.sinks.memory import memory
from flume.sources.read import read
from flume.testing.exactness import Exactly
from flume.testing.generating import given, st, tried
from flume.testing.listing import listed
from flume.testing.round_trips import RoundTripSuite
from flume.testing.step_strategies import MIXED, POINTS, UNORDERED, pipelines


class AdapterSuite(RoundTripSuite):
    """Tests that an adapter which reads only some of what there is, or does steps itself, gives what flume would.

    It has all tests of `RoundTripSuite`, and what that needs is all that it needs too; name the steps that the adapter
    is to do, so that a test says when it no longer does them::

        class TestSqlite(AdapterSuite):
            name = 'sqlite'
            absorbs = [filter('n > 3'), reduce(n=count())]
    """

    absorbs: ClassVar[Sequence[Step]] = ()
    """Steps on the fields `host` (texts), `n` (whole numbers), `took` (floats) and `ok` that the source is to do; each
    is tried right behind it."""

    pipelines: ClassVar[int] = 100
    """How many random pipelines are tried."""

    def test_bounds(self, options: Mapping[str, Any], sink: Sink) -> None:
        """What is read within bounds of time is what is within them of all that is read."""
        points = UNORDERED if self.timeless else POINTS[:12]
        self._write(points, sink)
        whole = self._found(self._read(options))
        times = sorted({time for point in whole if (time := point.get("time")) is not None})
        unit = timedelta(microseconds=1 if self.microseconds else 1000)
        near = [time + shift * unit for time in times for shift in (-1, 0, 1)]
        bound = st.none() | st.sampled_from([*near, times[0] - timedelta(days=400), times[-1] + timedelta(days=400)])

        @tried(self.examples)
        @given(bound, bound)
        def law(low: datetime | None, high: datetime | None) -> None:
            if low is not None and high is not None and low > high:
                low, high = high, low
            wanted = [point for point in whole if _within(point, low, high)]
            found = self._found(self._read(options, from_=low, to=high))
            Exactly().check(found, wanted, f"with from_={low} and to={high}")

        law()

    def test_projection(self, options: Mapping[str, Any], sink: Sink) -> None:
        """Where only some fields are read, their values are the same."""
        points = [{**point, "in": {"a": n, "b": [n]}} for n, point in enumerate(POINTS)] if self.nested else POINTS
        self._write(points, sink)
        whole = self._found(self._read(options))
        names = ["time", "host", "n", "ok", "rare", "gone", *(["in", "in.a", "in.b"] if self.nested else [])]

        @tried(self.examples)
        @given(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
        def law(fields: list[str]) -> None:
            self._check_alike(options, whole, [keep(*fields)])

        law()

    def test_steps(self, options: Mapping[str, Any], sink: Sink) -> None:
        """Random pipelines give the same, whether the source does some of their steps or flume all of them."""
        self._check_pipelines(options, sink, POINTS)

    def test_steps_of_mixed_types(self, options: Mapping[str, Any], sink: Sink) -> None:
        """The same where values of several types are compared and counted."""
        if self.mixed:
            self._check_pipelines(options, sink, MIXED)

    def test_steps_out_of_order(self, options: Mapping[str, Any], sink: Sink) -> None:
        """The same where the points are in no order of time, and some have none."""
        if self.timeless:
            self._check_pipelines(options, sink, UNORDERED)

    def test_steps_of_nothing(self, options: Mapping[str, Any], sink: Sink) -> None:
        """The same where there is no point."""
        if not self.makes_empty:
            return
        self._write([], sink)
        for step in self.absorbs:
            self._check_alike(options, [], [step])

    def test_absorbed(self, options: Mapping[str, Any], sink: Sink) -> None:
        """The source does the steps that it is to do, and gives what flume would."""
        self._write(POINTS, sink)
        whole = self._found(self._read(options))
        for step in self.absorbs:
            plan = (self._read(options) | step).explain()
            assert f"pushed down: {step!r}" in plan, f"absorb() is to do {step!r}, but flume does it; the plan:\n{plan}"
            self._check_alike(options, whole, [step])

    # -- what they share -------------------------------------------------------------------------------

    def _read(self, options: Mapping[str, Any], **more: Any) -> read:
        return read(self.name, **{**options, **self.reading, **more})

    def _found(self, flow: Flow) -> list[Point]:
        return (flow | memory()).execute().points

    def _check_pipelines(self, options: Mapping[str, Any], sink: Sink, points: Sequence[Point]) -> None:
        self._write(points, sink)
        whole = self._found(self._read(options))
        times = sorted(point["time"] for point in points if "time" in point)
        pairs = [(None, None), (None, None), (times[5], None), (None, times[-3]), (times[3], times[8])]

        @tried(self.pipelines)
        @given(pipelines(points, self.absorbs), st.sampled_from(pairs))
        def law(steps: list[Step], bounds: tuple[datetime | None, datetime | None]) -> None:
            self._check_alike(options, whole, steps, *bounds)

        law()

    def _check_alike(
        self,
        options: Mapping[str, Any],
        whole: Sequence[Point],
        steps: Sequence[Step],
        low: datetime | None = None,
        high: datetime | None = None,
    ) -> None:
        """What leaves *steps* is what flume makes of the *whole*, and so is what is said of values that clash."""
        source = self._read(options, from_=low, to=high)
        flow = Pipeline([source, *steps])
        given = listed([point for point in whole if _within(point, low, high)], None, source.ordered())
        found, wanted = (flow | memory()).execute(), (Pipeline([given, *steps]) | memory()).execute()
        Exactly().check(found.points, wanted.points, f"{flow!r} with what the source does itself")
        if not any(isinstance(step, head) for step in steps):  # which does not tell how many points it has come to see
            here, there = _clashes(found), _clashes(wanted)
            said = f"{flow!r}: of values that could not be used is to be said {there}, but with what the source does"
            assert here == there, f"{said} itself {here or 'nothing is'}: absorb only what cannot clash"


def _within(point: Point, low: datetime | None, high: datetime | None) -> bool:
    time = point.get("time")
    if low is None and high is None:
        return True
    return time is not None and (low is None or time >= low) and (high is None or time < high)


def _clashes(report: Report) -> dict[str, dict[str, int]]:
    """How many values of each step could not be used; which is shown for them depends on how they are gathered."""
    clashes = {account.step: account.clashes for account in report.accounts if account.clashes}
    return {step: {what: count for what, (count, _) in said.items()} for step, said in clashes.items()}
