"""Interleaving: streams that are each in order of time, as one.

Few of them are open at once.  Where there are more, it is looked when each begins, so that it is opened as late as can
be; and where more than that overlap, those that are open are merged on disk and go on as one.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from heapq import heapify, heappop, heapreplace, merge
from itertools import islice
from operator import itemgetter
from typing import IO, Any, TypeAlias

from flume.closing import release
from flume.errors import SourceError
from flume.flow import Batch, Point
from flume.parsing import Records
from flume.point import time_of
from flume.run import Run

MOST = 128  # streams that are open at once
BATCH = 1000  # points that are given at once
_ALWAYS = datetime.min.replace(tzinfo=UTC)  # the place in time of what has none

Placed: TypeAlias = tuple[datetime, int, Point]
"""A point, its place in time (without a time, it is behind the point before it), and the number of its stream."""


class Lane:
    """A stream: *name* is what it is called, *read* begins to read it, *look* only looks at its beginning."""

    def __init__(
        self,
        number: int,
        name: str,
        read: Callable[[], Iterator[Batch]],
        look: Callable[[], Iterator[Batch]],
    ) -> None:
        self.number = number
        self.name = name
        self.read = read
        self.look = look

    def start(self) -> datetime:
        """The place in time of its first point."""
        batches = self.look()
        try:
            return next((time_of(point) or _ALWAYS for batch in batches for point in batch), _ALWAYS)
        finally:
            release(batches)

    def points(self, run: Run) -> Iterator[Placed]:
        """Its points; one that is earlier than one before it is rejected."""
        last = _ALWAYS
        batches = self.read()
        try:
            for batch in batches:
                for index, point in enumerate(batch):
                    time = time_of(point)
                    if time is not None and time < last:
                        self._reject(batch, index, run)
                        continue
                    last = time or last
                    yield last, self.number, point
        finally:
            release(batches)

    def _reject(self, batch: Batch, index: int, run: Run) -> None:
        reason = "is earlier than one before it, and order='time' takes files in order; sort('time') puts all in order"
        if isinstance(batch, Records):
            run.reject(reason, file=self.name, line=batch.numbers[index], raw=batch.raw(index))
        else:
            run.reject(reason, file=self.name, raw=repr(batch[index]))


def interleaved(lanes: Sequence[Lane], run: Run) -> Iterator[Batch]:
    """The points of all lanes in order of time, those of one time in the order of the lanes."""
    opening = _Opening(lanes, run)
    try:
        points = opening.points()
        while batch := list(map(itemgetter(2), islice(points, BATCH))):
            yield batch
    finally:
        opening.close()


class _Open:
    """A lane that is open: its first point is there; *level*: how often its points were merged on disk."""

    def __init__(self, points: Iterator[Placed], level: int) -> None:
        self.points = points
        self.level = level


class _Opening:
    """Opens lanes when their time has come."""

    def __init__(self, lanes: Sequence[Lane], run: Run) -> None:
        self._run = run
        many = len(lanes) > MOST
        starts = [(lane.start() if many else _ALWAYS, lane.number) for lane in lanes]
        self._closed = [(start, lanes[number]) for start, number in sorted(starts, reverse=True)]
        self._heap: list[tuple[datetime, int, Point, _Open]] = []  # an open lane is in it with its first point

    def points(self) -> Iterator[Placed]:
        heap = self._heap
        while True:
            while self._closed and (not heap or self._closed[-1][0] <= heap[0][0]):
                self._open(self._closed.pop()[1])
            if not heap:
                return
            time, number, point, lane = heap[0]
            yield time, number, point
            following = next(lane.points, None)
            if following is None:
                heappop(heap)
            else:
                heapreplace(heap, (*following, lane))

    def _open(self, lane: Lane) -> None:
        if len(self._heap) >= MOST:
            self._merge_some()
        self._push(_Open(lane.points(self._run), 0))

    def _push(self, lane: _Open) -> None:
        first = next(lane.points, None)
        if first is not None:
            self._heap.append((*first, lane))
            heapify(self._heap)

    def _merge_some(self) -> None:
        """Merge the open lanes whose points were merged least often, on disk: they become one."""
        level = sorted(entry[3].level for entry in self._heap)[1]  # that of two at least
        some = [entry for entry in self._heap if entry[3].level <= level]
        self._heap[:] = [entry for entry in self._heap if entry[3].level > level]
        whole = merge(*(_whole(entry) for entry in some), key=itemgetter(0, 1))
        try:
            self._push(_Open(_from_disk(_on_disk(whole)), level + 1))
        finally:
            for entry in some:
                release(entry[3].points)

    def close(self) -> None:
        """Close all that is open."""
        for *_, lane in self._heap:
            release(lane.points)


def _whole(entry: tuple[datetime, int, Point, _Open]) -> Iterator[Placed]:
    time, number, point, lane = entry
    yield time, number, point
    yield from lane.points


def _on_disk(points: Iterator[Placed]) -> IO[bytes]:
    try:
        file = tempfile.TemporaryFile(prefix="flume-")  # noqa: SIM115 - closed behind its last point
        while some := list(islice(points, BATCH)):
            pickle.dump(some, file, 5)
        file.seek(0)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError(
            f"read: order='time' merges more than {MOST} files at a time on disk: {reason}; TMPDIR names another"
        ) from error
    return file


def _from_disk(file: IO[bytes]) -> Iterator[Placed]:
    with file:
        while True:
            try:
                some: list[Any] = pickle.load(file)
            except EOFError:
                return
            yield from some
