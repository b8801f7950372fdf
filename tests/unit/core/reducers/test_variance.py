"""variance: how far values are from their average."""

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

INF, NAN = math.inf, math.nan
FINITE = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = FINITE | st.integers() | st.floats(-1e3, 1e3) | st.sampled_from([10**320, -(10**320), 5e-324, 1e308])


def of(values: list[Any], *, population: bool = False) -> Any:
    """The variance of all values at once."""
    word = variance("x", population=population)
    return word.result(word.fold(word.start(), values))


def exactly(values: list[Any], free: int) -> float:
    """What the definition says, with fractions: two passes, and one rounding."""
    numbers = [Fraction(value) for value in values]
    mean = sum(numbers) / len(numbers)
    exact = sum((number - mean) ** 2 for number in numbers) / free
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return INF


@given(st.lists(NUMBERS, min_size=2, max_size=12), st.data())
@example([1e308, 1e-320], None)
@example([5e-324, 1e-323], None)
@example([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], None)
def test_it_is_the_definition_rounded_once(values: list[Any], data: st.DataObject | None) -> None:
    """In any order and cut; of a sample and of all."""
    expected = exactly(values, len(values) - 1)
    assert of(values) == expected
    assert of(values, population=True) == exactly(values, len(values))
    if data is None:
        return
    word, rest = variance("x"), data.draw(st.permutations(values))
    state = word.start()
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        part, rest = word.fold(word.start(), rest[:size]), rest[size:]
        state = word.merge(part, state)
    assert word.result(state) == expected


@given(st.lists(st.floats(-1e6, 1e6) | st.integers(-(10**9), 10**9), min_size=2))
def test_as_python_has_it(values: list[Any]) -> None:
    """`statistics` is as exact."""
    assert of(values) == pytest.approx(statistics.variance(map(Fraction, values)), rel=1e-15)
    assert of(values, population=True) == pytest.approx(statistics.pvariance(map(Fraction, values)), rel=1e-15)


@pytest.mark.parametrize("shift", [0, 10**9, 10**15])
def test_large_values_close_to_each_other(shift: int) -> None:
    """Where the textbook's formula, computed with floats, has lost all digits."""
    assert of([float(shift + value) for value in (4, 7, 13, 16)]) == 30.0


@pytest.mark.parametrize(
    ("values", "sample", "population"),
    [
        ([], None, None),
        ([3], None, 0.0),
        ([2.5, 2.5], 0.0, 0.0),
        ([INF], None, NAN),
        ([INF, 1], NAN, NAN),
        ([NAN, 1, 2], NAN, NAN),
        ([1e200, -1e200], INF, INF),
    ],
)
def test_few_and_odd_values(values: list[Any], sample: Any, population: Any) -> None:
    """Null where there are too few; NaN where there is none."""
    assert repr(of(values)) == repr(sample)
    assert repr(of(values, population=True)) == repr(population)


def test_what_is_too_large_is_null(caplog: pytest.LogCaptureFixture) -> None:
    """And that is said."""
    points = [{"x": 1e200}, {"x": -1e200}]
    assert run(points, reduce(v=variance("x"), s=stdev("x"))) == [{"v": None, "s": math.sqrt(2) * 1e200}]
    assert "variance('x') is too large for a float" in caplog.text


def test_what_is_no_number_is_left_out() -> None:
    """Text, null, true and missing fields."""
    points = [{"a": 1}, {"a": "7"}, {"a": None}, {"a": True}, {}, {"a": 3}]
    assert run(points, reduce(v=variance("a"))) == [{"v": 2.0}]


def test_it_goes_on_with_the_stream() -> None:
    """In `put` it is that of the values so far."""
    points = [{"x": 1}, {"x": 3}, {"x": 8}]
    assert [point["v"] for point in run(points, put(v=variance("x")))] == [None, 2.0, 13.0]
