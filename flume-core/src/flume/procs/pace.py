"""pace: history, as if it happened now."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import inf
from typing import Any

from flume.bounds import check_bounds
from flume.closing import closing
from flume.duration import duration
from flume.errors import LimitError, OptionError
from flume.flow import Batch, Flow, Needed, Point, Proc, Source, Stage
from flume.moment import date
from flume.point import check_value, time_of
from flume.run import Run


class pace(Proc):
    """Let each point leave when its time has come: replay history as it happened, or faster, or slower.

    The first point with a time leaves at once, each later one when as much time has passed on the clock as lies
    between their times; *x* times less of it. A point that is earlier than one that has left does not wait, nor does
    one without a time. What follows is live: windows close and charts are drawn as time goes, what comes too late is
    late (`sort()` before `pace` puts a file in order), and batches that were begun before it end here. Little more is
    read than is due.

    Of several sources, `(a, b) | pace()` replays both on one clock. A branch in the middle of a pipeline cannot wait
    alone: `pace` stands before the split.

    :param every: how much time passes between two points, whatever their times: `'1s'`, or a number of seconds.
    :param x: how many times faster than it happened: 3600 is an hour in a second, 0.5 half as fast.
    :param from_: what the time of the first point becomes, such as `'now'`; all others are shifted as much.
    :raises OptionError: *x* or *every* is not positive, or both are given.
    :raises MomentError: *every* is no duration of fixed length, or *from_* no time.
    :raises UsageError: it stands in a branch in the middle of a pipeline, or a sink stands in a branch before it.
    :raises LimitError: when it runs, *from_* moves a time beyond the year 9999, or before the year 1.

    >>> from flume.testing import run
    >>> points = [{'time': f'2016-07-17T10:{minute}Z'} for minute in ('00', '20', '30')]
    >>> run(points, pace(x=1e6, from_='2024-02-29')) == run(points, pace(every='1ms', from_='2024-02-29'))
    True
    >>> run(points, pace(x=1e6, from_='2024-02-29'))[-1]
    {'time': '2024-02-29T00:30:00.000Z'}

    A clock that jumps shows how long that takes:

    >>> from flume import emit
    >>> from flume.testing import Clock
    >>> clock = Clock('2024-02-29', jumps=True)
    >>> report = (emit(points=points) | pace(x=3600)).execute(clock=clock)
    >>> print(clock.now())
    2024-02-29 00:00:00.500000+00:00
    """

    every: str | int | float | None
    x: int | float
    from_: Any

    makes_source = True

    def __init__(
        self,
        every: str | int | float | None = None,
        x: int | float = 1,
        from_: str | int | float | datetime | None = None,
    ) -> None:
        check_value("pace: from_", from_)
        self._set(every=every, x=x, from_=from_)

    def check(self) -> None:
        if not 0 < self.x < inf:
            raise OptionError(f"pace: x takes a number above 0, such as 60 for an hour in a minute, not {self.x!r}")
        if self.every is not None:
            if not 0 < duration(self.every).seconds < inf:
                raise OptionError(
                    f"pace: every takes a duration longer than nothing, and with an end, not {self.every!r}"
                )
            if self.x != 1:
                raise OptionError("pace takes every or x, not both: with every the times of the points do not count")
        check_bounds("pace", from_=self.from_, to=None)

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | {"time"}

    def makes(self) -> frozenset[str]:
        return frozenset({"time"})

    def batched(self, before: bool) -> bool:
        return False

    def sourced(self, before: Flow, number: int) -> Source:
        return _Paced(before, self, number)

    def start(self, run: Run) -> Stage:
        return _Pace(self, run)


class _Paced(Source):
    """What leaves a flow, paced."""

    before: Flow
    step: pace
    number: int  # of the first step before it

    nests = True

    def __repr__(self) -> str:
        return repr(self.step)

    def live(self, now: datetime) -> bool:
        return True

    def paces(self) -> bool:
        return True

    def ordered(self, before: bool = False) -> bool:
        from flume.engine.plan import leaving, plan

        return leaving(plan(self.before))

    def explained(self) -> Iterable[str]:
        return [
            "paces what comes from:",
            *(f"  {line}" for line in self.before.explain().splitlines()),
        ]

    def begin(self, run: Run) -> None:
        run.pace = _Pace(self.step, run)

    def start(self, run: Run) -> Iterator[Batch]:
        from flume.engine.local import nested

        inner = copy.copy(run)
        inner.live = inner.open_ended = False  # before it, a file is a file
        assert isinstance(run.pace, _Pace)
        with closing(nested(self.before, inner, self.number)) as batches:
            for batch in batches:
                yield from run.pace.timed(batch)


class _Pace(Stage):
    """Waits until points are due."""

    def __init__(self, step: pace, run: Run) -> None:
        self._clock = run.clock
        self._stop = run.stop
        self._every = None if step.every is None else duration(step.every).seconds
        self._x = step.x
        self._from = None if step.from_ is None else date(step.from_, now=run.now)
        self._shift = timedelta()
        self._first: datetime | None = None  # the time of the first point that had one
        self._began = 0.0  # when it left, by the clock; where times do not count, when the first of all did
        self._count = 0
        self._waiting: datetime | None = None  # the time of the last point that was waited for

    def timed(self, batch: Batch) -> Iterator[Batch]:
        """The points, some at a time, as they are due."""
        due: Batch = []
        now = self._clock.monotonic()
        for point in map(self._shifted, batch):
            when = self._due(point, now)
            if when > now:
                if due:
                    yield due
                    due = []
                self._waiting = time_of(point) or self._waiting
                now = self._clock.monotonic()
                if when > now and not self._clock.wait(when - now, self._stop):
                    return
                now = max(when, self._clock.monotonic())
            due.append(point)
        if due:
            yield due

    def passed(self) -> datetime | None:
        """How far the time of the points has come: to that of the next one at most, which may be on its way."""
        if self._every is not None or self._first is None or self._waiting is None:
            return None
        seconds = (self._clock.monotonic() - self._began) * self._x
        ahead = (self._waiting - self._first).total_seconds()
        return self._first + timedelta(seconds=min(seconds, ahead))

    def push(self, batch: Batch) -> Batch:
        return [point for some in self.timed(batch) for point in some]

    def low(self, watermark: datetime) -> datetime | None:
        return None if self._first is None else watermark + self._shift

    def _shifted(self, point: Point) -> Point:
        time = time_of(point)
        if self._from is None or time is None:
            return point
        if self._first is None:
            self._shift = self._from - time
        try:
            return {**point, "time": time + self._shift}
        except OverflowError:
            raise LimitError(f"pace: from_={self._from} moves {time} out of the years 1 to 9999") from None

    def _due(self, point: Point, now: float) -> float:
        """When the point is to leave, by the clock."""
        time = time_of(point)
        if self._first is None and time is not None:
            self._first = time
            self._began = now if self._every is None else self._began
        if self._every is not None:
            self._began = self._began if self._count else now
            self._count += 1
            return self._began + (self._count - 1) * self._every
        if time is None or self._first is None:
            return now
        return self._began + (time - self._first).total_seconds() / self._x
