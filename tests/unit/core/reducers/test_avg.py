"""avg: the average."""

from __future__ import annotations

import logging
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import avg, mean, reduce, sum
from flume.testing import run

AVG = avg("x")
FINITE = st.floats(-1e300, 1e300)


def average(values: list[Any]) -> Any:
    """The average of all values at once."""
    return AVG.result(AVG.fold(AVG.start(), values))


@given(st.lists(FINITE | st.integers(-(2**53), 2**53), min_size=1, max_size=20), st.data())
def test_it_is_the_exact_sum_divided_by_how_many(values: list[Any], data: st.DataObject) -> None:
    """As `statistics.fmean` has it; in any order and cut."""
    expected = math.fsum(values) / len(values)
    assert average(values) == expected
    shuffled = data.draw(st.permutations(values))
    cut = data.draw(st.integers(0, len(values)))
    left, right = AVG.fold(AVG.start(), shuffled[:cut]), AVG.fold(AVG.start(), shuffled[cut:])
    assert AVG.result(AVG.merge(left, right)) == expected


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([1, 2], 1.5),
        ([2, 2], 2.0),
        ([10**400, -(10**400), 3], 1.0),
        ([10**400], math.inf),
        ([-(10**400), 1.5], -math.inf),
        ([1e308, 1e308, 1e308], 1e308),
        ([10**308] * 30, 1e308),
        ([math.inf, 1], math.inf),
    ],
)
def test_large_and_infinite(values: list[Any], result: float) -> None:
    """Never an error, and infinite only where the average is."""
    assert average(values) == result
    assert type(average(values)) is float


def test_nan_has_no_average() -> None:
    """Nor have both infinities."""
    assert math.isnan(average([1, math.nan]))
    assert math.isnan(average([math.inf, -math.inf]))


def test_the_average_of_nothing_is_null() -> None:
    """Nulls, text and missing fields are left out."""
    assert run([], reduce(a=avg("a"))) == [{"a": None}]
    assert run([{"a": None}, {"a": "x"}, {}], reduce(a=avg("a"))) == [{"a": None}]
    assert run([{"a": 4}, {"a": None}, {}], reduce(a=avg("a"))) == [{"a": 4.0}]


def test_mean_is_another_name_for_it() -> None:
    """Either reads well."""
    assert mean("a") == avg("a")


@pytest.mark.parametrize(("values", "result"), [([2**63 + 1] * 2, float(2**63 + 1)), ([10**400, -(10**400), 9], 3.0)])
def test_whole_numbers_of_any_size(values: list[int], result: float) -> None:
    """They are exact until the average is."""
    assert run([{"a": value} for value in values], reduce(a=avg("a"))) == [{"a": result}]


@pytest.mark.parametrize("word", [avg, sum])
@pytest.mark.parametrize("values", [[10**400, 0.5], [-1.7e308] * 3])
def test_what_no_float_can_hold_is_null_and_said(
    word: Any, values: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Not an infinity, which was in none of the points."""
    with caplog.at_level(logging.WARNING, "flume"):
        (point,) = run([{"a": value} for value in values], reduce(a=word("a")))
    if word is avg and values[0] == -1.7e308:
        assert point == {"a": -1.7e308}
        return
    assert point == {"a": None}
    assert f"could not be computed (first: {word('a')!r} is too large for a float)" in caplog.text


def test_an_infinity_in_the_points_stays() -> None:
    """It is what the points say."""
    assert run([{"a": math.inf}, {"a": 10**400}], reduce(a=avg("a"), b=sum("a"))) == [{"a": math.inf, "b": math.inf}]
