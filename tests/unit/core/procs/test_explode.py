"""explode: a point for each value of a list."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import explode, memory, put
from flume.errors import OptionError
from flume.testing import run
from flume.testing.listing import listed

Point = dict[str, Any]

VALUES = st.sampled_from([None, 0, "xyz", [], [1], ["a", [2], {"z": 3}], {"z": [1]}])
POINTS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES), max_size=6)


def model(points: list[Point], field: str) -> list[Point]:
    """What leaves, point by point."""
    made: list[Point] = []
    for point in points:
        if field in point:
            value = point[field]
            made += [{**point, field: each} for each in (value if isinstance(value, list) else [value])]
    return made


@given(POINTS, st.sampled_from([1, 2, None]))
def test_it_is_the_model(points: list[Point], size: int | None) -> None:
    """Whatever the field holds; it keeps its place, and it does not matter how the points come."""
    report = (listed(points, size) | explode("b") | memory()).execute()
    assert [list(point.items()) for point in report.points] == [list(point.items()) for point in model(points, "b")]
    assert report.adds_up


def test_what_is_no_list_stays_as_it_is() -> None:
    """A text is one value, as is null; a missing field is none."""
    points: list[Point] = [{"a": "xy"}, {"a": None}, {"b": 1}, {"a": []}]
    assert run(points, explode("a")) == [{"a": "xy"}, {"a": None}]


def test_dotted_names_reach_inside() -> None:
    """A field whose own name has the dots wins."""
    assert run([{"u": {"t": [1, 2], "x": 0}}], explode("u.t")) == [{"u": {"t": 1, "x": 0}}, {"u": {"t": 2, "x": 0}}]
    assert run([{"u": {"t": [1]}, "u.t": [2]}], explode("u.t")) == [{"u": {"t": [1]}, "u.t": 2}]


def test_points_share_nothing() -> None:
    """To change one of them does not change its neighbours."""

    def add(point: Point) -> int:
        point["others"].append(point["a"])
        return len(point["others"])

    made = run([{"a": [1, 2], "others": []}], explode("a"), put(n=add))
    assert [point["n"] for point in made] == [1, 1]


def test_the_ledger_knows_what_was_split_and_what_was_left_out() -> None:
    """A list is split into points that are made; a point without the field is filtered."""
    points: list[Point] = [{"a": [1, 2, 3]}, {"b": 1}, {"a": 0}, {"a": []}]
    account = (listed(points) | explode("a") | memory()).execute().accounts[1]
    assert (account.points_in, account.made, account.points_out) == (4, 3, 4)
    assert account.taken == {"split": 2, "filtered": 1}


def test_options_are_checked() -> None:
    """The time of a point is no list."""
    with pytest.raises(OptionError, match="explode: time is never a list"):
        explode("time")
    with pytest.raises(OptionError, match="explode needs field"):
        explode()  # type: ignore[call-arg]
