"""jsonl: a JSON object a line."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import msgspec

from flume.flow import Batch, Point
from flume.moment import render, render_delta
from flume.parsers.refusing import TOO_DEEP, no_value, too_deep, too_long
from flume.parsing import Origin, Parser, Records, Rendering, Unwritable, decode
from flume.point import DEEPEST, is_too_deep
from flume.table import SCALAR, Table, attributes, row_type


class jsonl(Parser):
    """JSON lines: each line is one object.

    *compact*: write without spaces after commas and colons.

    A line that is no object is a rejected record, and so is one where a field that is read has lists or objects inside
    each other more than 100 times, or a number that is out of range; empty lines are passed over.  Text is written
    unescaped; a number that JSON does not have (infinity, not a number) is written as null.

    >>> from flume.testing import parse, render
    >>> parse(jsonl(), '{"a": 1}\\n{"a": 2}\\n')
    [{'a': 1}, {'a': 2}]
    >>> render(jsonl(), [{'a': [1, None]}])
    '{"a": [1, null]}\\n'
    """

    compact: bool = False

    splits = True

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        names = attributes(origin.needed or ())
        for _ in origin.blocks(blocks):
            yield _table(names, origin) if origin.tables else _points(origin)

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
_flat_decoder = msgspec.json.Decoder(dict[str, SCALAR])
_object_decoder = msgspec.json.Decoder(dict[str, Any])
_raw_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()
_spaced = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_dense = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_escaped = json.JSONEncoder(allow_nan=False)
_BETWEEN = "\x00flume\x00"
_CUT = b', "\\u0000flume\\u0000", '
_DENSE_CUT = b',"\\u0000flume\\u0000",'
_PLAIN = frozenset({str, int, float, bool, type(None)})
_TROUBLES = (UnicodeEncodeError, OverflowError, ValueError, TypeError, msgspec.EncodeError)
_TROUBLED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
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
        raise ValueError(TOO_DEEP) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        value = _closely(data, error)
    if type(value) is not dict:
        raise NotAnObject("is no JSON object")
    if _may_be_deep(data) and any(map(is_too_deep, value.values())):
        raise ValueError(TOO_DEEP)
    return value


def encode(point: Point, *, compact: bool = False) -> bytes:
    """One point as JSON, with the seed's spacing unless *compact*; `Unwritable` where it has what JSON cannot say.

    >>> encode({'a': 1, 'b': 'é'}).decode()
    '{"a": 1, "b": "é"}'
    """
    point = _plain_point(point)
    try:
        data = _encoder.encode(point)
        return data if compact else msgspec.json.format(data, indent=0)
    except _TROUBLES:  # bytes that were no text, long numbers
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
    except _TROUBLES:
        data = b""
    if data.count(cut) != len(points) - 1 or not data:  # the separator is in the data
        return b"".join([encode(point, compact=compact) + b"\n" for point in points])
    return data[1:-1].replace(cut, b"\n") + b"\n"


def _points(origin: Origin) -> Records:
    """The points of the present block."""
    lines, first = origin.lines(), origin.first
    points = _all(lines)
    if points is not None:
        return Records(points, origin, range(first, first + len(points)))
    points, numbers = [], []
    for number, line in enumerate(lines, first):
        try:
            point = _flat_decoder.decode(line)
        except _TROUBLED:
            found = _point(number, line, origin)
            if found is None:
                continue
            point = found
        points.append(point)
        numbers.append(number)
    return Records(points, origin, numbers)


def _all(lines: Sequence[bytes]) -> Batch | None:
    """The points of lines without surprises."""
    try:
        return list(map(_flat_decoder.decode, lines))
    except _TROUBLED:
        pass
    try:
        points = list(map(_object_decoder.decode, lines))
    except _TROUBLED:
        return None
    suspects = [point for point, line in zip(points, lines, strict=True) if _may_be_deep(line)]
    return None if any(is_too_deep(value) for point in suspects for value in point.values()) else points


def _table(names: Mapping[str, str], origin: Origin) -> Table:
    """The rows of the present block."""
    lines, numbers = origin.lines(), range(origin.first, origin.first + len(origin.lines()))
    _, decode_row = _row_decoder(tuple(names.items()))
    try:
        rows = list(map(decode_row, lines))
    except _TROUBLED:
        return _table_of_some(names, origin)
    return _of_rows(rows, lines, numbers, names, origin)


def _table_of_some(names: Mapping[str, str], origin: Origin) -> Table:
    """The same where a line needs a closer look: it is read the plain way."""
    kind, decode_row = _row_decoder(tuple(names.items()))
    rows, lines, numbers = [], [], []
    for number, line in enumerate(origin.lines(), origin.first):
        try:
            row = decode_row(line)
        except _TROUBLED:
            point = _point(number, line, origin)
            if point is None:
                continue
            row = kind(**{attribute: point.get(field) for field, attribute in names.items()})
        rows.append(row)
        lines.append(line)
        numbers.append(number)
    return _of_rows(rows, lines, numbers, names, origin)


def _of_rows(
    rows: list[Any], lines: list[bytes], numbers: Sequence[int], names: Mapping[str, str], origin: Origin
) -> Table:
    plain, mentions = partial(_plainly, lines, origin), partial(_mentions, origin.block)
    return Table(len(rows), plain, rows=rows, attributes=names, mentions=mentions, origin=origin, numbers=numbers)


def _mentions(block: bytes, field: str) -> bool:
    return _encoder.encode(field) in block or b"\\u" in block  # letters can be written as escapes


def _plainly(lines: Sequence[bytes], origin: Origin) -> Batch:
    """The points of lines that can be read."""
    return [point for line in lines if (point := _point(0, line, origin)) is not None]


@lru_cache(maxsize=64)
def _row_decoder(names: tuple[tuple[str, str], ...]) -> tuple[type[Any], Callable[[bytes], Any]]:
    kind = row_type(names)
    return kind, msgspec.json.Decoder(kind).decode


def _point(number: int, line: bytes, origin: Origin) -> Point | None:
    """The point of a line; None where there is none, or where it is rejected."""
    line = line.strip()
    if not line:
        return None
    try:
        return decode_object(line)
    except ValueError as error:
        point = None if origin.judged is None else _what_is_read(line, origin.judged)
        if point is None:
            origin.reject(number, str(error), decode(line))
        return point


def _what_is_read(line: bytes, fields: frozenset[str]) -> Point | None:
    """The point of just these fields, if the trouble is in others: a row would not have them."""
    try:
        raw = _raw_decoder.decode(line)
        read = (name for name in raw if name in fields or any(field.startswith(f"{name}.") for field in fields))
        point = {name: _decoder.decode(raw[name]) for name in read}
    except _TROUBLED:
        return None
    return None if any(map(is_too_deep, point.values())) else point


def _may_be_deep(data: bytes) -> bool:
    return len(data) > 2 * DEEPEST and data.count(b"{") + data.count(b"[") > DEEPEST


def _closely(data: bytes, error: Exception) -> Any:
    r"""JSON with bytes that are no UTF-8, or with `\ud800`, half a pair of surrogates; else an error in one line."""
    if _HALF.search(data) or not _is_utf8(data):
        try:
            return json.loads(decode(data), parse_constant=_refuse, parse_float=_finite_float)
        except RecursionError:
            raise ValueError(TOO_DEEP) from None
        except ValueError:
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
