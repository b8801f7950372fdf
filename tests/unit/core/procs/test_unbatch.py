"""unbatch: the end of batches."""

from __future__ import annotations

from flume import batch, emit, head, memory, sort, tail, unbatch
from flume.testing import run

POINTS = [{"time": f"2016-07-17T{time}Z", "n": n} for n, time in enumerate(("10:00", "10:59", "11:00", "12:30"))]


def test_what_is_behind_it_sees_one_stream() -> None:
    """Steps go on over the windows; what left them keeps their start as its time."""
    assert [point["n"] for point in run(POINTS, batch("1h"), tail(), unbatch(), tail(2))] == [2, 3]
    assert run(POINTS, batch("1h"), sort("-n"), unbatch(), tail()) == [{"n": 3, "time": "2016-07-17T12:00:00.000Z"}]


def test_it_changes_nothing_where_there_are_none() -> None:
    """Points pass as they came."""
    assert run(POINTS, unbatch(), head(2)) == run(POINTS, head(2))


def test_no_point_is_lost() -> None:
    """The ledger adds up."""
    report = (emit(points=POINTS) | batch("1h") | unbatch() | unbatch() | memory()).execute()
    assert len(report.points) == 4
    assert report.adds_up
