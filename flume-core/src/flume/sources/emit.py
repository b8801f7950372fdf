"""emit: points made from nothing, one an interval, or given ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from flume.bounds import check_bounds
from flume.duration import duration
from flume.errors import OptionError
from flume.flow import Batch, Point, Source
from flume.moment import date
from flume.point import check_value
from flume.run import Run
from flume.value import Frozen, thaw

HISTORY = 1024  # points made at once while their time is past


class emit(Source):
    """Make points that hold only a `time`, one every *every*; or give *points* in their order.

    *limit*: how many at the most, -1 for no limit; *every*: a duration, calendar ones too (`'1 month'` counts from
    the start, so it never drifts); *start*: the first time, by default now; *end*: the first time no longer given.
    Times that are past come at once, those to come as their time comes.  *points*: these, `time` may be text.

    >>> list(emit(limit=2, start='2020-01-31', every='1 month'))
    [{'time': datetime.datetime(2020, 1, 31, 0, 0, tzinfo=datetime.timezone.utc)},
     {'time': datetime.datetime(2020, 2, 29, 0, 0, tzinfo=datetime.timezone.utc)}]

    Points of one's own, to try a pipeline on:

    >>> from flume import count, reduce
    >>> visits = emit(points=[{'page': '/'}, {'page': '/shop'}, {'page': '/'}])
    >>> list(visits | reduce(n=count(), by='page'))
    [{'n': 2, 'page': '/'}, {'n': 1, 'page': '/shop'}]
    """

    limit: int
    every: str | int | float
    start_: Any
    end: Any
    points: Sequence[Mapping[str, Any]] | None

    def __init__(
        self,
        limit: int = -1,
        every: str | int | float = "1s",
        start: str | int | float | datetime | None = None,
        end: str | int | float | datetime | None = None,
        points: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        check_value("emit: start", start)
        check_value("emit: end", end)
        check_value("emit: points", points)
        self._set(limit=limit, every=every, start_=start, end=end, points=points)

    def check(self) -> None:
        if self.limit < -1:
            raise OptionError(f"emit: limit takes -1 (no limit) or a number of points, not {self.limit}")
        if not duration(self.every):
            raise OptionError(f"emit: every takes a duration longer than nothing, not {self.every!r}")
        check_bounds("emit", start=self.start_, end=self.end)
        if self.points is not None and not isinstance(self.points, tuple):
            raise OptionError(f"emit: points takes a list of dicts, not {thaw(self.points)!r}")
        if self.points is not None:
            made = {"every": self.every != "1s", "start": self.start_ is not None, "end": self.end is not None}
            for name in [name for name, given in made.items() if given]:
                raise OptionError(f"emit: points are given as they are, and {name}= is of those that are made")
        for point in self.points or ():
            if not isinstance(point, Frozen):
                raise OptionError(f"emit: points takes a list of dicts, not {point!r}")
            if point.get("time") is not None:
                date(point["time"])

    def live(self, now: datetime) -> bool:
        if self.points is not None or self.limit == 0:
            return False
        start = self._start(now)
        last = duration(self.every).after(start, self.limit - 1) if self.limit > 0 else None
        if self.end is not None:
            end = date(self.end, now=now)
            last = end if last is None else min(end, last)
        # a single point at this instant needs nobody to wait for it
        return last is None or last > max(now, start if self.start_ is None else now)

    def ordered(self, before: bool = False) -> bool:
        times = [point["time"] for point in self._given(date("now")) if point.get("time") is not None]
        return all(a <= b for a, b in pairwise(times))

    def start(self, run: Run) -> Iterator[Batch]:
        if self.points is not None:
            points = self._given(run.began)
            end = len(points) if self.limit < 0 else self.limit
            for first in range(0, min(end, len(points)), HISTORY):
                yield points[first : min(first + HISTORY, end)]
            return
        yield from self._ticks(run)

    def _start(self, now: datetime) -> datetime:
        return now if self.start_ is None else date(self.start_, now=now)

    def _given(self, now: datetime) -> list[Point]:
        points: list[Point] = [thaw(point) for point in self.points or ()]
        for point in points:
            if point.get("time") is not None:
                point["time"] = date(point["time"], now=now)
        return points

    def _ticks(self, run: Run) -> Iterator[Batch]:
        every = duration(self.every)
        first = self._start(run.began)
        end = None if self.end is None else date(self.end, now=run.began)
        batch: Batch = []
        now = run.clock.now()
        number = 0
        while self.limit < 0 or number < self.limit:
            time = every.after(first, number)
            if end is not None and time >= end:
                break
            if time > now:
                if batch:
                    yield batch
                    batch = []
                now = run.clock.now()
                if time > now:
                    if not run.clock.wait((time - now).total_seconds(), run.stop):
                        return
                    now = max(time, run.clock.now())
            batch.append({"time": time})
            number += 1
            if len(batch) >= HISTORY:
                yield batch
                batch = []
        if batch:
            yield batch
