"""stdev: the standard deviation."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flume import put, reduce, stdev, variance
from flume.testing import run

FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.floats(-100, 100)


def of(values: list[Any], *, population: bool = False) -> Any:
    """The standard deviation of all values at once."""
    word = stdev("x", population=population)
    return word.result(word.fold(word.start(), values))


def is_nearest_root(found: float, square: Fraction) -> bool:
    """Whether no float is closer: what is halfway to the next ones lies on both sides of the root."""
    below, above = math.nextafter(found, -math.inf), math.nextafter(found, math.inf)
    low, high = (Fraction(found) + Fraction(below)) / 2, (Fraction(found) + Fraction(above)) / 2
    return max(low, Fraction(0)) ** 2 <= square <= high**2


@given(st.lists(FINITE, min_size=2, max_size=12))
@example([1e200, -1e200])
@example([1e-300, 2e-300])
@example([1e9 + 1, 1e9 + 2])
def test_it_is_the_root_of_the_exact_variance(values: list[Any]) -> None:
    """Rounded once: also where the variance itself is too large or too small for a float."""
    numbers = [Fraction(value) for value in values]
    mean = sum(numbers) / len(numbers)
    distances = sum((number - mean) ** 2 for number in numbers)
    for population, free in ((False, len(values) - 1), (True, len(values))):
        found = of(values, population=population)
        assert not math.isinf(found)
        assert is_nearest_root(found, distances / free)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=2))
def test_as_python_has_it(values: list[int]) -> None:
    """`statistics` is as exact."""
    assert of(values) == statistics.stdev(values)
    assert of(values, population=True) == statistics.pstdev(values)


@pytest.mark.parametrize(
    ("values", "sample", "population"),
    [([], None, None), ([3], None, 0.0), ([2, 2], 0.0, 0.0), ([math.inf, 1], math.nan, math.nan)],
)
def test_few_and_odd_values(values: list[Any], sample: Any, population: Any) -> None:
    """Null where there are too few; NaN where there is none."""
    assert repr(of(values)) == repr(sample)
    assert repr(of(values, population=True)) == repr(population)


def test_beside_the_variance_of_the_same_field() -> None:
    """They share what they add up, of a sample and of all, and each is what it is alone."""
    words = {"s": stdev("x"), "v": variance("x"), "p": stdev("x", population=True), "y": stdev("y")}
    points = [{"x": value, "y": -3 * value} for value in (1, 2.5, 4)]
    together = run(points, reduce(**words))
    assert together == [{name: run(points, reduce(a=word))[0]["a"] for name, word in words.items()}]
    assert together == [{"s": 1.5, "v": 2.25, "p": math.sqrt(1.5), "y": 4.5}]


def test_it_goes_on_with_the_stream() -> None:
    """In `put` it is that of the values so far."""
    points = [{"x": 1}, {"x": 5}, {"x": "n/a"}, {"x": 9}]
    assert [point["s"] for point in run(points, put(s=stdev("x", population=True)))] == [
        0.0,
        2.0,
        2.0,
        math.sqrt(32 / 3),
    ]
