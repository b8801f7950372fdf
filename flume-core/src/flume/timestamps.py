"""Timestamps: the texts of many times at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

_SPELT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}(?:[0-9]{3}(?<!000))?Z")
_DAY = re.compile(r"[A-Z][a-z]{2} [ 0-9][0-9] |[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:")
_LOOKED_AT = 100  # texts, to see whether most are distinct
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
    joined, count = "\n".join(texts), len(texts)
    if len(joined) == 16 * count - 1:
        times = _spelt(joined.replace("\n", "Z\n") + "Z", " ", 7, "", parse)
    elif len(joined) == 27 * count - 1 and joined.count(" ") == count and not joined[20::27].strip(" "):
        times = [time.astimezone(UTC) for time in _spelt(joined.replace(" ", ""), "/", 12, " +0000", parse)]
    else:
        raise ValueError("neither of the two")
    if len(times) != count:
        raise ValueError("several lines in one text")
    return times


def _spelt(joined: str, mark: str, size: int, zone: str, parse: Callable[[str], datetime]) -> list[datetime]:
    """The times of lines that begin with a day, of *size* letters with *mark* among them; else a `ValueError`.

    A day that is found is put as ISO 8601 has it, in all lines at once: logs are long, and their days are few.
    """
    for _ in range(_DAYS):
        at = joined.find(mark)
        if at < 0:
            break
        begin = joined.rfind("\n", 0, at) + 1
        day = joined[begin : begin + size]
        if not _DAY.fullmatch(day):
            raise ValueError("is no day")
        first, last = (parse(f"{day}{clock}{zone}").date() for clock in ("00:00:00", "23:59:59"))
        if first != last:
            raise ValueError("its year depends on the time of day")
        joined = joined.replace(day, f"{first.isoformat()}T")
    length = joined.find("\n") + 1 or len(joined) + 1
    if joined[10::length].strip("T") or joined[length - 1 :: length].strip("\n"):
        raise ValueError("a day stands in the midst of a line")
    return list(map(datetime.fromisoformat, joined.split("\n")))


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
