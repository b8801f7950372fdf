"""pluck: all values, in a list."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import pluck, put, reduce
from flume.testing import run

WORD = pluck("x")
ANY = st.booleans() | st.integers() | st.floats() | st.text(max_size=2) | st.lists(st.integers(), max_size=2)


@given(st.lists(ANY, max_size=30), st.data())
def test_it_is_all_values_in_their_order(values: list[Any], data: st.DataObject) -> None:
    """With their types, however they were cut."""
    state, rest = WORD.start(), values
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        state = WORD.merge(state, WORD.fold(WORD.start(), rest[:size]))
        rest = rest[size:]
    assert repr(WORD.result(state)) == repr(WORD.result(WORD.fold(WORD.start(), values))) == repr(values)


@pytest.mark.parametrize(
    "values", [[1, True, 0, False], [1, 1.0, -0.0], [2**63, -(2**63)], [math.inf, 1.5], ["a", 1, [True]], [True]]
)
def test_values_keep_their_types(values: list[Any]) -> None:
    """true does not become 1, nor 1.0."""
    points = [{"x": value} for value in values]
    assert repr(run(points, reduce(all=pluck("x")))) == repr([{"all": values}])


def test_missing_and_null_are_no_values() -> None:
    """They are not in the list; nested fields work."""
    assert run([{"a": {"b": 1}}, {"a": {"b": None}}, {}], reduce(all=pluck("a.b"))) == [{"all": [1]}]
    assert run([{}], reduce(all=pluck("a"))) == [{"all": []}]


def test_lists_are_nobody_elses() -> None:
    """To change a value that was listed changes neither the points nor what is listed later."""
    points = [{"x": [1]}, {"x": [2]}]
    state = WORD.fold(WORD.start(), [point["x"] for point in points])
    WORD.result(state)[0].append("changed")
    points[1]["x"].append("changed")
    assert WORD.result(state) == [[1], [2]]
    assert points[0] == {"x": [1]}


def test_it_goes_on_with_the_stream() -> None:
    """In `put` it is the values so far, by group."""
    points = [{"x": 1, "g": "a"}, {"x": 2, "g": "b"}, {"x": 3, "g": "a"}]
    assert [point["all"] for point in run(points, put(all=pluck("x"), by="g"))] == [[1], [2], [1, 3]]
