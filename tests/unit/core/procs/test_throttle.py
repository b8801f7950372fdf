"""throttle: not more than so many points in a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import memory, throttle
from flume.errors import MomentError, OptionError
from flume.run import Run
from flume.testing import Clock, run, script
from flume.testing.listing import listed

TIME = datetime(2016, 7, 17, tzinfo=UTC)


def at(second: float, **fields: Any) -> dict[str, Any]:
    """A point of that second."""
    return {"time": TIME + timedelta(seconds=second), **fields}


def model(seconds: list[int], n: int, every: int) -> list[int]:
    """The places of the points that have fewer than n neighbours that passed."""
    passed: list[int] = []
    for place, second in enumerate(seconds):
        if sum(abs(seconds[other] - second) < every for other in passed) < n:
            passed.append(place)
    return passed


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(1, 3), st.integers(1, 15), st.sampled_from([1, 2, None]))
def test_it_is_the_model(seconds: list[int], n: int, every: int, size: int | None) -> None:
    """In order of time and in none, and however the points come: no span so long has more than n."""
    for ordered, given_seconds in ((False, seconds), (True, sorted(seconds))):
        points = [at(second, place=place) for place, second in enumerate(given_seconds)]
        report = (listed(points, size, ordered) | throttle(n, every) | memory()).execute()
        places = [point["place"] for point in report.points]
        assert places == model(given_seconds, n, every)
        passed = [given_seconds[place] for place in places]
        assert all(sum(first <= second < first + every for second in passed) <= n for first in passed)
        assert report.adds_up


def test_a_span_begins_with_every_point_that_passes() -> None:
    """It is not that of a clock: two bursts at the turn of a minute are one."""
    points = [at(second) for second in (58, 59, 60, 61, 117.9, 118)]
    assert [point["time"][14:21] for point in run(points, throttle(2, "1m"))] == ["00:58.0", "00:59.0", "01:58.0"]


def test_points_without_a_time_pass() -> None:
    """They are in no span of time."""
    assert run([{"n": 1}, {"n": 2}], throttle(1, "1h")) == [{"n": 1}, {"n": 2}]


def test_memory_is_bounded() -> None:
    """What has passed long ago is forgotten."""
    stage: Any = throttle(3, "10s").start(Run())
    for second in range(1000):
        stage.push([at(second)])
        stage.advance(TIME + timedelta(seconds=second))
        assert len(stage._passed) <= 3


def test_a_live_stream() -> None:
    """By the times of the points, on a clock that is moved by hand."""
    now = {"time": "now"}
    source = script([now, now, now], "30s", now, "40s", [now, now])
    report = (source | throttle(1, "1m") | memory()).execute(clock=Clock("2024-02-29", jumps=True))
    assert [point["time"].second for point in report.points] == [0, 10]
    assert report.limited == 4


def test_options_are_checked() -> None:
    """What to give is said."""
    with pytest.raises(OptionError, match="throttle: n is 0; give 1 or more"):
        throttle(0, "1s")
    with pytest.raises(OptionError, match="throttle: every takes a duration longer than nothing, not '0s'"):
        throttle(1, "0s")
    with pytest.raises(MomentError, match="'soon' is no duration"):
        throttle(1, "soon")
    with pytest.raises(OptionError, match="throttle needs every"):
        throttle(1)  # type: ignore[call-arg]
