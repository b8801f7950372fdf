"""Feeding: several processes are handed the blocks of a stream in turn, through memory that they share.

Each has two places in it: one that it reads, and one that is filled meanwhile.  A place is free again when what came of
it has arrived.
"""

from __future__ import annotations

import mmap
import os
import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from flume.engine.sharing import Outcome, Sharing
from flume.flow import Source
from flume.member import Member, Members, Ring
from flume.streams import Stream

MEMORY = 1 << 24  # bytes that are shared
BLOCK = 1 << 17  # bytes of whole lines that are read at once
PLACES = 2  # of each process
_NUMBER = 8  # bytes of a number
_TRIED = 0.2  # seconds of making, before which nothing is known
_WORTH = 3  # times as long as joining what came of a part must making it take


class Feeding:
    """Processes that make what is to be made of a stream."""

    def __init__(self, stream: Stream, jobs: int, sharing: Sharing) -> None:
        self._stream = stream
        self._jobs = jobs
        self._sharing = sharing
        sharing.lines = {stream.file: stream.first - 1}
        self._size = MEMORY // (jobs * PLACES)  # of a place
        self._memory = mmap.mmap(-1, _NUMBER + MEMORY)  # before the places: whether all are to stop
        self._lengths: list[int] = []  # of the blocks in the place that is being filled
        self._filled = 0  # bytes of it
        self.since = 0.0  # when the first of them came
        self._given = self._joined = 0  # parts
        self._arrived = [0] * jobs  # parts of each process
        self._making = self._joining = 0.0  # seconds
        self._inboxes = [os.pipe() for _ in range(jobs)]
        self._members: Members[Outcome] = Members(jobs, self._work, in_turns=sharing.last.sink)
        for inbox, _ in self._inboxes:
            os.close(inbox)

    @property
    def useful(self) -> bool:
        """Whether the others take enough of the work to be worth theirs."""
        return self._making < _TRIED or self._joining * _WORTH < self._making

    @property
    def all_live(self) -> bool:
        """Whether every process takes more."""
        return self._members.speaking == self._jobs

    def give(self, block: bytes) -> bool:
        """Take the next block; False, and it is not taken, where that cannot be."""
        if len(block) > self._size:
            return False
        if self._filled + len(block) > self._size:
            self.hand_over()
        if not self._filled:
            while not self._is_free() and self.all_live:
                self.receive()
            if not self.all_live:
                return False
            self.since = time.monotonic()
        at = self._place(self._given) + self._filled
        self._memory[at : at + len(block)] = block
        self._filled += len(block)
        if self._lengths and self._lengths[-1] + len(block) <= BLOCK:
            self._lengths[-1] += len(block)
        else:
            self._lengths.append(len(block))
        return True

    def hand_over(self) -> None:
        """Hand over what was taken, though a place is not full."""
        if not self._filled:
            return
        numbers = [len(self._lengths), *self._lengths]
        with suppress(BrokenPipeError):  # it has ended, which is seen where it is received from
            os.write(self._inboxes[self._given % self._jobs][1], b"".join(n.to_bytes(_NUMBER) for n in numbers))
        self._lengths, self._filled = [], 0
        self._given += 1
        self.receive(0)

    def receive_until(self, until: float, descriptor: int) -> bool:
        """Take over what arrives until there is something to read of *descriptor*; False where it is that late."""
        while (left := until - time.monotonic()) > 0:
            if self.receive(left, descriptor):
                return True
        return False

    def receive(self, seconds: float | None = None, descriptor: int | None = None) -> bool:
        """Take over what has arrived, waited for so long; True where there is something to read of *descriptor*."""
        selector = self._members.selector
        if descriptor is not None:
            selector.register(descriptor, selectors.EVENT_READ)
        try:
            ready = selector.select(seconds)
        finally:
            if descriptor is not None:
                selector.unregister(descriptor)
        if members := [key.data for key, _ in ready if key.data is not None]:
            began = time.process_time()
            for member in members:
                self._receive(member)
            self._join()
            self._joining += time.process_time() - began
        return len(members) < len(ready)

    def _receive(self, member: Member[Outcome]) -> None:
        before = len(member.outcomes)
        self._members.receive(member)
        self._arrived[self._members.all.index(member)] += len(member.outcomes) - before

    def _join(self) -> None:
        while self._joined < self._given:
            outcome = self._members.all[self._joined % self._jobs].outcome()
            if outcome is None:
                return
            self._making += outcome.seconds
            self._joined += 1
            self._sharing.join(outcome)

    def end(self) -> bool:
        """Let the processes come to their end; False where they did before all was made, as nobody wants more."""
        self.hand_over()
        self._close_inboxes()
        while self._members.speaking:
            self.receive()
        for member in self._members.all:
            member.outcome()  # there is none left: but a bad end is said, also of one that had nothing to do
        self._stream.first = self._sharing.lines[self._stream.file] + 1
        return self._joined == self._given

    def close(self, *, stopping: bool = False) -> None:
        """Release everything; the processes get some time to end where they are to be *stopping*."""
        self._memory[0] = 1
        self._close_inboxes()
        self._members.close(stopping=stopping)

    def _close_inboxes(self) -> None:
        for _, end in self._inboxes:
            os.close(end)
        self._inboxes = []

    def _is_free(self) -> bool:
        number = self._given % self._jobs
        return self._given // self._jobs - self._arrived[number] < PLACES

    def _place(self, part: int) -> int:
        return _NUMBER + part % (self._jobs * PLACES) * self._size

    # -- in the process of a member ---------------------------------------------------------------

    def _work(self, number: int, ring: Ring | None, send: Callable[[Outcome], None]) -> None:
        for each, (inbox, end) in enumerate(self._inboxes):
            os.close(end)
            if each != number:
                os.close(inbox)
        self._sharing.begin_anew()
        if ring is not None:
            self._sharing.flush = self._sharing.last.stage.in_turns()
        self._sharing.work(number, self._parts(number), ring, send, lambda: not self._memory[0])

    def _parts(self, number: int) -> Iterator[Source]:
        with open(self._inboxes[number][0], "rb") as inbox:
            part = number
            while data := inbox.read(_NUMBER):
                lengths = inbox.read(int.from_bytes(data) * _NUMBER)
                self._stream.first = 1
                yield self._stream.part(self._blocks(part, lengths), self._stream)
                part += self._jobs

    def _blocks(self, part: int, lengths: bytes) -> Iterator[bytes]:
        at = self._place(part)
        for begin in range(0, len(lengths), _NUMBER):
            length = int.from_bytes(lengths[begin : begin + _NUMBER])
            yield self._memory[at : at + length]
            at += length
