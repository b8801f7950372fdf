"""Arriving: the bytes of a file, a pipe or a terminal, as they come."""

from __future__ import annotations

import os
import select
import stat
import threading
import time
from collections.abc import Iterator

from flume.adapters.blocks import BLOCK
from flume.adapters.ranges import cannot_read
from flume.run import Run

QUIET = 1.0  # seconds without more after which what was read is taken for complete
_TICK = 0.1  # seconds between looks at whether the run is to stop


def arriving(
    descriptor: int, name: str, run: Run, *, tells_quiet: bool = False, size: int | None = None
) -> Iterator[bytes]:
    """What is there to read, as it comes: a pipe is never waited for to fill a block, of *size* bytes.

    *tells_quiet*: an empty chunk says that nothing has come for a while.
    """
    typed = os.isatty(descriptor)
    waits = not stat.S_ISREG(os.fstat(descriptor).st_mode)
    fresh = False  # whether there is something that was not told to be complete
    while True:
        if fresh and tells_quiet and waits and not _is_readable(descriptor, QUIET, run.stop):
            fresh = False
            yield b""
        if run.before_reading is not None:
            run.before_reading(descriptor)
        elif run.live and waits:  # in a thread, which no signal wakes
            while not run.stop.is_set() and not _is_readable(descriptor, _TICK, run.stop):
                pass
            if run.stop.is_set():
                return
        try:
            chunk = os.read(descriptor, size or BLOCK)
        except OSError as error:
            raise cannot_read(name, error) from error
        if not chunk:
            return
        run.report.bytes_read += len(chunk)
        if typed:
            run.panes.typed(chunk.count(b"\n"))
        fresh = True
        yield chunk


def _is_readable(descriptor: int, seconds: float, stop: threading.Event) -> bool:
    """Whether there is something to read, or the end, waited for so long; True as well where the run is to stop."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    until = time.monotonic() + seconds
    while not stop.is_set():
        if poll.poll(_TICK * 1000):
            return True
        if time.monotonic() >= until:
            return False
    return True
