"""Windows by the calendar of a zone, against a clock that is read every quarter of an hour for ten years."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume.duration import duration
from flume.expression import expr

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # clocks go forward at midnight
    "Asia/Gaza",  # so they do here, on other days every year
    "Africa/Cairo",
    "Asia/Tehran",
    "America/Asuncion",
    "America/Santiago",
    "America/Havana",
    "Atlantic/Azores",
    "America/St_Johns",  # and back a minute after midnight, into the day before
    "Africa/Casablanca",  # no summer time in Ramadan
    "Australia/Lord_Howe",  # by half an hour
    "Antarctica/Troll",  # by two hours
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "Asia/Pyongyang",  # another offset from a midnight on
    "America/Caracas",
    "Europe/Moscow",
    "Pacific/Apia",  # had no 30 December 2011
]
FIRST, LAST = date(2010, 1, 1), date(2019, 12, 31)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@cache
def days_of(zone: str) -> tuple[list[datetime], list[date]]:
    """When each day of the ten years began, by looking at the clock; a day that a zone skips begins with the next."""
    clock = ZoneInfo(zone)
    day, starts, days = FIRST, [], []
    moment = datetime(FIRST.year, 1, 1, tzinfo=UTC) - DAY
    while day <= LAST:
        shown = moment.astimezone(clock).date()
        if shown < day:  # no day begins in less than 22 hours from the start of another
            moment += QUARTER
            continue
        while day <= shown:
            starts.append(moment)
            days.append(day)
            day += DAY
        moment += timedelta(hours=21)
    return starts, days


def starts_of(zone: str, unit: str) -> list[datetime]:
    """When each unit began: with its first day."""
    starts, days = days_of(zone)
    begins = {
        "day": lambda day: True,
        "week": lambda day: day.weekday() == 0,
        "month": lambda day: day.day == 1,
        "quarter": lambda day: day.day == 1 and day.month % 3 == 1,
        "year": lambda day: day.day == 1 and day.month == 1,
    }[unit]
    return [start for start, day in zip(starts, days, strict=True) if begins(day)]


UNITS = ["day", "week", "month", "quarter", "year"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_begins_when_its_first_day_does(zone: str, unit: str) -> None:
    """Each instant around a start lies in the unit that the clock says, and each unit ends where the next begins."""
    span, starts = duration(unit), starts_of(zone, unit)
    for start, end in pairwise(starts):
        if start == end:  # the day that Apia skipped
            continue
        assert span.floor(start, zone=zone) == span.floor(end - INSTANT, zone=zone) == start
        assert span.after(start, 1, zone) == end
        assert span.after(end, -1, zone) in (start, end)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("unit", UNITS)
def test_units_are_counted_from_any_of_them(zone: str, unit: str) -> None:
    """Ten years on, the n-th unit begins where the clock has it; `index` is the number of a moment's unit."""
    span, starts = duration(unit), starts_of(zone, unit)
    for anchor in range(0, len(starts), max(1, len(starts) // 3)):
        for n in range(0, len(starts), max(1, len(starts) // 150)):
            assert span.after(starts[anchor], n - anchor, zone) == starts[n]
            last = bisect_right(starts, starts[n]) - 1  # of two that begin at once, the first has no time
            assert span.index(starts[anchor], starts[n], zone) == last - anchor
            if n:
                assert (
                    span.index(starts[anchor], starts[n] - INSTANT, zone)
                    == bisect_right(starts, starts[n] - INSTANT) - 1 - anchor
                )


@settings(max_examples=300)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(UNITS),
    st.datetimes(datetime(2011, 1, 3), datetime(2018, 12, 30), timezones=st.just(UTC)),
)
def test_any_moment_lies_in_its_unit(zone: str, unit: str, moment: datetime) -> None:
    """`floor`, `startof`, `endof` and `quantize` say the same, and what the clock says."""
    starts = starts_of(zone, unit)
    start, end = starts[bisect_right(starts, moment) - 1], starts[bisect_right(starts, moment)]
    assert duration(unit).floor(moment, zone=zone) == start <= moment < end
    told = expr(f"[startof(t, '{unit}', '{zone}'), endof(t, '{unit}', '{zone}'), quantize(t, '1 {unit}', '{zone}')]")
    assert told({"t": moment}) == [start, end, start]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("on", ["0s", "15m", "30m", "2h", "2h 30m", "23h"])
def test_days_may_begin_at_another_time(zone: str, on: str) -> None:
    """They begin when the clock shows it, or would have, if it had not skipped it: for six years, from any of them."""
    span, offset = duration("1 day"), duration(on)
    days = [date(2011, 6, 1) + n * DAY for n in range(6 * 365)]
    shown = [datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + offset.delta for day in days]
    starts = [time.astimezone(UTC) for time in shown]
    origin = span.origin(starts[0], offset, zone)
    first = span.index(origin, starts[0], zone)
    assert [span.after(origin, first + n, zone) for n in range(len(days))] == starts
    for n, (start, end) in enumerate(pairwise(starts)):
        if start != end and (end - start != DAY or n % 11 == 0):
            assert span.floor(start, offset, zone) == span.floor(end - INSTANT, offset, zone) == start


def test_days_are_as_long_as_they_were() -> None:
    """The lengths that there were, in hours."""
    hours = {zone: {(end - start) / timedelta(hours=1) for start, end in pairwise(days_of(zone)[0])} for zone in ZONES}
    assert hours["UTC"] == hours["Asia/Kathmandu"] == {24}
    assert hours["Europe/Berlin"] == hours["America/Sao_Paulo"] == {23, 24, 25}
    assert hours["Australia/Lord_Howe"] == {23.5, 24, 24.5}
    assert hours["Antarctica/Troll"] == {22, 24, 26}
    assert 0 in hours["Pacific/Apia"]


@pytest.mark.parametrize("zone", ZONES)
def test_the_parts_of_a_time_are_those_of_the_clock(zone: str) -> None:
    """`year` … `second`, `week`, `weekday` and `strftime` agree with the zone's clock."""
    told = expr(
        f"[year(t, '{zone}'), quarter(t, '{zone}'), month(t, '{zone}'), week(t, '{zone}'), day(t, '{zone}'),"
        f" weekday(t, '{zone}'), hour(t, '{zone}'), minute(t, '{zone}'), second(t, '{zone}'),"
        f" strftime(t, '%Y-%m-%d %H:%M:%S %z %Z', zone='{zone}')]"
    )
    moment = datetime(2010, 1, 1, 0, 7, 13, tzinfo=UTC)
    while moment.year < 2020:
        wall = moment.astimezone(ZoneInfo(zone))
        assert told({"t": moment}) == [
            *(wall.year, (wall.month - 1) // 3 + 1, wall.month, wall.isocalendar().week, wall.day, wall.weekday()),
            *(wall.hour, wall.minute, wall.second, wall.strftime("%Y-%m-%d %H:%M:%S %z %Z")),
        ]
        moment += timedelta(hours=35, minutes=41)


def test_units_of_all_zones_begin_with_a_day() -> None:
    """Whatever a zone did in 1970, from where units are counted: its days begin when its date changes."""
    day, week, month = map(duration, ("day", "week", "month"))
    for zone in available_timezones():
        clock = ZoneInfo(zone)
        for number in range(1, 13):
            moment = datetime(2016, number, 14, 12, 34, tzinfo=UTC)
            start = day.floor(moment, zone=zone)
            end = day.after(start, 1, zone)
            dates = [each.astimezone(clock).date() for each in (start - INSTANT, start, end - INSTANT, end)]
            assert [dates[1] - DAY, dates[1], dates[1], dates[1] + DAY] == dates, zone
            assert week.floor(moment, zone=zone).astimezone(clock).weekday() == 0, zone
            assert month.floor(moment, zone=zone).astimezone(clock).day == 1, zone
