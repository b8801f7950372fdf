"""split: a point for each field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import memory, put, split
from flume.errors import OptionError
from flume.testing import run
from flume.testing.listing import listed

Point = dict[str, Any]

VALUES = st.sampled_from([None, 0, "x", [], [1], ["a", [2], {"z": 3}], {"z": 1}])
POINTS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c", "name", "value"]), VALUES), max_size=6)
FIELDS = st.lists(st.sampled_from(["a", "b", "c", "name", "missing"]), max_size=3)


def model(points: list[Point], fields: list[str], *, arrays: bool) -> list[Point]:
    """What leaves, field by field."""
    made = []
    for point in points:
        names = fields or [name for name in point if name not in ("time", "name")]
        others = {name: value for name, value in point.items() if name not in names}
        for name in dict.fromkeys(names):
            if name in point:
                value = point[name]
                pieces = value if arrays and isinstance(value, list) else [value]
                made += [{**others, "name": name, "value": piece} for piece in pieces]
    return made


@given(POINTS, FIELDS, st.booleans(), st.sampled_from([1, 2, None]))
def test_it_is_the_model(points: list[Point], fields: list[str], arrays: bool, size: int | None) -> None:
    """Whatever the fields hold, in the order of their names as written, and however the points come."""
    report = (listed(points, size) | split(*fields, arrays=arrays) | memory()).execute()
    assert [list(point.items()) for point in report.points] == [
        list(point.items()) for point in model(points, fields, arrays=arrays)
    ]
    assert report.adds_up


def test_all_fields_but_time_and_name() -> None:
    """The old name gives place to that of the field; the time is copied."""
    point = {"time": "2016-07-17T00:00:00.000Z", "name": "web1", "cpu": 1, "mem": None}
    assert run([point], split()) == [
        {"time": point["time"], "name": "cpu", "value": 1},
        {"time": point["time"], "name": "mem", "value": None},
    ]


def test_points_leave_in_the_order_of_the_names() -> None:
    """As written, not as the point has them; a name that is written twice is one."""
    made = run([{"a": 1, "b": 2}], split("b", "a", "b"))
    assert [(point["name"], point["value"]) for point in made] == [("b", 2), ("a", 1)]


def test_a_missing_field_and_an_empty_list_make_no_point() -> None:
    """What is missing is no value, and there is none in an empty list."""
    assert run([{"a": []}, {"b": 1}, {}], split("a")) == []


def test_lists_and_dicts_can_be_values() -> None:
    """A list where arrays=False, one inside a list, and every dict."""
    assert [point["value"] for point in run([{"a": [[1], {"x": [2]}]}], split())] == [[1], {"x": [2]}]
    assert [point["value"] for point in run([{"a": [1]}], split(arrays=False))] == [[1]]


def test_dotted_names_reach_inside() -> None:
    """The field goes from where it was; its name is the dotted one."""
    assert run([{"u": {"id": 7, "x": 1}}], split("u.id")) == [{"u": {"x": 1}, "name": "u.id", "value": 7}]


def test_time_can_be_split_off() -> None:
    """Where it is named; what leaves has none then."""
    assert run([{"time": "2016-07-17", "a": 1}], split("time")) == [
        {"a": 1, "name": "time", "value": "2016-07-17T00:00:00.000Z"}
    ]


def test_points_share_nothing() -> None:
    """To change one of them does not change its neighbours."""

    def add(point: Point) -> int:
        point["others"].append(point["name"])
        return len(point["others"])

    made = run([{"a": 1, "b": 2, "others": []}], split("a", "b"), put(n=add))
    assert [point["n"] for point in made] == [1, 1]


def test_the_ledger_knows_what_was_split() -> None:
    """Each point that came was split, and each that left was made."""
    account = (listed([{"a": [1, 2, 3]}, {"b": 1}]) | split("a") | memory()).execute().accounts[1]
    assert (account.points_in, account.made, account.points_out, account.taken) == (2, 3, 3, {"split": 2})


def test_names_are_checked() -> None:
    """An empty one can be none."""
    with pytest.raises(OptionError, match="split: fields has an empty name"):
        split("a", "")
    with pytest.raises(OptionError, match="split: arrays takes True or False, not 'yes'"):
        split(arrays="yes")  # type: ignore[arg-type]
