"""Windows by the calendar and the clock of a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import count, reduce, sum
from flume.testing import run

ZONES = """UTC Europe/Berlin Europe/London America/New_York America/Los_Angeles America/Sao_Paulo America/St_Johns
Asia/Kolkata Asia/Kathmandu Asia/Tokyo Asia/Tehran Australia/Sydney Australia/Lord_Howe Africa/Cairo
Africa/Casablanca Pacific/Apia Pacific/Auckland Pacific/Chatham Atlantic/Azores Antarctica/Troll""".split()


def shown(time):
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def first_of(day, zone):
    """The first instant of a local day, which need not be midnight: of the hours around it, minute by minute."""
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while instant.astimezone(zone).date() < day:
        instant += (
            timedelta(minutes=30)
            if (instant + timedelta(minutes=30)).astimezone(zone).date() < day
            else timedelta(minutes=1)
        )
    return instant


moments = st.datetimes(datetime(2010, 1, 2), datetime(2019, 12, 30), timezones=st.just(UTC))


@settings(max_examples=200, deadline=None)
@given(moments, st.sampled_from(ZONES))
def test_a_day_is_a_day_of_the_zone(moment, name):
    """From its first instant to that of the next: 23, 24 or 25 hours, over ten years of twenty zones."""
    moment = moment.replace(microsecond=0)
    zone = ZoneInfo(name)
    day = moment.astimezone(zone).date()
    (point,) = run([{"time": moment}], reduce(n=count(), every="1d", on="0s", zone=name))
    assert point["time"] == shown(first_of(day, zone))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(moments, min_size=1, max_size=20), st.sampled_from(ZONES), st.sampled_from(["1d", "1w", "1 month", "1y"])
)
def test_windows_hold_the_points_of_their_days(times, name, every):
    """Grouped by what the clock of the zone shows."""
    zone = ZoneInfo(name)

    def period(time):
        wall = time.astimezone(zone)
        if every == "1d":
            return wall.date()
        if every == "1w":
            return wall.isocalendar()[:2]
        return (wall.year, wall.month) if every == "1 month" else wall.year

    expected = {}
    for time in sorted(times):
        expected[period(time)] = expected.get(period(time), 0) + 1
    got = run([{"time": time, "k": 1} for time in times], reduce(n=count(), every=every, on="0s", zone=name, by="k"))
    assert [point["n"] for point in got] == list(expected.values())


@pytest.mark.parametrize(("day", "hours"), [("2016-03-27", 23), ("2016-10-30", 25), ("2016-07-17", 24)])
def test_days_of_berlin_have_23_and_25_hours(day, hours):
    """One point an hour."""
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    points = [{"time": start + timedelta(hours=hour)} for hour in range(-1, 27)]
    got = run(points, reduce(n=count(), every="1 day", on="0s", zone="Europe/Berlin"))
    assert [point["n"] for point in got] == [1, hours, 27 - hours]


def test_hours_are_hours_in_every_zone():
    """Of a zone that is half an hour off, full hours are other hours."""
    points = [{"time": f"2016-07-17T12:{minute}:00Z"} for minute in ("10", "40")]
    points = [{"time": datetime.fromisoformat(point["time"])} for point in points]
    got = run(points, reduce(n=count(), every="1h", on="0s", zone="Asia/Kolkata"))
    assert [(p["n"], p["time"]) for p in got] == [(1, "2016-07-17T11:30:00.000Z"), (1, "2016-07-17T12:30:00.000Z")]


def test_without_on_a_day_begins_at_the_time_of_the_first_point():
    """On the zone's clock: at two o'clock, on each day, however long it is."""
    first = datetime(2016, 3, 26, 1, tzinfo=UTC)  # two o'clock
    points = [{"time": first + timedelta(hours=hours), "v": 1} for hours in (0, 22, 23, 24, 47)]
    got = run(points, reduce(total=sum("v"), every="1d", zone="Europe/Berlin"))
    assert [point["time"] for point in got] == [
        "2016-03-26T01:00:00.000Z",
        "2016-03-27T01:00:00.000Z",
        "2016-03-28T00:00:00.000Z",
    ]


@pytest.mark.parametrize("hour", ["2016-03-27T00:30:00+00:00", "2016-03-26T12:00:00+00:00"])
def test_a_start_that_clocks_have_skipped_moves_no_other(hour):
    """There is no two o'clock on the day when clocks go forward; windows of other days begin at two all the same."""
    first = datetime.fromisoformat(hour)
    points = [{"time": first}, {"time": datetime(2016, 3, 28, 0, 30, tzinfo=UTC)}]
    *_, last = run(points, reduce(n=count(), every="1d", on="2h", zone="Europe/Berlin"))
    assert last == {"n": 1, "time": "2016-03-28T00:00:00.000Z"}
