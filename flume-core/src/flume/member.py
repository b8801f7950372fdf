"""Member: a process that works for this one, and the ring by which several of them take turns."""

from __future__ import annotations

import os
import pickle
import selectors
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Generic, NoReturn, TypeVar

from flume.errors import FlumeError, SourceError

T = TypeVar("T")
TICK = 0.01  # seconds between looks at whether it still lives
PATIENCE = 1.0  # seconds that processes get to come to an end, when the run is to stop
_LENGTH = 8  # bytes that say how long what follows is


def can_fork() -> bool:
    """Whether there can be such processes: no thread lives on in one that is begun so."""
    return hasattr(os, "fork") and threading.active_count() == 1


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Member(Generic[T]):
    """A process, and the pipe that what it has to say comes through.

    *work* is done there; it is given a function that sends something here.
    """

    def __init__(self, work: Callable[[Callable[[T], None]], None]) -> None:
        self.pipe, theirs = os.pipe()
        self._received = bytearray()
        self.outcomes: deque[T] = deque()
        self._status: int | None = None
        self.process = os.fork()
        if self.process == 0:
            os.close(self.pipe)
            _live(work, theirs)
        os.close(theirs)

    def receive(self) -> bool:
        """Take what is in the pipe; True at its end."""
        data = os.read(self.pipe, 1 << 16)  # what a pipe holds: more would be memory for nothing
        if not data:
            os.close(self.pipe)
            self._wait()
            return True
        self._received += data
        while len(self._received) >= _LENGTH:
            end = _LENGTH + int.from_bytes(self._received[:_LENGTH])
            if len(self._received) < end:
                break
            with memoryview(self._received) as received, received[_LENGTH:end] as sent:
                outcome = pickle.loads(sent)
            del self._received[:end]
            if isinstance(outcome, FlumeError):
                raise outcome
            self.outcomes.append(outcome)
        return False

    def outcome(self) -> T | None:
        """The next that it sent, None where there is none now; an error where it came to a bad end."""
        if self.outcomes:
            return self.outcomes.popleft()
        if self._status:
            how = f"was killed by signal {-self._status}" if self._status < 0 else f"ended with status {self._status}"
            raise SourceError(f"a process that read a part of the input {how}; jobs=1 reads in one process")
        return None

    def kill(self, patience: float = 0) -> None:
        """End the process, if it still lives after so many seconds; nothing that it has to say is heard any more."""
        if self._status is not None:
            return
        os.close(self.pipe)  # else it would wait to say it
        until = time.monotonic() + patience
        while self._status is None and time.monotonic() < until:
            self._wait(os.WNOHANG)
            time.sleep(TICK)
        if self._status is None:
            os.kill(self.process, signal.SIGKILL)
            self._wait()

    def _wait(self, options: int = 0) -> None:
        process, status = os.waitpid(self.process, options)
        if process:
            self._status = os.waitstatus_to_exitcode(status)


@dataclass(slots=True)
class Turn:
    """Whether it is still to be taken, and whether there is one more after it."""

    mine: bool
    more: bool = True


class Members(Generic[T]):
    """Several processes that work for this one.

    *work* is done in each: it is given its number, the ring by which they take turns where they do (*in_turns*), and
    what sends something here.
    """

    def __init__(
        self, size: int, work: Callable[[int, Ring | None, Callable[[T], None]], None], *, in_turns: bool
    ) -> None:
        if sys.stdout is not None:
            sys.stdout.flush()  # else each would write what waits there
        ring = Ring(size) if in_turns else None
        self.all = [Member[T](partial(work, number, ring)) for number in range(size)]
        self.selector = selectors.DefaultSelector()  # of those that may still say something
        for member in self.all:
            self.selector.register(member.pipe, selectors.EVENT_READ, member)
        if ring is not None:
            ring.close()

    @property
    def speaking(self) -> int:
        """How many of them may still say something."""
        return len(self.selector.get_map())

    def receive(self, member: Member[T]) -> None:
        """Take what one of them has said."""
        if member.receive():
            self.selector.unregister(member.pipe)

    def close(self, *, stopping: bool) -> None:
        """End all of them; where the run is to be *stopping*, they get a moment to come to an end."""
        for member in reversed(self.all):  # each has the pipes of those before it, too
            member.kill(PATIENCE if stopping else 0)
        self.selector.close()


class Ring:
    """A turn that goes around among processes, from the first to the last and to the first again."""

    def __init__(self, size: int) -> None:
        self._pipes = [os.pipe() for _ in range(size)]
        os.write(self._pipes[0][1], b"+")

    @contextmanager
    def turn(self, number: int) -> Iterator[Turn]:
        """Wait for the turn of the process of this number, and hand it on behind."""
        turn = Turn(os.read(self._pipes[number][0], 1) == b"+")
        try:
            yield turn
        except BaseException:
            turn.more = False
            raise
        finally:
            os.write(self._pipes[(number + 1) % len(self._pipes)][1], b"+" if turn.mine and turn.more else b"-")

    def close(self) -> None:
        """Forget it here; the processes that were begun go on."""
        for ends in self._pipes:
            for end in ends:
                os.close(end)


def _live(work: Callable[[Callable[[T], None]], None], pipe: int) -> NoReturn:
    """The life of a member: it never returns, and leaves nothing to the interpreter to clean up."""
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGHUP):  # the parent decides
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with open(pipe, "wb") as out:

            def send(outcome: T) -> None:
                try:
                    data = pickle.dumps(outcome, protocol=5)
                except Exception as error:
                    data = pickle.dumps(FlumeError(f"cannot hand over a part of the input: {error}"))
                out.write(len(data).to_bytes(_LENGTH))
                out.write(data)
                out.flush()

            work(send)
        status = 0
    finally:
        os._exit(status)
