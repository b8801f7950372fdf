"""head: the first points."""

from __future__ import annotations

from typing import Any

import pytest

from flume import emit, head, memory
from flume.errors import OptionError
from flume.testing import run

POINTS: list[dict[str, Any]] = [
    {"host": "a", "n": 1},
    {"host": "b", "n": 2},
    {"host": "a", "n": 3},
    {"n": 4},
    {"host": None, "n": 5},
]


@pytest.mark.parametrize(("n", "passed"), [(0, []), (1, [1]), (3, [1, 2, 3]), (9, [1, 2, 3, 4, 5])])
def test_the_first_n_points_pass(n: int, passed: list[int]) -> None:
    """In the order of the stream; all of them where there are fewer."""
    assert [point["n"] for point in run(POINTS, head(n))] == passed


@pytest.mark.parametrize("batch", [1, 2, None])
def test_by_counts_in_each_group(batch: int | None) -> None:
    """A missing field and null are one group."""
    assert [point["n"] for point in run(POINTS, head(1, by="host"), batch=batch)] == [1, 2, 4]


def test_by_compares_by_type() -> None:
    """1 and 1.0 are one group; '1' and true are others."""
    points: list[dict[str, Any]] = [{"a": 1}, {"a": 1.0}, {"a": "1"}, {"a": True}]
    assert run(points, head(1, by=["a"])) == [{"a": 1}, {"a": "1"}, {"a": True}]


def test_by_reaches_inside() -> None:
    """A dotted name is a nested field."""
    points: list[dict[str, Any]] = [
        {"user": {"id": 1}, "n": 1},
        {"user": {"id": 1}, "n": 2},
        {"user": {"id": 2}, "n": 3},
    ]
    assert [point["n"] for point in run(points, head(by="user.id"))] == [1, 3]


def test_an_endless_source_is_stopped() -> None:
    """The source makes no more points than are wanted; by= cannot stop it."""
    report = (emit(start="2016-01-01", every="1h") | head(3) | memory()).execute()
    assert len(report.points) == 3
    assert report.limited == report.read - 3


def test_no_points_wanted_reads_none() -> None:
    """head(0) does not even start on an endless source."""
    report = (emit(start="2016-01-01", every="1h") | head(0) | memory()).execute()
    assert report.points == []


def test_a_negative_number_is_an_error() -> None:
    """It is found before anything runs."""
    with pytest.raises(OptionError, match="head: n is -1; give 0 or more"):
        head(-1)
    with pytest.raises(OptionError, match="n takes a whole number"):
        head(1.5)  # type: ignore[arg-type]
