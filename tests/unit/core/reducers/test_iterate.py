"""iterate: given values in turn."""

from __future__ import annotations

from typing import Any

import pytest

from flume import count, iterate, put, reduce
from flume.errors import OptionError
from flume.testing import run


@pytest.mark.parametrize("batch", [1, 2, None])
def test_each_point_takes_the_next_value(batch: int | None) -> None:
    """Over and over."""
    points: list[dict[str, Any]] = [{} for _ in range(5)]
    assert [p["v"] for p in run(points, put(v=iterate(["a", "b"])), batch=batch)] == ["a", "b", "a", "b", "a"]


def test_the_result_is_the_last_value_taken() -> None:
    """None before there is a point."""
    assert run([{}, {}, {}, {}], reduce(v=iterate([1, 2, 3]))) == [{"v": 1}]
    assert run([], reduce(v=iterate([1, 2, 3]))) == [{"v": None}]


def test_windows_go_on_where_the_last_one_stopped() -> None:
    """Other reducers start anew."""
    points = [{"time": f"2016-07-17T00:00:0{second}.000Z"} for second in (0, 0, 1, 2, 2)]
    windows = run(points, reduce(v=iterate(["a", "b", "c"]), n=count(), every="1s"))
    assert [(window["v"], window["n"]) for window in windows] == [("b", 2), ("c", 1), ("b", 2)]


def test_values_may_be_anything() -> None:
    """Lists come out as lists, and null is a value."""
    points: list[dict[str, Any]] = [{} for _ in range(3)]
    assert [p["v"] for p in run(points, put(v=iterate([[1], None, {"x": [2]}])))] == [[1], None, {"x": [2]}]


@pytest.mark.parametrize("values", [[], "ab", 3, None])
def test_values_are_checked(values: Any) -> None:
    """A list, and not an empty one."""
    with pytest.raises(OptionError, match="iterate"):
        iterate(values)
