"""Screen: what is known of the terminal that a stream leads to, and taking off it what is drawn there."""

from __future__ import annotations

import os
import sys
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


def clear() -> None:
    """Take off the terminal what is drawn there in its place: the bar of progress, charts, tables."""
    clear_progress()
    if (panes := sys.modules.get("flume.panes")) is not None:
        panes.clear()


def restore() -> None:
    """Draw again the charts and tables that were taken off."""
    if (panes := sys.modules.get("flume.panes")) is not None:
        panes.restore()


def clear_progress() -> None:
    """Take the bar of progress off the terminal, if there is one."""
    if (progress := sys.modules.get("flume.engine.progress")) is not None:
        progress.clear()
