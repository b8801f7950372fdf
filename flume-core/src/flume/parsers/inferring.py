"""Inferring: the type of a value that was written as text, and the text of a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, cast

from flume.parsers.refusing import no_value, too_long
from flume.parsing import Unwritable, decode

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BEGINS = frozenset("-.0123456789tTfF")
_SPACE = re.compile(r"[ \t\n\r]")
_SHORT = 40  # characters of a text that is remembered
REMEMBERED = 4096  # texts
LONGEST_INTEGER = 4000  # digits, and a sign
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


def infer_new(text: str) -> Any:
    """The same, for a text that has not been seen before."""
    return _typed(text) if text else None


def _typed(text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return _WORDS.get(text, text)
    if _INTEGER.fullmatch(text):
        return int(text) if text != "-0" and len(text) < LONGEST_INTEGER else text
    value = float(text)
    return value if value - value == 0 else text


_remembered = lru_cache(maxsize=REMEMBERED)(_typed)


class Inferring:
    """Infers the values of one column, block by block; None stays None, a cell that is not there.

    *infer*: what makes a value of a text.

    >>> Inferring().values(['12', '1.50', '', None, '007'])
    [12, 1.5, None, None, '007']
    """

    def __init__(self, infer: Callable[[str], Any] = infer_new) -> None:
        self._infer = infer
        self._known: dict[str | None, Any] | None = {None: None}

    def values(self, texts: Sequence[str | None]) -> list[Any]:
        """The values of these texts."""
        known = self._known
        if known is None:  # most texts are new
            return _numbers(texts) or [None if text is None else self._infer(text) for text in texts]
        try:
            return list(map(known.__getitem__, texts))
        except KeyError:
            pass
        infer = self._infer
        known.update({text: infer(text) for text in set(texts).difference(known) if text is not None})
        values = list(map(known.__getitem__, texts))
        if len(known) > REMEMBERED:
            self._known = None
        return values


def _numbers(texts: Sequence[str | None]) -> list[Any] | None:
    """The values of texts that all are numbers as JSON has them, or empty; None where some are not, or may not be."""
    import msgspec

    written = cast(Sequence[str], texts)  # a None among them is a TypeError
    try:
        joined = ",".join(written)
        if "n" in joined or ("-0" in joined and "-0" in texts):  # null and -0 stay text
            return None
        if joined.startswith(",") or ",," in joined or joined.endswith(","):
            joined = ",".join([text or "null" for text in written])
        values = _decoder()(f"[{joined}]")
    except (TypeError, msgspec.DecodeError, UnicodeEncodeError):
        return None
    # JSON lets spaces stand around a number, and a text may hold commas
    exact = (
        len(values) == len(texts) and max(map(len, written), default=0) < LONGEST_INTEGER and not _SPACE.search(joined)
    )
    return values if exact else None


@cache
def _decoder() -> Callable[[str], list[Any]]:
    import msgspec

    return msgspec.json.Decoder(list[int | float | None]).decode


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
