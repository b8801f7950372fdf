"""jsonl: a JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from flume.flow import Batch
from flume.parsers.json_blocks import LARGE, looks_plain
from flume.parsers.json_decoding import TROUBLES, may_be_deep, read_line
from flume.parsers.json_encoding import UNENCODED, encode, encode_lines
from flume.parsers.json_spelling import COMPACT, SPACED, SpeltLines, extended
from flume.parsers.json_tables import JsonTables
from flume.parsing import Origin, Parser, Records, Rendering
from flume.point import is_too_deep
from flume.tables import SCALAR, Table
from flume.timestamps import oddly_spelt

_flat_decoder = msgspec.json.Decoder(dict[str, SCALAR])
_object_decoder = msgspec.json.Decoder(dict[str, Any])


class jsonl(Parser):
    """JSON lines: each line is one object.

    *compact*: write without spaces after commas and colons.  *canonical*: write every point anew; otherwise one that
    was read as JSON lines, and that no step has changed, is written as it was read, if its time is spelt as flume does;
    so is the rest of one from which `sort` takes the time.

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
    plain = True
    extends = True
    writes_text_bare = True

    @property
    def verbatim(self) -> bool:
        return not self.compact and not self.canonical

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        tables = JsonTables(origin) if origin.tables else None
        spelt = None if origin.extension is None else SpeltLines(origin, origin.extension)
        for _ in origin.blocks(blocks):
            if tables is not None:
                yield tables.read()
            else:
                yield (spelt.table() if spelt is not None else None) or _points(origin)

    def render(self, *, live: bool = False) -> Rendering:
        return _JsonLines(self.compact)


class _JsonLines(Rendering):
    def __init__(self, compact: bool) -> None:
        self.compact = compact

    def push(self, batch: Batch) -> bytes:
        return encode_lines(batch, compact=self.compact, made=self.made)

    def push_table(self, table: Table) -> bytes:
        if table.extends is not None:
            return self._extended(table)
        assert table.lines is not None
        lines = table.lines()
        odd = oddly_spelt(table.attribute("time")) if "time" in table.changed else ()  # else they were looked at
        if odd:
            points, times = table.plain(), table.column("time")
            for place in odd:
                lines[place] = encode({**points[place], "time": times[place]})
        lines.append(b"")
        return b"\n".join(lines)

    def _extended(self, table: Table) -> bytes:
        try:
            return extended(table, COMPACT if self.compact else SPACED)
        except UNENCODED:  # some values are written in another way, and all else of their points
            return self.push(table.plain())


def _points(origin: Origin) -> Records:
    """The points of the present block."""
    first = origin.first
    if len(origin.block) >= LARGE and looks_plain(origin.block):
        try:
            points = _flat_decoder.decode_lines(origin.block)
        except TROUBLES:
            pass
        else:
            origin.counted = len(points)
            return Records(points, origin, range(first, first + len(points)))
    lines = origin.lines()
    all_points = _all(lines)
    if all_points is not None:
        return Records(all_points, origin, range(first, first + len(all_points)))
    points, numbers = [], []
    for number, line in enumerate(lines, first):
        try:
            point = _flat_decoder.decode(line)
        except TROUBLES:
            found = read_line(number, line, origin)
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
