"""last: the last value."""

from __future__ import annotations

from typing import Any

import pytest

from flume import last, reduce
from flume.testing import run


@pytest.mark.parametrize(
    ("points", "value"),
    [
        ([{"a": 1}, {"a": 2}], 2),
        ([{"a": 2}, {"a": "x"}, {"a": None}, {}], "x"),
        ([{"a": True}, {"a": False}], False),
        ([{"b": 1}], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("batch", [1, None])
def test_the_last_value_there_is(points: list[dict[str, Any]], value: Any, batch: int | None) -> None:
    """Points without the field do not count; of what type it is does not matter."""
    assert run(points, reduce(a=last("a")), batch=batch) == [{"a": value}]


def test_an_empty_part_changes_nothing() -> None:
    """The right part wins, where it has a value."""
    reducer = last("a")
    assert reducer.merge(2, reducer.start()) == 2
    assert reducer.merge(2, 0) == 0
