"""mad: the median absolute deviation."""

from __future__ import annotations

import math
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import mad, median, percentile, put, reduce
from flume.testing import run

WORD = mad("x")


def of(values: list[Any]) -> Any:
    """That of all values at once."""
    return WORD.result(WORD.fold(WORD.start(), values))


@given(st.lists(st.integers(-(2**40), 2**40) | st.floats(-1e6, 1e6), min_size=1))
def test_it_is_the_median_of_distances(values: list[Any]) -> None:
    """From the median, as `statistics` has both."""
    middle = statistics.median(values)
    assert of(values) == pytest.approx(statistics.median([abs(value - middle) for value in values]), rel=1e-12)


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([1, 1, 2, 2, 4, 6, 9], "1"),
        ([1, 2, 3, 4], "1.0"),
        ([7], "0"),
        ([math.nan, 1, 3], "1.0"),
        ([math.nan], "None"),
        ([], "None"),
        ([1, 2, math.inf], "1"),
        ([1, math.inf, math.inf], "nan"),
        ([-math.inf, math.inf, 0], "inf"),
        ([10**400, 10**400 + 2, 10**400 + 5], "2"),
        ([10**400, math.inf, 10**400], "0"),
    ],
)
def test_few_and_odd_values(values: list[Any], result: str) -> None:
    """NaN is passed over; where the median is infinite there is none."""
    assert repr(of(values)) == result


def test_what_is_too_large_is_null(caplog: pytest.LogCaptureFixture) -> None:
    """And that is said."""
    points = [{"x": value} for value in (-1.7e308, -1.7e308, -1.7e308, 1.7e308, 1.7e308, 1.7e308, 1.7e308)]
    assert run(points, reduce(m=mad("x"))) == [{"m": 0.0}]
    points = [{"x": value} for value in (-1.7e308, -1.7e308, 1.7e308)]
    assert run(points, reduce(m=mad("x"))) == [{"m": 0.0}]
    points = [{"x": value} for value in (10**400, 0.5, -(10**400))]
    assert run(points, reduce(m=mad("x"))) == [{"m": None}]
    assert "mad('x') is too large for a float" in caplog.text


def test_beside_others_that_look_at_values_in_order() -> None:
    """They share the values, and each is what it is alone."""
    points = [{"x": value} for value in (1, 5, 2, 8, 100)]
    words = {"m": mad("x"), "mid": median("x"), "between": percentile("x", 25, interpolate=True)}
    assert run(points, reduce(**words)) == [{"m": 3, "mid": 5, "between": 2}]


def test_it_goes_on_with_the_stream() -> None:
    """In `put` it is that of the values so far; what is no number is left out."""
    points = [{"x": 1}, {"x": "n/a"}, {"x": 5}, {"x": 7}]
    assert [point["m"] for point in run(points, put(m=mad("x")))] == [0, 0, 2.0, 2]
