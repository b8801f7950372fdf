"""Tables of JSON lines: only the fields that are read are decoded, as objects with an attribute each.

Where a look at a whole block tells that each of its lines is one object, with a time that is spelt without surprises,
it is decoded at once, times and all; else line by line, and a line that needs a closer look is read the plain way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from operator import attrgetter
from typing import Annotated, Any, overload

import msgspec

from flume.flow import Batch
from flume.parsers.json_blocks import LARGE, looks_plain, spells_times, without_times
from flume.parsers.json_cutting import without_time
from flume.parsers.json_decoding import TROUBLES, read_line
from flume.parsers.json_encoding import encode_name
from flume.parsers.json_sifting import Sifted, Sifter
from flume.parsing import Origin, lines_of
from flume.tables import SCALAR, Table, attributes

_TIME = Annotated[datetime, msgspec.Meta(tz=True)]


class _Block:
    """Lines of the present block of *origin*: all of them, or those that were left."""

    def __init__(self, origin: Origin, sifted: Sifted | None = None) -> None:
        self.bytes = origin.block if sifted is None else sifted.block
        self.refused = 0 if sifted is None else sifted.refused
        self.fields = frozenset[str]() if sifted is None else sifted.fields
        self._origin = origin
        self._sifted = sifted

    def lines(self) -> list[bytes]:
        return self._origin.lines() if self._sifted is None else lines_of(self.bytes)

    def numbers(self, count: int) -> Sequence[int]:
        """The numbers of the lines, of which there are so many."""
        first = self._origin.first
        return range(first, first + count) if self._sifted is None else _Numbers(first, count, self._sifted)


class _Numbers(Sequence[int]):
    """The numbers of lines that were left: few ask for them."""

    def __init__(self, first: int, count: int, sifted: Sifted) -> None:
        self._first = first
        self._count = count
        self._sifted = sifted

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return map(self._first.__add__, self._sifted.places)

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        places = self._sifted.places[index]
        return self._first + places if isinstance(places, int) else [self._first + place for place in places]


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
        self._sifter = None if origin.predicate is None else Sifter(origin.predicate, time)

    def read(self) -> Table:
        """The table of the present block."""
        origin = self._origin
        if len(origin.block) < LARGE:
            return self._line_by_line(_Block(origin))
        block = _Block(origin, None if self._sifter is None else self._sifter.sift(origin.block))
        return self._at_once(block) or self._line_by_line(block)

    def _at_once(self, block: _Block) -> Table | None:
        if self._time is None or not looks_plain(block.bytes):
            return None
        if self._origin.verbatim and not spells_times(block.bytes):
            return None
        try:
            rows = _decoder(tuple(self._names.items()), self._time)[1](block.bytes)
        except TROUBLES:
            return None
        table = self._table(rows, self._timed, block.numbers(len(rows)), lambda: list(block.lines()), block)
        table.timed = table.zoned = True
        self._origin.counted = len(rows) + block.refused
        return table

    def _line_by_line(self, block: _Block) -> Table:
        lines = block.lines()
        numbers = block.numbers(len(lines))
        self._origin.counted = len(lines) + block.refused
        try:
            rows = list(map(self._decode, lines))
        except TROUBLES:
            rows, lines, numbers = self._closely(lines, numbers)
        return self._table(rows, self._names, numbers, partial(list, lines), block)

    def _closely(self, all_lines: list[bytes], all_numbers: Sequence[int]) -> tuple[list[Any], list[bytes], list[int]]:
        """The rows, the lines and their numbers, where some lines are no rows."""
        rows, lines, numbers = [], [], []
        for number, line in zip(all_numbers, all_lines, strict=True):
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
        self,
        rows: list[Any],
        names: Mapping[str, str],
        numbers: Sequence[int],
        lines: Callable[[], list[bytes]],
        block: _Block,
    ) -> Table:
        origin = self._origin
        table = Table(
            len(rows),
            partial(_plainly, lines, origin),
            rows=rows,
            attributes=names,
            mentions=partial(_mentions, block.bytes),
            lines=lines if origin.verbatim else None,
            timeless=partial(_timeless, block.bytes, lines, rows, names["time"]) if origin.verbatim else None,
            origin=origin,
            numbers=numbers,
        )
        table.refused, table.refused_fields = block.refused, block.fields
        return table


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
