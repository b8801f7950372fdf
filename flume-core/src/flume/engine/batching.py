"""Batching: the steps behind a `batch`, told where its windows begin and end, and those of them that start anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flume.closing import closing
from flume.engine.chain import Chain, Interruptible, Link, points_of, started
from flume.engine.splitting import exposes
from flume.flow import Batch, Joining, Proc, Stage
from flume.run import Run
from flume.windows.batches import Cutting, Mark, Piece


class Batched(Interruptible):
    """A stage that cuts a stream into batches, and the chain behind it: points and marks go through that in order."""

    def __init__(self, link: Link, chain: Chain) -> None:
        assert isinstance(link.stage, Cutting)
        self._link = link
        self._cutting = link.stage
        self._cutting.fills = chain.fills
        self.chain = chain
        self.holds = self._cutting.holds or chain.holds
        self.keeps = chain.keeps
        self.exposes = any(exposes(link.stage) for link in chain.links)

    @property
    def done(self) -> bool:  # type: ignore[override]
        return self.chain.done

    def push(self, batch: Batch) -> Batch:
        self._link.account.points_in += len(batch)
        return self._all(self._cutting.cut(batch))

    def advance(self, watermark: datetime) -> Batch:
        out = self._all(self._cutting.passing(watermark))
        low = self._cutting.low(watermark)
        return out if low is None else out + self.chain.advance(low)

    def low(self, watermark: datetime) -> datetime | None:
        low = self._cutting.low(watermark)
        return None if low is None else self.chain.low(low)

    def end(self) -> Batch:
        return [point for batch in self.rest() for point in batch]

    def rest(self) -> Iterator[Batch]:
        with closing(self._through(self._cutting.remaining())) as batches:
            for batch in batches:
                yield batch
                if self.chain.done:
                    break
        self._link.account.balance("limited")
        yield from self.chain.rest()

    def interrupt(self) -> None:
        self.chain.interrupt()

    def close(self) -> None:
        self.chain.close()

    def _all(self, pieces: Iterator[Piece]) -> Batch:
        return [point for batch in self._through(pieces) for point in batch]

    def _through(self, pieces: Iterator[Piece]) -> Iterator[Batch]:
        """What becomes of the points, and of the batches that end between them."""
        while True:
            with self._link.named():
                piece = next(pieces, None)
            if piece is None:
                return
            if isinstance(piece, Mark):
                yield from self.chain.mark(piece.start)
            else:
                yield self.chain.push(self._link.take(piece))


class Anew(Stage):
    """The stage of a step that starts anew in each batch."""

    def __init__(self, step: Proc, run: Run, stage: Stage) -> None:
        self._step = step
        self._run = run
        self._stage = stage
        self._start: datetime | None = None  # of the batch
        self._used = False
        self.cause = stage.cause
        self.fills = stage.fills
        self.keeps = stage.keeps
        self.ticks = stage.ticks
        self.exposes = exposes(stage)

    def push(self, batch: Batch) -> Batch:
        self._used = True
        return [] if self._stage.done else self._timed(self._stage.push(batch))

    def advance(self, watermark: datetime) -> Batch:
        return self._timed(self._stage.advance(watermark))

    def tick(self) -> None:
        self._stage.tick()

    def mark(self, start: datetime | None) -> Iterator[Batch]:
        if self._start is not None and (self._used or self.fills):
            yield from self.rest()
            self._stage.close()
            self._stage = started(self._step.start(self._run))
        self._start, self._used = start, False

    def end(self) -> Batch:
        return [point for batch in self.rest() for point in batch]

    def rest(self) -> Iterator[Batch]:
        if self._start is None:
            return
        try:
            for batch in self._stage.rest():
                assert isinstance(batch, list)  # tables come to no step behind a batch
                yield self._timed(batch)
        finally:
            self._start = None  # it has ended, also where no more was wanted of it

    def low(self, watermark: datetime) -> datetime | None:
        low = watermark if self._start is None else min(watermark, self._start)
        return low if self._stage.holds else self._stage.low(low)

    def close(self) -> None:
        self._stage.close()

    def _timed(self, batch: Batch) -> Batch:
        """The points, all with a time: their own, or the start of the batch."""
        points_of(batch, "push, advance, end or rest")
        start = self._start
        if start is None or all(point.get("time") is not None for point in batch):
            return batch
        return [point if point.get("time") is not None else {**point, "time": start} for point in batch]


class AnewJoining(Anew, Joining):
    """The same of a step that joins branches; a table beside them stays."""

    def table_is_there(self) -> None:
        assert isinstance(self._stage, Joining)
        self._stage.table_is_there()

    def mark(self, start: datetime | None) -> Iterator[Batch]:
        before = self._stage
        yield from super().mark(start)
        if self._stage is not before:
            assert isinstance(self._stage, Joining)
            assert isinstance(before, Joining)
            self._stage.branches = self.branches
            self._stage.go_on(before)

    def push_branch(self, branch: int, batch: Batch) -> Batch:
        assert isinstance(self._stage, Joining)
        self._used = True
        self._stage.branches = self.branches
        return [] if self._stage.done else self._timed(self._stage.push_branch(branch, batch))


def anew(step: Proc, run: Run, stage: Stage) -> Stage:
    """The *stage* of a step, which starts anew in each batch: one that is told of them does so itself."""
    if type(stage).mark is not Stage.mark:
        return stage
    return AnewJoining(step, run, stage) if isinstance(stage, Joining) else Anew(step, run, stage)
