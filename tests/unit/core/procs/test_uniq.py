"""uniq: no point twice in a row."""

from __future__ import annotations

from typing import Any

import pytest

from flume import uniq
from flume.testing import run


def passed(values: list[Any], step: uniq) -> list[int]:
    """The places of the values that pass, each value in a point of its own time."""
    points = [
        {**({} if value is ... else {"a": value}), "n": n, "time": f"2016-07-17T00:00:{n:02}.000Z"}
        for n, value in enumerate(values)
    ]
    return [point["n"] for point in run(points, step)]


def test_a_point_equal_to_the_one_before_it_is_dropped() -> None:
    """Equal ones further apart pass, as in the shell's uniq."""
    assert passed(["x", "x", "y", "y", "y", "x"], uniq("a")) == [0, 2, 5]


def test_values_are_compared_by_value_and_type() -> None:
    """A missing field and null differ here, as they do in the output."""
    assert passed([1, 1.0, True, "1", None, ..., ...], uniq("a")) == [0, 2, 3, 4, 5]


def test_deep_values_are_compared() -> None:
    """Dicts in any order of fields."""
    assert passed([{"x": [1], "y": 2}, {"y": 2, "x": [1]}, {"x": [True], "y": 2}], uniq("a")) == [0, 2]


def test_nan_equals_itself() -> None:
    """As in a group's key."""
    assert passed([float("nan"), float("nan"), 1.0], uniq("a")) == [0, 2]


@pytest.mark.parametrize("batch", [1, 2, None])
def test_without_fields_all_but_time_is_compared(batch: int | None) -> None:
    """A status that is repeated every minute is one status."""
    points: list[dict[str, Any]] = [
        {"time": "2016-07-17T00:00:00.000Z", "up": True},
        {"time": "2016-07-17T00:01:00.000Z", "up": True},
        {"time": "2016-07-17T00:02:00.000Z", "up": True, "note": None},
        {"up": True, "note": None},
    ]
    assert run(points, uniq(), batch=batch) == [points[0], points[2]]


def test_by_compares_within_groups() -> None:
    """What other groups do in between does not matter."""
    points = [{"host": h, "up": up, "n": n} for n, (h, up) in enumerate(zip("ababab", "101000", strict=True))]
    assert [point["n"] for point in run(points, uniq("up", by="host"))] == [0, 1, 4]
    assert [point["n"] for point in run(points, uniq("up"))] == [0, 1, 2, 3]


def test_several_fields_and_dotted_ones() -> None:
    """All of them have to be equal."""
    points = [{"a": {"b": b}, "c": c} for b, c in [(1, 1), (1, 1), (1, 2), (2, 2)]]
    assert run(points, uniq("a.b", "c")) == [points[0], points[2], points[3]]
