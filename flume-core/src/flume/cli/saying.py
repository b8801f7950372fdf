"""Saying: what flume tells its user goes to stderr, as lines that begin with `flume: `."""

from __future__ import annotations

import sys
from contextlib import suppress

from flume.screen import clear_progress


def say(text: str) -> None:
    """Print *text* on stderr; control characters of data in it are shown, not obeyed.

    A bar of progress that stands there is taken away first.
    """
    clear_progress()
    with suppress(OSError, ValueError, AttributeError):  # nobody listens
        sys.stderr.write(f"flume: {printable(text)}\n")
        sys.stderr.flush()


def printable(text: str) -> str:
    """*text* with nothing in it that a terminal would obey but line ends.

    >>> printable('a\\x1b[2Jb')
    'a\\\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
