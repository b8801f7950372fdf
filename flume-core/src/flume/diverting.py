"""Diverting: what a stranger's module prints while it is imported goes to stderr, not among the data on stdout."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

_lock = threading.Lock()


class _Stdout:
    """Standard output, but for the threads that are diverted: other threads may be writing data meanwhile."""

    def __init__(self, real: TextIO) -> None:
        self.real = real
        self.diverted: tuple[tuple[int, list[str]], ...] = ()  # each thread, and what it has printed

    def write(self, text: str) -> int:
        own = threading.get_ident()
        printed = [lines for thread, lines in self.diverted if thread == own]
        if not printed:
            return self.real.write(text)
        for lines in printed:
            lines.append(text)
        return sys.stderr.write(text) if sys.stderr is not None else len(text)

    def __getattr__(self, name: str) -> Any:
        own = threading.get_ident()
        return getattr(sys.stderr if any(thread == own for thread, _ in self.diverted) else self.real, name)


@contextmanager
def diverted() -> Iterator[list[str]]:
    """For this thread, standard output is stderr as long as the block lasts; gives what was printed there.

    >>> with diverted() as printed:
    ...     print('hello')
    >>> printed
    ['hello', '\\n']
    """
    printed: list[str] = []
    if sys.stdout is None:
        yield printed
        return
    diversion = threading.get_ident(), printed
    with _lock:
        if not isinstance(sys.stdout, _Stdout):
            sys.stdout = _Stdout(sys.stdout)
        stdout: Any = sys.stdout
        stdout.diverted = (*stdout.diverted, diversion)  # made anew: others may be going through it
    try:
        yield printed
    finally:
        with _lock:
            stdout.diverted = tuple(each for each in stdout.diverted if each is not diversion)
            if not stdout.diverted and sys.stdout is stdout:
                sys.stdout = stdout.real
