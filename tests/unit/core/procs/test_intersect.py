"""intersect: the points whose key is in all branches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import emit, filter, intersect, memory, put
from flume.flow import Joining
from flume.run import Run
from flume.testing import run
from flume.testing.listing import listed

BRANCHES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=20)
TIME = datetime(2016, 7, 17, tzinfo=UTC)


def joined(pushed: list[tuple[int, dict[str, Any]]], step: intersect, *, ordered: bool = False) -> list[dict[str, Any]]:
    """What leaves of three branches."""
    bound = Run()
    bound.ordered = ordered
    stage = step.start(bound)
    assert isinstance(stage, Joining)
    stage.branches = 3
    out = []
    for branch, point in pushed:
        out += stage.push_branch(branch, [point])
    out += stage.end()
    assert len(pushed) == len(out) + bound.account.taken.total()
    return out


@given(BRANCHES)
def test_a_key_must_be_in_every_branch(pushed: list[tuple[int, int]]) -> None:
    """Once is enough, and twice in one branch is not two branches."""
    keys: dict[int, set[int]] = {}
    for branch, each in pushed:
        keys.setdefault(each, set()).add(branch)
    out = joined([(branch, {"id": each}) for branch, each in pushed], intersect("id"))
    assert [point["id"] for point in out] == [each for each, branches in keys.items() if len(branches) == 3]


def test_the_fields_of_equal_points_together() -> None:
    """The later branch wins; in a branch the later point."""
    pushed = [(2, {"id": 1, "x": 2}), (1, {"id": 1, "b": 1}), (0, {"id": 1, "x": 0, "a": 0}), (0, {"id": 1, "a": 9})]
    assert joined(pushed, intersect("id")) == [{"id": 1, "x": 2, "a": 9, "b": 1}]


def test_of_times_where_nothing_is_named() -> None:
    """The seconds that both sources have."""
    a, b = emit(limit=3, start="2016-07-17"), emit(limit=3, start="2016-07-17T00:00:02Z")
    assert [point["time"].second for point in (a | put(a=1), b) | intersect()] == [2]


@pytest.mark.parametrize("ordered", [True, False])
def test_timeless_points_are_at_no_common_time(ordered: bool) -> None:
    """Where time is compared; where it is not, they are compared like others."""
    points = [(branch, {"id": 1, "n": branch}) for branch in range(3)]
    assert joined(points, intersect(), ordered=ordered) == []
    assert joined(points, intersect("id"), ordered=ordered) == [{"id": 1, "n": 2}]


def test_branches_of_one_stream() -> None:
    """Both conditions hold."""
    points = [{"n": n} for n in range(10)]
    report = (listed(points) | (filter("n > 3"), filter("n < 6")) | intersect("n") | memory()).execute()
    assert report.points == [{"n": 4}, {"n": 5}]
    assert report.adds_up


def test_one_branch_is_all_there_is() -> None:
    """A stream that was never split."""
    assert run([{"n": 1}, {"n": 2}, {"n": 1, "a": 1}], intersect("n")) == [{"n": 1, "a": 1}, {"n": 2}]
