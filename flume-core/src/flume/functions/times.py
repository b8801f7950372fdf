"""Functions of times.  All take a time, not text: `hour(time)`, `year(date(created))`.

`zone` is an IANA name (`'Europe/Berlin'`): whose calendar and clock is meant.  Weeks start on Monday.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flume.duration import EPOCH, Duration, zone_of
from flume.duration import duration as read_duration
from flume.functions.registry import built_in
from flume.strftime import check_format
from flume.strftime import strftime as formatted

_SECOND = timedelta(seconds=1)
_MILLISECOND = timedelta(milliseconds=1)


def _known_zone(name: str) -> str:
    zone_of(name)
    return name


def _unit(value: Any) -> Duration:
    unit = read_duration(value)
    unit.floor(EPOCH)  # refuses what does not divide the calendar
    return unit


def _on_the_clock(time: datetime, zone: str) -> datetime:
    if not isinstance(time, datetime):
        raise TypeError("it takes a time; for text write date(…) around it")
    return time if zone == "UTC" else time.astimezone(zone_of(zone))


@built_in()
def now(*, now: datetime | None = None) -> datetime:
    """The instant of the run, the same for all of its points.

    >>> now() > date('2016-07-17')
    True
    """
    return now or datetime.now(UTC)


@built_in(zone=_known_zone)
def date(value: Any, zone: str = "UTC", *, now: datetime | None = None) -> datetime:
    """The time that a text or a number says (see `flume.moment.date`); without an offset it is meant in *zone*.

    >>> date('2016-07-17') == date('17 July 2016')
    True
    >>> hour(date('2016-07-17', zone='Europe/Berlin'))
    22
    >>> date('1 hour ago') < now()
    True
    """
    from flume.moment import date

    return date(value, now=now, zone=zone)


@built_in()
def duration(value: Any) -> timedelta | Duration:
    """The duration that a text says, or a number of seconds: `time - duration('1h')`.

    Months, quarters and years have no fixed length, and can only be added to times and taken from them: a month after
    31 January is the last of February.

    >>> seconds(duration('1 hour 30 minutes'))
    5400.0
    >>> strftime(date('2016-01-31') + duration('1d'), '%F')
    '2016-02-01'
    """
    read = read_duration(value)
    return read.delta if read.fixed else read


@built_in(zone=_known_zone)
def year(time: datetime, zone: str = "UTC") -> int:
    """The year.

    >>> year(date('2016-07-17T22:30:44'))
    2016
    """
    return _on_the_clock(time, zone).year


@built_in(zone=_known_zone)
def quarter(time: datetime, zone: str = "UTC") -> int:
    """The quarter of the year, 1 to 4.

    >>> quarter(date('2016-07-17T22:30:44'))
    3
    """
    return (_on_the_clock(time, zone).month + 2) // 3


@built_in(zone=_known_zone)
def month(time: datetime, zone: str = "UTC") -> int:
    """The month, 1 to 12.

    >>> month(date('2016-07-17T22:30:44'))
    7
    """
    return _on_the_clock(time, zone).month


@built_in(zone=_known_zone)
def week(time: datetime, zone: str = "UTC") -> int:
    """The week of the year, 1 to 53, as ISO 8601 counts them.

    >>> week(date('2016-01-03'))
    53
    """
    return _on_the_clock(time, zone).isocalendar().week


@built_in(zone=_known_zone)
def day(time: datetime, zone: str = "UTC") -> int:
    """The day of the month, 1 to 31.

    >>> day(date('2016-07-17T22:30:44'))
    17
    >>> day(date('2016-07-17T22:30:44'), zone='Europe/Berlin')
    18
    """
    return _on_the_clock(time, zone).day


@built_in(zone=_known_zone)
def weekday(time: datetime, zone: str = "UTC") -> int:
    """The day of the week, from 0 (Monday) to 6 (Sunday), as Python counts them.

    >>> weekday(date('2016-07-17T22:30:44'))
    6
    """
    return _on_the_clock(time, zone).weekday()


@built_in(zone=_known_zone)
def hour(time: datetime, zone: str = "UTC") -> int:
    """The hour of the day, 0 to 23.

    >>> hour(date('2016-07-17T22:30:44'))
    22
    >>> hour(date('2016-07-17T22:30:44'), zone='Asia/Tokyo')
    7
    """
    return _on_the_clock(time, zone).hour


@built_in(zone=_known_zone)
def minute(time: datetime, zone: str = "UTC") -> int:
    """The minute of the hour, 0 to 59.

    >>> minute(date('2016-07-17T22:30:44'))
    30
    >>> minute(date('2016-07-17T22:30:44'), zone='Asia/Kathmandu')
    15
    """
    return _on_the_clock(time, zone).minute


@built_in(zone=_known_zone)
def second(time: datetime, zone: str = "UTC") -> int:
    """The second of the minute, 0 to 59; fractions are cut off.

    >>> second(date('2016-07-17T22:30:44'))
    44
    """
    return _on_the_clock(time, zone).second


@built_in(unit=_unit, zone=_known_zone)
def startof(time: datetime, unit: str | Duration, zone: str = "UTC") -> datetime:
    """The start of the unit (`'hour'`, `'week'`, `'month'`, …) that the time lies in.

    >>> strftime(startof(date('2016-07-17T22:30:44'), 'month'), '%F %H:%M')
    '2016-07-01 00:00'
    >>> strftime(startof(date('2016-07-17T22:30:44'), 'day', zone='Europe/Berlin'), '%F %H:%M')
    '2016-07-17 22:00'
    """
    _on_the_clock(time, "UTC")
    return read_duration(unit).floor(time, zone=zone)


@built_in(unit=_unit, zone=_known_zone)
def endof(time: datetime, unit: str | Duration, zone: str = "UTC") -> datetime:
    """The end of the unit that the time lies in: the start of the next one.

    >>> strftime(endof(date('2016-07-17T22:30:44'), 'month'), '%F %H:%M')
    '2016-08-01 00:00'
    """
    _on_the_clock(time, "UTC")
    unit = read_duration(unit)
    return unit.after(unit.floor(time, zone=zone), 1, zone)


@built_in(every=_unit, zone=_known_zone)
def quantize(time: datetime, every: str | Duration, zone: str = "UTC") -> datetime:
    """The time brought down to a multiple of *every*, counted as windows are: from midnight, Monday, January.

    >>> strftime(quantize(date('2016-07-17T13:59:44'), '5m'), '%H:%M')
    '13:55'
    """
    _on_the_clock(time, "UTC")
    return read_duration(every).floor(time, zone=zone)


@built_in(format=check_format, zone=_known_zone)
def strftime(time: datetime, format: str, zone: str = "UTC") -> str:
    """The time as text, as Python's strftime gives it, but in English everywhere; `%-d` is a day without a zero.

    >>> strftime(date('2016-07-17T22:30:44'), '%d.%m.%Y')
    '17.07.2016'
    >>> strftime(date('2016-07-17T22:30:44'), '%a %H:%M %Z', zone='Europe/Berlin')
    'Mon 00:30 CEST'
    """
    return formatted(_on_the_clock(time, zone), format)


@built_in()
def unix(time: datetime) -> int:
    """Whole seconds since 1970.

    >>> unix(date('2016-07-17'))
    1468713600
    """
    return (_on_the_clock(time, "UTC") - EPOCH) // _SECOND


@built_in()
def unixms(time: datetime) -> int:
    """Whole milliseconds since 1970.

    >>> unixms(date('2016-07-17'))
    1468713600000
    """
    return (_on_the_clock(time, "UTC") - EPOCH) // _MILLISECOND


@built_in()
def seconds(duration: timedelta) -> float:
    """A duration in seconds, such as that of `time - started`.

    >>> seconds(date('2016-07-17T00:01') - date('2016-07-17'))
    60.0
    """
    if not isinstance(duration, timedelta):
        raise TypeError("it takes a duration of fixed length; for text write duration(…) around it")
    return timedelta.total_seconds(duration)
