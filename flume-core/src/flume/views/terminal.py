"""terminal: charts of characters."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, cast

from flume.errors import OptionError
from flume.viewing import Axis, Canvas, Chart, Picture, Screen, Target, View
from flume.views.terminal_axes import draw_level, draw_upright, gutter, labels
from flume.views.terminal_bars import Heights, Slots, bars, draw_bars, draw_values
from flume.views.terminal_colours import BOLD, Colours, bits_of
from flume.views.terminal_curves import FINENESS, column_of, draw_curves, row_of
from flume.views.terminal_grid import Area, Grid
from flume.views.terminal_legend import Key, draw_legend, legend_of
from flume.views.terminal_look import Look, Pen, Style
from flume.views.terminal_rows import draw_rows, needed, rows_of_bars, rows_of_shares
from flume.width import shortened, visible

SIZE = (80, 26)
_LONG = 1000  # rows, of a picture that may be as long as it needs
_LEAST = 4  # rows of a plot that are worth more than what stands around it
_STYLES = ("auto", "braille", "block", "ascii")


class terminal(View):
    """Draw with characters: bars in eighths of a row, lines of braille dots, shares as bars with per cent.

    *style*: `'braille'`, `'block'` for fonts that show empty dots of braille, `'ascii'`; `'auto'` is braille where
    there is more than ASCII.  Colours are used where a terminal has them and `NO_COLOR` is not set.  The size is that
    of the terminal, or else 80 columns and 26 rows.

    >>> terminal(style='block')
    terminal('block')
    """

    formats: ClassVar[Mapping[str, str]] = {"txt": "text/plain"}

    style: str = "auto"

    def check(self) -> None:
        if self.style not in _STYLES:
            raise OptionError(f"terminal: style takes {', '.join(map(repr, _STYLES))}, not {self.style!r}")

    def open(self, target: Target) -> Canvas:
        unicode = target.screen is None or target.screen.unicode
        style = "ascii" if not unicode else "braille" if self.style == "auto" else self.style
        bits = bits_of(os.environ) if target.screen is not None and target.screen.colour else 0
        return _Canvas(target, Look(cast(Style, style), Colours(bits)), unicode=unicode)


class _Canvas(Canvas):
    def __init__(self, target: Target, look: Look, *, unicode: bool) -> None:
        self._width, self._height = _size(target)
        self._endless = target.size is None and not target.live
        self._look = look
        self._unicode = unicode
        self.columns = self._width * FINENESS[look.style][0]

    def draw(self, chart: Chart) -> Picture:
        chart = _readable(chart, unicode=self._unicode)
        if chart.kind == "pie" or (chart.kind == "bar" and chart.horizontal):
            grid = self._lying(chart)
        else:
            grid = self._upright(chart)
        return Picture("text/plain", grid.text().encode())

    def _lying(self, chart: Chart) -> Grid:
        """Bars that grow to the right: as high a picture as they need."""
        pie = chart.kind == "pie"
        pens = self._look.pens(chart, len(chart.x.ticks) if pie else len(chart.series))
        if pie and self._look.colours.bits == 0:  # each has its label beside it
            pens = [pens[0]] * len(pens)
        groups = rows_of_shares(chart, pens) if pie else rows_of_bars(chart, pens)
        legend = [] if pie else self._legend(chart, pens)
        heads = (chart.x.label, chart.y.label)
        around = bool(chart.title) + any(heads) + len(legend)
        rows = around + needed(groups, self._height - around)
        rows = min(rows, _LONG if self._endless else self._height)
        grid = Grid(self._width, rows)
        if rows - around < 1:
            heads, legend, around = ("", ""), [], 0
        top = self._title(grid, chart) if around else 0
        draw_rows(grid, Area(0, top, self._width, rows - top - len(legend)), groups, self._look, heads)
        draw_legend(grid, legend)
        return grid

    def _upright(self, chart: Chart) -> Grid:
        """A plot between two axes; what stands around it is left out where there is little room."""
        look = self._look
        grid = Grid(self._width, self._height)
        pens = look.pens(chart, len(chart.series))
        free = self._height - _LEAST
        texts = free > 0 and any(tick.text for tick in chart.x.ticks)
        free -= texts
        title = free > 0 and bool(chart.title)
        free -= title
        legend = self._legend(chart, pens)[: max(0, free)]
        free -= len(legend)
        above = free > 0 and bool(chart.y.label)
        free -= above
        below = free > 0 and bool(chart.x.label)
        if title:
            self._title(grid, chart)
        left = gutter(chart.y, self._width) + 2
        rows = self._height - title - above - texts - below - len(legend)
        plot = Area(left, title + above, max(1, self._width - left), rows)
        if above:
            grid.put(0, plot.row - 1, shortened(chart.y.label, self._width, look.lines.ellipsis), look.faint)
        columns = self._bars(grid, plot, chart, pens) if chart.kind == "bar" else self._curves(grid, plot, chart, pens)
        row = plot.row + plot.rows
        if texts:
            within = range(left - 1, self._width)
            places = [plot.column + column for column in columns]
            names = chart.x.scale == "category"
            for label in labels(places, [tick.text for tick in chart.x.ticks], within, look, names=names):
                grid.put(label.column, row, label.text)
        if below:
            text = shortened(chart.x.label, plot.columns, look.lines.ellipsis)
            grid.centre(Area(plot.column, row + texts, plot.columns, 1), text, look.faint)
        draw_legend(grid, legend)
        return grid

    def _bars(self, grid: Grid, plot: Area, chart: Chart, pens: Sequence[Pen]) -> list[int]:
        """The bars and their axes; the columns of the categories."""
        slots = Slots(len(chart.x.ticks), len(chart.series), plot.columns)
        heights = Heights(chart.y, plot.rows)
        draw_upright(grid, plot, chart.y, heights.row, self._look)
        draw_level(grid, plot, plot.row + heights.above, (), self._look)
        shown = bars(chart, slots)
        draw_bars(grid, plot, shown, heights, pens, self._look)
        draw_values(grid, plot, shown, heights, chart, slots)
        return [slots.middle(category) for category in range(len(chart.x.ticks))]

    def _curves(self, grid: Grid, plot: Area, chart: Chart, pens: Sequence[Pen]) -> list[int]:
        """The lines and their axes; the columns of the ticks."""
        style = self._look.style
        inner = replace(plot, rows=max(1, plot.rows - 1))
        columns = [column_of(chart, plot.columns, tick.value) for tick in chart.x.ticks]
        draw_upright(grid, inner, chart.y, lambda value: row_of(chart, inner.rows, style, value), self._look)
        draw_level(grid, plot, plot.row + plot.rows - 1, columns, self._look)
        draw_curves(grid, inner, chart, pens, self._look)
        return columns

    def _title(self, grid: Grid, chart: Chart) -> int:
        """Write the title; how many rows it takes."""
        text = shortened(chart.title, self._width, self._look.lines.ellipsis)
        grid.centre(Area(0, 0, self._width, 1), text, self._look.colours.with_(BOLD))
        return 1 if text else 0

    def _legend(self, chart: Chart, pens: Sequence[Pen]) -> list[list[Key]]:
        if not chart.legend:
            return []
        return legend_of(chart, pens, self._look, columns=self._width, rows=max(1, self._height // 5))


def _size(target: Target) -> tuple[int, int]:
    """Columns and rows of a picture: those of a screen leave the last row to the cursor."""
    screen = target.screen
    if screen is None:
        return target.size or SIZE
    columns, rows = target.size or (screen.columns, min(SIZE[1], screen.rows - 1))
    return _fitting(columns, rows, screen) if target.live else (max(1, columns), max(1, rows))


def _fitting(columns: int, rows: int, screen: Screen) -> tuple[int, int]:
    return max(1, min(columns, screen.columns)), max(1, min(rows, screen.rows - 1))


def _readable(chart: Chart, *, unicode: bool) -> Chart:
    """The chart with no text that the terminal cannot show, or would obey."""

    def text(given: str) -> str:
        return visible(given) if unicode else visible(given).encode("ascii", "replace").decode()

    def axis(given: Axis) -> Axis:
        return replace(given, label=text(given.label), ticks=tuple(t._replace(text=text(t.text)) for t in given.ticks))

    series = tuple(replace(one, name=text(one.name)) for one in chart.series)
    return replace(chart, title=text(chart.title), x=axis(chart.x), y=axis(chart.y), series=series)
