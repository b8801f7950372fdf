"""Spans of time: of fixed length (`90s`, `1 hour 30 minutes`), by the calendar (`3 months`), or endless (`forever`).

Calendar spans stay calendar: `1 month` after 31 January is the end of February, two of them after it are 31 March.
Windows, `emit` and relative dates all take their steps here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import inf
from typing import TypeAlias

from flume.errors import MomentError, OptionError
from flume.zones import skipped_midnight, wall
from flume.zones import zone_of as zone_of

Span: TypeAlias = str | int | float | None
"""How an option says a duration: a text, or seconds; None: it was not given."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)

_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_MEAN_MONTH = timedelta(days=146_097) / 4_800  # the Gregorian calendar repeats after 400 years
_LONGEST = 10_000  # years: longer than all the time that a datetime can hold
_LONGEST_DELTA = 12 * _LONGEST * _MEAN_MONTH


@dataclass(frozen=True, slots=True, repr=False)
class Duration:
    """A span of time: so many months, and then so much.

    True if it is positive. `str` gives text that `duration` reads back.

    :param months: calendar months; quarters and years are 3 and 12 of them.
    :param delta: a fixed time. Where a zone is given, whole days are days of its calendar: also of 23 and 25 hours.
    :param forever: longer than any other; then nothing else is given.
    :raises MomentError: months and delta point different ways, or the span is over 10,000 years.

    >>> duration('1 hour 30 minutes')
    duration('1h 30m')
    >>> bool(duration('0s')), bool(-duration('1h'))
    (False, False)
    """

    months: int = 0
    delta: timedelta = timedelta()
    forever: bool = False

    def __post_init__(self) -> None:
        if self.forever and (self.months or self.delta):
            raise MomentError("forever has neither months nor a delta: give one or the other")
        if self.months and self.delta and (self.months > 0) != (self.delta > timedelta()):
            raise MomentError(f"{self.months} months and {self.delta} point different ways: give both one sign")
        if abs(self.months) > 12 * _LONGEST or not -_LONGEST_DELTA <= self.delta <= _LONGEST_DELTA:
            raise MomentError(f"a duration is at most {_LONGEST:,} years: use 'forever' for one without end")

    @property
    def fixed(self) -> bool:
        """Whether it is always equally long: no months, and not forever."""
        return not self.months and not self.forever

    @property
    def seconds(self) -> float:
        """Its length in seconds; infinite for `forever`.

        :raises MomentError: months are not equally long.

        >>> duration('1.5h').seconds
        5400.0
        """
        if self.months:
            raise MomentError(f"'{self}' has no fixed length in seconds: use weeks, days or less")
        return inf if self.forever else self.delta.total_seconds()

    def after(self, anchor: datetime, n: int = 1, zone: str = "UTC") -> datetime:
        """Give the moment that lies *n* times this after *anchor*.

        Months are counted from the anchor, and clipped to the month's end: they never drift. A time of day that a zone
        skips is as much later; of one that it repeats, the first is meant, or the second from a second one. Where a day
        has no midnight, its first instant counts as one: the next day begins at midnight again. Beyond the years 1 to
        9999 it saturates, at `datetime.min` or `datetime.max` in UTC, so that a window without end is no special case.

        :param anchor: an aware UTC datetime.
        :param n: how often; negative goes back.
        :param zone: whose calendar months and whole days are of (an IANA name).
        :returns: an aware UTC datetime.

        >>> anchor = datetime(2016, 1, 31, tzinfo=UTC)
        >>> [f"{duration('1 month').after(anchor, n):%b %d}" for n in range(3)]
        ['Jan 31', 'Feb 29', 'Mar 31']
        """
        if not n:
            return anchor
        try:
            if self.forever:
                raise OverflowError
            if not self._by_calendar(zone):
                return anchor + n * self.delta
            return self._after_by_calendar(anchor, n, zone)
        except OverflowError:
            forward = self.forever or self.months > 0 or self.delta > timedelta()
            return END if forward == (n > 0) else BEGINNING

    def index(self, anchor: datetime, moment: datetime, zone: str = "UTC") -> int:
        """Tell in which of the spans laid end to end from *anchor* the *moment* lies.

        It is the *n* with `after(anchor, n) <= moment < after(anchor, n + 1)`, negative before the anchor, and exact.

        :raises MomentError: the duration is not positive.

        >>> duration('1h').index(EPOCH, EPOCH - timedelta(microseconds=1))
        -1
        """
        self._require_positive()
        if self.forever:
            return 0 if moment >= anchor else -1
        if not self._by_calendar(zone):
            return (moment - anchor) // self.delta
        n = (moment - anchor) // (self.months * _MEAN_MONTH + self.delta)  # at most a few days off
        while self.after(anchor, n, zone) > moment:
            n -= 1
        while (end := self.after(anchor, n + 1, zone)) <= moment and end < END:
            n += 1
        return n

    def floor(self, moment: datetime, on: Duration | None = None, zone: str = "UTC") -> datetime:
        """Give the start of the calendar's span that *moment* lies in: the full hour, the day, the month, …

        Months are counted from January 1970, weeks start on Monday, all else is counted from 1970-01-01 00:00: what
        divides a day starts at midnight, while `7h` and `3 days` start anew with no day or month. A zone has its own
        calendar and clock; what is no whole number of days is of fixed length there too.

        :param moment: an aware UTC datetime.
        :param on: shifts the starts inside the unit: `30m` for half past, `9 days` for the 10th.
        :param zone: an IANA name.
        :returns: an aware UTC datetime; `datetime.min` for `forever`.
        :raises MomentError: the duration is not positive, or mixes months with days or hours.
        :raises OptionError: *on* does not lie inside the unit (see `check_on`).

        >>> moment = datetime(2016, 7, 17, 13, 59, 44, tzinfo=UTC)
        >>> f"{duration('1h').floor(moment, on=duration('30m')):%H:%M}"
        '13:30'
        >>> f"{duration('1 month').floor(moment, on=duration('9 days')):%b %d}"
        'Jul 10'
        """
        start = self.origin(moment, on, zone)
        return self.after(start, self.index(start, moment, zone), zone)

    def origin(self, moment: datetime, on: Duration | None = None, zone: str = "UTC") -> datetime:
        """Give the start near 1970 from which `floor` counts: `after(origin, n)` are all starts of the calendar.

        A start that a zone's clock has skipped tells no more where the others are; so steps are counted from here.
        Where the duration is of fixed length, the offset that the zone has at *moment* counts. Parameters are those of
        `floor`.

        >>> moment = datetime(2016, 7, 17, 13, 59, 44, tzinfo=UTC)
        >>> f"{duration('1w').origin(moment, on=duration('2h')):%a %F %H:%M}"
        'Mon 1970-01-05 02:00'
        """
        self._require_positive()
        if self.months and self.delta:
            raise MomentError(f"'{self}' has no place in the calendar: use whole months, or days and less")
        if on is not None:
            check_on(self, on)
        if self.forever:
            return BEGINNING
        start = EPOCH if self.months or self.delta % _WEEK else _MONDAY
        if self._by_calendar(zone):
            start = start.replace(tzinfo=zone_of(zone)).astimezone(UTC)
        elif zone != "UTC":
            start -= wall(moment, zone).utcoffset() or timedelta()
        return start if on is None else on.after(start, 1, zone)

    def elapses(self, zone: str = "UTC") -> bool:
        """Whether it is so much time, whatever the calendar of *zone*.

        >>> duration('1 day').elapses(), duration('1 day').elapses('Europe/Berlin'), duration('1 month').elapses()
        (True, False, False)
        """
        return not self.forever and not self._by_calendar(zone)

    def _by_calendar(self, zone: str) -> bool:
        return bool(self.months) or (zone != "UTC" and not self.delta % _DAY)

    def _after_by_calendar(self, anchor: datetime, n: int, zone: str) -> datetime:
        shown = wall(anchor, zone)
        fold = shown.fold
        shown = skipped_midnight(anchor, shown) or shown
        if self.months:
            year, month = divmod(12 * shown.year + shown.month - 1 + n * self.months, 12)
            if not 1 <= year <= 9999:
                raise OverflowError
            shown = shown.replace(year=year, month=month + 1, day=min(shown.day, monthrange(year, month + 1)[1]))
        whole = timedelta() if self.delta % _DAY else n * self.delta
        # Adding to a datetime with a zone moves the hands of its clock, which is what a day is, and forgets the fold.
        shown += whole
        if fold and shown.replace(fold=1).utcoffset() < shown.utcoffset():  # type: ignore[operator]
            shown = shown.replace(fold=1)  # shown twice, and not skipped
        return shown.astimezone(UTC) + (n * self.delta - whole)

    def _require_positive(self) -> None:
        if not self:
            raise MomentError(f"'{self}' cannot divide time: use a positive duration")

    def __bool__(self) -> bool:
        return self.forever or self.months > 0 or self.delta > timedelta()

    def __neg__(self) -> Duration:
        if self.forever:
            raise MomentError("forever has no opposite: use 'beginning' for the first of all moments")
        return Duration(-self.months, -self.delta)

    def __str__(self) -> str:
        if self.forever:
            return "forever"
        months, delta = abs(self.months), abs(self.delta)
        minutes, seconds = divmod(delta.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        unit, count = ("month", months) if months % 12 else ("year", months // 12)
        parts = [f"{count} {unit}{'s' if count > 1 else ''}"] if months else []
        parts += [f"{n}{letter}" for n, letter in ((delta.days, "d"), (hours, "h"), (minutes, "m")) if n]
        if seconds or delta.microseconds or not parts:
            parts.append(f"{seconds}.{delta.microseconds:06}".rstrip("0").rstrip(".") + "s")
        sign = "-" if self.months < 0 or self.delta < timedelta() else ""
        return sign + " ".join(parts)

    def __repr__(self) -> str:
        return f"duration('{self}')"


def duration(value: str | int | float | timedelta | Duration) -> Duration:
    """Read a duration.

    Text is numbers with units, with spaces, commas or `and` between them: `1h`, `1.5h`, `2 weeks and 3 days`; or a
    clock, `01:23:00`, `2.01:23:45.000`; or a unit alone, `day`; or `forever`. A sign before it all counts for all.
    `m` is minutes, `M`, `mo` and `month` are months; other units may be written in either case. A fraction of a month
    is an error (half a year is six months), less than a microsecond is cut off; a number without a unit is no duration.

    :param value: text, a number of seconds, a timedelta, or a Duration.
    :raises MomentError: it is none of these, or over 10,000 years.

    >>> duration('1.5h') == duration(5400) == duration('01:30:00')
    True
    >>> duration('1 quarter').months
    3
    """
    if isinstance(value, Duration):
        return value
    if isinstance(value, timedelta):
        return Duration(delta=value)
    if isinstance(value, str):
        return _read(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MomentError(f"{type(value).__name__} is no duration: write one as '1h 30m', or as a number of seconds")
    try:
        return Duration(delta=timedelta(seconds=value))
    except (OverflowError, ValueError):
        raise MomentError(f"so many seconds are no duration: give a number, and under {_LONGEST:,} years") from None


def render_delta(delta: timedelta) -> str:
    """Write a span of time as a clock, with days where it has them.

    >>> render_delta(timedelta(hours=1, minutes=23, seconds=45)), render_delta(-timedelta(days=2, microseconds=1))
    ('01:23:45.000', '-2.00:00:00.000001')
    """
    total = delta // _MICROSECOND
    seconds, microseconds = divmod(abs(total), 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    before = f"{'-' if total < 0 else ''}{f'{days}.' if days else ''}"
    fraction = f"{microseconds:06}" if microseconds % 1000 else f"{microseconds // 1000:03}"
    return f"{before}{hours:02}:{minutes:02}:{seconds:02}.{fraction}"


def check_on(every: Duration, on: Duration) -> None:
    """Check that the offset *on* lies inside the unit *every*.

    Units of months (not of years) take only days that all months have, the 1st to the 28th: clipped starts would drift.

    :raises OptionError: it does not.

    >>> check_on(duration('1h'), duration('30m'))
    >>> check_on(duration('1h'), duration('90m'))
    Traceback (most recent call last):
    flume.errors.OptionError: on='1h 30m' does not lie inside every='1h': use 0s or more, and less than 1h
    """
    first = on.after(EPOCH)
    if not EPOCH <= first < every.after(EPOCH):
        raise OptionError(f"on='{on}' does not lie inside every='{every}': use 0s or more, and less than {every}")
    if every.months % 12 and first.day > 28:
        raise OptionError(f"on='{on}' is a day {first.day}, which not every month has: use one of the first 28")


_SPELLINGS = {  # months, microseconds: how they may be written
    (0, 1): "us µs μs microsecond microseconds",
    (0, 1_000): "ms msec millisecond milliseconds",
    (0, 1_000_000): "s sec secs second seconds",
    (0, 60_000_000): "m min mins minute minutes",
    (0, 3_600_000_000): "h hr hrs hour hours",
    (0, 86_400_000_000): "d day days",
    (0, 604_800_000_000): "w wk week weeks",
    (1, 0): "M mo mos month months",
    (3, 0): "quarter quarters",
    (12, 0): "y yr yrs year years",
}
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_CLOCK = r"(?:(?P<days>\d+)[. ])?(?P<hours>\d+):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d)(?:[.,](?P<fraction>\d+))?"
_AMOUNT = r"(\d+)(?:\.(\d+))?\s*([a-zµμ]+)"
_AMOUNTS = rf"{_AMOUNT}(?:(?:\s+and\s+|\s*,\s*|\s*){_AMOUNT})*"
_ALONE = r"(?:an?\s+)?([a-z]{3,}(?<!s))"
_FLAGS = re.ASCII | re.IGNORECASE


@lru_cache(maxsize=256)
def _read(text: str) -> Duration:
    words = text.strip()
    if words.lower() == "forever":
        return Duration(forever=True)
    sign = -1 if words.startswith("-") else 1
    words = words.removeprefix("-" if sign < 0 else "+").lstrip()
    if len(words) > 100:
        raise MomentError(f"'{words[:40]}…' is no duration: it is {len(words)} characters long; write one as '1h 30m'")
    if clock := re.fullmatch(_CLOCK, words, _FLAGS):
        amounts = [(clock[unit] or "0", "", unit) for unit in ("days", "hours", "minutes")]
        amounts.append((clock["seconds"], clock["fraction"] or "", "seconds"))
    elif alone := re.fullmatch(_ALONE, words, _FLAGS):
        amounts = [("1", "", alone[1])]
    elif re.fullmatch(_AMOUNTS, words, _FLAGS):
        amounts = re.findall(_AMOUNT, words, _FLAGS)
    else:
        raise MomentError(f"{text!r} is no duration: write one as '1h 30m', '3 months', '01:30:00' or 'forever'")
    months = microseconds = 0
    for whole, fraction, unit in amounts:
        months_each, microseconds_each = _unit(unit, text)
        count, scale = int(whole + fraction), 10 ** len(fraction)
        if count * months_each % scale:
            raise MomentError(f"{text!r} is no duration: it has a fraction of a month; use whole months, or days")
        months += count * months_each // scale
        microseconds += count * microseconds_each // scale
    try:
        return Duration(sign * months, sign * timedelta(microseconds=microseconds))
    except (OverflowError, MomentError):
        raise MomentError(f"{text!r} is no duration: it is over {_LONGEST:,} years; use 'forever'") from None


def _unit(unit: str, text: str) -> tuple[int, int]:
    try:
        return _UNITS[unit if unit == "M" else unit.lower()]
    except KeyError:
        raise MomentError(f"{text!r} is no duration: {unit!r} is no unit; use ms s m h d w M quarter year") from None
