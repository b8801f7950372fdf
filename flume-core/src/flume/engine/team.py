"""Team: a stream read in parts by several processes, up to the step that folds it or to the sink.

Every process has the stages as they were when it began, and pushes its parts of the stream through them.  Of each part
it hands over what the folding stage gathered, what the ledger booked, and the records that were refused.  All that is
taken in the order of the parts, so the outcome is that of one process.  Where the last stage is a sink there are many
small parts, and each process writes what it has made of one when all before it is written.

Parts of a table with quotes may be torn: a cut at a line end may be one within a cell.  The first part begins with a
row; each that is found to end with one shows that the next begins so.  Where one ends within a row, nothing was handed
on yet: everything is read again, by this process alone.
"""

from __future__ import annotations

import mmap
import os
import selectors
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flume.closing import Closing, closing
from flume.engine.chain import Chain, Link
from flume.engine.inputs import Input, Waiting
from flume.engine.plan import PlannedSource, PlannedStep
from flume.flow import Batch, Sink, Source
from flume.member import Member, Ring
from flume.parsing import Torn
from flume.report import Account, Elsewhere
from flume.run import Run

TICK = 0.05  # seconds between looks at how far the others are
LARGE = 1 << 24  # bytes from which on several processes are faster than one
PART = 1 << 20  # bytes of a part that is written in its turn
MOST = 1000  # such parts
PATIENCE = 1.0  # seconds that the others get to come to an end, when the run is to stop
_NUMBER = 8  # bytes of a number in shared memory


@dataclass(slots=True)
class Outcome:
    """What a process hands over of one part."""

    gathered: Any = None  # by the folding stage
    accounts: list[Account] = field(default_factory=list)
    read: int = 0
    unseen: list[set[str]] = field(default_factory=list)  # fields that were named and not found, of each stage
    rest: Elsewhere = field(default_factory=Elsewhere)
    error: BaseException | None = None
    notes: list[str] = field(default_factory=list)


class Team(Input):
    """An input whose source is read by several processes: part *n* by process *n* modulo *jobs*."""

    def __init__(
        self,
        parts: Sequence[Source],
        jobs: int,
        link: Link,
        run: Run,
        chain: Chain,
        shared: int,
        *,
        flush: Callable[[], None] | None,
        alone: Callable[[], Input],
        waiting: Waiting,
    ) -> None:
        self.chain = chain
        self._parts = parts
        self._jobs = min(jobs, len(parts))
        self._link = link
        self._run = run
        self._last = chain.links[shared]
        self._flush = flush  # of a sink, in turns
        self._alone = alone  # what reads it all in this process
        self._instead: Input | None = None
        self._may_tear = any(part.may_tear() for part in parts)
        self._waiting = waiting
        self._links = [link, *chain.links[: shared + 1]]
        self._lines: dict[str, int] = {}  # of each file, in the parts that were joined
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
                self._join(outcome)
            self._joined += 1
        if self._selector.get_map():
            return []
        return self.finish()

    def close(self) -> None:
        if self._members:
            self._shared()[self._jobs] = 1
        for member in self._members:
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
        ring = Ring(self._jobs) if self._flush else None
        for number in range(self._jobs):
            member: Member[Outcome] = Member(lambda send, number=number: self._work(number, ring, send))  # type: ignore[misc]
            self._members.append(member)
            self._selector.register(member.pipe, selectors.EVENT_READ, member)
        if ring is not None:
            ring.close()

    # -- in the process of a member ---------------------------------------------------------------

    def _work(self, number: int, ring: Ring | None, send: Callable[[Outcome], None]) -> None:
        """Push every part of this process through the stages."""
        self._run.report.bytes_read = 0
        for part in self._parts[number :: self._jobs]:
            outcome = self._outcome(number, part)
            more = outcome.error is None and not self._shared()[self._jobs]
            if ring is not None:
                with ring.turn(number) as turn:
                    if not turn.mine:
                        return
                    turn.more = more = self._written(outcome) and more
            send(outcome)
            if not more:
                return

    def _written(self, outcome: Outcome) -> bool:
        """Write what was made of a part; whether there is any use in going on."""
        assert self._flush is not None
        try:
            with self._last.named():
                self._flush()
        except BrokenPipeError:
            return False  # nobody reads on, as with `| head`
        except Exception as error:
            outcome.error, outcome.notes = outcome.error or error, getattr(error, "__notes__", [])
            return False
        return True

    def _outcome(self, number: int, part: Source) -> Outcome:
        """What comes of one part."""
        outcome = Outcome()
        report = self._run.report
        report.elsewhere = outcome.rest
        shared = self._shared()
        try:
            with closing(part.start(self._run)) as batches:
                for batch in batches:
                    self._link.account.made += len(batch)
                    self._link.account.points_out += len(batch)
                    outcome.read += len(batch)
                    self.chain.push(batch)
                    shared[number] = report.bytes_read
                    if shared[self._jobs]:
                        break
        except Exception as error:
            outcome.error, outcome.notes = error, getattr(error, "__notes__", [])
        if self._flush is None:
            outcome.gathered = self._last.stage.part()
        outcome.accounts = [link.account.taken_out() for link in self._links]
        outcome.unseen = [set(link.unseen) for link in self._links]
        return outcome

    # -- in the process that has begun them -------------------------------------------------------

    def _join(self, outcome: Outcome) -> None:
        self._run.report.read += outcome.read
        for refused in outcome.rest.refused:
            file, line = refused.file, refused.line
            line = None if line is None else line + self._lines.get(file or "", 0)
            self._run.reject(refused.reason, file=file, line=line, raw=refused.raw, point=refused.point)
        self._run.reject_unshown(outcome.rest.unshown)
        for file, lines in outcome.rest.lines.items():
            self._lines[file] = self._lines.get(file, 0) + lines
        if outcome.error is not None:
            known = getattr(outcome.error, "__notes__", [])  # pickled with most errors, and the very same list then
            for note in [note for note in outcome.notes if note not in known]:
                outcome.error.add_note(note)
            raise outcome.error
        for link, account, unseen in zip(self._links, outcome.accounts, outcome.unseen, strict=True):
            link.account.add(account)
            link.unseen &= unseen
            link.account.unseen = link.unseen
        if self._flush is None:
            with self._last.named():
                self._last.stage.join(outcome.gathered)


def parts_of(planned: PlannedSource, jobs: int | None) -> tuple[Sequence[Source], int] | None:
    """The parts of the source, and how many processes read them (*jobs*, None: as many as help); None for one."""
    # no thread lives on in a fork
    if planned.shared is None or not hasattr(os, "fork") or threading.active_count() > 1:
        return None
    size = planned.source.size() or 0
    if jobs is None:
        jobs = _cores() if size >= LARGE else 1
    if jobs < 2:
        return None
    last = planned.steps[planned.shared]
    writes = isinstance(last, PlannedStep) and isinstance(last.step, Sink)
    parts = planned.source.split(min(max(size // PART, jobs), MOST) if writes else jobs)
    # what is written cannot be taken back
    if parts is None or len(parts) < 2 or (writes and any(part.may_tear() for part in parts)):
        return None
    return parts, jobs


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
