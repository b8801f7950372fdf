"""Labels: the texts of a chart."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flume.moment import render
from flume.template import plain

LONGEST = 200  # characters

_BREAK = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    r"""The text on one line: without control characters, marks of direction and halves of characters, and not too long.

    >>> clean('a\tb\x1b[1m\ud800')
    'a b[1m'
    """
    text = _CONTROL.sub("", _BREAK.sub(" ", text[: 2 * LONGEST]))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def label(value: Any) -> str:
    """What a value is called in a chart.

    >>> label(None), label(True), label(1.0), label(['a'])
    ('null', 'true', '1', "['a']")
    """
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return "null"
    if isinstance(value, (bool, datetime, timedelta)):
        return plain(value)
    if isinstance(value, float):
        return f"{value:.12g}"
    try:
        return clean(str(value))
    except ValueError:  # Python prints no integer of thousands of digits
        return "a very large number"


def labels(values: Sequence[Any]) -> list[str]:
    """What each of the values is called; times only as exactly as tells them apart.

    >>> from datetime import UTC
    >>> labels([datetime(2015, month, 1, tzinfo=UTC) for month in (1, 2)])
    ['2015-01', '2015-02']
    """
    if not values or not all(isinstance(value, datetime) for value in values):
        return list(map(label, values))
    form = next((form for form, start in _FORMS if all(value == start(value) for value in values)), None)
    return [render(value) if form is None else value.strftime(form) for value in values]


_FORMS: tuple[tuple[str, Callable[[datetime], datetime]], ...] = (
    ("%Y", lambda t: t.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)),
    ("%Y-%m", lambda t: t.replace(day=1, hour=0, minute=0, second=0, microsecond=0)),
    ("%Y-%m-%d", lambda t: t.replace(hour=0, minute=0, second=0, microsecond=0)),
    ("%Y-%m-%d %H:%M", lambda t: t.replace(second=0, microsecond=0)),
    ("%Y-%m-%d %H:%M:%S", lambda t: t.replace(microsecond=0)),
)
