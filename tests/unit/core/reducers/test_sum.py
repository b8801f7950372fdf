"""sum: numbers added up, exactly."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import reduce, sum
from flume.testing import run

INF, NAN = math.inf, math.nan
FINITE = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = FINITE | st.integers() | st.integers(-(10**320), 10**320)
SUM = sum("x")


def total(values: list[Any]) -> Any:
    """The sum of all values at once."""
    return SUM.result(SUM.fold(SUM.start(), values))


def exactly(values: list[Any]) -> Fraction:
    """The sum without any rounding."""
    exact = Fraction(0)
    for value in values:
        exact += Fraction(value)
    return exact


def nearest(exact: Fraction) -> float:
    """The float that is nearest."""
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return INF if exact > 0 else -INF


@given(st.lists(st.integers(), max_size=20))
def test_whole_numbers_stay_whole(values: list[int]) -> None:
    """Of any size."""
    result = total(values)
    assert type(result) is int
    assert result == exactly(values)


@given(st.lists(FINITE.map(lambda x: x / 2**60), max_size=20))
def test_floats_are_summed_as_fsum_does(values: list[float]) -> None:
    """Rounded once, at the end."""
    assert total([0.0, *values]) == math.fsum(values)


@given(st.lists(NUMBERS, min_size=1, max_size=12), st.data())
def test_any_cut_and_any_order_is_the_exact_sum(values: list[Any], data: st.DataObject) -> None:
    """Even where a sum on the way is larger than any float."""
    values = [*values, 0.0]
    exact = nearest(exactly(values))
    assert total(values) == exact
    shuffled = data.draw(st.permutations(values))
    state = SUM.start()
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        part, shuffled = shuffled[:size], shuffled[size:]
        state = SUM.merge(SUM.fold(SUM.start(), part), state)
    assert SUM.result(state) == exact
    assert SUM.result(pickle.loads(pickle.dumps(state))) == exact


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([0.1] * 10, 1.0),
        ([1e308, 1e308, -1e308], 1e308),
        ([1e308, 1e308], INF),
        ([-1e308, -1e308, 1.0], -INF),
        ([10**400, 0.5], INF),
        ([10**400, -(10**400), 0.5], 0.5),
        ([2**1024, -1.7e308], float(2**1024 - int(1.7e308))),
        ([2**53, 1, 0.5, 0.5], float(2**53 + 2)),
        ([5e-324, -5e-324, 1e-320], 1e-320),
        ([INF, 1, -1e308], INF),
        ([1e308, 1e308, -INF], -INF),
        ([INF, 10**400], INF),
    ],
)
def test_large_small_and_infinite(values: list[Any], result: float) -> None:
    """Never an error; whatever the order."""
    for order in (values, values[::-1]):
        assert total(order) == result
        state = SUM.start()
        for value in order:
            state = SUM.add(state, value)
        assert SUM.result(state) == result


@pytest.mark.parametrize("values", [[NAN], [1, NAN, INF], [INF, -INF], [-INF, 1e308, 1e308, INF], [INF, -INF, NAN]])
def test_what_has_no_sum_is_nan(values: list[Any]) -> None:
    """In any order and cut, and it stays so."""
    assert math.isnan(total(values))
    assert math.isnan(total(values[::-1]))
    state = SUM.fold(SUM.start(), values)
    assert math.isnan(SUM.result(SUM.fold(state, [1.0, INF, 3])))
    assert math.isnan(SUM.result(SUM.merge(SUM.fold(SUM.start(), [INF]), state)))


def test_whole_numbers_and_floats_make_a_float() -> None:
    """Even where the float is zero."""
    assert repr(total([1, 2])) == "3"
    assert repr(total([1, 2, 0.0])) == "3.0"
    assert repr(total([0.0])) == "0.0"
    assert repr(total([0.5, -0.5])) == "0.0"


def test_what_is_no_number_is_left_out() -> None:
    """Text, null, true and missing fields."""
    assert run([{"a": 1}, {"a": "7"}, {"a": None}, {"a": True}, {}], reduce(a=sum("a"))) == [{"a": 1}]


def test_the_empty_sum_is_zero() -> None:
    """Of no points, and of points without the field."""
    assert run([], reduce(a=sum("a"))) == [{"a": 0}]
    assert run([{"b": 1}], reduce(a=sum("a"))) == [{"a": 0}]
