"""largest: what the point has that is greatest by another field."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import largest, put, reduce
from flume.testing import run

TIME = datetime(2016, 7, 17, tzinfo=UTC)
ROWS = st.lists(st.tuples(st.integers(-5, 5) | st.floats(-5, 5), st.none() | st.integers()), max_size=12)
WORD = largest("x", by="y")


def of(rows: list[tuple[Any, Any]]) -> Any:
    """That of all points at once; of each its `y`, by which they are compared, and its `x`."""
    return run([{"y": y, "x": x} for y, x in rows], reduce(x=WORD))[0]["x"]


@given(ROWS, st.integers(0, 12))
def test_it_is_the_first_of_the_greatest(rows: list[tuple[Any, Any]], cut: int) -> None:
    """As Python's `max` picks it, of the points that have a value; however they were cut."""
    values = [row for row in rows if row[1] is not None]
    expected = max(values, key=lambda row: row[0])[1] if values else None
    assert of(rows) == expected
    given = [(x, y) if x is not None else None for y, x in rows]
    left, right = (WORD.fold(WORD.start(), list(filter(None, part))) for part in (given[:cut], given[cut:]))
    assert WORD.result(WORD.merge(left, right)) == expected


@pytest.mark.parametrize(
    ("rows", "result"),
    [
        ([(1, "a"), (2, "b"), (2.0, "c")], "b"),
        ([(10**400, "a"), ("z", "b"), (TIME, "c")], "c"),
        ([("z", "a"), (10**400, "b")], "a"),
        ([(math.nan, "a"), (5, "b"), (math.nan, "c")], "b"),
        ([(True, "a"), ([9], "b"), (None, "c")], None),
        ([(9, None), (1, "b")], "b"),
        ([], None),
    ],
)
def test_what_is_compared(rows: list[tuple[Any, Any]], result: Any) -> None:
    """Numbers before text before times; what has no order, and NaN, is passed over."""
    assert of(rows) == result


def test_what_has_no_order_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    """Once for all that look at the field; where it is null, missing or NaN is not said."""
    points: list[dict[str, Any]] = [{"x": "a", "y": 1}, {"x": "b", "y": True}, {"x": "c", "y": [0]}, {"y": {}}]
    points += [{"x": "d", "y": None}, {"x": "e"}, {"x": "f", "y": math.nan}]
    assert run(points, reduce(x=WORD, y=largest("y", by="y"))) == [{"x": "a", "y": 1}]
    assert caplog.text.count("had no") == 1
    assert "3 points had no number, text or time in 'y' (first: y=True)" in caplog.text


def test_of_fields() -> None:
    """Nested ones too, and of each group; a missing one is no value."""
    points = [{"t": {"ms": 1}, "host": "a"}, {"t": {"ms": 9}}, {"t": {"ms": 2}, "host": "c"}, {"host": "d"}]
    assert run(points, reduce(host=largest("host", by="t.ms"))) == [{"host": "c"}]
    assert [point.get("worst") for point in run(points, put(worst=largest("host", by="t.ms")))] == ["a", "a", "c", "c"]
