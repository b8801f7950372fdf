"""Values of points as SQLite keeps them, and back.

SQLite has whole numbers of 64 bits, floats, text and NULL.  What it has no type for (true and false, lists, dicts,
larger numbers) is kept as JSON, in a blob, so that a text which looks the same is told from it.
"""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from flume.moment import render, render_delta
from flume_adapter_sqlite.database import is_text

Stored: TypeAlias = int | float | str | bytes | None

SMALLEST, LARGEST = -(2**63), 2**63 - 1


def stored(value: Any) -> Stored:
    """What is kept of a value; a `ValueError` says why it cannot be.

    >>> stored(7), stored('a'), stored(True), stored([1, None])
    (7, 'a', b'true', b'[1, null]')
    """
    if value is None or (isinstance(value, str) and is_text(value)):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, int) and not isinstance(value, bool) and SMALLEST <= value <= LARGEST:
        return value
    if isinstance(value, (datetime, timedelta)):
        return _spelt(value)
    try:
        return json.dumps(value, default=_spelt).encode()
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def loaded(value: Stored) -> Any:
    """What was kept so; a `ValueError` where it is a blob that holds no JSON.

    >>> loaded(b'true'), loaded('true')
    (True, 'true')
    """
    return json.loads(value) if isinstance(value, bytes) else value


def spelt_time(time: datetime) -> str:
    """A time, so that texts are in the order of the times.

    >>> from flume.moment import date
    >>> spelt_time(date('2016-07-17T19:55:40.853Z'))
    '2016-07-17T19:55:40.853000Z'
    """
    return f"{time.isoformat(timespec='microseconds')[:26]}Z"


def is_spelt(column: str) -> str:
    """The condition, in SQL, that a time is spelt so: and is one, in the calendar too."""
    figures = (
        "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z"
    )
    seconds = f"substr({column}, 1, 19)"
    same = f"strftime('%Y-%m-%dT%H:%M:%S', {seconds}) IS {seconds}"
    return f"(typeof({column}) = 'text' AND {column} GLOB '{figures}' AND {column} >= '0001' AND {same})"


def _spelt(value: object) -> str:
    if isinstance(value, datetime):
        return render(value)
    if isinstance(value, timedelta):
        return render_delta(value)
    raise TypeError(f"{type(value).__name__} is none of the values of points")
