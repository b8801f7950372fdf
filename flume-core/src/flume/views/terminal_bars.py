"""Bars: a value for each category, upright, in eighths of a row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flume.viewing import Axis, Chart
from flume.views.terminal_colours import REVERSE
from flume.views.terminal_grid import Area, Grid
from flume.views.terminal_look import Look, Pen
from flume.width import width

LOWER = " ▁▂▃▄▅▆▇█"
_UPPER = {1: "▔", 2: "▔", 3: "▀", 4: "▀", 5: "▀", 6: "█", 7: "█"}  # the nearest that fonts have
_WIDEST = 12  # columns of a bar


class Heights:
    """Where values stand in *rows* of characters, one of which is the axis that bars grow from.

    >>> heights = Heights(Axis('', 'number', 0, 40, ()), 21)
    >>> heights.eighths(31), heights.row(30), heights.row(0)
    (124, 5, 20)
    """

    def __init__(self, axis: Axis, rows: int) -> None:
        self._low, self._high = axis.low, axis.high
        self._base = min(max(0.0, axis.low), axis.high)
        above, below = axis.high - self._base, self._base - axis.low
        rows -= 1
        least = 1 if above > 0 and below > 0 and rows > 1 else 0
        shared = rows * (below / 2 / (axis.high / 2 - axis.low / 2))
        self.above = rows - min(max(least, round(shared)), rows - least)
        self._scale = min(
            self.above / above if above > 0 else math.inf, (rows - self.above) / below if below > 0 else math.inf
        )

    def _distance(self, value: float) -> float:
        """How many rows it is away from the axis."""
        return (min(max(value, self._low), self._high) - self._base) * self._scale

    def eighths(self, value: float) -> int:
        """The height of a bar, in eighths of a row: one that is not 0 is seen."""
        distance = self._distance(value)
        return round(distance * 8) or (distance > 0) - (distance < 0)

    def row(self, value: float) -> int:
        """The row where the top of its bar is; of 0 that of the axis."""
        return self.above - math.floor(self._distance(value) + 0.5)


class Bar(NamedTuple):
    """A bar: which columns it has, and what of."""

    column: int
    columns: int
    series: int
    value: float


class Slots:
    """The room of each category, side by side, in *columns*.

    :param slot: columns of each; 0 where there are more bars than columns.
    """

    def __init__(self, categories: int, series: int, columns: int) -> None:
        self._columns = columns
        self._bars = categories * series
        self.series = series
        self.slot = columns // categories
        if self.slot < series:
            self.slot = 0
            return
        gap = min(max(1, self.slot // 3), self.slot - series)
        self.bar = min(_WIDEST, (self.slot - gap) // series)
        self.slot = min(self.slot, self.bar * series + max(gap, self.bar))
        self._first = (columns - self.slot * categories) // 2

    def place(self, category: int, series: int) -> tuple[int, int]:
        """The first column of a bar, and how many it has."""
        if not self.slot:
            return (category * self.series + series) * self._columns // self._bars, 1
        free = self.slot - self.bar * self.series
        return self._first + category * self.slot + (free + 1) // 2 + series * self.bar, self.bar

    def middle(self, category: int) -> int:
        """The column in the middle of a category."""
        first, columns = self.place(category, 0)
        last, _ = self.place(category, self.series - 1)
        return (first + last + columns - 1) // 2


def bars(chart: Chart, slots: Slots) -> list[Bar]:
    """The bars that there are; of several in one column the longest."""
    found: dict[int, Bar] = {}
    for number, series in enumerate(chart.series):
        for category, value in enumerate(series.ys):
            if value is None:
                continue
            bar = Bar(*slots.place(category, number), number, value)
            there = found.get(bar.column)
            if there is None or abs(there.value) < abs(value):
                found[bar.column] = bar
    return list(found.values())


def draw_bars(grid: Grid, plot: Area, shown: Sequence[Bar], heights: Heights, pens: Sequence[Pen], look: Look) -> None:
    """Each bar in its columns."""
    for bar in shown:
        pen = pens[bar.series]
        cells = _ascii(heights, bar.value, pen) if look.ascii else _eighths(heights, bar.value, pen, look)
        for row, cell, style in cells:
            grid.put(plot.column + bar.column, plot.row + row, cell * bar.columns, style)


def _ascii(heights: Heights, value: float, pen: Pen) -> Iterator[tuple[int, str, str]]:
    eighths, end = heights.eighths(value), heights.row(value)
    if eighths and end == heights.above:
        yield (heights.above - 1, "_", pen.style) if eighths > 0 else (heights.above + 1, "'", pen.style)
    for row in range(end, heights.above) if eighths > 0 else range(heights.above + 1, end + 1):
        yield row, pen.fill, pen.style


def _eighths(heights: Heights, value: float, pen: Pen, look: Look) -> Iterator[tuple[int, str, str]]:
    eighths = heights.eighths(value)
    full, rest = divmod(abs(eighths), 8)
    step = -1 if eighths > 0 else 1
    for row in range(full):
        yield heights.above + step * (row + 1), pen.fill, pen.style
    if rest and eighths > 0:
        yield heights.above - full - 1, LOWER[rest], pen.style
    elif rest and look.colours.bits:  # there are no blocks that hang, but the rest of a cell can be seen as one
        yield heights.above + full + 1, LOWER[8 - rest], look.colours.with_(pen.style, REVERSE)
    elif rest:
        yield heights.above + full + 1, _UPPER[rest], pen.style


def draw_values(grid: Grid, plot: Area, shown: Sequence[Bar], heights: Heights, chart: Chart, slots: Slots) -> None:
    """What each bar is worth, above it (below those of less than 0), where there is room for all."""
    texts = [chart.text(bar.value) for bar in shown]
    if len(chart.series) > 1 or any(width(text) >= slots.slot for text in texts):
        return
    rows = [_behind(heights, bar.value) for bar in shown]
    if not all(0 <= row < plot.rows for row in rows):
        return
    for bar, text, row in zip(shown, texts, rows, strict=True):
        grid.put(plot.column + bar.column + (bar.columns - width(text)) // 2, plot.row + row, text)


def _behind(heights: Heights, value: float) -> int:
    """The row behind the end of a bar."""
    eighths = heights.eighths(value)
    rows = -(-abs(eighths) // 8)
    return heights.above - rows - 1 if eighths >= 0 else heights.above + rows + 1
