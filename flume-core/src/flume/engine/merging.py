"""Merge: several streams into one, in order of time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter, le

from flume.closing import closing
from flume.engine.chain import Link
from flume.flow import Batch, Joining, Point
from flume.point import time_of
from flume.run import AHEAD
from flume.tables import Table

ALWAYS = datetime.min.replace(tzinfo=UTC)  # the place in time of a point that has none


class Merge:
    """Points of several branches, released in order of time; ties in the order of the branches, timeless points first.

    A point leaves once no branch can still give one that comes before it: each branch has a point waiting, has
    ended, or has promised (`lows`) that nothing so early will come.

    :param first: the branch that is the first of ties all the same.
    :param horizon: of live streams, from where on a time is so far ahead that its clock is wrong, and so holds up none:
        the point keeps its place behind the one before it.
    :param aside: whether it waits for its time, or the end, instead, as where points are joined by time.
    """

    def __init__(
        self,
        branches: int,
        first: int | None = None,
        horizon: Callable[[], datetime | None] | None = None,
        *,
        aside: bool = False,
    ) -> None:
        self.lows: list[datetime | None] = [None] * branches
        self.ended = [False] * branches
        self._waiting = [_Waiting() for _ in range(branches)]
        self._order = sorted(range(branches), key=lambda branch: branch != first)
        self._horizon = horizon
        self._aside: list[Batch] | None = [[] for _ in range(branches)] if aside else None

    def waits(self, branch: int) -> bool:
        """Whether points of this branch wait."""
        return bool(self._waiting[branch])

    def add(self, branch: int, batch: Sequence[Point]) -> None:
        """Points of one branch, in its order."""
        horizon = None if self._horizon is None else self._horizon()
        if self._aside is not None and horizon is not None:
            batch = self._come(self._aside[branch], batch, horizon)
        if batch:
            self._waiting[branch].add(batch, horizon)

    @staticmethod
    def _come(aside: Batch, batch: Sequence[Point], horizon: datetime) -> Batch:
        """The points of a batch that are not far ahead, and those whose time has come meanwhile."""
        now = horizon - AHEAD
        come = [point for point in aside if (time_of(point) or now) <= now]
        if come:
            aside[:] = [point for point in aside if (time_of(point) or now) > now]
        aside += [point for point in batch if (time_of(point) or horizon) > horizon]
        return [*come, *(point for point in batch if (time_of(point) or horizon) <= horizon)]

    def end(self, branch: int) -> None:
        """No more comes of this branch."""
        if self._aside is not None and self._aside[branch] and not self.ended[branch]:
            self._waiting[branch].add(sorted(self._aside[branch], key=itemgetter("time")), None)
            self._aside[branch] = []
        self.ended[branch] = True

    def release(self, *, apart: bool = True) -> Iterator[tuple[int, Batch]]:
        """Runs of points that may leave now, each with the number of its branch, unless they need not be told apart."""
        if all(waiting.in_order for waiting in self._waiting):
            yield from _runs(self._released(), apart=apart)
            return
        run: Batch = []
        last: int | None = None
        while (branch := self._next()) is not None:
            if run and branch != last:
                yield last or 0, run
                run = []
            run += self._waiting[branch].take(1)[0]
            last = branch
        if run:
            yield last or 0, run

    def _released(self) -> list[tuple[int, Batch, list[datetime]]]:
        """All that may leave of branches that are in order, with their times: those first that stand first in ties."""
        bounds = [
            (max(low, waiting.last) if waiting else low, place)  # its own last point may leave
            for place, branch in enumerate(self._order)
            if not self.ended[branch]
            for low, waiting in [(self.lows[branch] or ALWAYS, self._waiting[branch])]
        ]
        bound = min(bounds, default=None)
        released = []
        for place, branch in enumerate(self._order):
            waiting = self._waiting[branch]
            count = len(waiting) if bound is None else waiting.before(bound[0], even=place <= bound[1])
            if count:
                released.append((branch, *waiting.take(count)))
        return released

    def _next(self) -> int | None:
        """The branch whose first point leaves next; None where none may."""
        heads = [
            (waiting.head if (waiting := self._waiting[branch]) else self.lows[branch] or ALWAYS, place)
            for place, branch in enumerate(self._order)
            if self._waiting[branch] or not self.ended[branch]
        ]
        branch = self._order[min(heads)[1]] if heads else None
        return None if branch is None or not self._waiting[branch] else branch

    def drain(self) -> Sequence[tuple[int, Batch]]:
        """All runs of points that wait: a batch has ended in every branch."""
        ended, self.ended = self.ended, [True] * len(self.ended)
        runs = list(self.release())
        self.ended = ended
        return runs

    def low(self) -> datetime | None:
        """No point released later will be earlier than this."""
        heads = [
            waiting.head if waiting else self.lows[branch]
            for branch, waiting in enumerate(self._waiting)
            if waiting or not self.ended[branch]
        ]
        return min((head for head in heads if head is not None), default=None) if None not in heads else None


def _runs(released: Sequence[tuple[int, Batch, list[datetime]]], *, apart: bool) -> Iterator[tuple[int, Batch]]:
    """The points in order of time; *apart*: each run of one branch by itself."""
    if len(released) < 2:
        yield from ((branch, points) for branch, points, _ in released)
        return
    branches = [branch for branch, points, _ in released for _ in points]
    points = [point for _, points, _ in released for point in points]
    times = [time for *_, times in released for time in times]
    order = sorted(range(len(times)), key=times.__getitem__)  # runs in order are merged, which takes little
    in_order = list(map(points.__getitem__, order))
    if not apart:
        yield 0, in_order
        return
    start = 0
    for branch, run in groupby(map(branches.__getitem__, order)):
        end = start + len(list(run))
        yield branch, in_order[start:end]
        start = end


class _Waiting:
    """The points of a branch that wait, and the place in time of each."""

    def __init__(self) -> None:
        self.last = ALWAYS
        self.in_order = True
        self._points: Batch = []
        self._times: list[datetime] = []
        self._at = 0  # the place of the first that waits

    def __len__(self) -> int:
        return len(self._points) - self._at

    @property
    def head(self) -> datetime:
        """The place in time of the first."""
        return self._times[self._at]

    def add(self, batch: Sequence[Point], horizon: datetime | None) -> None:
        """More points, one at the least."""
        found = [time_of(point) for point in batch]
        if horizon is not None:
            found = [None if time is None or time > horizon else time for time in found]
        last = self.last
        times = [last := time or last for time in found]  # a timeless point keeps its place behind the point before it
        waits = bool(self)
        self.in_order = (self.in_order or not waits) and all(map(le, times, times[1:]))
        self.in_order = self.in_order and not (waits and times[0] < self.last)
        self.last = last
        if 2 * self._at >= len(self._points):  # no more is moved than was taken
            del self._points[: self._at], self._times[: self._at]
            self._at = 0
        self._points += batch
        self._times += times

    def before(self, bound: datetime, *, even: bool) -> int:
        """How many there are before that time; *even*: or at it."""
        bisect = bisect_right if even else bisect_left
        return bisect(self._times, bound, self._at) - self._at

    def take(self, count: int) -> tuple[Batch, list[datetime]]:
        """The first so many, and their times."""
        start, self._at = self._at, self._at + count
        return self._points[start : self._at], self._times[start : self._at]


class Outlet:
    """Where merged points go: on as they are, or into a step that wants to know their branch."""

    def __init__(self, joiner: Link | None) -> None:
        self.joiner = joiner

    def give(self, runs: Iterable[tuple[int, Batch]]) -> Batch:
        """Pass runs of points on."""
        out: Batch = []
        for branch, batch in runs:
            out += self._joined(branch, batch) if self.joiner else batch
        return out

    def give_table(self, branch: int, table: Table) -> None:
        """The same for a table, to a step that takes it."""
        link = self.joiner
        assert link is not None
        assert isinstance(link.stage, Joining)
        link.come_as_table(table)
        with link.named():
            link.stage.push_branch_table(branch, table)

    def _joined(self, branch: int, batch: Batch) -> Batch:
        link = self.joiner
        assert link is not None
        stage = link.stage
        assert isinstance(stage, Joining)
        push: Callable[[Batch], Batch] = lambda points: stage.push_branch(branch, points)  # noqa: E731
        with link.named():
            return link.give(batch, push)

    @property
    def in_any_turn(self) -> bool:
        """Whether the branches need not be merged."""
        stage = None if self.joiner is None else self.joiner.stage
        return isinstance(stage, Joining) and stage.in_any_turn

    @property
    def table(self) -> int | None:
        """The branch that is to be there as a whole before any other, where it ends."""
        stage = None if self.joiner is None else self.joiner.stage
        return stage.table if isinstance(stage, Joining) else None

    def table_is_there(self) -> None:
        """Tell the step that joins."""
        if self.joiner is not None and isinstance(self.joiner.stage, Joining):
            self.joiner.stage.table_is_there()

    def advance(self, watermark: datetime) -> Batch:
        """Let time pass in the step that joins."""
        if self.joiner is None:
            return []
        with self.joiner.named():
            return self.joiner.take(self.joiner.stage.advance(watermark))

    def low(self, watermark: datetime) -> datetime | None:
        """What can be promised of the points that leave."""
        return watermark if self.joiner is None else self.joiner.stage.low(watermark)

    @property
    def fills(self) -> bool:
        """Whether the step that joins gives something of an empty batch."""
        return self.joiner is not None and self.joiner.batched and self.joiner.stage.fills

    def mark(self, start: datetime | None) -> Batch:
        """A batch has ended in all branches: what the joining step gives of it."""
        if self.joiner is None or not self.joiner.batched:
            return []
        with self.joiner.named():
            return [point for batch in self.joiner.stage.mark(start) for point in self.joiner.take(batch)]

    def rest(self) -> Iterator[Batch | Table]:
        """What the joining step held back."""
        if self.joiner is None:
            return
        with closing(self.joiner.stage.rest()) as batches:
            while True:
                with self.joiner.named():
                    batch = next(batches, None)
                if batch is None:
                    return
                yield self.joiner.take(batch)

    def close(self) -> None:
        """Close the joining step."""
        if self.joiner is not None:
            self.joiner.stage.close()
            self.joiner.account.balance(self.joiner.stage.cause)
