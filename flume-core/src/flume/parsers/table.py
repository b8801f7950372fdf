"""table: aligned columns, to be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flume.errors import OptionError
from flume.flow import Batch
from flume.parsers.table_layout import Sheet, layout
from flume.parsing import Parser, Rendering, encode
from flume.value import Fields, check_fields, field_list

if TYPE_CHECKING:
    from flume.panes import Pane
    from flume.viewing import Screen


class table(Parser):
    """Aligned columns under a header, for people: numbers stand at the right, lists and dicts are JSON.

    *columns*: the fields that are shown, in this order, dotted where they are nested; without it `time`, `name` and
    `value` come first, then the others in order of first sight.  *limit*: rows that are shown; how many more there are
    is said below.  *cell*: columns that a cell may take; longer ones are cut.  *border*: draw lines around the cells.

    It is written at the end; on a terminal, where nobody knows when that is, the last points are shown all the time.
    What a terminal would obey is written as in a program: `\\x1b`.  This format can only be written.

    >>> from flume.testing import render
    >>> print(render(table(), [{'n': 1, 'name': 'a'}, {'n': 12.5, 'name': 'b'}]), end='')
    name     n
    ----  ----
    a        1
    b     12.5

    A field inside of others has a column of its own where it is asked for:

    >>> points = [{'user': {'id': 7, 'plan': 'pro'}, 'tags': ['x', 'y']}]
    >>> print(render(table(columns=['user.plan', 'tags'], border=True), points), end='')
    ┌───────────┬────────────┐
    │ user.plan │ tags       │
    ├───────────┼────────────┤
    │ pro       │ ["x", "y"] │
    └───────────┴────────────┘
    """

    columns: Fields = None
    limit: int = 1000
    cell: int = 60
    border: bool = False

    def check(self) -> None:
        check_fields(type(self), "columns", self.columns)
        for option, least in (("limit", 1), ("cell", 4)):
            if (value := getattr(self, option)) < least:
                raise OptionError(f"table: {option} takes a number from {least} on, not {value!r}")

    def render(self, *, live: bool = False) -> Rendering:
        return _Whole(self)

    def show(self, screen: Screen, *, live: bool, pane: Pane | None) -> Rendering:
        whole = None if live else _Whole(self, screen)
        if pane is None:
            return whole or self.render()
        from flume.parsers.table_live import InPlace

        return InPlace(self, screen, pane, whole)


class _Whole(Rendering):
    """The first rows, at the end."""

    def __init__(self, parser: table, screen: Screen | None = None) -> None:
        self._sheet = Sheet(field_list(parser.columns), parser.cell, ascii=screen is not None and not screen.unicode)
        self._limit = parser.limit
        self._border = parser.border
        self._room = None if screen is None else screen.columns
        self._more = 0

    def push(self, batch: Batch) -> bytes:
        room = self._limit - len(self._sheet.rows)
        self._sheet.add(batch[:room] if len(batch) > room else batch)
        self._more += max(0, len(batch) - room)
        return b""

    def end(self) -> Iterator[bytes]:
        text = layout(self._sheet, room=self._room, border=self._border)
        if self._more:
            text += f"{self._sheet.ellipsis} and {self._more:,} more\n"
        yield encode(text)
