"""Values to JSON: a point, or many of them at once, a line each."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from operator import itemgetter
from typing import Any

import msgspec

from flume.flow import Batch, Point
from flume.moment import render, render_delta
from flume.parsers.refusing import no_value, too_deep, too_long
from flume.parsing import Unwritable
from flume.point import DEEPEST, is_too_deep

_encoder = msgspec.json.Encoder()
_spaced = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_dense = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_escaped = json.JSONEncoder(allow_nan=False)
_BETWEEN = "\x00flume\x00"
_CUT = b', "\\u0000flume\\u0000", '
_NUMBERS = frozenset({int, float, bool, type(None)})
_PLAIN = _NUMBERS | {str}
UNENCODED = (UnicodeEncodeError, OverflowError, ValueError, TypeError, msgspec.EncodeError)
"""What an encoder raises for values that need a closer look."""


def encode(point: Point, *, compact: bool = False) -> bytes:
    """One point as JSON, with the seed's spacing unless *compact*; `Unwritable` where it has what JSON cannot say.

    >>> encode({'a': 1, 'b': 'é'}).decode()
    '{"a": 1, "b": "é"}'
    """
    point = _plain_point(point)
    try:
        data = _encoder.encode(point)
        return data if compact else msgspec.json.format(data, indent=0)
    except UNENCODED:  # bytes that were no text, long numbers
        return _encode_slowly({field: _finite(value, field) for field, value in point.items()}, compact)


def shown(point: Point) -> bytes:
    """One point as JSON; a field that cannot be written as Python shows it.

    >>> shown({'a': 1, 'b': {2}})
    b'{"a": 1, "b": "{2}"}'
    """
    try:
        return encode(point)
    except Unwritable:
        return encode({field: _shown(field, value) for field, value in point.items()})


def encode_lines(points: Batch, *, compact: bool = False, made: frozenset[str] | None = None) -> bytes:
    """Points as JSON lines: all at once where that can be done, with the same bytes as one by one.

    *made*: the fields whose values may be others than JSON has; None: any.
    """
    if not points:
        return b""
    data = b""
    try:
        if made is None:
            kinds = set(map(type, chain.from_iterable(map(dict.values, points))))
        else:
            kinds = set().union(*(_kinds(points, field) for field in made))
        flat = points if _PLAIN.issuperset(kinds) else _flat(points)
        if compact:
            return _encoder.encode_lines(flat)
        separated: list[Any] = [_BETWEEN] * (2 * len(points) - 1)
        separated[::2] = flat
        data = msgspec.json.format(_encoder.encode(separated), indent=0)
    except UNENCODED:
        pass
    if data.count(_CUT) != len(points) - 1 or not data:  # the separator is in the data
        return b"".join([encode(point, compact=compact) + b"\n" for point in points])
    return data[1:-1].replace(_CUT, b"\n") + b"\n"


def _kinds(points: Batch, field: str) -> set[type]:
    """The types of the values of a field."""
    try:
        return set(map(type, map(itemgetter(field), points)))
    except KeyError:
        return {type(point.get(field)) for point in points}


def encode_values(values: Sequence[Any], field: str, separator: bytes, *, compact: bool) -> bytes:
    """The values of a field, with a *separator* between; `UNENCODED` where they need a closer look.

    >>> encode_values([1.5, None], 'a', b' ', compact=True)
    b'1.5 null'
    """
    kinds = set(map(type, values))
    if _NUMBERS.issuperset(kinds):
        return _encoder.encode(values)[1:-1].replace(b",", separator)
    if _PLAIN.issuperset(kinds):
        return separator.join(map(_encoder.encode, values))
    texts = [_encoder.encode(_plain(value, field, 1)) for value in values]
    return separator.join(texts if compact else [msgspec.json.format(text, indent=0) for text in texts])


def encode_name(field: str) -> bytes:
    """The name of a field as it stands in JSON, where none of its letters is written as an escape.

    >>> encode_name('status')
    b'"status"'
    """
    return _encoder.encode(field)


def _flat(points: Batch) -> Batch:
    """`_plain` where most points hold but one time."""
    times: list[Any] = [point.get("time") for point in points]
    if {datetime}.issuperset(map(type, times)) and all(time.tzinfo is UTC for time in times):
        # what `render` does with each of them, three times as fast
        texts = [f"{text[:23]}Z" if text[23:] == "000Z" else text for text in msgspec.to_builtins(times)]
        texts = [f"{text[:19]}.000Z" if len(text) == 20 else text for text in texts]
        points = [{**point, "time": text} for point, text in zip(points, texts, strict=True)]
    return [point if _PLAIN.issuperset(map(type, point.values())) else _plain_point(point) for point in points]


def _plain_point(point: Point) -> Point:
    """The point with every time and timedelta as text; `Unwritable` where a value is none that a point can have."""
    return {
        name if type(name) is str else str(name): value if type(value) in _PLAIN else _plain(value, name, 1)
        for name, value in point.items()
    }


def _plain(value: Any, field: str, depth: int) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, (dict, list, tuple)):
        if depth > DEEPEST and value:
            raise too_deep(field)
        depth += 1
        if not isinstance(value, dict):
            return [_plain(v, field, depth) for v in value]
        return {k if type(k) is str else str(k): _plain(v, field, depth) for k, v in value.items()}
    if isinstance(value, datetime):
        return render(value)
    if isinstance(value, timedelta):
        return render_delta(value)
    if isinstance(value, (str, int, float)):
        return value
    raise no_value(value, field)


def _encode_slowly(point: Point, compact: bool) -> bytes:
    text = (_dense if compact else _spaced).encode(point)
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a surrogate pair: no text in UTF-8 has it, JSON has an escape for it
        return _escaped.encode(point).encode()


def _finite(value: Any, field: str) -> Any:
    """*value* without the numbers that JSON does not have."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, int):
        try:
            str(value)
        except ValueError:
            raise too_long(field) from None
        return value
    if isinstance(value, dict):
        return {k: _finite(v, field) for k, v in value.items()}
    return [_finite(v, field) for v in value] if isinstance(value, list) else value


def _shown(field: str, value: Any) -> Any:
    try:
        encode({field: value})
        return value
    except Unwritable:
        if isinstance(value, (dict, list)) and not is_too_deep(value):
            if isinstance(value, dict):
                return {name: _shown(name, each) for name, each in value.items()}
            return [_shown("", each) for each in value]
    try:
        return reprlib.repr(value)
    except ValueError:  # Python prints no integer of thousands of digits
        return f"<{type(value).__name__}>"
