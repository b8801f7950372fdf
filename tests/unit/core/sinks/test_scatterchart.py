"""scatterchart: a dot for each point, as the terminal shows it."""

from __future__ import annotations

import pytest

from flume import emit, scatterchart
from flume.errors import OptionError


def test_each_point_is_a_dot(capsys: pytest.CaptureFixture[str]) -> None:
    """In the rows of their values, the highest above; no line joins them."""
    points = [{"x": 0, "y": 0}, {"x": 5, "y": 10}, {"x": 10, "y": 5}]
    (emit(points=points) | scatterchart(xvalue="x", yvalue="y", size="40x12")).execute()
    places = [row.index("•") for row in capsys.readouterr().out.splitlines() if "•" in row]
    middle, right, left = places
    assert left < middle < right


def test_series_have_dots_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there are no colours, of another shape."""
    points = [{"x": x, "y": x, "name": "ab"[x % 2]} for x in range(10)]
    (emit(points=points) | scatterchart(xvalue="x", yvalue="y", size="40x14")).execute()
    *rows, legend = capsys.readouterr().out.splitlines()
    first, a, second, b = legend.split()
    assert (a, b) == ("a", "b")
    assert first != second
    assert [sum(row.count(mark) for row in rows) for mark in (first, second)] == [5, 5]


def test_an_axis_that_ends_before_it_begins() -> None:
    with pytest.raises(OptionError, match=r"^scatterchart: yrange takes two numbers, the lower first"):
        scatterchart(yrange=(10, 0))
