"""Curves: lines and points, drawn with dots that are finer than characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from flume.viewing import Chart, Series
from flume.views.terminal_axes import share
from flume.views.terminal_grid import Area, Grid
from flume.views.terminal_look import Look, Pen, Style

FINENESS: dict[Style, tuple[int, int]] = {"braille": (2, 4), "block": (2, 2), "ascii": (1, 1)}
"""How many dots a character has side by side, and one above the other."""

Place: TypeAlias = tuple[float, float]
"""Column and row, in dots."""

_FAR = 1e6  # times the plot: further away is all the same
_BRAILLE = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # the bits of the dots, column by column
_BLOCK = ((1, 4), (2, 8))
_BLOCKS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
_SPACED = 12  # columns between two marks on a line
_FEW = 200  # points that are shown by marks, which are easier to see than dots


class Dots:
    """What is drawn in an area of *columns* and *rows*, in dots that are counted from its top left.

    >>> dots = Dots(3, 1, 'braille')
    >>> dots.line((0, 3), (5, 0))
    >>> ''.join(dots.character(cell) for cell in sorted(dots.cells))
    '⡠⠔⠊'
    """

    def __init__(self, columns: int, rows: int, style: Style) -> None:
        self.style = style
        self.wide, self.high = FINENESS[style]
        self.columns, self.rows = columns * self.wide, rows * self.high
        self.cells: dict[tuple[int, int], int] = {}  # by column and row
        self._bits = {"braille": _BRAILLE, "block": _BLOCK, "ascii": ((1,),)}[style]

    def dot(self, x: int, y: int) -> None:
        """Set one dot; outside of the area none is set."""
        self.upright(x, y, y)

    def upright(self, x: int, y: int, to_y: int) -> None:
        """Set the dots one above the other between two places."""
        if not 0 <= x < self.columns:
            return
        column, bits = x // self.wide, self._bits[x % self.wide]
        top, bottom = max(0, min(y, to_y)), min(self.rows - 1, max(y, to_y))
        for row in range(top // self.high, bottom // self.high + 1):
            first = row * self.high
            cell = column, row
            self.cells[cell] = self.cells.get(cell, 0) | sum(bits[max(0, top - first) : bottom - first + 1])

    def line(self, begin: Place, end: Place) -> None:
        """Set the dots from one place to another, as many as make a line without gaps."""
        ends = _inside(begin, end, self.columns - 1, self.rows - 1)
        if ends is None:
            return
        (x, y), (to_x, to_y) = ((round(x), round(y)) for x, y in ends)
        across, along = abs(to_x - x), abs(to_y - y)
        right, down = (1 if to_x >= x else -1), (1 if to_y >= y else -1)
        if across > along:
            for step in range(across + 1):
                self.dot(x + right * step, y + down * ((2 * step * along + across) // (2 * across)))
            return
        done = 0
        for step in range(across + 1):  # a line that is steep has several dots in each column
            last = along if step == across else (2 * step + 1) * along // (2 * across)
            self.upright(x + right * step, y + down * done, y + down * last)
            done = last + 1

    def character(self, cell: tuple[int, int]) -> str:
        """The character that shows the dots of a cell."""
        bits = self.cells[cell]
        return chr(0x2800 + bits) if self.style == "braille" else _BLOCKS[bits]


def draw_curves(grid: Grid, plot: Area, chart: Chart, pens: Sequence[Pen], look: Look) -> None:
    """Each series in turn: lines between its points, or of a scatter chart the points alone."""
    few = sum(len(series.xs) for series in chart.series) <= _FEW
    taken: dict[tuple[int, int], int] = {}
    for number, (series, pen) in enumerate(zip(chart.series, pens, strict=True)):
        dots = Dots(plot.columns, plot.rows, look.style)
        marks: set[tuple[int, int]] = set()
        for run in _runs(chart, series, dots):
            if chart.kind == "scatter" or len(run) == 1:  # between two holes
                for x, y in ((round(x), round(y)) for x, y in run):
                    dots.dot(x, y)
                    if few or pen.marked or chart.kind == "line":
                        marks.add((x // dots.wide, y // dots.high))
            else:
                for ends in pairwise(run):
                    dots.line(*ends)
        if pen.marked and chart.kind == "line":
            marks |= _spaced(dots.cells, number, len(pens))
        for cell, bits in dots.cells.items():
            dots.cells[cell] = taken[cell] = bits | taken.get(cell, 0)  # where lines cross both are seen
            text = pen.mark if look.ascii or cell in marks else dots.character(cell)
            grid.put(plot.column + cell[0], plot.row + cell[1], text, pen.style)


def row_of(chart: Chart, rows: int, style: Style, value: float) -> int:
    """The row of characters where *value* stands."""
    high = FINENESS[style][1]
    return round(_y(chart, rows * high, value)) // high


def column_of(chart: Chart, columns: int, value: float) -> int:
    """The column of characters where a value of x stands."""
    return round(share(chart.x, value) * (columns - 1))


def _y(chart: Chart, rows: int, value: float) -> float:
    """The row of dots."""
    return (1 - _near(share(chart.y, value))) * (rows - 1)


def _near(share: float) -> float:
    return min(max(share, -_FAR), _FAR)


def _runs(chart: Chart, series: Series, dots: Dots) -> Iterator[list[Place]]:
    """The places of the points between one hole and the next."""
    run: list[Place] = []
    for x, y in zip(series.xs, series.ys, strict=True):
        if y is not None:
            run.append((_near(share(chart.x, x)) * (dots.columns - 1), _y(chart, dots.rows, y)))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _inside(begin: Place, end: Place, right: float, bottom: float) -> tuple[Place, Place] | None:
    """The ends of the part of a line that is inside: Y. Liang and B. Barsky, "A New Concept and Method for Line
    Clipping" (1984).

    >>> _inside((-10, 0), (10, 10), 5, 10)
    ((0.0, 5.0), (5.0, 7.5))
    """
    (x, y), (across, down) = begin, (end[0] - begin[0], end[1] - begin[1])
    first, last = 0.0, 1.0  # the part of the line
    for towards, room in ((-across, x), (across, right - x), (-down, y), (down, bottom - y)):
        if towards < 0:
            first = max(first, room / towards)
        elif towards > 0:
            last = min(last, room / towards)
        elif room < 0:
            return None
    if first > last:
        return None
    return (x + first * across, y + first * down), (x + last * across, y + last * down)


def _spaced(cells: dict[tuple[int, int], int], number: int, count: int) -> set[tuple[int, int]]:
    """Some cells of a line, where its marks stand; those of others stand in other columns."""
    offset = _SPACED * number // count
    return set({column: (column, row) for column, row in cells if column % _SPACED == offset}.values())
