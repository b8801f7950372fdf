"""Inferring: the type of a value that was written as text, and the text of a value."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flume.parsers.refusing import no_value, too_long
from flume.parsing import Unwritable, decode

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BEGINS = frozenset("-.0123456789tTfF")
_SHORT = 40  # characters of a text that is remembered
_WORDS: dict[str, Any] = {
    "true": True,
    "false": False,
    "True": True,
    "False": False,
    "TRUE": True,
    "FALSE": False,
}


def infer(text: str) -> Any:
    """An int, a float, true or false, null for nothing, else the text: only what can be written back without loss.

    >>> [infer(t) for t in ('12', '1.5', 'true', '', '007', 'x')]
    [12, 1.5, True, None, '007', 'x']
    """
    if not text:
        return None
    if text[0] not in _BEGINS:
        return text
    return _remembered(text) if len(text) < _SHORT else _typed(text)


def _typed(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if text != "-0" and len(text) < 4000 else text
    if _FLOAT.fullmatch(text):
        value = float(text)
        return value if value - value == 0 else text
    return text


_remembered = lru_cache(maxsize=4096)(_typed)


def as_text(value: Any, field: str = "") -> str:
    """The text of one value, as csv and logfmt write it, lists and dicts as JSON; `Unwritable` where it has none.

    *field*: whose value it is, to be named then.

    >>> as_text(None), as_text(True), as_text(1.5), as_text([1])
    ('', 'true', '1.5', '[1]')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, timedelta)):
        from flume.moment import render, render_delta

        return render(value) if isinstance(value, datetime) else render_delta(value)
    if isinstance(value, (list, tuple, dict)):
        from flume.parsers.json_encoding import encode

        try:
            return decode(encode({"": value})[5:-1])
        except Unwritable:
            encode({field: value})  # which names the field
            raise
    if not isinstance(value, (int, float)):
        raise no_value(value, field)
    try:
        return str(value)
    except ValueError:  # Python prints no integer of thousands of digits
        raise too_long(field) from None
