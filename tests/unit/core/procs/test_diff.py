"""diff: the points whose key is in one branch only."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import diff, emit, filter, memory
from flume.flow import Joining
from flume.run import Run
from flume.testing.listing import listed

BRANCHES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=20)


def joined(pushed: list[tuple[int, dict[str, Any]]], step: diff, *, ordered: bool = False) -> list[dict[str, Any]]:
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
def test_a_key_must_be_in_exactly_one_branch(pushed: list[tuple[int, int]]) -> None:
    """Twice in one branch is one branch."""
    keys: dict[int, set[int]] = {}
    for branch, each in pushed:
        keys.setdefault(each, set()).add(branch)
    out = joined([(branch, {"id": each}) for branch, each in pushed], diff("id"))
    assert [point["id"] for point in out] == [each for each, branches in keys.items() if len(branches) == 1]


def test_points_of_one_key_in_a_branch_become_one() -> None:
    """The later one wins."""
    assert joined([(1, {"id": 1, "x": 1, "a": 1}), (1, {"id": 1, "x": 2})], diff("id")) == [{"id": 1, "x": 2, "a": 1}]


def test_of_times_where_nothing_is_named() -> None:
    """The seconds that only one source has, in order."""
    a, b = emit(limit=3, start="2016-07-17"), emit(limit=3, start="2016-07-17T00:00:01Z")
    assert [point["time"].second for point in (a, b) | diff()] == [0, 3]


@pytest.mark.parametrize("ordered", [True, False])
def test_a_timeless_point_is_in_its_own_branch_only(ordered: bool) -> None:
    """Where time is compared, it equals no other."""
    assert joined([(0, {"a": 1}), (1, {"a": 1})], diff(), ordered=ordered) == [{"a": 1}, {"a": 1}]


def test_branches_of_one_stream() -> None:
    """One condition or the other, not both."""
    points = [{"n": n} for n in range(6)]
    report = (listed(points) | (filter("n > 1"), filter("n < 4")) | diff("n") | memory()).execute()
    assert sorted(point["n"] for point in report.points) == [0, 1, 4, 5]
    assert report.adds_up
