"""emit: points made from nothing."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import emit, memory
from flume.errors import FlumeError, OptionError
from flume.flow import Point
from flume.run import Clock

START = datetime(2020, 1, 31, tzinfo=UTC)


class Hands(Clock):
    """A clock that stands still until somebody waits."""

    def __init__(self, now: datetime) -> None:
        self.time = now
        self.waited: list[float] = []

    def now(self) -> datetime:
        return self.time

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self.waited.append(seconds)
        self.time += timedelta(seconds=seconds)
        return not stop.is_set()


def times(source: emit, clock: Clock | None = None) -> list[datetime]:
    """The times of what it makes."""
    report = (source | memory()).execute(clock=clock)
    return [point["time"] for point in report.points]


def days(*each: str) -> list[datetime]:
    """The beginnings of these days."""
    return [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in each]


def test_history_comes_at_once() -> None:
    """What is past by now needs no waiting."""
    clock = Hands(datetime(2021, 1, 1, tzinfo=UTC))
    assert times(emit(limit=3, start="2020-01-31"), clock) == [START + timedelta(seconds=n) for n in range(3)]
    assert clock.waited == []


def test_what_is_to_come_comes_as_its_time_does() -> None:
    """History, then live, as one stream without a gap."""
    clock = Hands(START + timedelta(seconds=1, milliseconds=500))
    assert times(emit(limit=4, start=START), clock) == [START + timedelta(seconds=n) for n in range(4)]
    assert clock.waited == [0.5, 1.0]


def test_without_a_start_the_first_is_now() -> None:
    """Cut to milliseconds."""
    clock = Hands(datetime(2020, 1, 1, 0, 0, 0, 123456, tzinfo=UTC))
    first, second = times(emit(limit=2, every="10ms"), clock)
    assert first == datetime(2020, 1, 1, 0, 0, 0, 123000, tzinfo=UTC)
    assert second - first == timedelta(milliseconds=10)


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("1 month", days("2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30")),
        ("1M", days("2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30")),
        ("1 year", days("2020-01-31", "2021-01-31", "2022-01-31", "2023-01-31")),
        ("1 day", days("2020-01-31", "2020-02-01", "2020-02-02", "2020-02-03")),
        (86400, days("2020-01-31", "2020-02-01", "2020-02-02", "2020-02-03")),
    ],
)
def test_calendar_intervals_never_drift(every: str | int, expected: list[datetime]) -> None:
    """They count from the start; the end of a month is clipped, not carried on."""
    assert times(emit(limit=4, every=every, start=START)) == expected


def test_the_end_is_not_given() -> None:
    """It is the first time that no longer comes."""
    assert times(emit(every="1 day", start="2020-01-31", end="2020-02-02")) == days("2020-01-31", "2020-02-01")
    assert times(emit(start="2020-01-31", end="2020-01-31")) == []


@given(limit=st.integers(0, 5000), every=st.integers(1, 3))
def test_limit_is_how_many(limit: int, every: int) -> None:
    """However many are made at once."""
    made = times(emit(limit=limit, every=every, start="2000-01-01"))
    assert made == [datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=every * n) for n in range(limit)]


def test_given_points_come_as_they_are() -> None:
    """In their order, their times read; a point may have none."""
    points: list[Point] = [{"a": 1, "time": "2020-01-31"}, {"b": [1, {"c": 2}]}, {"time": None}]
    assert list(emit(points=points)) == [{"a": 1, "time": START}, {"b": [1, {"c": 2}]}, {"time": None}]
    assert points[0]["time"] == "2020-01-31"


def test_given_times_have_one_now() -> None:
    """That of the run, in milliseconds."""
    first, second = (point["time"] for point in emit(points=[{"time": "now"}, {"time": "1 hour ago"}]))
    assert first - second == timedelta(hours=1)
    assert first.microsecond % 1000 == 0


def test_given_points_are_nobody_elses() -> None:
    """Who changes the points of one run changes nothing of the next."""
    source = emit(points=[{"a": [1]}])
    for point in source:
        point["a"].append(2)
    assert list(source) == [{"a": [1]}]


@pytest.mark.parametrize(("limit", "expected"), [(-1, [0, 1, 2]), (0, []), (2, [0, 1]), (9, [0, 1, 2])])
def test_limit_of_given_points(limit: int, expected: list[int]) -> None:
    """The first ones."""
    assert [point["n"] for point in emit(limit=limit, points=[{"n": n} for n in range(3)])] == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": -2}, "emit: limit takes -1 (no limit) or a number of points, not -2"),
        ({"limit": 1.5}, "emit: limit takes a whole number, not 1.5"),
        ({"every": 0}, "emit: every takes a duration longer than nothing, not 0"),
        ({"every": "-1s"}, "-1s"),
        ({"every": "often"}, "'often'"),
        ({"start": "soonish"}, "'soonish'"),
        ({"points": 3}, "emit: points takes a list of dicts, not 3"),
        ({"points": {"a": 1}}, "emit: points takes a list of dicts, not {'a': 1}"),
        ({"points": [1]}, "emit: points takes a list of dicts, not 1"),
        ({"points": [{"time": "soonish"}]}, "'soonish'"),
        ({"points": [], "start": "2020-01-01"}, "emit: points are given as they are, and start= is of those"),
        ({"points": [], "end": "2020-01-01"}, "end= is of those that are made"),
        ({"points": [], "every": "2s"}, "every= is of those that are made"),
        ({"limt": 1}, "emit has no option 'limt'; did you mean 'limit'?"),
    ],
)
def test_mistakes(options: dict[str, Any], message: str) -> None:
    """They are said when the word is written, not when it runs."""
    with pytest.raises(FlumeError) as raised:
        emit(**options)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_range_that_is_empty_is_refused() -> None:
    """It would give nothing, and say nothing."""
    with pytest.raises(OptionError, match="emit: end='2020-01-01' is before start='2020-01-02', so nothing"):
        emit(start="2020-01-02", end="2020-01-01")
    with pytest.raises(OptionError, match="end='1 hour ago' is before start='now'"):
        emit(start="now", end="1 hour ago")
    assert list(emit(start="2020-01-01", end="2020-01-01")) == []


def test_values_that_no_point_can_hold_are_refused() -> None:
    """With what to give instead."""
    deep: list[Any] = []
    for _ in range(600):
        deep = [deep]
    with pytest.raises(OptionError, match="emit: points has lists or dicts inside each other more than 100 times"):
        emit(points=[{"d": deep}])
    day = date(2020, 1, 2)
    for option in ({"start": day}, {"end": day}, {"points": [{"time": day}]}, {"points": [{"a": [day]}]}):
        with pytest.raises(OptionError, match=r"takes no datetime.date\(2020, 1, 2\); give the text '2020-01-02'"):
            emit(**option)


def test_times_of_pandas_are_times() -> None:
    """Its own kinds of times and spans, and its word for none."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"time": ["2024-01-01", "2024-01-02"], "n": [1, 2]})
    frame["time"] = pandas.to_datetime(frame["time"])
    frame["took"] = [pandas.Timedelta("1h"), pandas.NaT]
    points = list(emit(points=frame.to_dict("records")))
    assert [type(value) for value in points[0].values()] == [datetime, int, timedelta]
    assert [point["time"].isoformat() for point in points] == ["2024-01-01T00:00:00+00:00", "2024-01-02T00:00:00+00:00"]
    assert [point["took"] for point in points] == [timedelta(hours=1), None]
