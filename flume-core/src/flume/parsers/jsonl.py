"""jsonl: a JSON object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import msgspec

from flume.errors import SinkError
from flume.flow import Batch, Point
from flume.moment import render, render_delta
from flume.parsing import Origin, Parser, Records, Rendering, decode
from flume.rows import Rows, attributes, row_type


class jsonl(Parser):
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

    splits = True

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch]:
        names = attributes(origin.needed or ())
        for block in origin.blocks(blocks):
            rows = _rows(block, origin.lines, names) if origin.takes_rows() else None
            yield _points(block, origin) if rows is None else Rows(rows, names, partial(_points, block, origin))

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
_list_decoder = msgspec.json.Decoder(list[Any])
_encoder = msgspec.json.Encoder()
_spaced = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_dense = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_escaped = json.JSONEncoder(allow_nan=False)
_BETWEEN = "\x00flume\x00"
_CUT = b', "\\u0000flume\\u0000", '
_DENSE_CUT = b',"\\u0000flume\\u0000",'
_PLAIN = frozenset({str, int, float, bool, type(None)})
_UNWRITABLE = (UnicodeEncodeError, OverflowError, ValueError, TypeError, msgspec.EncodeError)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_PATH = re.compile(r" - at `.*`$")  # msgspec's word for a place in the data


def decode_object(data: bytes) -> Point:
    """The object that *data* holds; a `ValueError` says why not.  Bytes that are no UTF-8 are kept.

    >>> decode_object(b'{"a": 1e400}')
    Traceback (most recent call last):
    ValueError: is no valid JSON: number out of range
    """
    try:
        value = _decoder.decode(data)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        value = _closely(data, error)
    if type(value) is not dict:
        raise NotAnObject("is no JSON object")
    return value


def encode(point: Point, *, compact: bool = False) -> bytes:
    """One point as JSON, with the seed's spacing unless *compact*.

    >>> encode({'a': 1, 'b': 'é'}).decode()
    '{"a": 1, "b": "é"}'
    """
    try:
        point = _plain(point)
        try:
            data = _encoder.encode(point)
            return data if compact else msgspec.json.format(data, indent=0)
        except _UNWRITABLE:  # bytes that were no text, numbers of thousands of digits, names that are none
            return _encode_slowly(_finite(point), compact)
    except RecursionError:
        raise SinkError("cannot write a point as JSON: it is nested too deeply") from None


def encode_lines(points: Batch, *, compact: bool = False) -> bytes:
    """Points as JSON lines: all at once where that can be done, with the same bytes as one by one."""
    if not points:
        return b""
    separated: list[Any] = [_BETWEEN] * (2 * len(points) - 1)
    cut = _DENSE_CUT if compact else _CUT
    try:
        separated[::2] = _flat(points)
        data = _encoder.encode(separated)
        if not compact:
            data = msgspec.json.format(data, indent=0)
    except (*_UNWRITABLE, RecursionError):
        data = b""
    if data.count(cut) != len(points) - 1 or not data:  # the separator is in the data
        return b"".join([encode(point, compact=compact) + b"\n" for point in points])
    return data[1:-1].replace(cut, b"\n") + b"\n"


def _points(block: bytes, origin: Origin) -> Records:
    points = _at_once(block, origin.lines, _list_decoder)
    if points is None or not {dict}.issuperset(map(type, points)):
        return _line_by_line(block, origin)
    return Records(points, origin, range(origin.first, origin.first + len(points)))


def _rows(block: bytes, lines: int, names: Mapping[str, str]) -> list[Any] | None:
    """The rows of a block, only if each line certainly is one object."""
    return _at_once(block, lines, _row_decoder(tuple(names.items())))


@lru_cache(maxsize=64)
def _row_decoder(names: tuple[tuple[str, str], ...]) -> msgspec.json.Decoder[list[Any]]:
    return msgspec.json.Decoder(list[row_type(names)])  # type: ignore[misc]


def _at_once(block: bytes, lines: int, decoder: msgspec.json.Decoder[list[Any]]) -> list[Any] | None:
    """What is in the *lines* of a block, in one go, only if each line certainly is one value.

    The block is read as a list, with a comma for each line end.  Where there are as many values as lines, every line
    end stands between two of them, and none inside of one.
    """
    try:
        block.decode()  # the decoder does not look at text that is passed over
        values = decoder.decode(b"[" + block.replace(b"\n", b",", lines - 1) + b"]")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return values if len(values) == lines else None


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


def _closely(data: bytes, error: Exception) -> Any:
    r"""JSON with bytes that are no UTF-8, or with `\ud800`, half a pair of surrogates; else an error in one line."""
    if _HALF.search(data) or not _is_utf8(data):
        try:
            return json.loads(decode(data), parse_constant=_refuse, parse_float=_finite_float)
        except (ValueError, RecursionError):
            pass
    reason = _PATH.sub("", str(error)).removeprefix("JSON is malformed: ")
    raise ValueError(f"is no valid JSON: {reason[:1].lower()}{reason[1:]}") from error


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _finite_float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return value


def _flat(points: Batch) -> Batch:
    """`_plain` where most points hold but one time."""
    times: list[Any] = [point.get("time") for point in points]
    if {datetime}.issuperset(map(type, times)) and all(time.tzinfo is UTC for time in times):
        # what `render` does with each of them, three times as fast
        texts = [f"{text[:23]}Z" if text[23:] == "000Z" else text for text in msgspec.to_builtins(times)]
        texts = [f"{text[:19]}.000Z" if len(text) == 20 else text for text in texts]
        points = [{**point, "time": text} for point, text in zip(points, texts, strict=True)]
    return [point if _PLAIN.issuperset(map(type, point.values())) else _plain(point) for point in points]


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


def _encode_slowly(point: Point, compact: bool) -> bytes:
    text = (_dense if compact else _spaced).encode(point)
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a surrogate pair: no text in UTF-8 has it, JSON has an escape for it
        return _escaped.encode(point).encode()


def _finite(value: Any) -> Any:
    """*value* without the numbers that cannot be written."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, int):
        return value if value.bit_length() < _LONGEST else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list) else value


_LONGEST = 14_000  # bits; Python writes no integer of more than 4300 digits
