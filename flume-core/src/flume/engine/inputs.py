"""Inputs: where the points of a pipeline come from, a source with its steps or several of them merged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from functools import partial

from flume.closing import Closing, close_all, closing, release
from flume.engine.chain import Chain, Link, begun
from flume.engine.merging import Merge, Outlet
from flume.engine.pump import Pump
from flume.flow import Batch, Source
from flume.run import Run
from flume.tables import Table
from flume.windows.batches import Cutting, Mark

IDLE = 1.0  # seconds of quiet after which a live source's watermark moves with the clock

Waiting = Callable[[], AbstractContextManager[None]]


class Input:
    """A stream of batches that is asked for more."""

    chain: Chain
    ended = False
    low: datetime | None = None
    """No point earlier than this will come; None: nothing is known."""
    _rest: Iterator[Batch] | None = None
    hand_over: Callable[[Table], None] | None = None
    """Takes tables that leave, where these are wanted."""

    def poll(self) -> Batch:
        """The points that are there now; none is no end."""
        raise NotImplementedError

    def finish(self) -> Batch:
        """Some of what there still is where nobody wants more, or no more comes: asked for until it has ended."""
        if self._rest is None:
            self._rest = self.chain.rest()
        batch = next(self._rest, None)
        if batch is None:
            self.ended, self.low = True, None
        return batch or []

    @property
    def finishing(self) -> bool:
        """Whether it gives what was held back: then there is nothing to wait for."""
        return self._rest is not None

    @property
    def done(self) -> bool:
        """Whether nobody wants more of it."""
        return self.chain.done

    @property
    def keeps(self) -> bool:
        """Whether a sink on the way must see every point."""
        return self.chain.keeps

    def interrupt(self) -> None:
        """Commit the sinks on the way."""
        self.chain.interrupt()

    def close(self) -> None:
        """Release everything."""
        try:
            if self._rest is not None:
                release(self._rest)
        finally:
            close_all(self._holding())

    def _holding(self) -> Sequence[Closing]:
        """What there is to release."""
        return [self.chain]


class Leaf(Input):
    """A source and the steps behind it."""

    def __init__(
        self, source: Source, link: Link, run: Run, chain: Chain, *, wake: threading.Condition | None, waiting: Waiting
    ) -> None:
        self.chain = chain
        self._link = link
        self._run = run
        self._nests = source.nests
        self._paces = source.paces()
        self._ordered = run.ordered
        self._waiting: Waiting = nullcontext if wake else waiting
        self._seen: datetime | None = None
        self._arrived = run.clock.monotonic()
        self._pump = Pump(source, run, wake) if wake else None
        self._batches: Iterator[Batch | Table] | None = None
        if wake is None:
            with link.named():
                self._batches = begun(source.start(run))

    def poll(self) -> Batch:
        if self.finishing:
            return self.finish()
        # asked first: what is given meanwhile may be as early
        passed = None if self._run.pace is None else self._run.pace.passed()
        with self._link.named(), self._waiting():
            batch = self._next()
        if batch is None:
            return self._quiet(passed)
        with self._link.named():
            count = self._link.read(batch)
        if not self._nests:
            self._run.report.read += count
        watermark = self._watermark(batch)
        if self.hand_over is not None:
            out = self._handed_over(batch, self.hand_over)
        else:
            out = self.chain.push(batch)
        return self._advance(out, watermark) if watermark is not None else out

    def _handed_over(self, batch: Batch | Table, hand_over: Callable[[Table], None]) -> Batch:
        out = self.chain.push_through(batch)
        if isinstance(out, list):
            return out
        hand_over(out)
        return []

    def _next(self) -> Batch | Table | None:
        if self._pump is not None:
            return self._pump.take()
        assert self._batches is not None
        return next(self._batches, None)

    def _quiet(self, passed: datetime | None = None) -> Batch:
        """Nothing came: the end, or, on a live stream, time that passes all the same (*passed*: what of it has)."""
        pump = self._pump
        if pump is None or pump.ended:
            return self.finish()
        if self._paces:
            return [] if passed is None else self._advance([], passed)
        quiet = self._run.clock.monotonic() - self._arrived
        if quiet < IDLE:
            return []
        # a point may need as long to get here: one that was made just now must not find its window closed
        moved = timedelta(seconds=quiet - IDLE)
        return self._advance([], self._seen + moved if self._seen else self._run.clock.now() - timedelta(seconds=IDLE))

    def _advance(self, out: Batch, watermark: datetime) -> Batch:
        completed = self.chain.advance(watermark)
        self.low = self.chain.low(watermark)
        return out + completed if completed else out

    def finish(self) -> Batch:
        if self._pump is not None:
            self._pump.stop()
        return super().finish()

    def _watermark(self, batch: Batch | Table) -> datetime | None:
        """The last time seen, on a stream in order of time or a live one."""
        if isinstance(batch, Table):
            if not self._ordered:
                return None
            if batch.timed and len(batch):
                self._seen = batch.last("time")
            else:
                column = reversed(batch.column("time"))
                self._seen = next((time for time in column if isinstance(time, datetime)), self._seen)
        elif self._ordered:
            times = (time for point in reversed(batch) if isinstance(time := point.get("time"), datetime))
            self._seen = next(times, self._seen)
        elif self._pump is not None:
            horizon = self._run.horizon
            for point in batch:
                time = point.get("time")
                if not isinstance(time, datetime):
                    continue
                if horizon is not None and time > horizon:
                    self._link.account.note("were more than an hour in the future", f"time={time.isoformat()}")
                elif self._seen is None or time > self._seen:
                    self._seen = time
        else:
            return None
        self._arrived = self._run.clock.monotonic()
        return self._seen

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self._batches is not None:
                release(self._batches)

    def _holding(self) -> Sequence[Closing]:
        return [self.chain] if self._pump is None else [self.chain, self._pump]


class Merged(Input):
    """Several inputs, merged in order of time, and the steps behind them; *run*: that of a live stream."""

    def __init__(
        self,
        inputs: Sequence[Input],
        outlet: Outlet,
        chain: Chain,
        *,
        ordered: bool,
        run: Run | None,
        table: int | None = None,
        cutting: Cutting | None = None,
    ) -> None:
        self.inputs = inputs
        self.chain = chain
        self.outlet = outlet
        self._cutting = cutting  # where all are in the same batches, and so is what they become
        if cutting is not None:
            cutting.fills = outlet.fills or chain.fills
            cutting.meet()
        self._ordered = ordered or run is not None
        horizon = None if run is None else lambda: run.horizon
        self._merge = Merge(len(inputs), outlet.table, horizon, aside=outlet.joiner is not None)
        self._table = table  # the number of one that is read before all others
        if outlet.in_any_turn:
            for number, child in enumerate(inputs):
                child.hand_over = partial(outlet.give_table, number)

    def poll(self) -> Batch:
        if self.finishing:
            return self.finish()
        if self._table is not None:
            return self._poll_table(self._table)
        if self.outlet.in_any_turn:
            return self._poll_all()
        merge = self._merge
        for number, child in enumerate(self.inputs):
            if not child.ended and not merge.waits(number):
                merge.add(number, child.finish() if child.done else child.poll())
                merge.lows[number] = child.low
        for number in (number for number, child in enumerate(self.inputs) if child.ended):
            merge.end(number)
        out = self._joined(merge.release(apart=self.outlet.joiner is not None))
        low = merge.low() if self._ordered else None
        if low is not None:
            out += self._passed(low)
        if all(child.ended for child in self.inputs) and not any(map(merge.waits, range(len(self.inputs)))):
            self.low = None
            self._rest = self._remaining()
            return out
        if low is not None and (passed := self.outlet.low(low)) is not None:
            out = out + self.chain.advance(passed)
            self.low = self.chain.low(passed)
        return out

    def _poll_all(self) -> Batch:
        """Hand on what there is, in no order: nothing leaves before all have ended."""
        for number, child in enumerate(self.inputs):
            if not child.ended:
                batch = child.finish() if child.done else child.poll()
                self.outlet.give([(number, batch)] if batch else [])
        if all(child.ended for child in self.inputs):
            self._rest = self._remaining()
        return []

    def _remaining(self) -> Iterator[Batch]:
        """What the step that joins has held back, and then what the steps behind it have."""
        with closing(self.outlet.rest()) as batches:
            for batch in batches:
                yield self.chain.push(batch)
                if self.chain.done and not self.chain.keeps:
                    break
        yield from self.chain.rest()

    def _poll_table(self, number: int) -> Batch:
        table = self.inputs[number]
        batch = table.finish() if table.done else table.poll()
        self.outlet.give([(number, batch)] if batch else [])
        if table.ended:
            self._table = None
            self._merge.end(number)
            self.outlet.table_is_there()
        return []

    def _joined(self, runs: Iterator[tuple[int, Batch]]) -> Batch:
        if self._cutting is None:
            return self.chain.push(self.outlet.give(runs))
        out: Batch = []
        for branch, batch in runs:
            for piece in self._cutting.cut(batch):
                out += self._marked(piece) if isinstance(piece, Mark) else self._joined_of(branch, piece)
        return out

    def _passed(self, low: datetime) -> Batch:
        """What time that has passed completes in the step that joins."""
        out: Batch = []
        for piece in self._cutting.passing(low) if self._cutting is not None else ():
            out += self._marked(piece) if isinstance(piece, Mark) else []
        return out + self.chain.push(self.outlet.advance(low))

    def _marked(self, mark: Mark) -> Batch:
        joined = self.chain.push(self.outlet.mark(mark.start))
        return joined + [point for batch in self.chain.mark(mark.start) for point in batch]

    def _joined_of(self, branch: int, batch: Batch) -> Batch:
        return self.chain.push(self.outlet.give([(branch, batch)]))

    @property
    def done(self) -> bool:
        return self.chain.done and not any(child.keeps for child in self.inputs)

    @property
    def keeps(self) -> bool:
        return self.chain.keeps or any(child.keeps for child in self.inputs)

    def interrupt(self) -> None:
        for child in self.inputs:
            child.interrupt()
        self.chain.interrupt()

    def _holding(self) -> Sequence[Closing]:
        return [*self.inputs, self.outlet, self.chain]
