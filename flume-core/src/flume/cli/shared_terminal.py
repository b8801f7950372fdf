"""SharedTerminal: standard output where the bar of progress stands on the same terminal."""

from __future__ import annotations

from io import TextIOWrapper
from typing import TextIO

from flume.engine.progress import clear


class SharedTerminal(TextIOWrapper):
    """Writes to *out*, and takes the bar away before; `detach` it in the end."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out.buffer, encoding=out.encoding, errors=out.errors, line_buffering=True)

    def write(self, text: str) -> int:
        """Write *text* where the bar was."""
        clear()
        return super().write(text)
