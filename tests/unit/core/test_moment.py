"""Moments: reading them in words and from data, and writing them."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flume.duration import BEGINNING, END, EPOCH, duration
from flume.errors import MomentError
from flume.moment import date, reader, render, render_delta, zone_of

NOW = datetime(2016, 7, 17, 13, 59, 44, 853_000, UTC)  # a Sunday

moments = st.datetimes(timezones=st.just(UTC))
between = st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))

ABSOLUTE = {
    # ISO 8601 and RFC 3339
    "2016-07-17T19:55:40.853Z": "2016-07-17T19:55:40.853Z",
    "2016-07-17t19:55:40z": "2016-07-17T19:55:40.000Z",
    "2016-07-17 19:55:40": "2016-07-17T19:55:40.000Z",
    "2016-07-17T19:55:40.853123456Z": "2016-07-17T19:55:40.853123Z",
    "2016-07-17T19:55:40.8Z": "2016-07-17T19:55:40.800Z",
    "2016-07-17T19:55:40,853": "2016-07-17T19:55:40.853Z",
    "2016-07-17T19:55:40+02:00": "2016-07-17T17:55:40.000Z",
    "2016-07-17 19:55:40.853 +0530": "2016-07-17T14:25:40.853Z",
    "2016-07-17T19:55:40-08": "2016-07-18T03:55:40.000Z",
    "2016-07-17T19:55": "2016-07-17T19:55:00.000Z",
    "2016-07-17T19": "2016-07-17T19:00:00.000Z",
    "2016-07-17": "2016-07-17T00:00:00.000Z",
    "2016-07": "2016-07-01T00:00:00.000Z",
    "2016": "2016-01-01T00:00:00.000Z",
    "2016-W28-7": "2016-07-17T00:00:00.000Z",
    "2016-199": "2016-07-17T00:00:00.000Z",
    "2016-366T19:55:40+02:00": "2016-12-31T17:55:40.000Z",
    "20160717": "2016-07-17T00:00:00.000Z",
    "20160717T195540Z": "2016-07-17T19:55:40.000Z",
    "20160717195540": "2016-07-17T19:55:40.000Z",
    "20160717195540.853": "2016-07-17T19:55:40.853Z",
    "201607171955": "2016-07-17T19:55:00.000Z",
    "2016-07-17T24:00:00Z": "2016-07-18T00:00:00.000Z",
    " 2016-07-17 ": "2016-07-17T00:00:00.000Z",
    # leap seconds
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00.000Z",
    "2016-12-31T23:59:60.250+00:00": "2017-01-01T00:00:00.250Z",
    "31/Dec/2016:23:59:60 +0000": "2017-01-01T00:00:00.000Z",
    "Jul 17 13:59:60": "2016-07-17T14:00:00.000Z",
    # logs and mails
    "Jul 17 13:59:44": "2016-07-17T13:59:44.000Z",
    "Jul  7 13:59:44": "2016-07-07T13:59:44.000Z",
    "Jul 7 13:59:44": "2016-07-07T13:59:44.000Z",
    "Jul 17 13:59:44.853": "2016-07-17T13:59:44.853Z",
    "17/Jul/2016:13:59:44 +0200": "2016-07-17T11:59:44.000Z",
    "Sun, 17 Jul 2016 19:55:40 +0200": "2016-07-17T17:55:40.000Z",
    "Sun, 17 Jul 2016 19:55:40 GMT": "2016-07-17T19:55:40.000Z",
    "17 Jul 2016 19:55:40 EST": "2016-07-18T00:55:40.000Z",
    "Sunday, 17-Jul-16 19:55:40 GMT": "2016-07-17T19:55:40.000Z",
    "Sun Jul 17 19:55:40 UTC 2016": "2016-07-17T19:55:40.000Z",
    "Sun Jul 17 2016 19:55:40 GMT+0200 (Central European Summer Time)": "2016-07-17T17:55:40.000Z",
    "2016-07-17 19:55:40 +0200 CEST": "2016-07-17T17:55:40.000Z",
    "2016/07/17 19:55:40": "2016-07-17T19:55:40.000Z",
    "2016-07-17T21:55:40.853+02:00[Europe/Berlin]": "2016-07-17T19:55:40.853Z",
    "2016-07-17T19:55:40Z[UTC]": "2016-07-17T19:55:40.000Z",
    # what dateutil reads
    "July 17, 2016 7:55 PM": "2016-07-17T19:55:00.000Z",
    "17 July 2016": "2016-07-17T00:00:00.000Z",
    "May 2016": "2016-05-01T00:00:00.000Z",
    "07/08/2016": "2016-07-08T00:00:00.000Z",
    "17/08/2016": "2016-08-17T00:00:00.000Z",
    "07.08.2016 10:30": "2016-08-07T10:30:00.000Z",
    "2016-07-17 7:55 PM": "2016-07-17T19:55:00.000Z",
    # epochs in text
    "1468785340": "2016-07-17T19:55:40.000Z",
    "1468785340.853123999": "2016-07-17T19:55:40.853123Z",
    "1468785340853": "2016-07-17T19:55:40.853Z",
    "1468785340853123": "2016-07-17T19:55:40.853123Z",
    "1468785340853123999": "2016-07-17T19:55:40.853123Z",
    "-1468785340.5": "1923-06-17T04:04:19.500Z",
}

NO_DATES: list[object] = [
    *("", " ", "-", "n/a", "null", "may", "sunday", "monday 10:00", "Sun Jul 2016", "10:30", "1h", "0", "1", "123456"),
    *("1.2.3", "10.11.12", "01/02/03", "16/07/17 1:2:3", "07-17", "5/6", "192.168.1.1", "1e9", "2016 10:00", "+2016"),
    *("2016-13-01", "2016-02-30", "2015-02-29 10:00", "2016/02/30", "2016-07-17T25:00", "2016-07-17T24:00:01"),
    *("2016-07-17x", "2016-07-17x10:00", "2016-07-17 10:00 XYZ", "2016-07-17 10:00 CET+1", "2016-07-17T10:00+25:00"),
    *("0000-01-01", "99999-01-01", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-01:00"),
    *("Jul 32", "May 2016 10:00", "2016-07-17+02:00", "2015-366", "2016-000", "0000-100"),
    *("2016-199x", "2016-07-17T19:55:40[Europe/Berlin]", "2016-07-17 [x]"),
    *("Feb 30 10:00:00", "Jul 32 10:00:00", "Foo 17 10:00:00", "Jul 17 25:00:00", "32/Jul/2016:10:00:00 +0000"),
    *("١٢-07-2016", "2016-07-17\x00", "2016\n07-17", "\ud800", "9" * 25, "1" * 50, "1" * 5000, "Jul " * 1000),
    *(True, False, None, [2016], {}, b"2016-07-17", math.nan, math.inf, -math.inf, 1e300, 10**30, -(10**30), 10**5000),
]


@pytest.mark.parametrize(("text", "moment"), ABSOLUTE.items())
def test_absolute(text: str, moment: str) -> None:
    """What is a date in words is the same date in data."""
    assert render(date(text, now=NOW)) == moment
    assert render(reader(NOW)(text)) == moment


@pytest.mark.parametrize("value", NO_DATES, ids=itertools.count())
def test_no_dates(value: object) -> None:
    """What is no date ends in one short line, in words and in data."""
    for read in (lambda value: date(value, now=NOW), reader(NOW), reader(NOW, "Europe/Berlin")):
        with pytest.raises(MomentError) as caught:
            read(value)
        assert "is no date: " in str(caught.value)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (2016, "1970-01-01T00:33:36.000Z"),
        (-1.5, "1969-12-31T23:59:58.500Z"),
        (1468785340, "2016-07-17T19:55:40.000Z"),
        (1468785340.853, "2016-07-17T19:55:40.853Z"),
        (1468785340853, "2016-07-17T19:55:40.853Z"),
        (1468785340853.5, "2016-07-17T19:55:40.853500Z"),
        (1468785340853123, "2016-07-17T19:55:40.853123Z"),
        (1468785340853123999, "2016-07-17T19:55:40.853123Z"),
        (10**11 - 1, "5138-11-16T09:46:39.000Z"),
        (10**11, "1973-03-03T09:46:40.000Z"),
    ],
)
def test_epochs(number: float, moment: str) -> None:
    """The magnitude of a number tells its unit."""
    assert render(date(number)) == moment
    assert render(reader(NOW)(number)) == moment


@given(st.integers(-(10**10), 10**11 - 1), st.integers(0, 999_999))
def test_epochs_are_exact(seconds: int, microseconds: int) -> None:
    """No road to an epoch loses or gains a microsecond."""
    moment = EPOCH + timedelta(seconds=seconds)
    assert date(seconds) == moment
    exact = (seconds * 10**6 + microseconds) * 1000
    if abs(exact) >= 10**17:
        assert date(exact + 999) == moment + timedelta(microseconds=microseconds)
    if 10**9 <= seconds < 4 * 10**9:
        assert date(f"{seconds}.{microseconds:06}9") == moment + timedelta(microseconds=microseconds)
        assert date(float(f"{seconds}.{microseconds:06}")) == moment + timedelta(microseconds=microseconds)
        assert date(1000 * seconds + microseconds // 1000) == moment + timedelta(milliseconds=microseconds // 1000)


@pytest.mark.parametrize(
    ("text", "moment"),
    {
        "now": "2016-07-17T13:59:44.853Z",
        "today": "2016-07-17T00:00:00.000Z",
        "Yesterday": "2016-07-16T00:00:00.000Z",
        "tomorrow at 9:30": "2016-07-18T09:30:00.000Z",
        "yesterday noon": "2016-07-16T12:00:00.000Z",
        "today at 12am": "2016-07-17T00:00:00.000Z",
        "today at 12 pm": "2016-07-17T12:00:00.000Z",
        "this hour": "2016-07-17T13:00:00.000Z",
        "this week": "2016-07-11T00:00:00.000Z",
        "last week": "2016-07-04T00:00:00.000Z",
        "this month": "2016-07-01T00:00:00.000Z",
        "last month": "2016-06-01T00:00:00.000Z",
        "next month": "2016-08-01T00:00:00.000Z",
        "last quarter": "2016-04-01T00:00:00.000Z",
        "next year": "2017-01-01T00:00:00.000Z",
        "last day at 10:00:30": "2016-07-16T10:00:30.000Z",
        "next saturday": "2016-07-23T00:00:00.000Z",
        "last friday at 2pm": "2016-07-15T14:00:00.000Z",
        "next sunday": "2016-07-24T00:00:00.000Z",
        "this sunday": "2016-07-17T00:00:00.000Z",
        "last sun": "2016-07-10T00:00:00.000Z",
        "this mon": "2016-07-11T00:00:00.000Z",
        "1 hour ago": "2016-07-17T12:59:44.853Z",
        "an hour ago": "2016-07-17T12:59:44.853Z",
        "1 month ago": "2016-06-17T13:59:44.853Z",
        "in 2 days": "2016-07-19T13:59:44.853Z",
        "2 weeks from now": "2016-07-31T13:59:44.853Z",
        "+2m": "2016-07-17T14:01:44.853Z",
        "+2M": "2016-09-17T13:59:44.853Z",
        "-1h": "2016-07-17T12:59:44.853Z",
        "now-1h30m": "2016-07-17T12:29:44.853Z",
        "today + 8h": "2016-07-17T08:00:00.000Z",
        "beginning": "0001-01-01T00:00:00.000Z",
        "end": "9999-12-31T23:59:59.999999Z",
    }.items(),
)
def test_relative(text: str, moment: str) -> None:
    """Words are relative to now, and no dates in data."""
    assert render(date(text, now=NOW)) == moment
    with pytest.raises(MomentError, match="is no date"):
        reader(NOW)(text)


@pytest.mark.parametrize(
    "text",
    [
        *("last fortnight", "1 fortnight ago", "in a while", "last forever", "now at 2pm", "this month at 2pm", "+2"),
        *("tomorrow at 25:00", "today at 13pm", "today at 0am", "next friday 13", "in 20000 years", "friday", "today-"),
        *("ago", "last"),
    ],
)
def test_what_is_not_relative(text: str) -> None:
    """Words that say nothing exact are errors."""
    with pytest.raises(MomentError):
        date(text, now=NOW)


def test_now_is_the_present() -> None:
    """Without a reference, now is now."""
    before = datetime.now(UTC)
    assert before <= date("now") <= datetime.now(UTC)


def test_beginning_and_end() -> None:
    """The two ends of time are the moments that durations saturate at."""
    assert date("beginning") == BEGINNING == duration("forever").after(NOW, -1)
    assert date("end") == END == duration("forever").after(NOW)


@pytest.mark.parametrize(
    ("text", "moment"),
    {
        "2016-07-17T19:55:40": "2016-07-17T17:55:40.000Z",
        "2016-07-17T19:55:40Z": "2016-07-17T19:55:40.000Z",
        "2016-01-17 19:55:40": "2016-01-17T18:55:40.000Z",
        "2016-10-30 02:30": "2016-10-30T00:30:00.000Z",
        "2016-03-27 02:30": "2016-03-27T01:30:00.000Z",
        "2016-07-17 19:55:40 CEST": "2016-07-17T17:55:40.000Z",
        "2016-10-30 02:30:00 CET": "2016-10-30T01:30:00.000Z",
        "Jul 17 13:59:44": "2016-07-17T11:59:44.000Z",
        "17/Jul/2016:13:59:44 +0000": "2016-07-17T13:59:44.000Z",
        "20160717195540": "2016-07-17T17:55:40.000Z",
        "1468785340": "2016-07-17T19:55:40.000Z",
    }.items(),
)
def test_zones(text: str, moment: str) -> None:
    """A date without an offset is meant in the zone, in words and in data."""
    assert render(date(text, now=NOW, zone="Europe/Berlin")) == moment
    assert render(reader(NOW, "Europe/Berlin")(text)) == moment


def test_relative_in_a_zone() -> None:
    """Days begin, and have 23 hours, where the zone has them so."""
    now = datetime(2016, 3, 27, 22, 30, tzinfo=UTC)  # half past midnight in Berlin, after a day of 23 hours
    assert render(date("today", now=now, zone="Europe/Berlin")) == "2016-03-27T22:00:00.000Z"
    assert render(date("yesterday", now=now, zone="Europe/Berlin")) == "2016-03-26T23:00:00.000Z"
    assert render(date("yesterday at 14:00", now=now, zone="Europe/Berlin")) == "2016-03-27T12:00:00.000Z"
    assert render(date("this monday", now=now, zone="Europe/Berlin")) == "2016-03-27T22:00:00.000Z"


def test_the_name_of_another_zone_is_no_offset() -> None:
    """A name that means nothing here is refused, not taken for UTC."""
    for zone in ("UTC", "America/New_York"):
        with pytest.raises(MomentError, match="the zone CEST is not known here"):
            date("2016-07-17 19:55:40 CEST", zone=zone)
    with pytest.raises(MomentError, match="the zone CET is not known here"):
        date("2016-07-17 19:55:40 CET", zone="Europe/Berlin")  # in July it is CEST


def test_unknown_zone() -> None:
    """A zone that does not exist is an error before any value is read."""
    for make in (lambda: date("now", zone="Nowhere/Land"), lambda: reader(NOW, "Nowhere/Land")):
        with pytest.raises(MomentError, match=r"zone='Nowhere/Land' is not known"):
            make()


def test_datetimes() -> None:
    """A datetime is brought to UTC; a naive one is meant in the zone."""
    aware = datetime(2016, 7, 17, 21, 55, tzinfo=timezone(timedelta(hours=2)))
    naive = datetime(2016, 7, 17, 21, 55)
    for read in (date, reader(NOW)):
        assert read(aware) == aware
        assert read(aware).tzinfo is UTC
        assert read(naive) == naive.replace(tzinfo=UTC)
    assert reader(NOW, "Europe/Berlin")(naive) == aware
    assert date(naive, zone="Europe/Berlin") == aware
    assert date("now", now=naive) == naive.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "text", "moment"),
    [
        ("2017-01-02", "Dec 31 23:59:59", "2016-12-31T23:59:59.000Z"),
        ("2016-12-30", "Jan  1 00:00:00", "2017-01-01T00:00:00.000Z"),
        ("2016-06-18", "Jan  1 00:00:00", "2016-01-01T00:00:00.000Z"),
        ("2016-07-18", "Jan  1 00:00:00", "2017-01-01T00:00:00.000Z"),
        ("2017-01-17", "Jul 18 11:59:59", "2017-07-18T11:59:59.000Z"),
        ("2017-01-17", "Jul 18 12:00:01", "2016-07-18T12:00:01.000Z"),
        ("2017-03-01", "Feb 29 10:00:00", "2016-02-29T10:00:00.000Z"),
        ("2019-03-01", "Feb 29 10:00:00", "2020-02-29T10:00:00.000Z"),
        ("1902-03-01", "Feb 29 10:00:00", "1904-02-29T10:00:00.000Z"),
        ("0001-01-01", "Dec 31 00:00:00", "0001-12-31T00:00:00.000Z"),
        ("9999-12-31", "Jan  1 00:00:00", "9999-01-01T00:00:00.000Z"),
        ("2017-01-02", "31 Dec 23:59", "2016-12-31T23:59:00.000Z"),
    ],
)
def test_without_a_year(now: str, text: str, moment: str) -> None:
    """A time without a year is in the year that puts it nearest to now, 29 February in a leap year."""
    assert render(reader(date(now))(text)) == moment
    assert render(date(text, now=date(now))) == moment


@settings(max_examples=200)
@given(between, st.datetimes(datetime(2001, 1, 1), datetime(2001, 12, 31)), st.sampled_from(["UTC", "Asia/Kolkata"]))
def test_no_other_year_is_nearer(now: datetime, stamp: datetime, zone: str) -> None:
    """A yearless time is within about half a year of now, and has the figures that were read."""
    assume(zone == "UTC" or now.year > 1946)  # India changed its time before; what a clock skipped is read as later
    moment = reader(now, zone)(f"{stamp:%b %d %H:%M:%S}")
    assert abs(moment - now) <= timedelta(days=183)
    wall = moment.astimezone(zone_of(zone))
    assert (wall.month, wall.day, wall.hour, wall.minute, wall.second) == (
        *(stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second),
    )


@given(between, st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]))
def test_the_fast_roads_are_the_slow_road(moment: datetime, zone: str) -> None:
    """A reader gives what `date` gives, for each of the common forms, the first and the second time."""
    read = reader(NOW, zone)
    for text in (
        moment.isoformat(),
        moment.isoformat(" "),
        moment.replace(tzinfo=None).isoformat(" "),
        moment.replace(tzinfo=None).isoformat("T", "milliseconds"),
        moment.replace(tzinfo=None).isoformat("T", "seconds"),
        moment.astimezone(timezone(timedelta(hours=-3, minutes=-30))).isoformat(),
        f"{moment:%Y%m%dT%H%M%S}",
        f"{moment:%d/%b/%Y:%H:%M:%S} +0100",
        *([f"{moment:%b %d %H:%M:%S}", f"{moment:%b} {moment.day:2} {moment:%H:%M:%S}"]),
    ):
        assert read(text) == read(text) == date(text, now=NOW, zone=zone), text


def test_a_reader_of_many_texts() -> None:
    """What a reader remembers is bounded, and never changes what it reads."""
    read = reader(NOW)
    start = datetime(2016, 7, 1, tzinfo=UTC)
    for n in [*range(3000), *range(3000)]:
        moment = start + timedelta(seconds=n)
        assert read(f"{moment:%b %d %H:%M:%S}") == moment
    first_days = [datetime(year, 7, 17, tzinfo=UTC) for year in range(1000, 4000)]
    assert [read(f"17/Jul/{day.year}:00:00:00 +0000") for day in first_days] == first_days


@settings(max_examples=150)
@given(st.text(max_size=30) | st.text("0123456789-+:./, TZWamp", max_size=30) | st.integers() | st.floats() | st.none())
def test_anything_is_a_date_or_an_error(value: object) -> None:
    """No value ends in anything but a moment in UTC or a MomentError."""
    for read in (lambda value: date(value, now=NOW), reader(NOW), reader(NOW, "America/New_York")):
        try:
            moment = read(value)
        except MomentError:
            continue
        assert moment.tzinfo is UTC


words = st.sampled_from(
    [
        *("now", "today", "last", "next", "this", "month", "friday", "at", "2pm", "12:30", "ago", "in", "from", "1"),
        *("hour", "days", "+", "-", "1h", "2M", "Jul", "17", "2016", "2016-07-17", "10:00:60", "UTC", "GMT+3", "CEST"),
        *("noon", "30", "end", "beginning", "forever", "T", "Z", "/", ".", ",", "(x)", "99999", "years", "24:00", "of"),
    ]
)


@settings(max_examples=300)
@given(st.lists(words, max_size=6), st.sampled_from(["", " "]))
def test_any_words_are_a_date_or_an_error(parts: list[str], glue: str) -> None:
    """No phrase ends in anything but a moment in UTC or a MomentError."""
    for now in (NOW, BEGINNING, END):
        for zone in ("UTC", "Europe/Berlin", "America/New_York"):
            try:
                moment = date(glue.join(parts), now=now, zone=zone)
            except MomentError:
                continue
            assert moment.tzinfo is UTC


@given(moments)
def test_render_and_read(moment: datetime) -> None:
    """What is written is read back, to the microsecond."""
    text = render(moment)
    assert date(text) == reader(NOW)(text) == moment
    assert len(text) == (24 if moment.microsecond % 1000 == 0 else 27)


def test_render() -> None:
    """Milliseconds always, microseconds where there are some, UTC whatever it was."""
    assert render(datetime(2016, 7, 17, 19, 55, 40, tzinfo=UTC)) == "2016-07-17T19:55:40.000Z"
    assert render(datetime(2016, 7, 17, 19, 55, 40, 853_000, UTC)) == "2016-07-17T19:55:40.853Z"
    assert render(datetime(2016, 7, 17, 19, 55, 40, 853_120, UTC)) == "2016-07-17T19:55:40.853120Z"
    assert render(datetime(16, 7, 17, 21, 55, tzinfo=timezone(timedelta(hours=2)))) == "0016-07-17T19:55:00.000Z"


@pytest.mark.parametrize(
    ("delta", "text"),
    [
        (timedelta(0), "00:00:00.000"),
        (timedelta(hours=1, minutes=23, seconds=45), "01:23:45.000"),
        (timedelta(days=2, hours=1, minutes=23, seconds=45, milliseconds=6), "2.01:23:45.006"),
        (timedelta(microseconds=1), "00:00:00.000001"),
        (timedelta(microseconds=-1), "-00:00:00.000001"),
        (timedelta(days=-1), "-1.00:00:00.000"),
        (timedelta.min, "-999999999.00:00:00.000"),
    ],
)
def test_render_delta(delta: timedelta, text: str) -> None:
    """A span is written as a clock, days before it."""
    assert render_delta(delta) == text


@given(st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6)))
def test_render_delta_and_read(delta: timedelta) -> None:
    """A written span is a duration of the same length."""
    assert duration(render_delta(delta)).delta == delta


def test_light_imports() -> None:
    """What most runs do not need is not imported until it is needed."""
    heavy = {"dateutil", "zoneinfo", "email", "msgspec", "decimal"}
    program = f"import sys, flume.moment; print(sorted({heavy!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
