"""first: the first value."""

from __future__ import annotations

from typing import Any

import pytest

from flume import first, reduce
from flume.testing import run


@pytest.mark.parametrize(
    ("points", "value"),
    [
        ([{"a": 1}, {"a": 2}], 1),
        ([{"a": None}, {}, {"a": "x"}, {"a": 2}], "x"),
        ([{"a": False}, {"a": True}], False),
        ([{"a": [1]}], [1]),
        ([{"b": 1}], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("batch", [1, None])
def test_the_first_value_there_is(points: list[dict[str, Any]], value: Any, batch: int | None) -> None:
    """Points without the field do not count; of what type it is does not matter."""
    assert run(points, reduce(a=first("a")), batch=batch) == [{"a": value}]


def test_nested_fields() -> None:
    """With dots."""
    assert run([{"a": {}}, {"a": {"b": 1}}], reduce(b=first("a.b"))) == [{"b": 1}]


def test_an_empty_part_changes_nothing() -> None:
    """The left part wins, where it has a value."""
    reducer = first("a")
    assert reducer.merge(reducer.start(), 2) == 2
    assert reducer.merge(0, 2) == 0
