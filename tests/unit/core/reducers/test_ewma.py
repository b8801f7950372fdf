"""ewma: the exponentially weighted moving average."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import ewma, put, reduce
from flume.errors import OptionError
from flume.testing import run


def of(values: list[Any], alpha: float) -> Any:
    """That of all values at once."""
    word = ewma("x", alpha)
    return word.result(word.fold(word.start(), values))


@given(st.lists(st.integers(-1000, 1000) | st.floats(-1e3, 1e3), min_size=1), st.sampled_from([0.1, 0.3, 0.5, 1]))
def test_it_is_the_sum_of_weighted_values(values: list[Any], alpha: float) -> None:
    """Each weighs less the longer ago it was, the first all that is left: the closed form, in fractions."""
    rest, exact = 1 - Fraction(alpha), Fraction(0)
    for ago, value in enumerate(reversed(values)):
        first = ago == len(values) - 1
        exact += Fraction(value) * rest**ago * (1 if first else Fraction(alpha))
    assert of(values, alpha) == pytest.approx(float(exact), rel=1e-9, abs=1e-9)


def test_as_pandas_has_it() -> None:
    """`Series([0, 1, 2, 4]).ewm(com=0.5, adjust=False).mean()`, where alpha is 2/3."""
    found = [point["y"] for point in run([{"x": x} for x in (0, 1, 2, 4)], put(y=ewma("x", 2 / 3)))]
    assert found == pytest.approx([0.0, 2 / 3, 14 / 9, 86 / 27])


@pytest.mark.parametrize(
    ("values", "alpha", "result"),
    [
        ([], 0.5, None),
        ([3], 0.1, 3.0),
        ([1, 2, 7], 1, 7.0),
        ([math.inf, 7], 1, 7.0),
        ([1.7e308, 1.7e308], 0.5, 1.7e308),
        ([10**400, 1], 0.5, math.inf),
        ([1, -(10**400)], 0.5, -math.inf),
    ],
)
def test_few_and_odd_values(values: list[Any], alpha: float, result: Any) -> None:
    """With 1 it is the last value; what is too large for a float is infinite."""
    assert of(values, alpha) == result


def test_groups_and_what_is_no_number() -> None:
    """Each group has its own; text, null and true change nothing."""
    points = [{"x": 4, "g": 1}, {"x": 8, "g": 2}, {"x": "?", "g": 1}, {"x": True, "g": 1}, {"g": 2}, {"x": 0, "g": 1}]
    assert [point["y"] for point in run(points, put(y=ewma("x", 0.25), by="g"))] == [4.0, 8.0, 4.0, 4.0, 8.0, 3.0]


def test_it_is_not_shared_among_processes() -> None:
    """It has no merge, and the step that has it stays whole."""
    assert not ewma("x", 0.5).mergeable
    assert not reduce(y=ewma("x", 0.5)).splits()


@pytest.mark.parametrize("alpha", [0, -0.1, 1.1, math.nan, math.inf])
def test_an_alpha_that_is_none_is_refused(alpha: float) -> None:
    """It says what it takes."""
    with pytest.raises(OptionError, match="ewma: alpha takes a number more than 0 and up to 1"):
        ewma("x", alpha)
