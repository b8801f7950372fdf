"""count_unique: how many different values."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import count_unique, put, reduce
from flume.point import key
from flume.testing import run

WORD = count_unique("x")
TIME = datetime(2016, 7, 17, tzinfo=UTC)
FEW = st.sampled_from([0, -0.0, 1, 1.0, True, False, "1", "", math.nan, TIME, [1], [1.0], [True], {"a": 1}, {"a": [1]}])


def of(values: list[Any]) -> int:
    """How many there are in all values at once."""
    return WORD.result(WORD.fold(WORD.start(), values))


@given(st.lists(st.integers(0, 50) | st.text("ab", max_size=2), max_size=200), st.data())
def test_it_is_the_size_of_the_set(values: list[Any], data: st.DataObject) -> None:
    """However the values are cut, and whichever way the parts are put together."""
    state, rest = WORD.start(), values
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        part, rest = WORD.fold(WORD.start(), rest[:size]), rest[size:]
        state = WORD.merge(state, part) if data.draw(st.booleans()) else WORD.merge(part, state)
    assert WORD.result(state) == of(values) == len(set(values))


@given(st.lists(FEW, max_size=30))
def test_values_are_one_where_groups_would_be(values: list[Any]) -> None:
    """As many as `reduce` has groups by that field."""
    points = [{"x": value} for value in values]
    assert of(values) == len(run(points, reduce(by="x"))) == len(set(map(key, values)))


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([1, 1.0], 1),
        ([1, "1", True], 3),
        ([0.0, -0.0, 0], 1),
        ([math.nan, -math.nan], 1),
        ([10**400, 10**400 + 1], 2),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1.0}, {"a": 1}], 2),
        ([[1], [1.0], [True], ["1"], []], 4),
        ([], 0),
    ],
)
def test_by_deep_value_and_type(values: list[Any], result: int) -> None:
    """As JSON tells values apart."""
    assert of(values) == result


def test_missing_and_null_are_no_values() -> None:
    """They are not counted; nested fields work."""
    assert run([{"a": {"b": 1}}, {"a": {"b": None}}, {}], reduce(n=count_unique("a.b"))) == [{"n": 1}]
    assert run([], reduce(n=count_unique("a"))) == [{"n": 0}]


def test_it_goes_on_with_the_stream() -> None:
    """In `put` it is how many there were so far."""
    points = [{"x": value} for value in (1, 2, 1, 3)]
    assert [point["n"] for point in run(points, put(n=count_unique("x")))] == [1, 2, 2, 3]
