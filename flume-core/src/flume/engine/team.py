"""Team: a stream read in parts by several processes, up to the step that folds it or to the sink.

Every process has the stages as they were when it began, and pushes its parts of the stream through them; what comes of
each is handed over.  Where the last stage is a sink there are many small parts, and each process writes what it has
made of one when all before it is written.

Parts of a table with quotes may be torn: a cut at a line end may be one within a cell.  The first part begins with a
row; each that is found to end with one shows that the next begins so.  Where one ends within a row, nothing was handed
on yet: everything is read again, by this process alone.
"""

from __future__ import annotations

import mmap
import selectors
import sys
from collections.abc import Callable, Sequence

from flume.closing import Closing
from flume.engine.inputs import Input, Waiting
from flume.engine.plan import PlannedSource, PlannedStep
from flume.engine.sharing import Outcome, Sharing
from flume.flow import Batch, Sink, Source
from flume.member import Member, Ring, can_fork, cores
from flume.parsing import Torn

TICK = 0.05  # seconds between looks at how far the others are
LARGE = 1 << 24  # bytes from which on several processes are faster than one
PART = 1 << 20  # bytes of a part that is written in its turn
MOST = 1000  # such parts
PATIENCE = 1.0  # seconds that the others get to come to an end, when the run is to stop
_NUMBER = 8  # bytes of a number in shared memory


class Team(Input):
    """An input whose source is read by several processes: part *n* by process *n* modulo *jobs*."""

    def __init__(
        self, parts: Sequence[Source], jobs: int, sharing: Sharing, *, alone: Callable[[], Input], waiting: Waiting
    ) -> None:
        self.chain = sharing.chain
        self._parts = parts
        self._jobs = min(jobs, len(parts))
        self._sharing = sharing
        self._link = sharing.link
        self._run = sharing.run
        self._alone = alone  # what reads it all in this process
        self._instead: Input | None = None
        self._may_tear = any(part.may_tear() for part in parts)
        self._waiting = waiting
        self._joined = 0  # parts
        self._members: list[Member[Outcome]] = []
        self._selector = selectors.DefaultSelector()
        self._numbers = mmap.mmap(-1, (self._jobs + 1) * _NUMBER)  # bytes that each has read; whether all are to stop

    def poll(self) -> Batch:
        if self.finishing:
            return self.finish()
        if self._instead is not None:
            out = self._instead.poll()
            self.ended = self._instead.ended
            return out
        if not self._members:
            self._begin()
        with self._link.named(), self._waiting():
            for ready, _ in self._selector.select(TICK):
                member: Member[Outcome] = ready.data
                if member.receive():
                    self._selector.unregister(member.pipe)
        self._run.report.bytes_read = sum(self._shared()[: self._jobs])
        if self._may_tear:
            if self._selector.get_map():
                return []
            if any(isinstance(outcome.error, Torn) for member in self._members for outcome in member.outcomes):
                self._run.report.bytes_read = 0
                self._instead = self._alone()
                return []
        while self._joined < len(self._parts):
            member = self._members[self._joined % self._jobs]
            with self._link.named():
                outcome = member.outcome()
                if outcome is None:
                    break
                self._sharing.join(outcome)
            self._joined += 1
        if self._selector.get_map():
            return []
        return self.finish()

    def close(self) -> None:
        if self._members:
            self._shared()[self._jobs] = 1
        for member in reversed(self._members):  # each has the pipes of those before it, too
            member.kill(PATIENCE if self._run.stop.is_set() else 0)
        self._selector.close()
        super().close()

    def finish(self) -> Batch:
        if self._instead is None:
            return super().finish()
        out = self._instead.finish()
        self.ended = self._instead.ended
        return out

    def _holding(self) -> Sequence[Closing]:
        return [self.chain if self._instead is None else self._instead]

    def _shared(self) -> memoryview:
        return memoryview(self._numbers).cast("q")

    def _begin(self) -> None:
        if sys.stdout is not None:
            sys.stdout.flush()
        ring = Ring(self._jobs) if self._sharing.flush else None
        for number in range(self._jobs):
            member: Member[Outcome] = Member(lambda send, number=number: self._work(number, ring, send))  # type: ignore[misc]
            self._members.append(member)
            self._selector.register(member.pipe, selectors.EVENT_READ, member)
        if ring is not None:
            ring.close()

    def _work(self, number: int, ring: Ring | None, send: Callable[[Outcome], None]) -> None:
        """Push every part of a member through the stages, in its process."""
        report, shared = self._run.report, self._shared()
        report.bytes_read = 0

        def go_on() -> bool:
            shared[number] = report.bytes_read
            return not shared[self._jobs]

        self._sharing.work(number, self._parts[number :: self._jobs], ring, send, go_on)


def parts_of(planned: PlannedSource, jobs: int | None) -> tuple[Sequence[Source], int] | None:
    """The parts of the source, and how many processes read them (*jobs*, None: as many as help); None for one."""
    if planned.shared is None or not can_fork():
        return None
    size = planned.source.size() or 0
    if jobs is None:
        jobs = cores() if size >= LARGE else 1
    if jobs < 2:
        return None
    last = planned.steps[planned.shared]
    writes = isinstance(last, PlannedStep) and isinstance(last.step, Sink)
    parts = planned.source.split(min(max(size // PART, jobs), MOST) if writes else jobs)
    # what is written cannot be taken back
    if parts is None or len(parts) < 2 or (writes and any(part.may_tear() for part in parts)):
        return None
    return parts, jobs
