"""reorder: points that come a little late, back in order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import memory, reorder
from flume.errors import MomentError, OptionError
from flume.run import Run
from flume.testing import run
from flume.testing.listing import listed

TIME = datetime(2016, 7, 17, tzinfo=UTC)


def at(second: float, **fields: Any) -> dict[str, Any]:
    """A point of that second."""
    return {"time": TIME + timedelta(seconds=second), **fields}


def seconds(points: list[dict[str, Any]]) -> list[float]:
    """When the points are."""
    return [(point["time"] - TIME).total_seconds() for point in points]


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(0, 10), st.sampled_from([1, 2, None]))
def test_what_passes_is_in_order_and_the_rest_is_late(times: list[int], delay: int, size: int | None) -> None:
    """A point is late where one was let go that is later: nothing is lost, nothing is out of order."""
    points = [at(second, n=n) for n, second in enumerate(times)]
    report = (listed(points, size) | reorder(delay) | memory()).execute()
    assert seconds(report.points) == sorted(seconds(report.points))
    assert len(report.points) + report.late == len(points)
    assert report.adds_up


@given(st.lists(st.integers(0, 5), max_size=30))
def test_points_within_the_delay_are_sorted(times: list[int]) -> None:
    """None is late that comes no later than the delay, and points of the same time keep their order."""
    points = [at(second, n=n) for n, second in enumerate(times)]
    passed = run(points, reorder("5s"), batch=3)
    assert [point["n"] for point in passed] == [n for n, _ in sorted(enumerate(times), key=lambda each: each[1])]


def test_a_point_leaves_once_one_came_that_is_later_by_the_delay() -> None:
    """Neither sooner nor later."""
    stage = reorder("5s").start(Run())
    assert stage.push([at(0), at(4.9)]) == []
    assert seconds(stage.push([at(5), at(3)])) == [0]
    assert seconds(stage.push([at(20)])) == [3, 4.9, 5]
    assert seconds(stage.end()) == [20]


def test_a_point_that_comes_later_than_the_delay_is_late() -> None:
    """Even where it would still be in order: what is behind was promised that nothing so early will come."""
    bound = Run()
    stage = reorder("1s").start(bound)
    assert seconds(stage.push([at(0), at(2), at(4)])) == [0, 2]
    assert seconds(stage.push([at(1), at(2), at(3)])) == [3]
    assert bound.account.taken == {"late": 2}
    stage.advance(TIME + timedelta(seconds=9))
    low = stage.low(TIME + timedelta(seconds=9))
    assert all(point["time"] >= low for point in stage.push([at(7), at(8)]))


def test_a_point_earlier_than_one_that_has_left_is_late() -> None:
    """A limit lets points go before their delay is over."""
    bound = Run()
    stage = reorder("1h", limit=1).start(bound)
    assert seconds(stage.push([at(2), at(4), at(1), at(2)])) == [2, 2]
    assert bound.account.taken == {"late": 1}


def test_points_without_a_time_pass_at_once() -> None:
    """They have no place in time to wait for."""
    stage = reorder("1s").start(Run())
    assert stage.push([at(0), {"a": 1}, {"time": None}]) == [{"a": 1}, {"time": None}]


def test_time_that_passes_lets_points_go() -> None:
    """On a live stream that is quiet; the delay counts there too."""
    stage = reorder("5s").start(Run())
    assert stage.push([at(0), at(3)]) == []
    assert stage.advance(TIME + timedelta(seconds=4)) == []
    assert seconds(stage.advance(TIME + timedelta(seconds=6))) == [0]
    assert seconds(stage.advance(TIME + timedelta(seconds=8))) == [3]


def test_what_leaves_later_is_not_earlier_than_promised() -> None:
    """The promise is the delay behind the input's, and no earlier than what has left."""
    stage = reorder("5s").start(Run())
    stage.push([at(0), at(7)])
    assert stage.low(TIME + timedelta(seconds=9)) == TIME + timedelta(seconds=4)
    assert stage.low(TIME + timedelta(seconds=99)) == TIME + timedelta(seconds=7)
    assert stage.low(TIME - timedelta(seconds=9)) == TIME


def test_limit_lets_the_earliest_go() -> None:
    """No more points are held than that."""
    stage = reorder("1h", limit=2).start(Run())
    assert seconds(stage.push([at(5), at(1), at(3), at(2)])) == [1, 2]
    assert seconds(stage.end()) == [3, 5]
    assert seconds(run_through(reorder("1h", limit=0), [at(1), at(2)])) == [1, 2]


def run_through(step: reorder, points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What leaves before the end."""
    return step.start(Run()).push(points)


def test_no_delay_drops_what_is_out_of_order() -> None:
    """Points pass at once, or never."""
    assert seconds(run_through(reorder("0s"), [at(1), at(3), at(2), at(3)])) == [1, 3, 3]


def test_calendar_delays() -> None:
    """A month is as long as it is."""
    early = [{"time": datetime(2016, month, 1, tzinfo=UTC)} for month in (2, 1, 3)]
    assert [point["time"].month for point in run_through(reorder("1 month"), early)] == [1, 2]


def test_it_promises_order() -> None:
    """Whatever came in."""
    assert reorder().ordered(False)


def test_options_are_checked() -> None:
    """Before anything runs."""
    with pytest.raises(OptionError, match="reorder: delay is '-5s'; give 0s or more"):
        reorder("-5s")
    with pytest.raises(OptionError, match="limit is -1"):
        reorder(limit=-1)
    with pytest.raises(MomentError):
        reorder("soon")
