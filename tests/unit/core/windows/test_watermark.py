"""What lets time pass on a live stream, and what does not."""

from __future__ import annotations

import pytest

from flume import count, memory, reduce
from flume.testing import Clock, script


@pytest.mark.parametrize("window", [{"every": "1m"}, {"gap": "1m"}, {"every": "1m", "over": "2m", "partial": True}])
def test_a_point_far_in_the_future_closes_no_window(window):
    """Where the clock of one machine is two hours fast, nothing of the others is late."""
    now = [{"time": "now", "k": "right"}]
    source = script(now, [{"time": "in 2 hours", "k": "fast"}], now, "5s", now, "5 minutes")
    report = (source | reduce(n=count(), by="k", **window) | memory()).execute(clock=Clock(jumps=True))
    assert report.late == 0
    assert sum(point["n"] for point in report.points if point["k"] == "right") >= 3


def test_a_point_a_little_ahead_does():
    """Clocks differ, and an hour is more than they do."""
    source = script([{"time": "in 5 minutes"}], [{"time": "now"}])
    report = (source | reduce(n=count(), every="1m") | memory()).execute(clock=Clock(jumps=True))
    assert report.late == 1
