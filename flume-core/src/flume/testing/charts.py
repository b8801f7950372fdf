"""charts: what `ViewSuite` has drawn. Core makes them of points, so that they are what a view is given by a program."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any, TypeAlias

from flume.charts.charting import Charting
from flume.flow import Point
from flume.report import Account
from flume.sinks.barchart import barchart
from flume.sinks.linechart import linechart
from flume.sinks.piechart import piechart
from flume.sinks.scatterchart import scatterchart
from flume.viewing import Chart, Kind

Charts: TypeAlias = Mapping[str, Chart]

HOSTILE = (
    "'single' \"double\"",
    "`touch x` $(touch x)",
    "%s %n %d %% {0} {x}",
    "</script><b>&amp;<!--",
    "]]> &#0; <![CDATA[",
    "${HOME} @x ~ ^2 a_b",
    "EOD",
    "\\n \\ \\u0041 \\033",
    "日本語の名前",
    "e\u0301tude café 😀",
)
"""Texts that are commands, formats or markup somewhere, short enough to be shown whole."""

UNSEEN = "\x1b[31m\x07red\x1b]0;t\x07\x00 \ud800\u202e\n\tafter"
"""A text with what a terminal obeys, breaks a line, turns the direction of text, or is no character."""

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
BEGIN = datetime(2024, 2, 29, tzinfo=UTC)

_WORDS: dict[Kind, Callable[..., Charting]] = {
    "bar": barchart,
    "line": linechart,
    "scatter": scatterchart,
    "pie": piechart,
}
_FIELDS: dict[Kind, dict[str, str]] = {
    "bar": {"category": "month", "value": "y", "series": "s"},
    "line": {"xvalue": "x", "yvalue": "y", "series": "s"},
    "scatter": {"xvalue": "x", "yvalue": "y", "series": "s"},
    "pie": {"category": "month", "value": "y"},
}


def chart(points: Iterable[Point], word: Charting, *, columns: int = 1000) -> Chart:
    """The chart that a word makes of points, for a canvas of so many *columns*.

    >>> chart([{"month": "Jan", "days": 31}], barchart(category="month", value="days")).series[0].ys
    (31,)
    """
    plot = word.plot(word.asked(), Account("chart"))
    plot.take(list(points))
    found = plot.chart(columns)
    if found is None:
        raise ValueError(f"{word!r} has nothing to draw of these points")
    return found


@cache
def charts(kind: Kind, columns: int) -> Charts:
    """The charts of a kind that every view is to draw, by name.

    >>> sorted(charts("pie", 100))[:3]
    ['flat', 'hole', 'huge']
    """
    made = dict(_plain(kind, columns))
    if kind in ("line", "scatter"):
        made |= _timed(kind, columns)
    if kind == "bar":
        made["unequal"] = _of(kind, [_at(n, 1, s) for s, months in (("a", (0, 1)), ("b", (1, 2))) for n in months])
        made["lying"] = _of(kind, _years(2), orientation="horizontal")
    if kind == "line":
        made["thinned"] = _of(kind, _wave(100_000), columns=columns, last=100_000)
    return made


@cache
def hostile(kind: Kind) -> Charts:
    """Charts whose texts are those of `HOSTILE`, each of them once in each place, and never twice in one chart.

    >>> hostile("pie")["hostile 6"].title
    'EOD'
    """
    made = {}
    for number in range(len(HOSTILE)):
        title, xlabel, ylabel, *names = (HOSTILE[(number + place) % len(HOSTILE)] for place in range(7))
        pairs = product(enumerate(names[:2]), names[2:])
        points = [{"month": month, "x": n, "y": 1 + n, "s": series} for (n, month), series in pairs]
        made[f"hostile {number}"] = _of(kind, points, title=title, xlabel=xlabel, ylabel=ylabel)
    return made


@cache
def unseen(kind: Kind) -> Chart:
    """A chart all of whose texts have what must never be seen."""
    points = [{"month": UNSEEN + str(n), "x": n, "y": 1 + n, "s": UNSEEN + str(n % 2)} for n in range(4)]
    return _of(kind, points, title=UNSEEN, xlabel=UNSEEN, ylabel=UNSEEN)


def _plain(kind: Kind, columns: int) -> Iterator[tuple[str, Chart]]:
    yield "one series", _of(kind, [_at(n, y) for n, y in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))])
    yield "two series", _of(kind, _years(2), title="days of the months")
    yield "twenty series", _of(kind, _years(20), max_series=20)
    yield "one point", _of(kind, [_at(0, 7.25)])
    yield "hole", _of(kind, [_at(n, None if n in (3, 4, 7) else n + 1) for n in range(10)])
    yield "flat", _of(kind, [_at(n, 5) for n in range(10)])
    yield "tiny", _of(kind, [_at(n, 1e-9 * (n + 1)) for n in range(10)])
    yield "huge", _of(kind, [_at(n, 1e250 * (n + 1)) for n in range(10)])
    if kind != "pie":
        yield "negative", _of(kind, [_at(n, n - 5) for n in range(10)])
        yield "all negative", _of(kind, [_at(n, -n - 1) for n in range(10)])
    yield "many", _of(kind, [_at(n, n % 7 + 1) | {"month": f"month {n}"} for n in range(200)], columns=columns)
    wide = [_at(n, 2) | {"month": text, "s": text * 2} for n, text in enumerate(("日本", "한국어", "中华"))]
    yield "wide", _of(kind, wide, title="表題", xlabel="月", ylabel="日")
    long = [_at(n, n + 1) | {"month": f"{n} long name " * 50, "s": f"{n} long name " * 50} for n in range(3)]
    yield "long", _of(kind, long, title="title " * 2000, xlabel="label " * 2000, ylabel="label " * 2000)


def _timed(kind: Kind, columns: int) -> Iterator[tuple[str, Chart]]:
    for name, span in (("second", 1), ("day", 86_400), ("year", 366 * 86_400), ("century", 36_525 * 86_400)):
        points = [{"x": BEGIN + timedelta(seconds=n * span / 99), "y": math.sin(n / 9)} for n in range(100)]
        yield f"a {name}", _of(kind, points, columns=columns)


def _of(kind: Kind, points: Iterable[Point], *, columns: int = 1000, **options: Any) -> Chart:
    return chart(points, _WORDS[kind](**_FIELDS[kind], **options), columns=columns)


def _at(n: int, y: float | None, series: str | None = None) -> Point:
    point: Point = {"month": MONTHS[n % 12], "x": n, "y": y}
    return point if series is None else point | {"s": series}


def _years(count: int) -> list[Point]:
    return [_at(n, 28 + (n * (series + 1)) % 4, str(2000 + series)) for series in range(count) for n in range(12)]


def _wave(count: int) -> Iterator[Point]:
    return (_at(n, math.sin(n / 1000) + n % 2) for n in range(count))
