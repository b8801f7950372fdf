"""InPlace: a table on a terminal that is drawn again as points come, the last of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flume.flow import Batch
from flume.parsers.table_layout import Sheet, layout
from flume.parsing import Rendering, encode
from flume.value import field_list
from flume.viewing import Screen

if TYPE_CHECKING:
    from flume.panes import Pane
    from flume.parsers.table import table

EVERY = 0.1  # seconds between two drawings
PATIENCE = 1.0  # seconds that a stream may take which has an end, before anything is drawn


class InPlace(Rendering):
    """The last rows, as many as there is room for: drawn at once, then at most every `EVERY` seconds, and at the end.

    *pane*: where they are drawn.  *whole*: what stands there in the end, of a stream that has one: then nothing is
    drawn at first.  *clock*: seconds that never go back.
    """

    def __init__(
        self,
        parser: table,
        screen: Screen,
        pane: Pane,
        whole: Rendering | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        fields = field_list(parser.columns)
        self._sheet = Sheet(fields, parser.cell, most=parser.limit, ascii=not screen.unicode)
        self._border = parser.border
        self._screen = screen
        self._pane = pane
        self._whole = whole
        self._clock = clock
        self._due = clock() + (0 if whole is None else PATIENCE)
        self._count = 0
        self._waiting = False

    def push(self, batch: Batch) -> bytes:
        if self._whole is not None:
            self._whole.push(batch)
        self._sheet.add(batch)
        self._count += len(batch)
        self._waiting = self._waiting or bool(batch)
        return self.advance()

    def advance(self) -> bytes:
        return self._frame() if self._clock() >= self._due else b""

    def end(self) -> Iterator[bytes]:
        if self._whole is not None:
            yield self._pane.finish(b"".join(self._whole.end()))
            return
        yield self._frame()
        yield self._pane.finish()

    def _frame(self) -> bytes:
        """The table, in the place of the one before; nothing where there is nothing new."""
        screen = self._pane.screen() or self._screen
        if not self._waiting and (screen == self._screen or not self._count):
            return b""
        self._waiting, self._screen = False, screen
        self._due = self._clock() + EVERY
        return self._pane.show(list(map(encode, self._lines())))

    def _lines(self) -> list[str]:
        screen = self._screen
        around = 6 if self._border else 4  # rows of the header, of lines, of what came before, and the cursor's
        last = max(1, min(len(self._sheet.rows), screen.rows - around))
        lines = layout(self._sheet, last=last, room=screen.columns, border=self._border).splitlines()
        if before := self._count - last:
            lines.insert(0, f"{self._sheet.ellipsis} {before:,} before")
        return lines[: screen.rows - 1]
