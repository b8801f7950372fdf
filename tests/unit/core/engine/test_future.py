"""A clock that is hours ahead holds up nobody: neither other sources, nor what its own source gives behind it."""

from __future__ import annotations

import threading

import pytest

from flume import filter, head, join, memory
from flume.flow import Flow
from flume.testing import script

NOW = [{"time": "now", "from": "a"}]
FUTURE = [{"time": "in 2 hours", "from": "a"}]
QUIET = script("forever")


def given(flow: Flow) -> list[dict[str, object]]:
    """What a program gives that ends by itself, or the test ends without it."""
    found: list[dict[str, object]] = []
    thread = threading.Thread(target=lambda: found.extend((flow | memory()).execute().points), daemon=True)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive(), "a point of the future is waited for"
    return found


def test_points_behind_one_of_the_future_leave() -> None:
    """Before the source beside it has ended; the one of the future keeps its place."""
    points = given((script(NOW, FUTURE, NOW, NOW, "forever"), QUIET) | head(4))
    assert len(points) == 4
    times = [point["time"] for point in points]
    assert times.index(max(times)) == 1


def test_others_are_not_held_up() -> None:
    """Whichever has the wrong clock."""
    ahead, right = script(FUTURE, "forever"), script(NOW, NOW, "forever")
    assert len(given((ahead, right) | filter("time < now() + duration('1h')") | head(2))) == 2


@pytest.mark.parametrize("options", [{"nearest": "1s"}, {"asof": "1s"}, {}])
def test_a_join_goes_on(options: dict[str, str]) -> None:
    """What is joined is joined by its time: the point of the future waits for its own, or for the end."""
    ahead = script(NOW, FUTURE, NOW, "3s", NOW, "5s")
    other = script([{"time": "now", "from": "a", "n": 1}], "8s")
    points = given((ahead, other) | join("from", kind="outer", **options))
    assert sum(point["time"] == max(each["time"] for each in points) for point in points) == 1
    assert len(points) >= 4


def test_what_is_held_aside_is_not_lost() -> None:
    """It is given at the end."""
    points = given((script(FUTURE, NOW), script(NOW)) | join("from", kind="outer", nearest="1s"))
    assert len(points) == 2 or len(points) == 3
    assert points[-1]["time"] == max(point["time"] for point in points)
