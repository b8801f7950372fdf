"""Nested fields and group keys."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.point import MISSING, find, get, getter, has, key, with_field, without_field

NAMES = st.sampled_from(["a", "b", "c", "a.b", "b.c", "a.b.c"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers(-2, 2) | st.booleans() | st.sampled_from(["", "x", "1"]),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=6,
)
POINTS = st.dictionaries(NAMES, VALUES, max_size=4)


@pytest.mark.parametrize(
    ("point", "field", "value"),
    [
        ({"a": 1}, "a", 1),
        ({"a": None}, "a", None),
        ({}, "a", MISSING),
        ({"a": {"b": 1}}, "a.b", 1),
        ({"a": {"b": {"c": 1}}}, "a.b.c", 1),
        ({"a": {"b.c": 1}}, "a.b.c", 1),
        ({"a.b": 1, "a": {"b": 2}}, "a.b", 1),
        ({"a": 1}, "a.b", MISSING),
        ({"a": [1, 2]}, "a.0", MISSING),
        ({"a": {}}, "a.b", MISSING),
        ({"": {"": 1}}, ".", 1),
    ],
)
def test_a_field_is_found(point: dict[str, Any], field: str, value: Any) -> None:
    """A field is found by its own name first, then through dicts; a missing one is told from null."""
    assert find(point, field) == value
    assert get(point, field) == (None if value is MISSING else value)
    assert has(point, field) is (value is not MISSING)


@given(POINTS, NAMES)
def test_a_getter_gets(point: dict[str, Any], field: str) -> None:
    """A getter gives what `get` gives."""
    assert getter(field)(point) == get(point, field)


@given(POINTS, NAMES, VALUES)
def test_what_is_put_is_found(point: dict[str, Any], field: str, value: Any) -> None:
    """A field that was set is found, one that was removed is not, and the point they came from is as it was."""
    before = copy.deepcopy(point)
    assert get(with_field(point, field, value), field) == value
    if "." not in field:
        assert not has(without_field(point, field), field)
    if not has(point, field):
        assert without_field(point, field) == point
    assert point == before


def test_only_the_way_is_copied() -> None:
    """Setting a nested field copies the dicts on the way and shares all others."""
    point = {"a": {"b": 1}, "c": {"d": 1}}
    changed = with_field(point, "a.b", 2)
    assert changed == {"a": {"b": 2}, "c": {"d": 1}}
    assert changed["c"] is point["c"]


def test_dotted_names_make_nested_fields() -> None:
    """A new dotted field becomes nested; a plain value in the way gives place; an own dotted name is kept."""
    assert with_field({}, "a.b.c", 1) == {"a": {"b": {"c": 1}}}
    assert with_field({"a": 5}, "a.b", 1) == {"a": {"b": 1}}
    assert with_field({"a.b": 5}, "a.b", 1) == {"a.b": 1}


def test_removing_uncovers_what_was_hidden() -> None:
    """Removing a field by its own dotted name leaves the nested one of the same name."""
    assert without_field({"a.b": 1, "a": {"b": 2}}, "a.b") == {"a": {"b": 2}}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, 1.0),
        (0.0, -0.0),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}),
        ([1, {"a": []}], [1.0, {"a": []}]),
        (float("nan"), float("nan")),
        (datetime(2016, 1, 1, tzinfo=UTC), datetime(2016, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
        (10**30, 10**30),
    ],
)
def test_equal_keys(left: Any, right: Any) -> None:
    """Values that JSON takes for equal are one key."""
    assert key(left) == key(right)
    assert hash(key(left)) == hash(key(right))


def test_different_keys() -> None:
    """Values that look alike but have another type or another structure are different keys."""
    values: list[Any] = [
        None, 0, False, "", "0", "None", [], {}, [0], [False], ["0"], [None], [[]], {"0": 0}, {"a": 0},
        {"a": False}, [["a", 0]],
        {"a": None}, 1, True, "1", "nan", float("nan"), datetime(2016, 1, 1, tzinfo=UTC), "2016-01-01", timedelta(0),
    ]  # fmt: skip
    assert len({key(value) for value in values}) == len(values)


@given(VALUES, VALUES)
def test_keys_are_equal_where_json_is(left: Any, right: Any) -> None:
    """Two values have one key exactly when their JSON, with sorted names, is the same."""
    import json

    same = json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
    assert (key(left) == key(right)) is same


def test_keys_travel() -> None:
    """A key is the same after pickling, so that groups of two processes can be put together."""
    for value in (True, [1, {"a": float("nan")}], float("nan"), datetime(2016, 1, 1, tzinfo=UTC)):
        assert pickle.loads(pickle.dumps(key(value))) == key(value)
    assert pickle.loads(pickle.dumps(MISSING)) is MISSING
