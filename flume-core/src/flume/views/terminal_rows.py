"""Rows: bars that grow to the right, a value behind each; shares are such bars too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flume.viewing import Chart
from flume.views.terminal_axes import share
from flume.views.terminal_colours import REVERSE
from flume.views.terminal_grid import Area, Grid
from flume.views.terminal_look import Look, Pen
from flume.width import shortened, width

_LEFT = " ▏▎▍▌▋▊▉█"
_RIGHT = {1: "▕", 2: "▕", 3: "▐", 4: "▐", 5: "▐", 6: "█", 7: "█"}  # the nearest that fonts have


@dataclass(frozen=True, slots=True)
class Row:
    """One bar.

    :param label: what stands before it. :param begin: where it begins, from 0 to 1; :param end: and ends. :param text:
        what stands behind it.
    """

    label: str
    begin: float
    end: float
    text: str
    pen: Pen


def rows_of_bars(chart: Chart, pens: Sequence[Pen]) -> list[list[Row]]:
    """The rows of each category."""
    base = _within(share(chart.y, 0.0))
    groups: list[list[Row]] = []
    for category, tick in enumerate(chart.x.ticks):
        group = []
        for number, series in enumerate(chart.series):
            value = series.ys[category]
            end = base if value is None else _within(share(chart.y, value))
            text = "" if value is None else chart.text(value)
            group.append(Row("" if number else tick.text, base, end, text, pens[number]))
        groups.append(group)
    return groups


def rows_of_shares(chart: Chart, pens: Sequence[Pen]) -> list[list[Row]]:
    """The rows of a pie's slices: the largest takes all the room."""
    values = [value or 0.0 for value in chart.series[0].ys]
    largest = max(values) or 1.0
    whole = math.fsum(value / largest for value in values) or 1.0  # their sum may be more than a float can hold
    return [
        [Row(tick.text, 0.0, value / largest, f"{value / largest / whole:.1%}  {chart.text(value)}", pen)]
        for tick, value, pen in zip(chart.x.ticks, values, pens, strict=True)
    ]


def needed(groups: Sequence[Sequence[Row]], rows: int) -> int:
    """How many rows of characters they take, where there are *rows*: with one between groups, if that can be."""
    bars = sum(map(len, groups))
    return bars + len(groups) - 1 if bars + len(groups) - 1 <= rows else bars


def draw_rows(grid: Grid, area: Area, groups: Sequence[Sequence[Row]], look: Look, heads: tuple[str, str]) -> None:
    """Bars one below the other; where there is no room for all, how many are missing.

    :param heads: what the labels are, and the values: written above them, where they are not empty.
    """
    lines: list[Row | None] = [line for group in groups for line in (*group, None)][:-1]
    bars = [row for row in lines if row is not None]
    room = min(max(width(text) for text in (heads[0], *(row.label for row in bars))), max(area.columns // 3, 1))
    behind = min(max(width(row.text) for row in bars) + 1, area.columns // 3)
    before = behind if any(row.end < row.begin for row in bars) else 0
    bar = Area(area.column + room + 2 + before, area.row, max(1, area.columns - room - 2 - before - behind), area.rows)
    if any(heads):
        _put_label(grid, area.column, area.row, heads[0], room, look, look.faint)
        value = shortened(heads[1], area.columns - room - 1, look.lines.ellipsis)
        grid.put(area.column + room + 1, area.row, value, look.faint)
        area = Area(area.column, area.row + 1, area.columns, area.rows - 1)
    if len(lines) > area.rows:
        lines = [*bars]
    shown = lines if len(lines) <= area.rows else lines[: max(0, area.rows - 1)]
    axis = bar.column + round(bars[0].begin * bar.columns) - 1
    for at, row in enumerate(shown, area.row):
        grid.put(axis, at, look.lines.upright, look.faint)
        if row is not None:
            _put_label(grid, area.column, at, row.label, room, look)
            _draw(grid, bar, at, row, shortened(row.text, behind - 1, look.lines.ellipsis), look)
    if len(shown) < len(lines):
        text = f"{look.lines.ellipsis} and {len(lines) - len(shown):,} more"
        grid.put(area.column, area.row + len(shown), text, look.faint)


def _put_label(grid: Grid, column: int, row: int, text: str, room: int, look: Look, style: str = "") -> None:
    """Text that ends where the bars begin."""
    text = shortened(text, room, look.lines.ellipsis)
    grid.put(column + room - width(text), row, text, style)


def _draw(grid: Grid, area: Area, at: int, row: Row, text: str, look: Look) -> None:
    """A bar, in eighths of a column, and its text."""
    begin = area.column + round(row.begin * area.columns)
    length = (row.end - row.begin) * area.columns
    eighths = round(length * 8) or (length > 0) - (length < 0)
    full, rest = divmod(abs(eighths), 8)
    if look.ascii:
        full, rest = (abs(eighths) + 4) // 8 or int(eighths != 0), 0
    style = row.pen.style
    if eighths >= 0:
        grid.put(begin, at, row.pen.fill * full, style)
        grid.put(begin + full, at, _LEFT[rest].strip(), style)
        grid.put(begin + full + bool(rest) + 1, at, text)
        return
    edge = begin - 1 - full  # the axis stands between
    grid.put(edge, at, row.pen.fill * full, style)
    if rest and look.colours.bits:  # there are no blocks of the right side, but the rest of a cell can be seen as one
        grid.put(edge - 1, at, _LEFT[8 - rest], look.colours.with_(style, REVERSE))
    elif rest:
        grid.put(edge - 1, at, _RIGHT[rest], style)
    grid.put(edge - bool(rest) - 1 - width(text), at, text)


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)
