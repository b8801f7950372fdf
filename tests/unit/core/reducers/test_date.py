"""date: parts of a time, as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import date, put, reduce
from flume.errors import OptionError
from flume.testing import run

TIME = datetime(2015, 1, 5, 7, 8, 9, 12345, tzinfo=UTC)
NAMELESS = "%d %e %f %H %I %j %m %M %S %u %w %y %G %V %U %W"


@pytest.mark.parametrize(
    ("reducer", "text"),
    [
        (date.year("time"), "2015"),
        (date.month("time"), "Jan"),
        (date.fullmonth("time"), "January"),
        (date.weekday("time"), "Mon"),
        (date.fullweekday("time"), "Monday"),
        (date.day("time"), "05"),
        (date.hour("time"), "07"),
        (date.strftime("time", "%d.%m.%Y %H:%M:%S.%f %p %%"), "05.01.2015 07:08:09.012345 AM %"),
        (date.strftime("time", "%c|%x|%X|%r|%D"), "Mon Jan  5 07:08:09 2015|01/05/15|07:08:09|07:08:09 AM|01/05/15"),
        (date.strftime("time", "%F %T %s %Z %z"), "2015-01-05 07:08:09 1420441689 UTC +0000"),
        (date.strftime("time", "no directive\n"), "no directive\n"),
    ],
)
def test_the_parts_of_a_time(reducer: Any, text: str) -> None:
    """Text, with English names."""
    assert reducer.result({"time": TIME}) == text


def test_names_are_english() -> None:
    """A program gives the same wherever it runs."""
    assert date.strftime("t", "%a %A %b %B %p %c %x %X").result({"t": TIME}) == (
        "Mon Monday Jan January AM Mon Jan  5 07:08:09 2015 01/05/15 07:08:09"
    )


@given(st.datetimes(datetime(1000, 1, 1), timezones=st.just(UTC)))
def test_it_is_what_python_gives(time: datetime) -> None:
    """In the locale C, which pytest runs in."""
    fmt = f"{NAMELESS} %a %A %b %B %p %Y"
    assert date.strftime("t", fmt).result({"t": time}) == time.strftime(fmt)


def test_all_months_and_days_have_their_names() -> None:
    """In the right places."""
    names = [date.fullmonth("t").result({"t": datetime(2016, month, 1, tzinfo=UTC)}) for month in range(1, 13)]
    assert names == [f"{datetime(2016, month, 1):%B}" for month in range(1, 13)]
    assert date.strftime("t", "%Y %F").result({"t": datetime(987, 1, 1, tzinfo=UTC)}) == "0987 0987-01-01"


def test_days_of_the_month() -> None:
    """The program behind the seed's chart."""
    points = [{"time": f"2015-{month:02}-03T00:00:00.000Z"} for month in range(1, 4)]
    windows = run(points, reduce(month=date.month("time"), year=date.year("time"), every="1 month", on="0s"))
    assert [(window["month"], window["year"]) for window in windows] == [
        ("Jan", "2015"),
        ("Feb", "2015"),
        ("Mar", "2015"),
    ]


def test_fields_other_than_time() -> None:
    """Nested ones, and ISO text, which is brought to UTC."""
    points = [{"at": {"start": "2016-07-17T01:30:00+02:00"}}, {"at": {"start": "2016-07-17T01:30:00"}}]
    assert [point["hour"] for point in run(points, put(hour=date.hour("at.start")))] == ["23", "01"]


@pytest.mark.parametrize("value", [None, 3, "text", "", True, [TIME]])
def test_what_is_no_time_gives_null(value: Any) -> None:
    """And so does a point without the field."""
    assert date.year("a").result({"a": value}) is None
    assert date.year("a").result({}) is None


@pytest.mark.parametrize("fmt", ["%Q", "%", "100%", "%5d", "%\n"])
def test_a_directive_that_does_not_exist_is_an_error(fmt: str) -> None:
    """Found before anything runs."""
    with pytest.raises(OptionError, match=r"date\.strftime: fmt='.*' has no directive"):
        date.strftime("time", fmt)


def test_options_are_checked() -> None:
    """The error is called by the word's whole name."""
    with pytest.raises(OptionError, match=r"date\.year needs time"):
        date.year()  # type: ignore[call-arg]
    with pytest.raises(OptionError, match=r"date\.month: time has an empty name"):
        date.month("")
