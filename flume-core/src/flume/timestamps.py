"""Timestamps: the texts of many times at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

DAY = r"(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
"""A pattern of month and day, whatever the year: not the 29th of February."""

_SPELT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}(?:[0-9]{3}(?<!000))?Z")
_DAY = re.compile(r"[A-Z][a-z]{2} [ 0-9][0-9] |[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:")
_LOOKED_AT = 100  # texts, to see whether most are distinct
_BETWEEN, _BETWEEN_UTC = '"\n"', 'Z"\n"'
_DAYS = 32  # that are looked up for the texts of one table


def all_in_utc(texts: Sequence[Any]) -> list[datetime] | None:
    """The times of texts that are all ISO 8601, of one length and in UTC; None where some are not.

    >>> all_in_utc(['2016-07-17T13:59:44Z'])
    [datetime.datetime(2016, 7, 17, 13, 59, 44, tzinfo=datetime.timezone.utc)]
    >>> all_in_utc(['2016-07-17T13:59:44Z', '2016-07-17T13:59:44+02:00'])
    """
    try:
        times = list(map(datetime.fromisoformat, texts))
        joined = "".join(texts)
    except (ValueError, TypeError):
        return None
    size = len(texts[0])
    # a time has a Z at its end or none, but for the letter between day and hour: so many, all in these places, are
    # one at the end of each
    ends = joined[size - 1 :: size].strip("Z") == "" and joined.count("Z") == len(texts)
    return times if ends and joined[10::size].strip("T ") == "" else None


def all_stamped(texts: Sequence[Any], parse: Callable[[str], datetime]) -> list[datetime] | None:
    """The times of texts that all are as syslog writes them, or all as Apache does; None where some are not.

    *parse* reads a single one, in UTC: it is asked once a day.

    >>> from flume.moment import reader
    >>> all_stamped(['Jul 17 13:59:44'], reader(datetime(2016, 12, 31, tzinfo=UTC)))
    [datetime.datetime(2016, 7, 17, 13, 59, 44, tzinfo=datetime.timezone.utc)]
    """
    try:
        if 2 * len(set(texts[:_LOOKED_AT])) > min(len(texts), _LOOKED_AT):
            return _stamped(texts, parse)
        distinct = list(set(texts))  # many a second
        return list(map(dict(zip(distinct, _stamped(distinct, parse), strict=True)).__getitem__, texts))
    except (TypeError, ValueError, OverflowError):
        return None


def _stamped(texts: Sequence[str], parse: Callable[[str], datetime]) -> list[datetime]:
    """The same, or a `ValueError`."""
    count = len(texts)
    joined = f'"{_BETWEEN_UTC.join(texts)}Z"'
    if len(joined) == 19 * count - 1:
        return _spelt(joined, count, " ", 7, "", parse)
    joined = f'"{_BETWEEN.join(texts)}"'
    if len(joined) != 29 * count - 1 or joined.count(" ") != count or joined[21::29].strip(" "):
        raise ValueError("neither of the two")
    if joined[22::29].strip("+-"):
        raise ValueError("has no offset, and is not of the zone of this machine")
    return [time.astimezone(UTC) for time in _spelt(joined.replace(" ", ""), count, "/", 12, " +0000", parse)]


def _spelt(
    joined: str, count: int, mark: str, size: int, zone: str, parse: Callable[[str], datetime]
) -> list[datetime]:
    """The times of texts in quotes that begin with a day, of *size* letters with *mark* among them; or a `ValueError`.

    A day that is found is put as ISO 8601 has it, in all lines at once: logs are long, and their days are few.
    """
    length = len(joined) + (11 - size) * count  # where each text begins with a day
    for _ in range(_DAYS):
        at = joined.find(mark)
        if at < 0:
            break
        begin = joined.rfind('"', 0, at) + 1
        day = joined[begin : begin + size]
        if not _DAY.fullmatch(day):
            raise ValueError("is no day")
        first, last = (parse(f"{day}{clock}{zone}").date() for clock in ("00:00:00", "23:59:59"))
        if first != last:
            raise ValueError("its year depends on the time of day")
        joined = joined.replace(f'"{day}', f'"{first.isoformat()}T')
    if len(joined) != length or "\\" in joined:
        raise ValueError("does not begin with a day, or is written with escapes")
    times = _decoder()(joined)
    if len(times) != count:
        raise ValueError("several texts in one")
    return times


@cache
def _decoder() -> Callable[[str], list[datetime]]:
    """What reads lines of times in quotes, as RFC 3339 has them: twice as fast as `datetime.fromisoformat`."""
    from msgspec import DecodeError, json  # slow to import

    decode = json.Decoder(datetime).decode_lines

    def times(lines: str) -> list[datetime]:
        try:
            return decode(lines)
        except DecodeError as error:
            raise ValueError(str(error)) from None

    return times


def oddly_spelt(texts: Sequence[Any]) -> list[int]:
    """The places of times that flume spells in another way; a missing one is none, nor one that its parser has read.

    >>> oddly_spelt(['2016-07-17T13:59:44.000Z', '2016-07-17T13:59:44Z', 1468764000, None])
    [1, 2]
    """
    try:
        joined = "".join(texts)
    except TypeError:
        joined = ""
    # times that could be read, of 24 letters with a T, a point and a Z in these places, can only be spelt so
    usual = len(joined) == 24 * len(texts) and joined.count("Z") == joined.count("T") == joined.count(".") == len(texts)
    if usual and not (joined[10::24].strip("T") or joined[19::24].strip(".") or joined[23::24].strip("Z")):
        return []
    return [
        place
        for place, text in enumerate(texts)
        if not (text is None or isinstance(text, datetime) or (isinstance(text, str) and _SPELT.fullmatch(text)))
    ]
