"""Keyed: points of several branches, told apart by the values of some fields."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from flume.duration import BEGINNING
from flume.flow import Batch, Joining, Needed, Point, Proc
from flume.point import grouping, time_of
from flume.run import Run
from flume.value import check_fields


class OnFields(Proc):
    """What a word has that joins branches by the equality of fields: what leaves is in order of time."""

    fields: tuple[str, ...]

    joins: ClassVar[bool] = True

    def check(self) -> None:
        check_fields(type(self), "fields", self.fields)

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | self.names() | {"time"}  # what leaves is in order of time

    def ordered(self, before: bool) -> bool:
        return True

    def names(self) -> frozenset[str]:
        return frozenset(self.fields)

    def renews(self) -> bool:
        return True


class Keyed(Joining):
    """Finds in how many of the branches each key is; *passes* is told that, and how many branches there are."""

    def __init__(self, fields: Sequence[str], run: Run, passes: Callable[[int, int], bool]) -> None:
        fields = fields or ("time",)
        self._key = grouping(fields)
        self._run = run
        self._passes = passes
        self._timed = "time" in fields
        self._streams = self._timed and run.ordered
        self.holds = not self._streams
        self._now = BEGINNING  # where it streams: the time of all that is held
        self._found: dict[Hashable, _Found] = {}

    def push_branch(self, branch: int, batch: Batch) -> Batch:
        passed: Batch = []
        for point in batch:
            time = time_of(point)
            if time is None:
                if self._streams:
                    passed += self._decided([_Found(branch, point)])
                    continue
                if self._timed:
                    self._found[object()] = _Found(branch, point)
                    continue
            elif self._streams and time != self._now:
                if time < self._now:
                    self._run.late(point)
                    continue
                passed += self._leave()
                self._now = time
            each = self._key(point)
            found = self._found.get(each)
            if found is None:
                self._found[each] = _Found(branch, point)
            else:
                found.add(branch, point)
        return passed

    def advance(self, watermark: datetime) -> Batch:
        return self._leave() if self._streams and watermark > self._now else []

    def end(self) -> Batch:
        batch = self._leave()
        if not self._streams:
            batch.sort(key=lambda point: time_of(point) or BEGINNING)
        return batch

    def low(self, watermark: datetime) -> datetime | None:
        if not self._streams:
            return None
        return min(watermark, self._now) if self._found else watermark

    def _leave(self) -> Batch:
        passed = self._decided(self._found.values())
        self._found.clear()
        return passed

    def _decided(self, keys: Iterable[_Found]) -> Batch:
        passed: Batch = []
        merged = filtered = 0
        for found in keys:
            if self._passes(len(found.branches), self.branches):
                passed.append(found.point())
                merged += found.count - 1
            else:
                filtered += found.count
        self._run.account.take("merged", merged)
        self._run.account.take("filtered", filtered)
        return passed


class _Found:
    """The points of one key: how many came, and what they are together in each branch."""

    __slots__ = ("branches", "count")

    def __init__(self, branch: int, point: Point) -> None:
        self.count = 1
        self.branches = {branch: point}

    def add(self, branch: int, point: Point) -> None:
        """One more point of this key."""
        self.count += 1
        before = self.branches.get(branch)
        self.branches[branch] = point if before is None else {**before, **point}

    def point(self) -> Point:
        """The point that they are together."""
        if len(self.branches) == 1:
            (point,) = self.branches.values()
            return point
        together: Point = {}
        for branch in sorted(self.branches):
            together.update(self.branches[branch])
        return together
