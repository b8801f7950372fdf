"""Legend: which series is drawn how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flume.viewing import Chart
from flume.views.terminal_grid import Grid
from flume.views.terminal_look import Look, Pen
from flume.width import shortened, width

_NAME = 24  # columns of a name
_BETWEEN = 2  # columns


class Key(NamedTuple):
    """What a series is drawn with, and its name."""

    sign: str
    style: str
    name: str

    @property
    def columns(self) -> int:
        """How many it takes."""
        return len(self.sign) + 1 + width(self.name)


def legend_of(chart: Chart, pens: Sequence[Pen], look: Look, *, columns: int, rows: int) -> list[list[Key]]:
    """The rows of the legend; where there is no room for all, the last key says how many are missing."""
    lines: list[list[Key]] = [[]]
    for number, (pen, series) in enumerate(zip(pens, chart.series, strict=True)):
        key = Key(
            _sign(chart, pen, look), pen.style, shortened(series.name, min(_NAME, columns - 3), look.lines.ellipsis)
        )
        if lines[-1] and _columns([*lines[-1], key]) > columns:
            if len(lines) == rows:
                lines[-1][-1] = Key(look.lines.ellipsis, look.faint, f"{len(pens) - number + 1} more")
                break
            lines.append([])
        lines[-1].append(key)
    return lines


def draw_legend(grid: Grid, lines: Sequence[Sequence[Key]]) -> None:
    """The legend in the last rows of the grid, in their middle."""
    for row, keys in enumerate(lines, grid.rows - len(lines)):
        column = max(0, (grid.columns - _columns(keys)) // 2)
        for key in keys:
            grid.put(column, row, key.sign, key.style)
            grid.put(column + len(key.sign) + 1, row, key.name)
            column += key.columns + _BETWEEN


def _columns(keys: Sequence[Key]) -> int:
    return sum(key.columns + _BETWEEN for key in keys) - _BETWEEN


def _sign(chart: Chart, pen: Pen, look: Look) -> str:
    if chart.kind == "bar":
        return pen.fill * 2
    return pen.mark if pen.marked or chart.kind == "scatter" else look.lines.level * 2
