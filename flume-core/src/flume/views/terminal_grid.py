"""Grid: the characters of a picture, each in its column and row, and with its style."""

from __future__ import annotations

from dataclasses import dataclass

from flume.width import columns as columns_of
from flume.width import width


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the grid, from the *column* and the *row* of its corner at the top left."""

    column: int
    row: int
    columns: int
    rows: int


class Grid:
    """Characters in *columns* and *rows*; what is written outside is lost.

    >>> grid = Grid(8, 2)
    >>> grid.put(1, 0, '日本')
    >>> grid.put(2, 1, 'x', '1')
    >>> grid.text()
    ' 日本\\n  \\x1b[1mx\\x1b[0m\\n'
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self._cells = [[" "] * columns for _ in range(rows)]
        self._styles = [[""] * columns for _ in range(rows)]

    def put(self, column: int, row: int, text: str, style: str = "") -> None:
        """Write *text* from there to the right; a wide character takes two columns, an accent none."""
        if not 0 <= row < self.rows:
            return
        cells, styles = self._cells[row], self._styles[row]
        before = -1
        for character in text:
            taken = columns_of(character)
            if taken == 0:
                if before >= 0:
                    cells[before] += character
                continue
            if column + taken > self.columns:
                return
            if column >= 0:
                self._clear(cells, column, taken)
                cells[column : column + taken] = [character, ""][:taken]
                styles[column : column + taken] = [style] * taken
                before = column
            column += taken

    def centre(self, area: Area, text: str, style: str = "") -> None:
        """Write *text* in the middle of the first row of *area*."""
        self.put(area.column + max(0, (area.columns - width(text)) // 2), area.row, text, style)

    def text(self) -> str:
        """All rows, each with its end of line and without spaces before that."""
        return "".join([_line(*row) for row in zip(self._cells, self._styles, strict=True)])

    def _clear(self, cells: list[str], column: int, taken: int) -> None:
        """Make room: of a wide character that loses one half nothing stays."""
        if cells[column] == "" and column:
            cells[column - 1] = " "
        if column + taken < self.columns and cells[column + taken] == "":
            cells[column + taken] = " "


def _line(cells: list[str], styles: list[str]) -> str:
    end = len(cells)
    while end and cells[end - 1] == " ":
        end -= 1
    pieces: list[str] = []
    present = ""
    for cell, style in zip(cells[:end], styles[:end], strict=True):
        if style != present and cell != " ":  # of a space no style is seen
            if present:
                pieces.append("\x1b[0m")
            if style:
                pieces.append(f"\x1b[{style}m")
            present = style
        pieces.append(cell)
    return "".join(pieces) + ("\x1b[0m\n" if present else "\n")
