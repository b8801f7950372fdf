"""Timestamps: the texts of many times at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

_SPELT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}(?:[0-9]{3}(?<!000))?Z")


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


def oddly_spelt(texts: Sequence[Any]) -> list[int]:
    """The places of times that flume spells in another way; a missing one is none.

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
        if text is not None and not (isinstance(text, str) and _SPELT.fullmatch(text))
    ]
