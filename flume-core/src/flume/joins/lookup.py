"""Lookup: a table that points are looked up in, by the values of some fields."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import NamedTuple

from flume.flow import Batch, Joining, Point
from flume.holding import Holding
from flume.point import copied, grouping, has_null, time_of
from flume.run import Run


class _Version(NamedTuple):
    time: datetime | None
    points: list[Point]


class Lookup(Joining):
    """Joins each point with those of a table whose fields equal its own; the times of these do not count.

    Of the points of one key in the table those of the latest time count, whenever they came: a later version takes the
    place of an earlier one.

    :param number: the branch that is the table; None: the last. :param others: joins the other branches, where they are
        more than one. :param left: whether a point of which the table knows nothing passes.
    """

    cause = "filtered"

    def __init__(
        self, fields: Sequence[str], run: Run, *, number: int | None, others: Callable[[], Joining], left: bool
    ) -> None:
        self._key = grouping([field for field in fields if field != "time"])
        self._run = run
        self._number = number
        self._make_others = others
        self._others: Joining | None = None
        self._left = left
        self._versions: dict[Hashable, _Version] = {}
        self._count = 0  # points in it
        self._is_there = False
        self._waiting: list[tuple[int, Batch]] = []  # for the table
        self._holding = Holding(run, "keep() and filter() in the table's pipeline leave out what is not needed of it")

    @property
    def table(self) -> int | None:
        if self._number is None:
            return self.branches - 1 if self.branches > 1 else None
        return self._number

    def table_is_there(self) -> None:
        self._is_there = True

    def go_on(self, before: Joining) -> None:
        assert isinstance(before, Lookup)
        if self._number is None:  # it stands beside the branches
            self._versions, self._count, self._is_there = before._versions, before._count, True

    def push_branch(self, branch: int, batch: Batch) -> Batch:
        if branch == self.table:
            self._fill(batch)
            return []
        if not self._is_there:
            self._waiting.append((branch, batch))
            self._hold(batch, sum(len(each) for _, each in self._waiting))
            return []
        return self._push_other(branch, batch)

    def advance(self, watermark: datetime) -> Batch:
        return self._looked_up(self._others.advance(watermark)) if self._others and self._is_there else []

    def end(self) -> Batch:
        self._is_there = True
        passed = [point for branch, batch in self._waiting for point in self._push_other(branch, batch)]
        self._waiting.clear()
        return passed + (self._looked_up(self._others.end()) if self._others else [])

    def low(self, watermark: datetime) -> datetime | None:
        if not self._is_there:
            return None
        return self._others.low(watermark) if self._others else watermark

    def _fill(self, batch: Batch) -> None:
        """Take points of the table."""
        taken = 0
        for point in batch:
            key, time = self._key(point), time_of(point)
            if has_null(key):
                continue
            version = self._versions.get(key)
            if version is None or (time is not None and (version.time is None or time > version.time)):
                self._count -= 0 if version is None else len(version.points)
                version = self._versions[key] = _Version(time, [])
            if time == version.time:
                version.points.append(_timeless(point))
                taken += 1
        self._count += taken
        self._run.account.take("merged", taken)
        self._hold(batch, 0)

    def _hold(self, came: Batch, waiting: int) -> None:
        self._holding.came(came)
        self._holding.check(self._count + waiting, 0)

    def _push_other(self, branch: int, batch: Batch) -> Batch:
        """Take points of another branch, and join those of all others first."""
        if self.branches > 2:
            if self._others is None:
                self._others = self._make_others()
                self._others.branches = self.branches - 1
            batch = self._others.push_branch(branch - (self.table is not None and branch > self.table), batch)
        return self._looked_up(batch)

    def _looked_up(self, batch: Batch) -> Batch:
        """What the points are with those of the table."""
        passed: Batch = []
        merged = made = 0
        first = self.table == 0
        for point in batch:
            key = self._key(point)
            version = None if has_null(key) else self._versions.get(key)
            if version is not None:
                merged += 1
                made += len(version.points)
                for other in version.points:
                    one, two = (other, point) if first else (point, other)
                    passed.append(copied({**one, **two, **one}))  # fields of the first in front, and the first wins
            elif self._left:
                passed.append(point)
        self._run.account.made += made
        self._run.account.take("merged", merged)
        return passed


def _timeless(point: Point) -> Point:
    return {name: value for name, value in point.items() if name != "time"} if "time" in point else point
