"""Live sources: threads, bounded queues, and time that passes while nothing comes."""

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from flume import count, emit, head, memory, put, reduce
from flume.engine.pump import WAITING
from flume.flow import Proc, Source, Stage


class scripted(Source):
    """Live: gives batches of points after pauses, then waits until it is stopped or ends."""

    script: tuple = ()  # of (seconds to wait, points)
    waits: bool = False

    def live(self, now):
        return True

    def start(self, run):
        for pause, points in self.script:
            if not run.clock.wait(pause, run.stop):
                return
            yield [dict(point) for point in points]
        if self.waits:
            run.clock.wait(60, run.stop)


def now(seconds=0.0, **fields):
    return {"time": datetime.now(UTC) + timedelta(seconds=seconds), **fields}


def test_points_come_as_their_time_comes():
    """emit without a start is live: one point an interval."""
    began = time.monotonic()
    arrived = [(time.monotonic() - began, point["time"]) for point in emit(limit=3, every="100ms")]
    assert [b - a for (_, a), (_, b) in pairwise(arrived)] == [timedelta(milliseconds=100)] * 2
    assert arrived[0][0] < arrived[2][0]
    assert arrived[2][0] >= 0.19


def test_history_comes_at_once_and_then_live():
    """start in the past."""
    start = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    points = list(emit(limit=12, every="100ms", start=start))
    assert len(points) == 12
    assert points[-1]["time"] <= datetime.now(UTC)


def test_a_silent_stream_still_closes_its_windows():
    """The watermark moves with the clock while nothing comes."""
    points = iter(scripted([(0, [now(a=1)])], waits=True) | reduce(n=count(), every="200ms"))
    assert next(points)["n"] == 1
    assert next(points)["n"] == 0
    points.close()  # type: ignore[attr-defined]


def test_a_quiet_source_does_not_hold_up_the_others():
    """A merge waits for it only until its watermark has moved."""
    quiet = scripted([(0, [now(-1, s="quiet")])], waits=True)
    busy = scripted([(0, [now(s="busy")])], waits=True)
    points = iter((quiet, busy) | put(x=1))
    assert [next(points)["s"], next(points)["s"]] == ["quiet", "busy"]
    points.close()  # type: ignore[attr-defined]


def test_a_point_far_in_the_future_does_not_move_the_watermark(caplog):
    """It is counted; the points after it are not late."""
    script = [(0, [now(a=1)]), (0, [now(9999, a=2)]), (0, [now(a=3)])]
    report = (scripted(script) | reduce(n=count(), every="1 day", by="a") | memory()).execute()
    assert report.late == 0
    assert "more than an hour in the future" in caplog.text


def test_a_late_point_on_a_live_stream_is_counted():
    """Nothing waits for it unless lateness= says so."""
    script = [(0, [now(-10)]), (0, [now()]), (0, [now(-10)])]
    report = (scripted(script) | reduce(n=count(), every="1s", by="a") | memory()).execute()
    assert report.late == 1
    report = (scripted(script) | reduce(n=count(), every="1s", by="a", lateness="20s") | memory()).execute()
    assert report.late == 0
    assert sum(p["n"] for p in report.points) == 3


def test_an_error_of_a_live_source_is_raised_with_its_step():
    """It happens in a thread and is said as any other."""

    class failing(scripted):
        def start(self, run):
            yield [now()]
            raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone") as caught:
        (failing() | memory()).execute()
    assert caught.value.__notes__ == ["in step 1: failing()"]


class slow(Proc):
    """Waits at the first point until it is told to go on."""

    def start(self, run):
        return _Slow()


class _Slow(Stage):
    def push(self, batch):
        go.wait(5)
        return batch


go = threading.Event()
made: list[int] = []


def test_a_source_is_not_read_on_while_the_pipeline_is_busy():
    """The queue between them is bounded."""

    class eager(scripted):
        def start(self, run):
            for n in range(1000):
                made.append(n)
                yield [now(n=n)]

    go.clear()
    made.clear()
    timer = threading.Timer(0.3, lambda: (seen.append(len(made)), go.set()))
    seen: list[int] = []
    timer.start()
    report = (eager() | slow() | memory()).execute()
    assert 0 < seen[0] <= WAITING + 3
    assert [point["n"] for point in report.points] == list(range(1000))


def test_head_ends_an_endless_live_source():
    """And its thread."""
    before = threading.active_count()
    assert len(list(emit(every="10ms") | head(2))) == 2
    assert threading.active_count() <= before


def test_head_ends_an_endless_live_source_in_a_branch():
    """A merge waits for no branch that wants no more, nor for one inside of it."""
    before = threading.active_count()
    inner = (emit(every="10ms") | head(2), emit(every="15ms") | head(1)) | put(a=1)
    assert len(list((inner, emit(every="10ms") | head(3)) | put(b=1))) == 6
    assert threading.active_count() <= before


def test_live_and_historical_sources_are_merged():
    """History first, as its times are."""
    history = emit(limit=3, start="2020-01-01") | put(s="old")
    live = emit(limit=2, every="10ms") | put(s="new")
    assert [p["s"] for p in (live, history) | put(x=1)] == ["old"] * 3 + ["new"] * 2
