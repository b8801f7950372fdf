"""median: the value in the middle."""

from __future__ import annotations

import math
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import median, percentile, reduce
from flume.testing import run

WORD = median("x")
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e300, 1e300)


def of(values: list[Any]) -> Any:
    """The median of all values at once."""
    return WORD.result(WORD.fold(WORD.start(), values))


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_it_is_that_of_statistics(values: list[Any]) -> None:
    """The middle one, or the mean of the middle two; and the percentile between."""
    assert of(values) == pytest.approx(statistics.median(values), rel=1e-12, abs=1e-12)
    fifty = percentile("x", 50, interpolate=True)
    assert repr(of(values)) == repr(fifty.result(fifty.fold(fifty.start(), values)))


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([3, 1, 2], "2"),
        ([3, 1, 2, 4.0], "2.5"),
        ([1, 3], "2.0"),
        ([2, 2], "2.0"),
        ([10**400, 10**400 + 1, 1], f"{10**400}"),
        ([math.nan, 1], "1"),
        ([], "None"),
    ],
)
def test_types_and_nan(values: list[Any], result: str) -> None:
    """The middle one comes as it is; a mean is a float; NaN is passed over."""
    assert repr(of(values)) == result


def test_of_a_field() -> None:
    """Only numbers have a middle."""
    points = [{"a": {"b": value}} for value in (True, "x", None, 3, 7, 2, "2016-07-17")]
    assert run(points, reduce(m=median("a.b"))) == [{"m": 3}]
    assert run([{}], reduce(m=median("a"))) == [{"m": None}]
