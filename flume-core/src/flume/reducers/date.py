"""date: parts of a time, as text.

>>> from flume import count, date, emit, put, reduce
>>> hours = emit(limit=3, start='2016-07-17 22:00', every='1h')
>>> [point['hour'] for point in hours | put(hour=date.hour('time'))]
['22', '23', '00']

On which weekdays does it happen?

>>> days = emit(limit=9, start='2016-07-17', every='1 day') | put(day=date.weekday('time'))
>>> [(point['day'], point['n']) for point in days | reduce(n=count(), by='day')][:3]
[('Sun', 2), ('Mon', 2), ('Tue', 1)]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from flume.errors import OptionError
from flume.reducers.funcr import OfLast as _OfLast
from flume.value import check_fields

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_DIGITS = "CdefGgHIjklMmnRSTtUuVWwy"  # what strftime gives the same in every locale
_SPELLED = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "h": "%b",
    "r": "%I:%M:%S %p",
    "X": "%H:%M:%S",
    "x": "%m/%d/%y",
}  # as the C locale has them


class strftime(_OfLast):
    """The last point's time as text in a format of one's own.

    Names are English whatever the locale. ISO 8601 text is read as a time; null where the field is neither.

    :param time: the field.
    :param fmt: the format, as `datetime.strftime` has it.
    :raises OptionError: a directive that does not exist.

    >>> strftime('time', '%A %d %B').result({'time': datetime(2016, 7, 17, tzinfo=UTC)})
    'Sunday 17 July'
    """

    word = "date.strftime"

    time: str
    fmt: str

    def check(self) -> None:
        check_fields(type(self), "time", self.time)
        for directive in re.findall("(?s)%(.?)", self.fmt):
            if not directive or directive not in f"{_DIGITS}aAbBpsYZz%{''.join(_SPELLED)}":
                raise OptionError(f"date.strftime: fmt has no directive '%{directive}'; write %% for a percent sign")

    def arguments(self) -> Sequence[Any]:
        return (self.time,)

    def call(self, value: Any) -> str:
        return _formatted(_time(value), self.fmt)


class _Part(_OfLast):
    """One part of the last point's time."""

    time: str

    part: ClassVar[str]

    def check(self) -> None:
        check_fields(type(self), "time", self.time)

    def arguments(self) -> Sequence[Any]:
        return (self.time,)

    def call(self, value: Any) -> str:
        return _formatted(_time(value), self.part)


class year(_Part):
    """The year of the last point's time, as text.

    :param time: the field.

    >>> year('time').result({'time': datetime(2016, 7, 17, 9, tzinfo=UTC)})
    '2016'
    """

    word = "date.year"
    part = "%Y"


class month(_Part):
    """The month of the last point's time, in three letters.

    :param time: the field.

    >>> month('time').result({'time': datetime(2016, 7, 17, 9, tzinfo=UTC)})
    'Jul'
    """

    word = "date.month"
    part = "%b"


class fullmonth(_Part):
    """The month of the last point's time.

    :param time: the field.

    >>> fullmonth('time').result({'time': datetime(2016, 7, 17, 9, tzinfo=UTC)})
    'July'
    """

    word = "date.fullmonth"
    part = "%B"


class weekday(_Part):
    """The day of the week of the last point's time, in three letters.

    :param time: the field.

    >>> weekday('time').result({'time': datetime(2016, 7, 17, 9, tzinfo=UTC)})
    'Sun'
    """

    word = "date.weekday"
    part = "%a"


class fullweekday(_Part):
    """The day of the week of the last point's time.

    :param time: the field.

    >>> fullweekday('time').result({'time': datetime(2016, 7, 17, 9, tzinfo=UTC)})
    'Sunday'
    """

    word = "date.fullweekday"
    part = "%A"


class day(_Part):
    """The day of the month of the last point's time, in two digits.

    :param time: the field.

    >>> day('time').result({'time': datetime(2016, 7, 7, 9, tzinfo=UTC)})
    '07'
    """

    word = "date.day"
    part = "%d"


class hour(_Part):
    """The hour of the last point's time, in two digits, 00 to 23.

    :param time: the field.

    >>> hour('time').result({'time': datetime(2016, 7, 17, 9, tzinfo=UTC)})
    '09'
    """

    word = "date.hour"
    part = "%H"


def _time(value: object) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise TypeError("not a time")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _formatted(time: datetime, fmt: str) -> str:
    """What strftime gives in the C locale; it is asked itself only for what no locale changes."""

    def directive(match: re.Match[str]) -> str:
        letter = match[1]
        if letter in _SPELLED:
            return _formatted(time, _SPELLED[letter])
        match letter:
            case "a" | "A":
                name = _DAYS[time.weekday()]
                return name if letter == "A" else name[:3]
            case "b" | "B":
                name = _MONTHS[time.month - 1]
                return name if letter == "B" else name[:3]
            case "p":
                return "AM" if time.hour < 12 else "PM"
            case "s":
                return str(int(time.timestamp()))
            case "Y":
                return f"{time.year:04}"  # some C libraries leave out the zeros
            case "Z":
                return "UTC"
            case _:
                return time.strftime(f"%{letter}")

    return re.sub("(?s)%(.)", directive, fmt)
