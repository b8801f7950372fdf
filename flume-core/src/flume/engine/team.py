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
from collections.abc import Callable, Sequence

from flume.closing import Closing
from flume.engine.inputs import Input, Waiting
from flume.engine.planned import PlannedSource, PlannedStep
from flume.engine.sharing import Outcome, Sharing
from flume.flow import Batch, Sink, Source
from flume.member import Members, Ring, can_fork, cores
from flume.parsing import Torn

TICK = 0.05  # seconds between looks at how far the others are
LARGE = 1 << 24  # bytes from which on several processes are faster than one
PART = 1 << 20  # bytes of a part that is written in its turn
MOST = 1000  # such parts
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
        self._members: Members[Outcome] | None = None
        self._numbers = mmap.mmap(-1, (self._jobs + 1) * _NUMBER)  # bytes that each has read; whether all are to stop

    def poll(self) -> Batch:
        if self.finishing:
            return self.finish()
        if self._instead is not None:
            out = self._instead.poll()
            self.ended = self._instead.ended
            return out
        members = self._members
        if members is None:
            members = self._members = Members(self._jobs, self._work, in_turns=self._sharing.flush is not None)
        with self._link.named(), self._waiting():
            for ready, _ in members.selector.select(TICK):
                members.receive(ready.data)
        self._run.report.bytes_read = sum(self._shared()[: self._jobs])
        if self._may_tear:
            if members.speaking:
                return []
            if any(isinstance(outcome.error, Torn) for member in members.all for outcome in member.outcomes):
                self._run.report.bytes_read = 0
                self._instead = self._alone()
                return []
        while self._joined < len(self._parts):
            member = members.all[self._joined % self._jobs]
            with self._link.named():
                outcome = member.outcome()
                if outcome is None:
                    break
                self._sharing.join(outcome)
            self._joined += 1
        return [] if members.speaking else self.finish()

    def close(self) -> None:
        if self._members is not None:
            self._shared()[self._jobs] = 1
            self._members.close(stopping=self._run.stop.is_set())
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
