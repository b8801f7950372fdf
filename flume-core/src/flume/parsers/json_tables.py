"""Tables of JSON lines: only the fields that are read are decoded, as objects with an attribute each.

Where a look at a whole block tells that each of its lines is one object, with a time that is spelt without surprises,
it is decoded at once, times and all; else line by line, and a line that needs a closer look is read the plain way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from operator import attrgetter
from typing import Annotated, Any

import msgspec

from flume.flow import Batch
from flume.parsers.json_blocks import LARGE, looks_plain, spells_times, without_times
from flume.parsers.json_cutting import without_time
from flume.parsers.json_decoding import TROUBLES, read_line
from flume.parsers.json_encoding import encode_name
from flume.parsing import Origin
from flume.table import SCALAR, Table, attributes

_TIME = Annotated[datetime, msgspec.Meta(tz=True)]


class JsonTables:
    """Makes a table of each block of *origin*."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._time = time = origin.run.time_field
        names = attributes(origin.needed or ())
        self._names = names
        self._kind, self._decode = _decoder(tuple(names.items()), None)
        self._timed = names if time in (None, "time") else {**names, "time": names[time]}
        self._timed = {field: name for field, name in self._timed.items() if field == "time" or field != time}

    def read(self) -> Table:
        """The table of the present block."""
        return (len(self._origin.block) >= LARGE and self._at_once()) or self._line_by_line()

    def _at_once(self) -> Table | None:
        origin, block = self._origin, self._origin.block
        if self._time is None or not looks_plain(block) or (origin.verbatim and not spells_times(block)):
            return None
        try:
            rows = _decoder(tuple(self._names.items()), self._time)[1](block)
        except TROUBLES:
            return None
        origin.counted = len(rows)
        numbers = range(origin.first, origin.first + len(rows))
        table = self._table(rows, self._timed, numbers, lambda: list(origin.lines()))
        table.timed = table.zoned = True
        return table

    def _line_by_line(self) -> Table:
        origin = self._origin
        lines = origin.lines()
        numbers: Sequence[int] = range(origin.first, origin.first + len(lines))
        try:
            rows = list(map(self._decode, lines))
        except TROUBLES:
            rows, lines, numbers = self._closely()
        return self._table(rows, self._names, numbers, partial(list, lines))

    def _closely(self) -> tuple[list[Any], list[bytes], list[int]]:
        """The rows, the lines and their numbers, where some lines are no rows."""
        rows, lines, numbers = [], [], []
        for number, line in enumerate(self._origin.lines(), self._origin.first):
            try:
                row = self._decode(line)
            except TROUBLES:
                point = read_line(number, line, self._origin)
                if point is None:
                    continue
                row = self._kind(**{attribute: point.get(field) for field, attribute in self._names.items()})
            rows.append(row)
            lines.append(line)
            numbers.append(number)
        return rows, lines, numbers

    def _table(
        self, rows: list[Any], names: Mapping[str, str], numbers: Sequence[int], lines: Callable[[], list[bytes]]
    ) -> Table:
        origin = self._origin
        return Table(
            len(rows),
            partial(_plainly, lines, origin),
            rows=rows,
            attributes=names,
            mentions=partial(_mentions, origin.block),
            lines=lines if origin.verbatim else None,
            timeless=partial(_timeless, origin.block, lines, rows, names["time"]) if origin.verbatim else None,
            origin=origin,
            numbers=numbers,
        )


def _timeless(block: bytes, lines: Callable[[], list[bytes]], rows: Sequence[Any], time: str) -> list[bytes]:
    """The lines without their times, as `without_time` gives them."""
    cut = without_times(block)
    if cut is not None and len(cut) == len(rows):
        return cut
    return without_time(lines(), list(map(attrgetter(time), rows)))


@lru_cache(maxsize=64)
def _decoder(names: tuple[tuple[str, str], ...], time: str | None) -> tuple[type[Any], Callable[[bytes], Any]]:
    """The type of rows with an attribute for each field, and what makes one of a line.

    *time*: the field that is a time; where it is given, many rows are made of many lines.
    """
    fields = [(attribute, _TIME) if field == time else (attribute, SCALAR, None) for field, attribute in names]
    kind = msgspec.defstruct(
        "Row", sorted(fields, key=len), rename={attribute: field for field, attribute in names}, gc=False
    )
    decoder = msgspec.json.Decoder(kind)
    return kind, decoder.decode if time is None else decoder.decode_lines


def _mentions(block: bytes, field: str) -> bool:
    return encode_name(field) in block or b"\\u" in block  # letters can be written as escapes


def _plainly(lines: Callable[[], list[bytes]], origin: Origin) -> Batch:
    """The points of lines that can be read."""
    return [point for line in lines() if (point := read_line(0, line, origin)) is not None]
