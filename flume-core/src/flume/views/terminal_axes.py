"""Axes: the lines that a chart stands on, with their ticks and what is written at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flume.viewing import Axis, Tick
from flume.views.terminal_grid import Area, Grid
from flume.views.terminal_look import Look
from flume.width import shortened, width

_READABLE = 5  # columns that a name may be cut to


class Label(NamedTuple):
    """A text, and the column that it begins in."""

    column: int
    text: str


def share(axis: Axis, value: float) -> float:
    """Where *value* stands on the axis, from 0 to 1 and outside.

    >>> share(Axis('', 'number', -10, 10, ()), 5)
    0.75
    """
    half = axis.low / 2  # the whole may be more than a float can hold
    return (value / 2 - half) / (axis.high / 2 - half)


def gutter(axis: Axis, columns: int) -> int:
    """How many of the columns are taken by what is written at the ticks of an upright axis."""
    return min(columns // 3, max((width(tick.text) for tick in axis.ticks), default=0))


def draw_upright(
    grid: Grid, plot: Area, axis: Axis, row_of: Callable[[float], int], look: Look, *, lines: bool = True
) -> None:
    """The axis at the left of *plot*, and its texts at the left of that.

    :param row_of: the row of the plot where a value stands. :param lines: whether to draw the line of each tick.
    """
    line = plot.column - 1
    for row in range(plot.rows):
        grid.put(line, plot.row + row, look.lines.upright, look.faint)
    room = line - 1
    for tick in _apart(axis.ticks, row_of):
        row = row_of(tick.value)
        if not 0 <= row < plot.rows:
            continue
        if lines and look.colours.bits:
            grid.put(plot.column, plot.row + row, look.lines.grid * plot.columns, look.faint)
        grid.put(line, plot.row + row, look.lines.tick, look.faint)
        text = shortened(tick.text, room, look.lines.ellipsis)
        grid.put(line - 1 - width(text), plot.row + row, text)


def _apart(ticks: Sequence[Tick], row_of: Callable[[float], int]) -> Sequence[Tick]:
    """As many of the ticks as no two stand in one row."""
    for step in range(1, len(ticks)):
        rows = [row_of(tick.value) for tick in ticks[::step]]
        if len(set(rows)) == len(rows):
            return ticks[::step]
    return ticks[:1]


def draw_level(grid: Grid, plot: Area, row: int, marks: Sequence[int], look: Look) -> None:
    """The axis in this row of the grid, with marks in these columns of *plot*."""
    last = row == plot.row + plot.rows - 1
    grid.put(plot.column - 1, row, look.lines.corner if last else look.lines.cross, look.faint)
    grid.put(plot.column, row, look.lines.level * plot.columns, look.faint)
    for column in marks:
        grid.put(plot.column + column, row, look.lines.mark, look.faint)


def labels(columns: Sequence[int], texts: Sequence[str], within: range, look: Look, *, names: bool) -> list[Label]:
    """What is written below ticks that stand in these *columns*: as many texts, evenly, as do not run together.

    :param within: the columns that may be written in. :param names: whether texts may be cut, if they stay different.
    """
    for step in range(1, len(texts) + 1):
        chosen, places = texts[::step], columns[::step]
        if names and len(places) > 1:
            room = places[1] - places[0] - 1
            cut = [shortened(text, room, look.lines.ellipsis) for text in chosen]
            if cut != list(chosen) and (room < _READABLE or len(set(cut)) < len(set(chosen))):
                continue
            chosen = cut
        placed = [_placed(place, text, within, look) for place, text in zip(places, chosen, strict=True)]
        ends = [label.column + width(label.text) for label in placed]
        if all(end < label.column for end, label in zip(ends, placed[1:], strict=False)):
            return placed
    return []


def _placed(column: int, text: str, within: range, look: Look) -> Label:
    """A text in the middle above or below *column*, as far as there is room."""
    text = shortened(text, len(within), look.lines.ellipsis)
    most = within.stop - width(text)
    return Label(max(within.start, min(most, column - (width(text) - 1) // 2)), text)
