"""InPlace: a table on a terminal that is drawn again as points come, the last of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flume.flow import Batch
from flume.parsers.table_layout import Sheet, layout
from flume.parsing import Rendering, encode
from flume.screen import redrawn, screen_of
from flume.value import field_list
from flume.viewing import Screen

if TYPE_CHECKING:
    from flume.parsers.table import table

EVERY = 0.1  # seconds between two drawings


class InPlace(Rendering):
    """The last rows, as many as there is room for: drawn at once, then at most every `EVERY` seconds, and at the end.

    *clock*: seconds that never go back.
    """

    def __init__(self, parser: table, screen: Screen, clock: Callable[[], float] = time.monotonic) -> None:
        fields = field_list(parser.columns)
        self._sheet = Sheet(fields, parser.cell, most=parser.limit, ascii=not screen.unicode)
        self._border = parser.border
        self._screen = screen
        self._clock = clock
        self._due = clock()
        self._count = 0
        self._waiting = False
        self._drawn = 0  # lines that stand above the cursor

    def push(self, batch: Batch) -> bytes:
        self._sheet.add(batch)
        self._count += len(batch)
        self._waiting = self._waiting or bool(batch)
        return self.advance()

    def advance(self) -> bytes:
        return self._frame() if self._clock() >= self._due else b""

    def end(self) -> Iterator[bytes]:
        yield self._frame()

    def _frame(self) -> bytes:
        """The table, in the place of the one before; nothing where there is nothing new."""
        if not self._waiting:
            return b""
        self._waiting = False
        self._due = self._clock() + EVERY
        lines = self._lines()
        above, self._drawn = self._drawn, len(lines)
        return redrawn(list(map(encode, lines)), above)

    def _lines(self) -> list[str]:
        screen = screen_of(sys.stdout) or self._screen  # its size may have changed
        around = 6 if self._border else 4  # rows of the header, of lines, of what came before, and the cursor's
        last = max(1, min(len(self._sheet.rows), screen.rows - around))
        lines = layout(self._sheet, last=last, room=screen.columns, border=self._border).splitlines()
        if before := self._count - last:
            lines.insert(0, f"{self._sheet.ellipsis} {before:,} before")
        return lines[: screen.rows - 1]
