"""Streaming: an input that comes as it comes, read by this process and, while there is much of it, by several."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from flume.closing import release
from flume.engine.feeding import Feeding
from flume.engine.inputs import Leaf, Waiting
from flume.engine.planned import PlannedSource, PlannedStep
from flume.engine.sharing import Sharing
from flume.flow import Batch, Proc
from flume.member import can_fork, cores
from flume.run import Run
from flume.streams import Stream

LARGE = 1 << 24  # bytes from which on several processes are faster than one
MOST = 8  # processes: this one reads no faster than so many use what it reads
IDLE = 0.8  # share of the time that this process may have waited for it, or decompressed it
LULL = 0.01  # seconds that what was read waits for more
PAUSE = 1.0  # seconds for which little or nothing comes, after which this process goes on alone


class Streaming(Leaf):
    """A stream that is read by this process alone until much has come that kept it busy.

    Then *jobs* processes are handed what comes.  What is there is never held back for more, and when nothing comes for
    a while this process reads on alone: what comes out as it comes in, such as the lines of a log, does so without a
    detour.
    """

    def __init__(self, stream: Stream, jobs: int, sharing: Sharing, *, waiting: Waiting) -> None:
        self._stream = stream
        self._blocks = stream.blocks
        self._jobs = jobs
        self._sharing = sharing
        self._feeding: Feeding | None = None
        self._over = False  # whether the stream has ended, or nobody wants more of it
        self._useful = True
        self._looked = self._waited = 0.0  # when, and how many seconds nothing was there to read since
        self._alone_before_reading = sharing.run.before_reading
        sharing.run.before_reading = self._before_reading
        first = stream.part(self._some(), stream)
        super().__init__(first, sharing.link, sharing.run, sharing.chain, wake=None, waiting=waiting)

    def poll(self) -> Batch:
        return super().poll() if self._feeding is None else self._feed()

    def close(self) -> None:
        try:
            if self._feeding is not None:
                self._feeding.close(stopping=self._run.stop.is_set())
            super().close()
        finally:
            release(self._blocks)

    # -- this process alone -----------------------------------------------------------------------

    def _some(self) -> Iterator[bytes]:
        """Blocks, until there are better ways to read them."""
        while True:
            read, waited, began = 0, 0.0, time.monotonic()
            while read < LARGE:
                asked = time.monotonic()
                block = next(self._stream.blocks, None)
                waited += time.monotonic() - asked
                if block is None:
                    self._over = True
                    return
                read += len(block)
                yield block
            busy = waited <= IDLE * (time.monotonic() - began)
            if busy and self._useful and self._stream.splits() and can_fork() and self._primed():
                return

    def _primed(self) -> bool:
        """Whether the stages know what those of the other processes must."""
        stage = self._sharing.last.stage
        return stage.prime(stage)

    def _quiet(self, passed: datetime | None = None) -> Batch:
        if self._over:
            return self.finish()
        with self._link.named():
            self._feeding = Feeding(self._stream, self._jobs, self._sharing)
        self._looked, self._waited = time.monotonic(), 0.0
        return []

    def _alone(self, block: bytes | None) -> None:
        """Read on alone, *block* first; None: there is no more."""
        self._over = self._over or block is None
        if block is not None and not self._over:
            self._stream.blocks = chain([block], self._stream.blocks)
            self._batches = self._stream.part(self._some(), self._stream).start(self._run)

    # -- several processes ------------------------------------------------------------------------

    def _feed(self) -> Batch:
        assert self._feeding is not None
        with self._link.named(), self._waiting():
            try:
                block = next(self._stream.blocks, None)
            except Exception:
                self._end()  # what came before is made of what came before
                raise
            if not self._taken(block):
                self._end()
                self._alone(block)
        return []

    def _taken(self, block: bytes | None) -> bool:
        """Whether another process will read the block."""
        feeding = self._feeding
        return block is not None and feeding is not None and feeding.useful and feeding.give(block)

    def _end(self) -> None:
        """Let the other processes come to their end."""
        if self._feeding is not None:
            self._useful = self._feeding.useful
            self._over = not self._feeding.end()
            self._feeding.close()
            self._feeding = None

    def _before_reading(self, descriptor: int) -> None:
        """Where there is nothing to read yet, let others do what can be done meanwhile."""
        feeding = self._feeding
        if feeding is None and self._alone_before_reading is not None:
            self._alone_before_reading(descriptor)
        if feeding is None or is_readable(descriptor):
            return
        began = time.monotonic()
        if not feeding.receive_until(feeding.since + LULL, descriptor):
            feeding.hand_over()
            if not feeding.receive_until(time.monotonic() + PAUSE, descriptor):
                self._end()
                return
        now = time.monotonic()
        self._waited += now - began
        if now > self._looked + PAUSE:
            if self._waited > IDLE * (now - self._looked):
                self._end()
            self._looked, self._waited = now, 0.0


def stream_of(planned: PlannedSource, run: Run) -> tuple[Stream, int] | None:
    """The source as a stream, and how many processes may share it; None where it is none, or for one process."""
    if planned.shared is None or not can_fork():
        return None
    jobs = min(cores(), MOST) if run.jobs is None else run.jobs
    last = planned.steps[planned.shared]
    assert isinstance(last, PlannedStep)
    # what only gathers has a file for each part, and there would be very many
    if jobs < 2 or (isinstance(last.step, Proc) and not last.step.folds):
        return None
    stream = planned.source.stream(run)
    return None if stream is None else (stream, jobs)


def is_readable(descriptor: int, seconds: float = 0) -> bool:
    """Whether there is something to read, or the end, waited for so long."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
