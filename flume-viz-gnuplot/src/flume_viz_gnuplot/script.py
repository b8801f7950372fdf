"""Script: the commands that make gnuplot draw a chart.

All text of a chart stands in single quotes, where gnuplot expands nothing; blocks of data hold numbers only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from flume.viewing import Axis, Chart, Series, Tick
from flume_viz_gnuplot.cells import clip, width

INK = "lc rgb '#666666'"
FAINT = "lc rgb '#e3e3e3'"
LONGEST_NAME = 24
QUOTE = """'."'".'"""
KEY = "center horizontal samplen 1.5 noenhanced"
FEW = 60
"""So many points of a line, or fewer, are marked."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a chart is drawn on.

    :param columns: its width in characters. :param rows: its height in characters. :param plain: whether it is made of
        characters. :param stand_in: what gnuplot is given for a text.
    """

    columns: int
    rows: int
    plain: bool
    stand_in: Callable[[str], str] = str

    def quote(self, text: str, columns: int) -> str:
        """A text as gnuplot takes it literally, no longer than *columns*.

        A single quote would end it, and gnuplot takes two for one only behind another character: it is put in between.

        >>> print(Page(80, 26, True).quote("it's", 10))
        'it'."'".'s'
        """
        one_line = " ".join(text.split())  # a second line would be a command
        return "'" + self.stand_in(clip(one_line, max(1, columns))).replace("'", QUOTE) + "'"

    def ticks(self, axis: str, ticks: Sequence[Tick], columns: int, turn: str = "") -> str:
        """The command that puts *ticks* on an axis; their texts are printf's formats to gnuplot."""
        if not ticks:
            return f"unset {axis}tics"
        texts = [self.quote(tick.text, columns).replace("%", "%%") for tick in ticks]
        if self.plain and axis == "y":  # as far from the edge as gnuplot's own
            texts = [f"' {text[1:]}" for text in texts]
        places = [f"{text} {float(tick.value)!r}" for text, tick in zip(texts, ticks, strict=True)]
        return f"set {axis}tics noenhanced {turn} ({', '.join(places)})"


def script(chart: Chart, page: Page) -> str:
    """The commands that draw *chart* on *page*."""
    if chart.kind == "pie":
        chart = shares(chart)
    return "\n".join(["reset", *_look(chart, page), *_axes(chart, page), *_data(chart, page)])


def shares(chart: Chart) -> Chart:
    """A pie as gnuplot can draw it: each slice a bar, with its share of the whole beside its name.

    >>> x = Axis("", "category", -0.5, 1.5, (Tick(0, "GET"), Tick(1, "PUT")))
    >>> bars = shares(Chart("pie", "", x, Axis("", "number", 0, 4, ()), (Series("", (0, 1), (3.0, 1.0)),)))
    >>> [tick.text for tick in bars.x.ticks]
    ['GET (75 %)', 'PUT (25 %)']
    """
    (series,) = chart.series
    ys = [y or 0.0 for y in series.ys]
    whole = math.fsum(ys) or 1.0
    ticks = tuple(
        Tick(tick.value, f"{clip(tick.text, LONGEST_NAME)} ({100 * y / whole:.0f} %)")
        for tick, y in zip(chart.x.ticks, ys, strict=True)
    )
    y = Axis(chart.y.label, "number", 0.0, max(ys) * 1.05 or 1.0, ())
    return replace(chart, kind="bar", x=replace(chart.x, ticks=ticks), y=y, series=(series,), horizontal=True)


def _look(chart: Chart, page: Page) -> Iterator[str]:
    names = len(chart.series)
    above = page.plain and (chart.x if chart.horizontal else chart.y).label  # see _axes
    if chart.title:
        style = f"offset 0,{1 if above else 0}" if page.plain else "textcolor rgb '#333333' font ',14'"
        yield f"set title {page.quote(chart.title, page.columns - 8)} {style} noenhanced"
    if above:
        yield f"set tmargin {3 if chart.title else 2}"
    if page.plain:
        yield "set border back"
        inside = chart.kind == "bar" and not chart.horizontal and names <= 3
        yield "set key right top noenhanced" if inside else f"set key below {KEY} width 2"
    else:
        yield f"set border 3 {INK}"
        yield "set tics nomirror scale 0.5 textcolor rgb '#555555'"
        yield "set style fill solid 1 noborder"
        yield f"set key below {KEY} height 1 reverse Left"  # a height that keeps it off the label of x
        yield f"set grid {'xtics' if chart.horizontal else 'ytics'} lt 1 lw 1 {FAINT}"
    if not chart.legend:
        yield "unset key"
    if chart.y.low < 0 < chart.y.high:
        yield f"set {'yzeroaxis' if chart.horizontal else 'xzeroaxis'}" + ("" if page.plain else f" lt 1 {INK}")


def _axes(chart: Chart, page: Page) -> Iterator[str]:
    across, up = (chart.y, chart.x) if chart.horizontal else (chart.x, chart.y)
    ink = "" if page.plain else "textcolor rgb '#555555' offset 0,0.4"
    if across.label:
        yield f"set xlabel {page.quote(across.label, page.columns - 16)} {ink} noenhanced"
    if up.label and page.plain:  # text cannot be turned, and gnuplot leaves out what does not fit beside the axis
        yield f"set label 1 {page.quote(up.label, page.columns - 16)} at graph 0, graph 1 left offset -4,1 noenhanced"
    elif up.label:
        yield f"set ylabel {page.quote(up.label, 2 * page.rows - 12)} {ink} noenhanced"
    if up.scale == "category":
        longest, kept = page.columns // 3, _every(up.ticks, math.ceil(len(up.ticks) / max(1, page.rows - 4)))
        low, high = len(up.ticks) - 0.4, -0.6  # the first one at the top
    else:
        longest, kept = 16, _every(up.ticks, math.ceil(2 * len(up.ticks) / max(1, page.rows)))
        low, high = float(up.low), _headroom(chart, page)
    yield f"set yrange [{low!r}:{high!r}]"
    yield page.ticks("y", kept, longest)

    taken = 8 + max((min(width(tick.text), longest) for tick in kept), default=0)
    room = max(1, page.columns - taken)
    if across.scale == "category":
        low, high = (-1.0, float(len(across.ticks))) if page.plain else (-0.6, len(across.ticks) - 0.4)
        kept, longest, turn = _categories(across.ticks, room / (high - low), page)
    else:
        low, high = float(across.low), float(across.high)
        kept, longest, turn = _apart(across, room), room, ""
    yield f"set xrange [{low!r}:{high!r}]"
    yield page.ticks("x", kept, longest, turn)


def _headroom(chart: Chart, page: Page) -> float:
    """Where the y axis ends; bars of characters leave a fifth at the top for the names of series."""
    highest = max((y for series in chart.series for y in series.ys if y is not None), default=0)
    rounded = bool(chart.y.ticks) and chart.y.ticks[-1].value == chart.y.high  # not the user's own range
    if page.plain and chart.kind == "bar" and not chart.horizontal and rounded and highest > 0:
        return 1.25 * highest
    return float(chart.y.high)


def _every(ticks: Sequence[Tick], step: int) -> Sequence[Tick]:
    return ticks[:: max(1, step)]


def _categories(ticks: Sequence[Tick], slot: float, page: Page) -> tuple[Sequence[Tick], int, str]:
    """Which names are shown where each category has *slot* columns, how long they may be, and how they are turned."""
    longest = max((width(tick.text) for tick in ticks), default=1)
    if longest < slot:
        return ticks, longest, ""
    if page.plain:
        step = 1 if slot >= 6 else math.ceil((min(longest, 12) + 1) / slot)
        return _every(ticks, step), max(1, int(slot * step) - 1), ""
    return _every(ticks, math.ceil(5 / slot)), LONGEST_NAME, "rotate by -35"


def _apart(axis: Axis, room: int) -> Sequence[Tick]:
    """As many ticks as stand beside one another with their texts apart."""
    scale = room / (axis.high - axis.low)
    for step in range(1, len(axis.ticks)):
        kept = _every(axis.ticks, step)
        if all((b.value - a.value) * scale > (width(a.text) + width(b.text)) / 2 + 1 for a, b in pairwise(kept)):
            return kept
    return axis.ticks[:1]


def _data(chart: Chart, page: Page) -> Iterator[str]:
    """A block of numbers for each series, and the command that draws them."""
    marked = not page.plain and sum(len(series.xs) for series in chart.series) <= FEW * len(chart.series)
    if chart.kind == "bar":
        style = "boxxyerror"
    elif chart.kind == "scatter":
        style = "points" if page.plain else "points pt 7 ps 0.6"
    else:
        style = "lines" if page.plain else "linespoints lw 2 pt 7 ps 0.5" if marked else "lines lw 2"
    drawn = []
    for number, series in enumerate(chart.series):
        yield f"$series{number} << EOD"
        if chart.kind == "bar":
            yield from _bars(chart, number, page)
        else:
            yield from _places(series, 0 if marked or chart.kind == "scatter" else (chart.x.high - chart.x.low) / 400)
        yield "EOD"
        colour = "" if page.plain else f" lc rgb {page.quote(chart.colour(number), 40)}"
        name = f"title {page.quote(series.name, LONGEST_NAME)}" if series.name else "notitle"
        drawn.append(f"$series{number} with {style}{colour} {name}")
    yield f"plot {', '.join(drawn)}"


def _bars(chart: Chart, number: int, page: Page) -> Iterator[str]:
    count = len(chart.series)
    ys: Sequence[float | None] = chart.series[number].ys
    if page.plain:
        breadth = 0.8 / (count + 1)
    else:  # few bars are not wide ones
        breadth = min(0.6 if count == 1 else 0.8, 0.15 * count * len(ys)) / count
    for category, y in enumerate(ys):
        if y is None:
            continue
        middle = category + (number - (count - 1) / 2) * breadth
        along, across = (float(y), 0.0, float(y)), (middle, middle - breadth / 2, middle + breadth / 2)
        x, y_ = (along, across) if chart.horizontal else (across, along)
        yield f"{x[0]!r} {y_[0]!r} {x[1]!r} {x[2]!r} {y_[1]!r} {y_[2]!r}"


def _places(series: Series, dash: float) -> Iterator[str]:
    """An empty row breaks a line; a place that stands alone is seen by a *dash* of that length."""
    places = zip(series.xs, series.ys, strict=True)
    for hole, run in groupby(places, key=lambda place: place[1] is None):
        rows = [(float(x), float(y)) for x, y in run if y is not None]
        if len(rows) == 1 and dash:
            rows = [(rows[0][0] + side * dash / 2, rows[0][1]) for side in (-1, 1)]
        yield from [""] if hole else (f"{x!r} {y!r}" for x, y in rows)
