"""Progress: one line on the terminal that says how far a long read is."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

PATIENCE = 1.0  # seconds that a run may take before anything is drawn
EVERY = 0.1  # seconds between two drawings
BARS = (20, 10)  # columns of the bar, as there is room for it

_drawn: Progress | None = None


class Progress:
    """A line on stderr, drawn again and again in its place; nothing where stderr is no terminal.

    *total*: bytes that there are to read, where that is known; *stream* and *clock*: for tests.  A run of less
    than a second draws nothing.
    """

    def __init__(
        self, total: int | None, *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._stream = stream or sys.stderr
        self._clock = clock
        self._began = clock()
        self._next = self._began + PATIENCE if _is_terminal(self._stream) else float("inf")

    def update(self, bytes_done: int, points: int) -> None:
        """Say how many bytes were read and how many points came of them; cheap, so call it as often as you like."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + EVERY
        if self._total and bytes_done >= self._total:
            self.close()  # what follows are the results, on the same terminal perhaps
        elif _in_foreground(self._stream):
            self._draw(line(bytes_done, self._total, points, now - self._began, _columns(self._stream) - 1))

    def close(self) -> None:
        """Take the line off the terminal."""
        if _drawn is self:
            clear()

    def _draw(self, text: str) -> None:
        global _drawn
        if self._write(f"\r{text}\x1b[K"):
            _drawn = self

    def _erase(self) -> None:
        self._write("\r\x1b[K")

    def _write(self, text: str) -> bool:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone
            self._next = float("inf")
            return False
        return True


def clear() -> None:
    """Take the line off the terminal, if there is one: call it before anything else is written there."""
    global _drawn
    shown, _drawn = _drawn, None
    if shown is not None:
        shown._erase()


def line(done: int, total: int | None, points: int, seconds: float, width: int) -> str:
    """The line, in at most *width* columns: what matters least is left out first.

    >>> line(450_000_000, 900_000_000, 2_250_000, 2.0, 90)
    ' 50% [==========>         ] 450 MB of 900 MB, 2,250,000 points, 1,125,000 points/s'
    >>> line(450_000_000, 900_000_000, 2_250_000, 2.0, 25)
    ' 50% 450 MB of 900 MB'
    >>> line(12_000, None, 100, 2.0, 79)
    '12 kB, 100 points, 50 points/s'
    """
    share = min(done / total, 1.0) if total else None
    lead = "" if share is None else f"{int(share * 100):3}% "
    size = f"{_bytes(done)} of {_bytes(total)}" if total else _bytes(done)
    facts = [*([size] if done else []), f"{points:,} points", f"{points / seconds if seconds else 0:,.0f} points/s"]
    while len(facts) > 1 and len(lead) + len(", ".join(facts)) > width:
        facts.pop()
    text = ", ".join(facts)
    bar = next((columns for columns in BARS if len(lead) + len(text) + columns + 3 <= width), 0)
    if share is not None and bar:
        filled = int(share * bar)
        lead += f"[{'=' * filled + '>' * (filled < bar):<{bar}}] "
    return (lead + text)[: max(0, width)]


def _bytes(count: int) -> str:
    """A number of bytes as people say it, in powers of a thousand."""
    number = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 999.5:
            return f"{number:.0f} {unit}" if number >= 10 or unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _in_foreground(stream: TextIO) -> bool:
    """Whether the terminal is ours to draw on: a job in the background keeps quiet."""
    try:
        return os.tcgetpgrp(stream.fileno()) == os.getpgrp()
    except (OSError, AttributeError, ValueError):  # not a terminal that has jobs
        return True


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
