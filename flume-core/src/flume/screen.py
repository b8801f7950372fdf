"""Screen: what is known of the terminal that a stream leads to."""

from __future__ import annotations

import os
from typing import TextIO

from flume.viewing import Screen


def screen_of(stream: TextIO | None) -> Screen | None:
    """The terminal behind *stream*; None where there is none.

    It has colours unless `NO_COLOR` is set or `TERM` is dumb.

    >>> import io
    >>> screen_of(io.StringIO()) is None
    True
    """
    if stream is None or not stream.isatty():
        return None
    try:
        columns, rows = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        columns, rows = 0, 0
    unicode = (stream.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
    return Screen(columns or 80, rows or 24, colour, unicode)
