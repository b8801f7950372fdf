"""jsonl: a JSON object a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import msgspec

from flume.flow import Batch, Point
from flume.parsers.json_decoding import TROUBLES, decode_fields, decode_object, may_be_deep
from flume.parsers.json_encoding import encode, encode_lines, encode_name
from flume.parsing import Origin, Parser, Records, Rendering, decode
from flume.point import is_too_deep
from flume.table import SCALAR, Table, attributes, row_type
from flume.timestamps import oddly_spelt

_flat_decoder = msgspec.json.Decoder(dict[str, SCALAR])
_object_decoder = msgspec.json.Decoder(dict[str, Any])


class jsonl(Parser):
    """JSON lines: each line is one object.

    *compact*: write without spaces after commas and colons.  *canonical*: write every point anew; otherwise one that
    was read as JSON lines, and that no step has changed, is written as it was read, if its time is spelt as flume does.

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
    canonical: bool = False

    splits = True

    @property
    def verbatim(self) -> bool:
        return not self.compact and not self.canonical

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

    def push_table(self, table: Table) -> bytes:
        assert table.lines is not None
        lines = table.lines()
        odd = oddly_spelt(table.attribute("time")) if "time" in table.changed else ()
        if odd:
            points, times = table.plain(), table.column("time")
            for place in odd:
                lines[place] = encode({**points[place], "time": times[place]})
        lines.append(b"")
        return b"\n".join(lines)


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
        except TROUBLES:
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
    except TROUBLES:
        pass
    try:
        points = list(map(_object_decoder.decode, lines))
    except TROUBLES:
        return None
    suspects = [point for point, line in zip(points, lines, strict=True) if may_be_deep(line)]
    return None if any(is_too_deep(value) for point in suspects for value in point.values()) else points


def _table(names: Mapping[str, str], origin: Origin) -> Table:
    """The rows of the present block."""
    lines, numbers = origin.lines(), range(origin.first, origin.first + len(origin.lines()))
    _, decode_row = _row_decoder(tuple(names.items()))
    try:
        rows = list(map(decode_row, lines))
    except TROUBLES:
        return _table_of_some(names, origin)
    return _of_rows(rows, lines, numbers, names, origin)


def _table_of_some(names: Mapping[str, str], origin: Origin) -> Table:
    """The same where a line needs a closer look: it is read the plain way."""
    kind, decode_row = _row_decoder(tuple(names.items()))
    rows, lines, numbers = [], [], []
    for number, line in enumerate(origin.lines(), origin.first):
        try:
            row = decode_row(line)
        except TROUBLES:
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
    return Table(
        len(rows),
        plain,
        rows=rows,
        attributes=names,
        mentions=mentions,
        lines=partial(list, lines) if origin.verbatim else None,
        origin=origin,
        numbers=numbers,
    )


def _mentions(block: bytes, field: str) -> bool:
    return encode_name(field) in block or b"\\u" in block  # letters can be written as escapes


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
        point = None if origin.judged is None else decode_fields(line, origin.judged)
        if point is None:
            origin.reject(number, str(error), decode(line))
        return point
