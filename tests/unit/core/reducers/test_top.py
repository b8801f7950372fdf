"""top: the values that are there most often."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import count, head, reduce, sort, top
from flume.errors import OptionError
from flume.testing import run


def of(values: list[Any], k: int) -> Any:
    """The most frequent of all values at once."""
    word = top("x", k)
    return word.result(word.fold(word.start(), values))


@given(st.lists(st.sampled_from("abcdefg") | st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 9), st.data())
def test_it_is_what_a_counter_has_most_of(values: list[Any], k: int, data: st.DataObject) -> None:
    """In its order, which is that of first sight where counts are equal; however the values were cut."""
    expected = [{"value": value, "count": n} for value, n in Counter(values).most_common(k)]
    assert of(values, k) == expected
    word = top("x", k)
    state, rest = word.start(), values
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        state, rest = word.merge(state, word.fold(word.start(), rest[:size])), rest[size:]
    assert word.result(state) == word.result(word.settle(state)) == expected


@given(st.lists(st.sampled_from([1, 1.0, True, "1", math.nan, [1], [True], {"a": 1}]), min_size=1), st.integers(1, 4))
def test_it_is_what_groups_say(values: list[Any], k: int) -> None:
    """As counting by the field, sorting, and taking the first would."""
    points = [{"x": value} for value in values]
    groups = run(points, reduce(count=count(), by="x") | sort("-count") | head(k))
    assert repr(of(values, k)) == repr([{"value": group["x"], "count": group["count"]} for group in groups])


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([1.0, 1, 2], "[{'value': 1.0, 'count': 2}, {'value': 2, 'count': 1}]"),
        ([True, 1, True], "[{'value': True, 'count': 2}, {'value': 1, 'count': 1}]"),
        ([], "None"),
    ],
)
def test_equal_values(values: list[Any], result: str) -> None:
    """One is shown as it came first."""
    assert repr(of(values, 2)) == result


def test_missing_and_null_are_no_values() -> None:
    """They are not counted."""
    points = [{"x": None}, {}, {"x": 1}, {"x": None}]
    assert run(points, reduce(most=top("x", 1))) == [{"most": [{"value": 1, "count": 1}]}]
    assert run([{}], reduce(most=top("x", 1))) == [{"most": None}]


@pytest.mark.parametrize("k", [0, -1])
def test_less_than_one_is_refused(k: int) -> None:
    """It says what it takes."""
    with pytest.raises(OptionError, match="top: k takes a whole number from 1 on"):
        top("x", k)
