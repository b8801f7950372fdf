"""Team: a stream read in parts, each by a process of its own, up to the step that folds it.

Every process has the stages as they were when it began, pushes its part of the stream through them, and hands over
what the folding stage gathered, what the ledger booked, and the records that were refused.  All that is taken in the
order of the parts, so the outcome is that of one process.  A process has no files of the parent's to close and writes
to nothing but its pipe.
"""

from __future__ import annotations

import mmap
import os
import pickle
import selectors
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from flume.closing import close_all, closing
from flume.engine.chain import Chain, Link
from flume.engine.inputs import Input, Waiting
from flume.engine.plan import PlannedSource
from flume.errors import FlumeError, SourceError
from flume.flow import Batch, Source
from flume.report import Account, Elsewhere
from flume.run import Run

TICK = 0.05  # seconds between looks at how far the others are
LARGE = 1 << 24  # bytes from which on several processes are faster than one
_NUMBER = 8  # bytes of a number in shared memory


@dataclass(slots=True)
class Outcome:
    """What one process hands over."""

    parts: list[Any] = field(default_factory=list)  # of the folding stage
    accounts: list[Account] = field(default_factory=list)
    read: int = 0
    unseen: list[set[str]] = field(default_factory=list)  # fields that were named and not found, of each stage
    rest: Elsewhere = field(default_factory=Elsewhere)
    error: BaseException | None = None
    notes: list[str] = field(default_factory=list)


class Team(Input):
    """An input whose source is read by several processes."""

    def __init__(
        self, parts: Sequence[Source], link: Link, run: Run, chain: Chain, folding: int, *, waiting: Waiting
    ) -> None:
        self.chain = chain
        self._parts = parts
        self._link = link
        self._run = run
        self._folding = folding  # the place of the folding stage in the chain
        self._waiting = waiting
        self._links = [link, *chain.links[: folding + 1]]
        self._lines: dict[str, int] = {}  # of each file, in the parts that were joined
        self._members: list[_Member] = []
        self._selector = selectors.DefaultSelector()
        self._progress = mmap.mmap(-1, len(parts) * _NUMBER)

    def poll(self) -> Batch:
        if self.ended:
            return []
        if not self._members:
            self._begin()
        with self._link.named(), self._waiting():
            for ready, _ in self._selector.select(TICK):
                member: _Member = ready.data
                if member.receive():
                    self._selector.unregister(member.pipe)
        self._run.report.bytes_read = sum(memoryview(self._progress).cast("q"))
        if self._selector.get_map():
            return []
        for member in self._members:
            with self._link.named():
                self._join(member.outcome())
        self.ended = True
        return self.chain.end()

    def close(self) -> None:
        for member in self._members:
            member.kill()
        self._selector.close()
        close_all([self.chain])

    def _begin(self) -> None:
        if sys.stdout is not None:
            sys.stdout.flush()
        for number, part in enumerate(self._parts):
            member = _Member(lambda number=number, part=part: self._work(number, part))  # type: ignore[misc]
            self._members.append(member)
            self._selector.register(member.pipe, selectors.EVENT_READ, member)

    # -- in the process of a member ---------------------------------------------------------------

    def _work(self, number: int, part: Source) -> Outcome:
        """Push one part through the stages."""
        outcome = Outcome()
        report = self._run.report
        report.elsewhere = outcome.rest
        report.bytes_read = 0
        done = memoryview(self._progress).cast("q")
        try:
            with closing(part.start(self._run)) as batches:
                for batch in batches:
                    self._link.account.made += len(batch)
                    self._link.account.points_out += len(batch)
                    outcome.read += len(batch)
                    self.chain.push(batch)
                    done[number] = report.bytes_read
        except Exception as error:
            outcome.error, outcome.notes = error, getattr(error, "__notes__", [])
        outcome.parts.append(self.chain.links[self._folding].stage.part())
        outcome.accounts = [link.account for link in self._links]
        outcome.unseen = [link.unseen for link in self._links]
        return outcome

    # -- in the process that has begun them -------------------------------------------------------

    def _join(self, outcome: Outcome) -> None:
        self._run.report.read += outcome.read
        for refused in outcome.rest.refused:
            file, line = refused.file, refused.line
            line = None if line is None else line + self._lines.get(file or "", 0)
            self._run.reject(refused.reason, file=file, line=line, raw=refused.raw, point=refused.point)
        for file, lines in outcome.rest.lines.items():
            self._lines[file] = self._lines.get(file, 0) + lines
        if outcome.error is not None:
            for note in outcome.notes:
                outcome.error.add_note(note)
            raise outcome.error
        for link, account, unseen in zip(self._links, outcome.accounts, outcome.unseen, strict=True):
            link.account.add(account)
            link.unseen &= unseen
            link.account.unseen = link.unseen
        self.chain.links[self._folding].stage.join(outcome.parts[0])


def parts_of(planned: PlannedSource, jobs: int | None) -> Sequence[Source] | None:
    """The parts that *jobs* processes read (None: as many as help); None where one does better, or has to."""
    if (
        planned.folding is None or not hasattr(os, "fork") or threading.active_count() > 1
    ):  # no thread lives on in a fork
        return None
    if jobs is None:
        jobs = _cores() if (planned.source.size() or 0) >= LARGE else 1
    parts = planned.source.split(jobs) if jobs > 1 else None
    return parts if parts is not None and len(parts) > 1 else None


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Member:
    """A process, and the pipe that its outcome comes through."""

    def __init__(self, work: Callable[[], Outcome]) -> None:
        self.pipe, theirs = os.pipe()
        self._received: list[bytes] = []
        self._status: int | None = None
        self.process = os.fork()
        if self.process == 0:
            os.close(self.pipe)
            _live(work, theirs)
        os.close(theirs)

    def receive(self) -> bool:
        """Take what is in the pipe; True at its end."""
        data = os.read(self.pipe, 1 << 20)
        if data:
            self._received.append(data)
            return False
        self._wait()
        return True

    def outcome(self) -> Outcome:
        """What the process handed over; an error where it did not get that far."""
        if self._status != 0:
            status = self._status or 0
            how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
            raise SourceError(f"a process that read a part of the input {how}; jobs=1 reads in one process")
        outcome: Outcome = pickle.loads(b"".join(self._received))
        self._received.clear()
        return outcome

    def kill(self) -> None:
        """End the process, if it still lives."""
        if self._status is None:
            os.kill(self.process, signal.SIGKILL)
            self._wait()

    def _wait(self) -> None:
        os.close(self.pipe)
        self._status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def _live(work: Callable[[], Outcome], pipe: int) -> NoReturn:
    """The life of a member: it never returns, and leaves nothing to the interpreter to clean up."""
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGHUP):  # the parent decides
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        outcome = work()
        try:
            data = pickle.dumps(outcome, protocol=5)
        except Exception as error:
            data = pickle.dumps(Outcome(error=FlumeError(f"cannot hand over a part of the input: {error}")))
        with open(pipe, "wb") as out:
            out.write(data)
        status = 0
    finally:
        os._exit(status)
