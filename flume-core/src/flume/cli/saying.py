"""Saying: what flume tells its user goes to stderr, as lines that begin with `flume: `."""

from __future__ import annotations

import sys
from contextlib import suppress

from flume.screen import clear, restore


def say(text: str) -> None:
    """Print *text* on stderr; control characters of data in it are shown, not obeyed.

    What is drawn on the terminal is taken away first, and drawn again below.
    """
    clear()
    with suppress(OSError, ValueError, AttributeError):  # nobody listens
        sys.stderr.write(f"flume: {printable(text)}\n")
        sys.stderr.flush()
    restore()


def printable(text: str) -> str:
    """*text* with nothing in it that a terminal would obey but line ends.

    >>> printable('a\\x1b[2Jb')
    'a\\\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
