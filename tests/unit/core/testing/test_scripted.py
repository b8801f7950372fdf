"""script: a source that does what is written down."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from flume import memory, put
from flume.errors import MomentError, OptionError
from flume.testing import Clock, script

BEGIN = datetime(2024, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize("live", [True, False])
def test_points_come_in_their_order(live: bool) -> None:
    """Batches, single points, and those without a time."""
    source = script([{"n": 1}, {"n": 2}], {"n": 3}, [], live=live)
    assert [point["n"] for point in (source | memory()).execute().points] == [1, 2, 3]


@pytest.mark.parametrize("live", [True, False])
def test_pauses_are_those_of_the_clock(live: bool) -> None:
    """Times may be said as of then."""
    source = script({"time": "now"}, "1h", [{"time": "now"}, {"time": "-5s"}], 0.5, {"time": "2024-02-28"}, live=live)
    clock = Clock(BEGIN, jumps=True)
    points = (source | memory()).execute(clock=clock).points
    hour = BEGIN + timedelta(hours=1)
    assert [point["time"] for point in points] == [BEGIN, hour, hour - timedelta(seconds=5), BEGIN - timedelta(days=1)]
    assert clock.now() == hour + timedelta(seconds=0.5)


@pytest.mark.parametrize("live", [True, False])
def test_a_failure_comes_behind_what_came_before(live: bool) -> None:
    """As it is when a connection breaks."""
    left = []
    source = script({"n": 1}, ConnectionError("gone"), {"n": 2}, live=live)
    with pytest.raises(ConnectionError, match="gone") as caught:
        (source | put(seen=lambda point: left.append(point["n"])) | memory()).execute()
    assert left == [1]
    assert caught.value.__notes__ == [f"in step 1: {source!r}"]


def test_it_can_be_run_again() -> None:
    """From its beginning, and its points are no others' afterwards."""
    source = script({"n": [1]})
    first = (source | memory()).execute().points
    first[0]["n"].append(2)
    assert (source | memory()).execute().points == [{"n": [1]}]


def test_it_is_a_word_as_others() -> None:
    """It can be read back and compared."""
    source = script([{"n": 1}], "5s", live=False)
    assert repr(source) == "script([{'n': 1}], '5s', live=False)"
    assert eval(repr(source)) == source == pickle.loads(pickle.dumps(source))
    assert hash(source) == hash(eval(repr(source)))


@pytest.mark.parametrize("step", [None, True, ["a"], {1, 2}])
def test_what_is_no_step_is_refused(step: object) -> None:
    """It is said what there can be."""
    with pytest.raises(OptionError, match="script takes lists of points, pauses such as '5s', and exceptions to raise"):
        script(step)


def test_a_pause_is_a_duration_of_fixed_length() -> None:
    """Before anything runs."""
    with pytest.raises(MomentError, match="script: "):
        script("soon")
    with pytest.raises(OptionError, match="a pause has a fixed length, not '1 month'"):
        script("1 month")
