"""jsonl: a JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from flume.flow import Batch
from flume.moment import render, render_delta
from flume.parsing import Origin, Parser, Records, Rendering, decode
from flume.parsing import encode as encode_text


class jsonl(Parser):  # noqa: N801 - a word
    """JSON lines: each line is one object.

    *compact*: write without spaces after commas and colons.

    A line that is no object is a rejected record; empty lines are passed over.  Text is written unescaped;
    a number that JSON does not have (infinity, not a number) is written as null.

    >>> from flume.testing import parse, render
    >>> parse(jsonl(), '{"a": 1}\\n{"a": 2}\\n')
    [{'a': 1}, {'a': 2}]
    >>> render(jsonl(), [{'a': [1, None]}])
    '{"a": [1, null]}\\n'
    """

    compact: bool = False

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Records]:
        for block in origin.blocks(blocks):
            points = _at_once(block)
            if points is not None:
                yield Records(points, origin, range(origin.first, origin.first + len(points)))
            else:
                yield _line_by_line(block, origin)

    def render(self, *, live: bool = False) -> Rendering:
        return _JsonLines(self.compact)


class _JsonLines(Rendering):
    def __init__(self, compact: bool) -> None:
        self.compact = compact

    def push(self, batch: Batch) -> bytes:
        return encode_lines(batch, compact=self.compact)


class NotAnObject(ValueError):
    """JSON that is no object."""


_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()
_spaced = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_dense = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_BETWEEN = "\x00flume\x00"
_CUT = b', "\\u0000flume\\u0000", '
_DENSE_CUT = b',"\\u0000flume\\u0000",'
_PLAIN = frozenset({str, int, float, bool, type(None)})


def decode_object(data: bytes) -> dict[str, Any]:
    """The object that *data* holds; a `ValueError` says why not.  Bytes that are no UTF-8 are kept."""
    try:
        value = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        value = _not_utf8(data, error)
    if type(value) is not dict:
        raise NotAnObject("is no JSON object")
    return value


def encode(point: dict[str, Any], *, compact: bool = False) -> bytes:
    """One point as JSON, with the seed's spacing unless *compact*.

    >>> encode({'a': 1, 'b': 'é'}).decode()
    '{"a": 1, "b": "é"}'
    """
    point = _plain(point)
    try:
        data = _encoder.encode(point)
    except (UnicodeEncodeError, OverflowError, msgspec.EncodeError, TypeError):
        # integers over 64 bits, bytes that were no text
        return encode_text((_dense if compact else _spaced).encode(_finite(point)))
    return data if compact else msgspec.json.format(data, indent=0)


def encode_lines(points: Batch, *, compact: bool = False) -> bytes:
    """Points as JSON lines: all at once where that can be done, with the same bytes as one by one."""
    if not points:
        return b""
    separated: list[Any] = [_BETWEEN] * (2 * len(points) - 1)
    separated[::2] = [p if _PLAIN.issuperset(map(type, p.values())) else _plain(p) for p in points]
    try:
        data = _encoder.encode(separated)
    except (UnicodeEncodeError, OverflowError, msgspec.EncodeError, TypeError):
        return b"".join([encode(point, compact=compact) + b"\n" for point in points])
    cut = _DENSE_CUT
    if not compact:
        data, cut = msgspec.json.format(data, indent=0), _CUT
    if data.count(cut) != len(points) - 1:  # the separator is in the data
        return b"".join([encode(point, compact=compact) + b"\n" for point in points])
    return data[1:-1].replace(cut, b"\n") + b"\n"


def _at_once(block: bytes) -> Batch | None:
    """The points of a block in one go, only if each line certainly is one object."""
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    ends = block.count(b"}\n") + block.count(b"}\r\n") + block.endswith(b"}")
    if not block.startswith(b"{") or block.count(b"\n{") + 1 != lines or ends != lines:
        return None
    try:
        points: Batch = _decoder.decode_lines(block)
        block.decode()  # the decoder does not look at text in keys it knows
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return points if len(points) == lines and {dict}.issuperset(map(type, points)) else None


def _line_by_line(block: bytes, origin: Origin) -> Records:
    points: Batch = []
    numbers: list[int] = []
    for number, line in enumerate(block.split(b"\n"), origin.first):
        line = line.strip()
        if not line:
            continue
        try:
            points.append(decode_object(line))
            numbers.append(number)
        except ValueError as error:
            origin.reject(number, str(error), decode(line))
    return Records(points, origin, numbers)


def _not_utf8(data: bytes, error: Exception) -> Any:
    """JSON around bytes that are no UTF-8; other errors are said in one line."""
    try:
        data.decode()
    except UnicodeDecodeError:
        try:
            return json.loads(decode(data), parse_constant=_refuse, parse_float=_finite_float)
        except (ValueError, RecursionError):
            pass
    raise ValueError(f"is no valid JSON: {str(error).removeprefix('JSON is malformed: ')}") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _finite_float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return value


def _plain(value: Any) -> Any:
    """*value* with every time and timedelta as text."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {k if type(k) is str else str(k): v if type(v) in _PLAIN else _plain(v) for k, v in value.items()}
    if kind is list or kind is tuple:
        return [_plain(v) for v in value]
    if isinstance(value, datetime):
        return render(value)
    if isinstance(value, timedelta):
        return render_delta(value)
    if isinstance(value, dict):
        return _plain(dict(value))
    return value if isinstance(value, (str, int, float)) else str(value)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list) else value
