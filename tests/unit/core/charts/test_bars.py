"""Bars and slices: which there are, and what is said of the others."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import barchart, count, emit, piechart, put, reduce
from flume.charts.bars import Bars
from flume.errors import OptionError, SinkError
from flume.reducers import date
from flume.viewing import Chart

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def drawing(points: list[dict[str, Any]], drawn: list[Chart], word: Any = barchart, **options: Any) -> Chart:
    """The one chart that is drawn of the points."""
    (emit(points=points) | word("keeping", **options)).execute()
    (chart,) = drawn
    return chart


def test_the_days_of_the_months(drawn: list[Chart]) -> None:
    """The bar chart that the language is shown with: two years, one of them a leap year."""
    years = tuple(emit(limit=days, every="1d", start=f"{year}-01-01") for year, days in ((2000, 366), (2001, 365)))
    (
        years
        | reduce(days=count(), every="1 month")
        | put(month=date.strftime("time", "%b"), year=date.year("time"))
        | barchart("keeping", series="year", category="month", value="days", title="days")
    ).execute()
    (chart,) = drawn
    assert [tick.text for tick in chart.x.ticks] == MONTHS
    assert [series.name for series in chart.series] == ["2000", "2001"]
    assert [series.ys[:3] for series in chart.series] == [(31, 29, 31), (31, 28, 31)]
    assert (chart.y.low, chart.y.high, chart.legend) == (0, 35, True)


def test_series_are_aligned_by_category(drawn: list[Chart]) -> None:
    """A series that lacks one has a hole there."""
    points = [
        {"name": "a", "category": "x", "value": 1},
        {"name": "b", "category": "y", "value": 2},
        {"name": "a", "category": "y", "value": 3},
    ]
    chart = drawing(points, drawn, category="category")
    assert [series.ys for series in chart.series] == [(1, 3), (None, 2)]


def test_a_later_point_replaces_its_bar(drawn: list[Chart]) -> None:
    chart = drawing([{"c": "x", "n": 1}, {"c": "y", "n": 2}, {"c": "x", "n": 5}], drawn, category="c", value="n")
    assert chart.series[0].ys == (5, 2)


def test_one_series_without_a_name_has_no_legend(drawn: list[Chart]) -> None:
    chart = drawing([{"c": "x", "value": 1}], drawn, category="c")
    assert (chart.series[0].name, chart.legend) == ("", False)


def test_negative_bars_and_the_axis(drawn: list[Chart]) -> None:
    chart = drawing([{"c": "x", "value": -12}, {"c": "y", "value": 30}], drawn, category="c")
    assert chart.y.low <= -12 < 0 < 30 <= chart.y.high
    assert 0 in [tick.value for tick in chart.y.ticks]


def test_what_is_no_number_is_a_hole_and_counted(drawn: list[Chart], caplog: pytest.LogCaptureFixture) -> None:
    values = [1, "2", None, True, float("nan"), float("inf"), [3], 10**400]
    with caplog.at_level(logging.WARNING, logger="flume"):
        chart = drawing([{"c": str(n), "value": value} for n, value in enumerate(values)], drawn, category="c")
    assert chart.series[0].ys == (1, *[None] * 7)
    assert "6 points had no number to draw (first: value='2')" in caplog.text


def test_the_only_number_is_the_value(drawn: list[Chart]) -> None:
    chart = drawing([{"time": "2020-01-01T00:00:00Z", "c": "x", "n": 3, "what": "y"}], drawn, category="c")
    assert chart.series[0].ys == (3,)


@pytest.mark.parametrize(
    ("point", "found"), [({"a": 1, "b": 2}, "a, b are numbers"), ({"a": "1"}, "no field is a number")]
)
def test_which_field_is_meant_is_asked(point: dict[str, Any], found: str) -> None:
    with pytest.raises(SinkError, match=rf"which field is to be drawn\? {found}; say value='…'"):
        (emit(points=[point]) | barchart("keeping")).execute()


def test_the_smallest_of_many_series_are_one(drawn: list[Chart], caplog: pytest.LogCaptureFixture) -> None:
    points = [{"name": f"s{n}", "c": c, "value": n} for n in range(30) for c in "xy"]
    with caplog.at_level(logging.WARNING, logger="flume"):
        chart = drawing(points, drawn, category="c", max_series=4)
    assert [(series.name, series.ys) for series in chart.series] == [
        ("s27", (27, 27)),
        ("s28", (28, 28)),
        ("s29", (29, 29)),
        ("other", (sum(range(27)),) * 2),
    ]
    assert "the 27 smallest series are drawn as 'other'" in caplog.text


def test_the_last_categories_are_kept(drawn: list[Chart]) -> None:
    chart = drawing([{"c": n, "value": n} for n in range(100)], drawn, category="c", last=3)
    assert ([tick.text for tick in chart.x.ticks], chart.series[0].ys) == (["97", "98", "99"], (97, 98, 99))


def test_the_categories_of_the_last_minutes_are_kept(drawn: list[Chart]) -> None:
    (emit(limit=600, start="2020-01-01") | put(value=1) | barchart("keeping", last="5s")).execute()
    assert drawn[0].x.ticks[0].text == "2020-01-01 00:09:54"


def test_times_are_told_apart_and_no_more(drawn: list[Chart]) -> None:
    points = [{"time": datetime(2020, month, 1, tzinfo=UTC), "value": month} for month in (1, 2)]
    assert [tick.text for tick in drawing(points, drawn).x.ticks] == ["2020-01", "2020-02"]


def test_nested_fields(drawn: list[Chart]) -> None:
    points = [{"author": {"login": "ann"}, "n": {"commits": 3}}]
    chart = drawing(points, drawn, category="author.login", value="n.commits")
    assert (chart.x.ticks[0].text, chart.series[0].ys) == ("ann", (3,))


def test_the_slices_of_a_pie(drawn: list[Chart]) -> None:
    """The largest first; what is below 0, or 0, is none."""
    points = [{"name": name, "value": value} for name, value in [("a", 1), ("b", 5), ("c", -3), ("d", 0), ("b", 4)]]
    chart = drawing(points, drawn, piechart)
    assert ([tick.text for tick in chart.x.ticks], chart.series[0].ys) == (["b", "a"], (4, 1))


def test_a_pie_of_many_slices(drawn: list[Chart]) -> None:
    chart = drawing([{"name": str(n), "value": n} for n in range(1, 21)], drawn, piechart)
    assert [tick.text for tick in chart.x.ticks] == ["20", "19", "18", "17", "16", "15", "other"]
    assert sum(y or 0 for y in chart.series[0].ys) == 210


def test_nothing_to_draw(drawn: list[Chart], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="flume"):
        (emit(points=[{"value": "x"}]) | barchart("keeping")).execute()
        (emit(points=[]) | barchart("keeping")).execute()
    assert not drawn
    assert caplog.text.count("there is nothing to draw") == 2


HOSTILE = ["a\nb", "\x1b[31m", "\ud800", "'; rm -rf ~", "x" * 100_000, "\u202eabc", "", "é中"]


@pytest.mark.parametrize("text", HOSTILE)
def test_labels_are_clean(text: str, drawn: list[Chart]) -> None:
    """On one line, with nothing that a terminal obeys, and not too long."""
    chart = drawing([{"name": text, "c": text, "value": 1}], drawn, category="c", title=text, xlabel=text, ylabel=text)
    for shown in (chart.title, chart.x.label, chart.y.label, chart.x.ticks[0].text, chart.series[0].name):
        assert all(c.isprintable() for c in shown)
        assert len(shown) <= 200
        shown.encode()


POINTS = st.lists(
    st.fixed_dictionaries(
        {"c": st.sampled_from("xyz")},
        optional={"name": st.sampled_from(["a", "b", None, 1]), "value": st.integers(-5, 5) | st.none()},
    ),
    min_size=1,
)


@given(points=POINTS, size=st.integers(1, 10), last=st.integers(1, 3))
def test_how_points_were_batched_does_not_matter(points: list[dict[str, Any]], size: int, last: int) -> None:
    from flume.report import Account

    step = barchart("keeping", category="c", value="value", last=last)
    charts = []
    for length in (size, len(points)):
        bars = Bars(step.asked(), Account(""))
        for begin in range(0, len(points), length):
            bars.take(points[begin : begin + length])
        charts.append(bars.chart(100))
    assert charts[0] == charts[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"titel": "x"}, r"barchart\('keeping'\) has no option 'titel'; did you mean 'title'"),
        ({"mark": 3}, r"barchart\('keeping'\): mark takes text, not 3"),
        ({"file": "x.pdf"}, r"barchart: 'keeping' draws txt, svg, not 'pdf'"),
        ({"file": "x.svg", "format": "txt"}, "do not go together"),
        ({"file": 3}, "file takes a path, not 3"),
        ({"size": "3"}, "size takes width and height"),
        ({"size": (0, 10)}, "width and height are from 1 to 20,000, not 0"),
        ({"width": 10}, "width and height go together"),
        ({"last": 0}, "last takes a number of points or a duration"),
        ({"last": "soon"}, "last: 'soon' is no duration"),
        ({"every": -1}, "every takes a duration"),
        ({"every": "1 month"}, "every: '1 month' has no fixed length"),
        ({"max_series": 0}, "max_series takes a number from 1 on, not 0"),
        ({"yrange": (5, 1)}, "yrange takes two numbers, the lower first"),
        ({"palette": "red"}, "palette takes colours as '#4477AA', not 'red'"),
        ({"number": "%d"}, "number takes a format of Python's"),
        ({"orientation": "up"}, "orientation takes 'vertical' or 'horizontal', not 'up'"),
        ({"category": ""}, "category has an empty name"),
    ],
)
def test_mistakes_are_found_before_anything_runs(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        barchart("keeping", **options)


def test_a_view_that_draws_no_such_chart() -> None:
    with pytest.raises(OptionError, match="piechart: 'only_bars' draws no such chart"):
        piechart("only_bars")


def test_it_reads_back() -> None:
    step = barchart("keeping", category="c", value="n", filename="a.txt", width=30, height=10, mark="#")
    assert repr(step) == "barchart('keeping', category='c', value='n', file='a.txt', size=[30, 10], mark='#')"
    assert eval(repr(step)) == step
