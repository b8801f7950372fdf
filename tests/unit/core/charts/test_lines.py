"""Lines and dots: in order of x, broken at holes, thinned to what can be seen."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import count, emit, expr, linechart, put, scatterchart, timechart
from flume.charts.thinning import thinned
from flume.reducers import math
from flume.viewing import Chart


def drawing(points: list[dict[str, Any]], drawn: list[Chart], word: Any = linechart, **options: Any) -> Chart:
    """The one chart that is drawn of the points."""
    (emit(points=points) | word("keeping", **options)).execute()
    (chart,) = drawn
    return chart


def test_a_sine(drawn: list[Chart]) -> None:
    """The line chart that the language is shown with."""
    sine = emit(limit=180, start="2020-01-01") | put(x=count()) | put(x=expr("x / 10")) | put(y=math.sin("x"))
    (sine | linechart("keeping", xvalue="x", yvalue="y")).execute()
    (chart,) = drawn
    assert (chart.x.scale, chart.x.label, chart.y.label) == ("number", "x", "y")
    assert [tick.value for tick in chart.y.ticks] == [-1, -0.5, 0, 0.5, 1]
    assert (chart.x.low, chart.x.high, len(chart.series[0].xs)) == (0.1, 18.0, 180)


def test_points_are_put_in_order_of_x(drawn: list[Chart]) -> None:
    chart = drawing([{"x": x, "value": x * x} for x in (3, 1, 2)], drawn, xvalue="x")
    assert (chart.series[0].xs, chart.series[0].ys) == ((1, 2, 3), (1, 4, 9))


def test_dots_stay_as_they_came(drawn: list[Chart]) -> None:
    chart = drawing([{"x": x, "value": x * x} for x in (3, 1, 2)], drawn, scatterchart, xvalue="x")
    assert (chart.kind, chart.series[0].xs) == ("scatter", (3, 1, 2))


def test_the_last_points_of_each_series(drawn: list[Chart]) -> None:
    points = [{"name": "ab"[n % 2], "x": n, "value": n} for n in range(100)]
    chart = drawing(points, drawn, xvalue="x", last=2)
    assert [series.xs for series in chart.series] == [(96, 98), (97, 99)]


def test_the_last_seconds(drawn: list[Chart]) -> None:
    (emit(limit=100, start="2020-01-01") | put(value=count()) | timechart("keeping", last="10s")).execute()
    assert drawn[0].series[0].ys == tuple(range(90, 101))


def test_a_gap_breaks_the_line(drawn: list[Chart]) -> None:
    chart = drawing([{"x": x, "value": 1} for x in (1, 2, 10, 11)], drawn, xvalue="x", gap=3)
    assert chart.series[0].ys == (1, 1, None, 1, 1)


def test_what_has_no_x_is_counted(drawn: list[Chart], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="flume"):
        chart = drawing([{"x": x, "value": 1} for x in (1, "2", None, 3)], drawn, xvalue="x")
    assert chart.series[0].xs == (1, 3)
    assert "2 points had no x to be drawn at (first: x='2')" in caplog.text


def test_times(drawn: list[Chart]) -> None:
    (emit(limit=3, start="2016-07-17 13:59:44") | put(value=count()) | timechart("keeping")).execute()
    (chart,) = drawn
    assert (chart.x.scale, chart.x.label) == ("time", "2016-07-17 (UTC)")
    assert chart.series[0].xs[0] == 1468763984


def test_the_smallest_of_many_lines_are_added_up(drawn: list[Chart]) -> None:
    points = [{"name": n, "x": x, "value": n} for n in range(5) for x in (1, 2)]
    chart = drawing(points, drawn, xvalue="x", max_series=2)
    assert [(series.name, series.ys) for series in chart.series] == [("4", (4, 4)), ("other", (6, 6))]


def test_many_points_are_thinned_for_the_view(drawn: list[Chart]) -> None:
    """A spike of one point among 100,000 is seen."""
    points = [{"x": x, "value": 1000 if x == 54321 else x % 7} for x in range(100_000)]
    chart = drawing(points, drawn, xvalue="x", last=100_000)
    assert len(chart.series[0].xs) <= 400
    assert max(y or 0 for y in chart.series[0].ys) == 1000


VALUES = st.lists(st.none() | st.integers(-9, 9), min_size=1, max_size=200)


@given(ys=VALUES, columns=st.integers(1, 20))
def test_thinning_keeps_what_is_seen(ys: list[int | None], columns: int) -> None:
    """The ends, the highest and the lowest, holes between runs, the order; and no more than fits."""
    xs = list(range(len(ys)))
    some_xs, some_ys = thinned(xs, ys, columns)
    assert list(some_xs) == sorted(set(some_xs))
    assert all(ys[int(x)] == y for x, y in zip(some_xs, some_ys, strict=True))
    known = [y for y in ys if y is not None]
    if known:
        places = [place for place, y in enumerate(ys) if y is not None]
        assert {places[0], places[-1]} <= set(some_xs)
        assert {min(known), max(known)} <= set(some_ys)
    if None not in ys:
        assert len(some_xs) <= max(4 * columns, 4)
    assert _runs(ys) == _runs(list(some_ys))


def _runs(ys: list[Any]) -> int:
    return sum(y is not None and (place == 0 or ys[place - 1] is None) for place, y in enumerate(ys))
