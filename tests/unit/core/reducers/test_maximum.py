"""maximum: the greatest value."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import maximum, reduce
from flume.testing import run

WORD = maximum("x")
TIME = datetime(2016, 7, 17, tzinfo=UTC)
KINDS = [st.integers() | st.floats(), st.text(max_size=3), st.integers(0, 99).map(lambda day: TIME + timedelta(day))]
ANY = KINDS[0] | KINDS[1] | KINDS[2]


def of(values: list[Any]) -> Any:
    """The greatest of all values at once."""
    return WORD.result(WORD.fold(WORD.start(), values))


@given(st.lists(st.integers() | st.floats(allow_nan=False), min_size=1))
def test_of_numbers(values: list[Any]) -> None:
    """As Python has it: exact between whole numbers and floats, the first of equal ones."""
    assert repr(of(values)) == repr(max(values))


@given(st.lists(st.text(), min_size=1))
def test_of_text(values: list[str]) -> None:
    """By code point."""
    assert of(values) == max(values)


@given(st.lists(ANY, min_size=1, max_size=9), st.data())
def test_of_different_kinds(values: list[Any], data: st.DataObject) -> None:
    """Times are greater than text, and text is greater than numbers."""
    kinds: list[list[Any]] = [[], [], []]
    for value in values:
        if value == value:
            kinds[2 if isinstance(value, datetime) else 1 if isinstance(value, str) else 0].append(value)
    chosen = next((kind for kind in kinds[::-1] if kind), None)
    assert of(values) == (max(chosen) if chosen else None)
    cut = data.draw(st.integers(0, len(values)))
    left, right = WORD.fold(WORD.start(), values[:cut]), WORD.fold(WORD.start(), values[cut:])
    assert repr(WORD.result(WORD.merge(left, right))) == repr(of(values))


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([1, 1.0], "1"),
        ([1.0, 1], "1.0"),
        ([math.nan, 2, 1], "2"),
        ([2, math.nan, 1], "2"),
        ([math.nan], "None"),
        ([math.nan, "a"], "'a'"),
        ([math.inf, -math.inf, 10**400], "inf"),
        ([2**53 + 1, float(2**53)], "9007199254740993"),
        (["b", "B", "a"], "'b'"),
        ([], "None"),
    ],
)
def test_equal_values_nan_and_infinity(values: list[Any], result: str) -> None:
    """The first of equal values; NaN is passed over."""
    assert repr(of(values)) == result


def test_of_a_field() -> None:
    """True and lists have no order here, and are left out; nested fields work."""
    points = [{"a": {"b": value}} for value in (True, [9], None, 3, 7)]
    assert run(points, reduce(m=maximum("a.b"))) == [{"m": 7}]
    assert run([{}], reduce(m=maximum("a"))) == [{"m": None}]


def test_of_times() -> None:
    """They are printed as times are."""
    points = [{"time": f"2016-07-1{day}T00:00:00.000Z"} for day in (7, 9, 8)]
    assert run(points, reduce(time=maximum("time"))) == [{"time": "2016-07-19T00:00:00.000Z"}]
