"""Merge: several streams into one, in order of time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from flume.engine.chain import Link
from flume.flow import Batch, Joining, Point
from flume.point import time_of

ALWAYS = datetime.min.replace(tzinfo=UTC)  # the place in time of a point that has none


class Merge:
    """Points of several branches, released in order of time; ties in the order of the branches, timeless points first.

    A point leaves once no branch can still give one that comes before it: each branch has a point waiting, has
    ended, or has promised (`lows`) that nothing so early will come.
    """

    def __init__(self, branches: int) -> None:
        self.waiting: list[deque[tuple[datetime, Point]]] = [deque() for _ in range(branches)]
        self.lows: list[datetime | None] = [None] * branches
        self.ended = [False] * branches
        self._last = [ALWAYS] * branches

    def add(self, branch: int, batch: Iterable[Point]) -> None:
        """Points of one branch, in its order."""
        waiting, last = self.waiting[branch], self._last[branch]
        for point in batch:
            # a timeless point keeps its place behind the point before it
            last = time_of(point) or last
            waiting.append((last, point))
        self._last[branch] = last

    def release(self) -> Iterator[tuple[int, Batch]]:
        """Runs of points that may leave now, each with the number of its branch."""
        waiting = self.waiting
        run: Batch = []
        current = -1
        while True:
            best: tuple[datetime, int] | None = None
            for branch, queue in enumerate(waiting):
                head = queue[0][0] if queue else None if self.ended[branch] else self.lows[branch] or ALWAYS
                if head is not None and (best is None or head < best[0]):
                    best = head, branch
            if best is None or not waiting[best[1]]:
                break
            if best[1] != current:
                if run:
                    yield current, run
                run, current = [], best[1]
            run.append(waiting[current].popleft()[1])
        if run:
            yield current, run

    def drain(self) -> Sequence[tuple[int, Batch]]:
        """All runs of points that wait: a batch has ended in every branch."""
        ended, self.ended = self.ended, [True] * len(self.ended)
        runs = list(self.release())
        self.ended = ended
        return runs

    def low(self) -> datetime | None:
        """No point released later will be earlier than this."""
        heads = [
            queue[0][0] if queue else self.lows[branch]
            for branch, queue in enumerate(self.waiting)
            if queue or not self.ended[branch]
        ]
        return min((head for head in heads if head is not None), default=None) if None not in heads else None


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

    def _joined(self, branch: int, batch: Batch) -> Batch:
        link = self.joiner
        assert link is not None
        stage = link.stage
        assert isinstance(stage, Joining)
        push: Callable[[Batch], Batch] = lambda points: stage.push_branch(branch, points)  # noqa: E731
        with link.named():
            return link.give(batch, push)

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

    def end(self) -> Batch:
        """What the joining step held back."""
        if self.joiner is None:
            return []
        with self.joiner.named():
            return self.joiner.take(self.joiner.stage.end())

    def close(self) -> None:
        """Close the joining step."""
        if self.joiner is not None:
            self.joiner.stage.close()
            self.joiner.account.balance(self.joiner.stage.cause)
