"""Screen: what is known of the terminal that a stream leads to, and how what is there is drawn anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from flume.viewing import Screen


def screen_of(stream: TextIO | None) -> Screen | None:
    """The terminal behind *stream*; None where there is none, or one whose cursor cannot be moved (`TERM=dumb`).

    It has colours unless `NO_COLOR` is set.

    >>> import io
    >>> screen_of(io.StringIO()) is None
    True
    """
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return None
    try:
        columns, rows = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        columns, rows = 0, 0
    from flume.viewing import Screen  # which most runs do without

    unicode = (stream.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")
    return Screen(columns or 80, rows or 24, not os.environ.get("NO_COLOR"), unicode)


def redrawn(lines: Sequence[bytes], above: int) -> bytes:
    """What draws *lines* in the place of as many as stand *above* the cursor, without a half of it being seen.

    >>> redrawn([b'a'], 2)
    b'\\x1b[?2026h\\x1b[2Fa\\x1b[K\\n\\x1b[J\\x1b[?2026l'
    """
    up = b"\x1b[%dF" % above if above else b""
    text = b"".join([line + b"\x1b[K\n" for line in lines])  # what else is on a line goes, and all behind the last
    return b"\x1b[?2026h" + up + text + b"\x1b[J\x1b[?2026l"


def clear_progress() -> None:
    """Take the bar of progress off the terminal, if there is one."""
    progress = sys.modules.get("flume.engine.progress")
    if progress is not None:
        progress.clear()
