"""count: how many."""

from __future__ import annotations

from typing import Any

import pytest

from flume import count, reduce
from flume.errors import OptionError
from flume.testing import run


def test_points_are_counted() -> None:
    """All of them, whatever is in them."""
    assert run([{"a": 1}, {}, {"a": None}], reduce(n=count())) == [{"n": 3}]


def test_points_with_a_field_are_counted() -> None:
    """Neither missing nor null; false and nothing are values."""
    points: list[dict[str, Any]] = [{"a": 1}, {}, {"a": None}, {"a": False}, {"a": ""}, {"b": 1}]
    assert run(points, reduce(n=count("a"))) == [{"n": 3}]


def test_nested_fields_are_counted() -> None:
    """With dots."""
    assert run([{"a": {"b": 1}}, {"a": {}}, {"a": 1}], reduce(n=count("a.b"))) == [{"n": 1}]


def test_no_points_are_none() -> None:
    """An empty stream has a count."""
    assert run([], reduce(n=count(), with_a=count("a"))) == [{"n": 0, "with_a": 0}]


def test_the_field_is_checked() -> None:
    """It is a name."""
    with pytest.raises(OptionError):
        count(1)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="empty name"):
        count("")
