"""Batches: a stream cut into windows of time, each given whole before the next begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple, TypeAlias

from flume.duration import END, Duration
from flume.flow import Batch, Point, Stage
from flume.holding import Holding
from flume.run import Run
from flume.windows.tumbling import MOST_EMPTY, too_many_empty
from flume.windows.watermark import timed_of


class Mark(NamedTuple):
    """Here a batch ends, and the next one begins at *start*; None: none begins yet."""

    start: datetime | None


Piece: TypeAlias = Batch | Mark


class Cutting(Stage):
    """Cuts a stream into windows.

    In order of time, and live, each window goes on as its points come, and ends when a later one begins or time has
    passed it.  In no known order all are held until the end.
    """

    def __init__(self, every: Duration, on: Duration | None, run: Run) -> None:
        self._every = every
        self._on = on
        self._run = run
        self.holds = not run.ordered and not run.live
        self._meeting = False
        self._anchor: datetime | None = None
        self._open: int | None = None
        self._closed: int | None = None  # windows before this one are closed
        self._given: int | None = None  # the last window that was begun
        self._last = 0  # by the calendar: the window that was looked for last, and where it begins and ends
        self._first = self._end = END
        self._held: dict[int, Batch] = {}  # windows whose turn has not come
        self._holding = Holding(run, "of points in order of time none wait: sort() before it puts them in order")

    def meet(self) -> None:
        """Branches meet here that are in these batches already: window comes after window."""
        self._meeting, self.holds = True, False

    def cut(self, batch: Batch) -> Iterator[Piece]:
        """The points that may go on, and where batches begin between them."""
        if not self._meeting:
            yield from self._cut(timed_of(self._run.account, batch, "batch"))
            return
        for timed, same in groupby(batch, key=_has_time):
            points = list(same)
            yield from self._cut(points) if timed else [points]  # without a time, it is in the batch that is open

    def _cut(self, timed: Batch) -> Iterator[Piece]:
        if not timed:
            return
        if self._anchor is None:
            first = timed[0]["time"]
            self._anchor = first if self._on is None else self._every.floor(first, self._on)
        if self.holds:
            self._holding.came(timed)
        for index, points in self._runs(timed):
            if self.holds:
                self._hold(index, points)
            elif index == self._open or (self._meeting and self._closed is not None and index < self._closed):
                yield points  # where batches meet, a step in one may have given a point another time
            elif self._closed is not None and index < self._closed:
                for point in points:
                    self._run.late(point, "delay", "reorder()")
            elif self._is_future(points):
                self._hold(index, points)
            else:
                yield from self._reach(index)
                yield points
        if self.holds:
            self._holding.check(sum(map(len, self._held.values())), 0)

    def passing(self, watermark: datetime) -> Iterator[Piece]:
        """Where a batch ends, and what was held can go on, as time has passed."""
        if self._anchor is None or self.holds:
            return
        index = self._index(watermark)
        if self._closed is not None and index < self._closed:
            return
        for earlier in sorted(each for each in self._held if each < index):
            yield from self._begin(earlier)
        if self._open is not None and self._open < index:
            self._open = None
            yield Mark(None)
        if self._run.live and self._given is not None and self._given < index:
            yield from self._empty(index)
        self._closed = index
        if index in self._held:
            yield from self._begin(index)

    def remaining(self) -> Iterator[Piece]:
        """What was held, at the end of the stream."""
        for index in sorted(self._held):
            yield from self._begin(index)

    def low(self, watermark: datetime) -> datetime | None:
        if self.holds:
            return None
        if self._anchor is None:
            return watermark if self._on is None else self._every.floor(watermark, self._on)
        # what is to begin gives points their window's start as time
        return watermark if self._open is not None else self._start(self._index(watermark))

    # -- alone, where nothing behind it asks for batches ---------------------------------------------

    def push(self, batch: Batch) -> Batch:
        return _points(self.cut(batch))

    def advance(self, watermark: datetime) -> Batch:
        return _points(self.passing(watermark))

    def end(self) -> Batch:
        return _points(self.remaining())

    # -- windows -------------------------------------------------------------------------------------

    def _runs(self, timed: Batch) -> Iterator[tuple[int, Batch]]:
        """Points of one window that came one behind the other, and its number."""
        if self._run.ordered:
            first = self._index(timed[0]["time"])
            if first == self._index(timed[-1]["time"]):
                yield first, timed
                return
        for index, points in groupby(timed, key=lambda point: self._index(point["time"])):
            yield index, list(points)

    def _index(self, time: datetime) -> int:
        assert self._anchor is not None
        if self._every.fixed:
            return (time - self._anchor) // self._every.delta
        if not self._first <= time < self._end:  # by the calendar that takes a while, and neighbours are of one window
            self._last = self._every.index(self._anchor, time.astimezone(UTC))
            self._first, self._end = self._start(self._last), self._start(self._last + 1)
        return self._last

    def _start(self, index: int) -> datetime:
        assert self._anchor is not None
        return self._every.after(self._anchor, index)

    def _is_future(self, points: Batch) -> bool:
        """Whether these are so far in the future that their clock is wrong, rather than all others late."""
        if self._run.ordered or self._meeting:
            return False
        horizon = self._run.horizon
        return horizon is not None and all(point["time"] > horizon for point in points)

    def _hold(self, index: int, points: Batch) -> None:
        self._held.setdefault(index, []).extend(points)

    def _reach(self, index: int) -> Iterator[Piece]:
        """Begin this window, and before it those of which points are held."""
        for earlier in sorted(each for each in self._held if each < index):
            yield from self._begin(earlier)
        yield from self._begin(index)

    def _begin(self, index: int) -> Iterator[Piece]:
        yield from self._empty(index)
        self._open = self._closed = self._given = index
        yield Mark(self._start(index))
        if index in self._held:
            yield self._held.pop(index)

    def _empty(self, before: int) -> Iterator[Piece]:
        """The windows without points between the last one and the one numbered *before*, where they give something."""
        if not self.fills or self._given is None or self._given + 1 >= before:
            return
        if (gap := before - self._given - 1) > MOST_EMPTY:
            raise too_many_empty(gap, "batches", self._every)
        for index in range(self._given + 1, before):
            yield Mark(self._start(index))
        self._given = before - 1
        self._open = None
        yield Mark(None)


def _has_time(point: Point) -> bool:
    return isinstance(point.get("time"), datetime)


def _points(pieces: Iterator[Piece]) -> Batch:
    return [point for piece in pieces if not isinstance(piece, Mark) for point in piece]
