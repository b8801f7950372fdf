"""histogram: how many values are in which range."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import histogram, median, put, reduce
from flume.errors import OptionError
from flume.testing import run

NUMBERS = st.integers(-50, 50) | st.floats() | st.floats(-50, 50) | st.sampled_from([10**400, -(10**400)])
EDGES = st.lists(st.integers(-50, 50) | st.floats(-50, 50) | st.just(math.inf), min_size=2, max_size=6).map(
    lambda edges: sorted({float(edge): edge for edge in edges}.values())
)


def of(values: list[Any], bins: Any) -> Any:
    """That of all values at once."""
    word = histogram("x", bins)
    return word.result(word.fold(word.start(), values))


def counted(values: list[Any], edges: list[Any]) -> list[int]:
    """Each range by itself: from its low edge on, below the high one, which is in the last."""
    last = edges[-1]
    return [sum(low <= value < high or value == high == last for value in values) for low, high in pairwise(edges)]


@given(st.lists(NUMBERS), EDGES.filter(lambda edges: len(edges) > 1))
def test_of_ranges_that_are_given(values: list[Any], edges: list[Any]) -> None:
    """Each counts what is in it; null where there are no values, NaN being none."""
    ranges = of(values, edges)
    if all(value != value for value in values):
        assert ranges is None
        return
    assert [(each["low"], each["high"]) for each in ranges] == [*pairwise(edges)]
    assert [each["count"] for each in ranges] == counted(values, edges)


@given(st.lists(NUMBERS), st.integers(1, 20))
def test_of_ranges_that_are_found(values: list[Any], bins: int) -> None:
    """From the least to the greatest: every value is in one, but for what no float can hold."""
    ranges = of(values, bins)
    finite = [value for value in values if abs(value) <= 1.7976931348623157e308]
    if not finite:
        assert ranges is None
        return
    assert len(ranges) == bins
    edges = [*(each["low"] for each in ranges), ranges[-1]["high"]]
    assert edges == sorted(edges)
    assert all(low["high"] == high["low"] for low, high in pairwise(ranges))
    assert sum(each["count"] for each in ranges) == len(finite)
    if len(set(edges)) == len(edges):
        assert [each["count"] for each in ranges] == counted(finite, edges)
    if min(finite) < max(finite):
        assert (edges[0], edges[-1]) == (min(finite), max(finite))


def test_ranges_that_are_found_are_equally_wide() -> None:
    """The example of NumPy's documentation, and one value, which is in the middle of one."""
    found = of([1, 2, 1, 4], 3)
    assert [(each["low"], each["high"], each["count"]) for each in found] == [(1, 2.0, 2), (2.0, 3.0, 1), (3.0, 4, 1)]
    assert of([5, 5.0], 1) == [{"low": 4.5, "high": 5.5, "count": 2}]
    assert of([-1.7e308, 1.7e308], 2)[0] == {"low": -1.7e308, "high": 0.0, "count": 1}


def test_no_values() -> None:
    """No field, and what is no number; of values outside of all ranges there are none in them."""
    assert run([{}, {"x": "7"}, {"x": True}], reduce(h=histogram("x", [0, 1]))) == [{"h": None}]
    assert run([{}], reduce(h=histogram("x", 3))) == [{"h": None}]
    assert of([7], [0, 1]) == [{"low": 0, "high": 1, "count": 0}]


def test_beside_others_that_look_at_values_in_order() -> None:
    """They share the values, and each is what it is alone."""
    points = [{"x": value} for value in (1, 9, 2)]
    (point,) = run(points, reduce(h=histogram("x", 2), m=median("x"), given=histogram("x", [0, 9])))
    assert [each["count"] for each in point["h"]] == [2, 1]
    assert (point["m"], point["given"][0]["count"]) == (2, 3)


def test_it_goes_on_with_the_stream() -> None:
    """In `put` it is that of the values so far."""
    points = run([{"x": 1}, {"x": 3}, {"x": 1}], put(h=histogram("x", [0, 2, 4])))
    assert [[each["count"] for each in point["h"]] for point in points] == [[1, 0], [1, 1], [2, 1]]


@pytest.mark.parametrize(
    "bins", [0, 10_001, True, 2.5, "3", [], [1], [1, 1], [2, 1], [0, "1"], [0, math.nan], [0, True]]
)
def test_bins_that_are_none(bins: Any) -> None:
    """It says what it takes."""
    with pytest.raises(OptionError, match="histogram: bins takes"):
        histogram("x", bins)
