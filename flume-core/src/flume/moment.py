"""Points in time: reading them in words (`date`) and from data (`reader`), and writing them (`render`).

A moment is an aware `datetime` in UTC.  What people write (`'1 hour ago'`) and what data holds (`'Jul 17 13:59:44'`)
are read by different rules: nothing in data is ever relative to now, but for the year of a date that has none.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Any

from flume.caret import quoted
from flume.duration import EPOCH, Duration, duration, render_delta, zone_of
from flume.errors import MomentError
from flume.relative import in_words

__all__ = ["UTC", "Duration", "date", "duration", "reader", "render", "render_delta", "zone_of"]

_REMEMBERED = 1024  # texts a reader keeps: log lines of one second, or of a few, follow each other
_LONGEST_TEXT = 100  # characters: no date is longer, and what looks closer at it stays cheap


def date(value: str | int | float | datetime, *, now: datetime | None = None, zone: str = "UTC") -> datetime:
    """Read a moment as people write it.

    Absolute: ISO 8601 of any precision, RFC 2822, what python-dateutil reads, and epochs. Numbers are seconds below
    1e11 (the year 5138), milliseconds from there, microseconds from 1e14, nanoseconds from 1e17; in text they need nine
    digits, and 8, 12 or 14 digits that are a date (`20160717195540`) are one.

    Relative: `now`, `today`, `yesterday`, `tomorrow`; `this`, `last`, `next` with a unit (its start: `last month`) or a
    weekday; a day may have a time (`last friday at 2pm`); `1 hour ago`, `in 2 days`, `2 days from now`, `-1h`,
    `today + 8h`; `beginning` and `end` of all time.

    A date has a year, or a month's name and a day: then it is in the year that puts it nearest to now. Figures alone
    need a year of four digits: `1.2.3` and `may` are no dates. As dateutil has it, `07/08/2016` is in July, and
    `17/08/2016` in August; `07.08.2016` is in August. Second 60 is the next second, nanoseconds are cut off, and of the
    two 02:30 when clocks go back the first is meant.

    :param value: text, a number, or a datetime.
    :param now: what relative dates start from; default, the present.
    :param zone: where a date without an offset is meant, and where days begin (an IANA name).
    :returns: an aware UTC datetime.
    :raises MomentError: it is no date, or not in the years 1 to 9999.

    >>> now = datetime(2016, 7, 17, 13, 59, 44, tzinfo=UTC)
    >>> render(date('2016-07-17T21:55:40.853123456+02:00'))
    '2016-07-17T19:55:40.853123Z'
    >>> render(date('last friday at 2pm', now=now))
    '2016-07-15T14:00:00.000Z'
    >>> date('may')
    Traceback (most recent call last):
    flume.errors.MomentError: 'may' is no date: write one as '2016-07-17T19:55:40Z'
    """
    home = zone_of(zone)
    if not isinstance(value, str):
        return _of_value(value, home)
    now = datetime.now(UTC) if now is None else _settle(now, UTC)
    relative = in_words(value.strip(), now, zone)
    return relative or _in_figures(value.strip(), now, home)


def reader(now: datetime, zone: str = "UTC") -> Callable[[object], datetime]:
    """Make a function that reads the times of data.

    It takes what `date` takes, but not relative words, which are no dates in data: str, int, float or datetime in, an
    aware UTC datetime out, or a MomentError. ISO 8601, syslog's and Apache's times are fast, and so is text that has
    just been seen; what dateutil has to read takes some hundred times as long.

    :param now: what a time without a year is nearest to.
    :param zone: where a time without an offset is meant (an IANA name).

    >>> read = reader(datetime(2017, 1, 2, tzinfo=UTC))
    >>> render(read('Dec 31 23:59:60')), render(read('17/Jul/2016:13:59:44 +0200'))
    ('2017-01-01T00:00:00.000Z', '2016-07-17T11:59:44.000Z')
    """
    home = zone_of(zone)
    now = _settle(now, UTC)
    utc = home is UTC
    suffix = "Z" if utc else ""
    parse, combine = datetime.fromisoformat, datetime.combine
    memo: dict[str, datetime] = {}
    days: dict[str, str] = {}

    def figured(text: str) -> datetime:
        return _in_figures(text.strip(), now, home)

    def stamped(text: str) -> datetime:
        """Read `Jul 17 13:59:44` and `17/Jul/2016:13:59:44 +0000`: look the day up, and leave the rest to ISO 8601."""
        head, clock, offset = (text[:7], text[7:], suffix) if len(text) == 15 else (text[:12], text[12:20], text[21:])
        try:
            day = days.get(head)
            if day is None:
                day = _iso_day(head, now, home)
                if len(days) >= _REMEMBERED:
                    days.clear()
                days[head] = day
            moment = parse(f"{day}T{clock}{offset}")
        except ValueError:
            return figured(text)
        return moment if moment.tzinfo is UTC else _settle(moment, home)

    def read(value: object) -> datetime:
        if not isinstance(value, str):
            return _of_value(value, home)
        size = len(value)
        if (size == 15 and value[3] == " ") or (size == 26 and value[2] == "/" and value[20] == " "):
            other = stamped
        else:
            try:
                moment = parse(value)
                if value[10:11] in "T ":  # anything may stand between day and time there
                    if moment.tzinfo is UTC:
                        return moment
                    if utc and moment.tzinfo is None:
                        return combine(moment, moment.time(), UTC)
                    return _settle(moment, home)
            except ValueError:
                pass
            other = figured
        known = memo.get(value)
        if known is None:
            known = other(value)
            if len(memo) >= _REMEMBERED:
                memo.clear()
            memo[value] = known
        return known

    return read


def render(moment: datetime) -> str:
    """Write a moment: milliseconds, and microseconds where it has them.

    >>> render(datetime(2016, 7, 17, 19, 55, 40, 853_000, UTC)), render(datetime(2016, 7, 17, 19, 55, 40, 1, UTC))
    ('2016-07-17T19:55:40.853Z', '2016-07-17T19:55:40.000001Z')
    """
    if moment.tzinfo is not UTC:
        moment = _settle(moment, UTC)
    text: str = _rfc3339()(moment)
    if len(text) == 20:
        return f"{text[:19]}.000Z"
    return f"{text[:23]}Z" if text[23:26] == "000" else text


@cache
def _rfc3339() -> Callable[[datetime], Any]:
    from msgspec import to_builtins  # slow to import; ten times as fast as datetime.isoformat

    return to_builtins


def _of_value(value: object, home: tzinfo) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo is UTC else _settle(value, home)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _no_date(value, "give a datetime, a number, or text as '2016-07-17T19:55:40Z'")
    return _since_epoch(value)


def _settle(moment: datetime, home: tzinfo) -> datetime:
    """Bring a moment to UTC; without an offset it is meant at *home*."""
    if moment.tzinfo is None:
        moment = datetime.combine(moment, moment.time(), home)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise _no_date(str(moment), "in UTC it is not in the years 1 to 9999") from None


def _since_epoch(number: int | float, scale: int = 1) -> datetime:
    """Read an epoch of *number* / *scale*; its magnitude tells the unit."""
    if scale == 1:  # four times as fast; later than 2096 a float of seconds is not exact to the microsecond
        if 0 <= number < 4e9:
            return datetime.fromtimestamp(number, UTC)
        if 1e11 <= number < 4e12:
            return datetime.fromtimestamp(number / 1000, UTC)
    try:
        size = abs(number / scale)
        unit = 10**9 if size < 1e11 else 10**6 if size < 1e14 else 1000 if size < 1e17 else 1  # in nanoseconds
        # A float is rounded to the microsecond that was written; what is exact is cut.
        rounded = isinstance(number, float)
        return EPOCH + timedelta(microseconds=number * unit / 1000 if rounded else number * unit // (1000 * scale))
    except (OverflowError, ValueError):
        raise _no_date(number, "as an epoch it is not in the years 1 to 9999") from None


def _no_date(value: object, why: str = "write one as '2016-07-17T19:55:40Z'") -> MomentError:
    try:
        shown = quoted(value[:_LONGEST_TEXT]) if isinstance(value, str) else repr(value)
    except ValueError:  # Python does not print integers of thousands of digits
        shown = "a huge number"
    return MomentError(f"{shown if len(shown) <= 60 else shown[:57] + '...'} is no date: {why}")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAME = rf"(?i)\b\d*({'|'.join(_MONTHS)})"
_COMPACT = (
    (r"\d{4}", r"\g<0>-01-01"),
    (r"\d{8}", r"\g<0>"),
    (r"((?:19|20)\d{6})(\d{4}(?:\d\d(?:\.\d+)?)?)", r"\1T\2"),  # in other years it is more likely an epoch
)
_ISO_DATE = r"\d{4}(?:-\d\d-\d\d|\d{4}|-W\d\d(?:-\d)?|W\d\d\d?)"
_ORDINAL = r"^(\d{4})-(\d{3})(?=[T ]|$)"
_SECOND_60 = r"(?<=[T :]\d\d:\d\d:)60(?!\d)"
_HOUR_24 = r"(?<=\d[T ])24(?=:00(?::00(?:[.,]0+)?)?(?:Z| |[+-]|$))"
_REWRITTEN = (  # what dateutil does not read, or reads as something else
    (r"^(\d\d/[A-Za-z]{3}/\d{4}):", r"\1 "),  # Apache has a colon between day and time
    (r"\b(?:GMT|UTC)(?=[+-]\d)", ""),  # POSIX, and dateutil with it, takes GMT+3 for three hours behind
    (r"(?<=[+-]\d{4})\s*(?:\([^()]*\)|[A-Z]{3,5})$", ""),  # the name of an offset that is there
    (r"(?:(?<=Z)|(?<=[+-]\d\d:\d\d))\[[\w/+-]+\]$", ""),  # which Java writes so
)
_OFFSETS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}  # RFC 2822, 4.3


def _in_figures(text: str, now: datetime, home: tzinfo) -> datetime:
    """Read an absolute date: the slow road, by way of epochs and ISO 8601 to dateutil."""
    if not (len(text) <= _LONGEST_TEXT and text.isascii() and text.isprintable() and re.search(r"\d", text)):
        raise _no_date(text)
    if re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return _number(text, home)
    late = timedelta()
    plain = re.sub(_SECOND_60, "59", text, count=1)
    if plain != text:
        late = timedelta(seconds=1)
    elif (plain := re.sub(_HOUR_24, "00", text, count=1)) != text:
        late = timedelta(days=1)
    plain = re.sub(_ORDINAL, _day_of_year, plain)
    moment = _of_iso(plain, text) or _of_dateutil(plain, text, now, home)
    try:
        return _settle(moment, home) + late
    except OverflowError:
        raise _no_date(text, "it is past the year 9999") from None


def _number(text: str, home: tzinfo) -> datetime:
    """Read text that is a number: a year, a date without separators, or an epoch."""
    for pattern, iso in _COMPACT:
        if compact := re.fullmatch(pattern, text):
            try:
                return _settle(datetime.fromisoformat(compact.expand(iso)), home)
            except ValueError:
                break
    whole, _, fraction = text.partition(".")
    if len(whole.lstrip("-")) < 9:
        raise _no_date(text)
    return _since_epoch(int(whole + fraction), 10 ** len(fraction))


def _of_iso(text: str, original: str) -> datetime | None:
    """Read ISO 8601, in lower case too (RFC 3339, 5.6)."""
    shape = re.match(rf"({_ISO_DATE})(?:[Tt ]\d.*)?$", text)
    if not shape:
        return None
    try:
        datetime.fromisoformat(shape[1])
    except ValueError as reason:
        raise _no_date(original, str(reason)) from None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None  # the time may be one of dateutil's: 7:55 PM


def _day_of_year(ordinal: re.Match[str]) -> str:
    """Turn ISO 8601's `2016-199` to a day of a month; what no year has stays as it is."""
    year, day = map(int, ordinal.groups())
    if not year or not 1 <= day <= 365 + isleap(year):
        return ordinal[0]
    return (datetime(year, 1, 1) + timedelta(days=day - 1)).date().isoformat()


def _of_dateutil(text: str, original: str, now: datetime, home: tzinfo) -> datetime:
    """Read what dateutil reads; refuse what it fills in from today, and what can be read in more ways than one."""
    from dateutil.parser import parse

    for pattern, instead in _REWRITTEN:
        text = re.sub(pattern, instead, text)
    names: list[str] = []

    def zone_named(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            if offset and name:
                names.append(name)  # CET+1: an hour behind CET, or CET itself?
            return timezone(timedelta(seconds=offset))
        if name in _OFFSETS:
            return timezone(timedelta(hours=_OFFSETS[name]))
        if name is not None:
            names.append(name)  # right if it is what home is called at that time
            return home
        return None

    day_first = bool(re.search(r"\b\d{1,2}\.\d{1,2}\.\d{4}", text))
    # What differs between two defaults is not in the text. A weekday moves them, but to no common day.
    defaults = datetime(2000, 1, 1), datetime(2004, 2, 15)
    try:
        moment, other = (parse(text, default=day, tzinfos=zone_named, dayfirst=day_first) for day in defaults)
    except Exception:  # of many kinds: ParserError, OverflowError, TypeError, decimal's own
        raise _no_date(original) from None
    if names and moment.tzname() != names[0]:
        raise _no_date(original, f"the zone {names[0]} is not known here; use an offset such as +02:00")
    has_name, has_digits = re.search(_MONTH_NAME, text) is not None, f"{moment.year:04}" in text
    has_year, has_month, has_day = moment.year == other.year, moment.month == other.month, moment.day == other.day
    if has_year and has_month and has_day:
        if has_name or has_digits:
            return moment
        raise _no_date(original, "it can be read in more ways than one; use a year of four digits, or a month's name")
    if has_year and has_month and has_digits and moment.day == 1 and moment.hour == moment.minute == 0:
        return moment  # a month
    if has_month and has_day and has_name:
        return _nearest(moment if moment.tzinfo else moment.replace(tzinfo=home), now)
    raise _no_date(original)


def _nearest(moment: datetime, now: datetime) -> datetime:
    """Move *moment* to the year that puts it nearest to *now*: 29 February to a leap year."""
    candidates = []
    for year in range(now.year - 8, now.year + 9):  # there is a leap year in any eight
        try:
            candidates.append(moment.replace(year=year))
        except ValueError:  # not a leap year, or not in 1 to 9999
            continue
    return min(candidates, key=lambda candidate: abs(candidate - now))


def _iso_day(head: str, now: datetime, home: tzinfo) -> str:
    """Turn `Jul 17 ` or `17/Jul/2016:` to ISO 8601; a ValueError if the year depends on the time of day."""
    if apache := re.fullmatch(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):", head):
        day, month, year = apache.groups()
        return f"{year}-{_MONTHS.index(month) + 1:02}-{day}"
    syslog = re.fullmatch(r"([A-Z][a-z]{2}) ([ \d]\d) ", head)
    if not syslog:
        raise ValueError(head)
    first = datetime(2000, _MONTHS.index(syslog[1]) + 1, int(syslog[2]), tzinfo=home)
    last = first.replace(hour=23, minute=59, second=59, microsecond=999_999)
    days = {_nearest(moment, now).date().isoformat() for moment in (first, last)}
    if len(days) > 1:
        raise ValueError(head)
    return days.pop()
