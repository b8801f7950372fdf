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

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from flume.errors import OptionError
from flume.reducers.funcr import OfLast as _OfLast
from flume.strftime import check_format
from flume.strftime import strftime as formatted
from flume.value import check_fields


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
        try:
            check_format(self.fmt)
        except (ValueError, TypeError) as error:
            raise OptionError(f"date.strftime: fmt={error}") from None

    def arguments(self) -> Sequence[Any]:
        return (self.time,)

    def call(self, value: Any) -> str:
        return formatted(_time(value), self.fmt)


class _Part(_OfLast):
    """One part of the last point's time."""

    time: str

    part: ClassVar[str]

    def check(self) -> None:
        check_fields(type(self), "time", self.time)

    def arguments(self) -> Sequence[Any]:
        return (self.time,)

    def call(self, value: Any) -> str:
        return formatted(_time(value), self.part)


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
