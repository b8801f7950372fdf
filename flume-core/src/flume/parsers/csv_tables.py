"""Tables of csv: the columns that are read, and nothing else.

Most blocks are cut at once (`csv_cutting`); rows that are no lines, lines that are no rows, and those with fewer cells
are read one by one (`csv_rows`) and put in their places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import compress
from operator import attrgetter, itemgetter

from flume.flow import Batch
from flume.parsers.csv_cutting import Cut, Cutter
from flume.parsers.csv_rows import Found, Rows
from flume.parsers.csv_sifting import refusal_of
from flume.parsers.csv_typed import DELIMITERS, Kind, TypedRows, kind_of
from flume.parsers.inferring import Inferring
from flume.parsing import Origin, decode
from flume.tables import Column, Table, Texts

PATIENCE = 16  # blocks
FEW = 4  # where more than one line in so many is odd, all are read one by one


class Tables:
    """Reads tables, with the rejections of *rows*; *plainly* makes points of what it finds."""

    def __init__(self, rows: Rows, origin: Origin, *, infer: bool, plainly: Callable[[Rows, Found], Batch]) -> None:
        self._rows = rows
        self._origin = origin
        self._infer = infer
        self._plainly = plainly
        self._fields: dict[str, int] = {}  # the place of each one that is read
        self._inferring: dict[str, Inferring] = {}
        self._cutter: Cutter | None = None
        self._typed: TypedRows | None = None
        self._judged = False  # whether the columns were looked at
        self._hits = self._misses = 0  # blocks that were as expected, and others

    def read(self, block: bytes) -> Table:
        """The table of a block of whole lines."""
        plain = partial(self._again, self._rows.silent(), block)
        if self._typed is not None and not self._rows.waiting:
            table = self._of_typed(self._typed, block, plain)
            if table is not None:
                return table
        table = self._of_cells(block, plain)
        if not self._judged and len(table):
            self._judged = True
            self._typed = self._typed_as(table)
        return table

    def _of_typed(self, typed: TypedRows, block: bytes, plain: Callable[[], Batch]) -> Table | None:
        """The table of a block in which all is as it was expected."""
        block = block if block.endswith(b"\n") else block + b"\n"
        rows = typed.read(block)
        if rows is None:
            self._misses += 1
            if self._misses * FEW > self._hits + PATIENCE:
                self._typed = None
            return None
        self._hits += 1
        origin, refusal = self._origin, typed.refusal
        names, kinds, time = typed.names, typed.kinds, origin.run.time_field
        timed = time is not None and kinds.get(time) == "time"
        origin.counted = lines = len(rows) if refusal is None else block.count(b"\n")
        before = self._rows.silent()
        table = Table(
            len(rows),
            plain if refusal is None else lambda: refusal.left(self._of_rows(before.read(decode(block), 1), plain)),
            rows=rows,
            columns={
                field: Texts(list(map(attrgetter(names[field]), rows)), self._inferring[field].values)
                for field, kind in kinds.items()
                if kind == "text" and self._infer
            },
            attributes={"time" if timed and field == time else field: name for field, name in names.items()},
            mentions=(self._rows.header or ()).__contains__,
            origin=origin,
            numbers=range(origin.first, origin.first + lines) if refusal is None else (),
        )
        table.timed = table.zoned = timed
        table.refused, table.refused_fields = lines - len(rows), frozenset(self._rows.header or ())
        return table

    def _typed_as(self, table: Table) -> TypedRows | None:
        """What reads blocks whose columns hold what those of *table* do."""
        header, time = self._rows.header or (), self._origin.run.time_field
        if not self._fields or len(header) < 2 or self._rows.dialect.delimiter not in DELIMITERS:
            return None
        if time != "time" and "time" in self._fields:  # it may become one
            return None
        kinds: dict[str, Kind] = {}
        for field in self._fields:
            is_time = field == time
            values = table.column(field) if self._infer and not is_time else []
            kinds[field] = kind_of(table.spelt(field), values, is_time=is_time)
        refusal = refusal_of(self._origin.predicate, time, infers=self._infer)
        if refusal is not None:
            known = refusal.field in kinds and (time is None or kinds.get(time) == "time")
            refusal = refusal if known and refusal.pays(table) else None
        typed = TypedRows(self._rows.dialect, len(header), self._fields, kinds, refusal)
        return typed if typed.works else None

    def _of_cells(self, block: bytes, plain: Callable[[], Batch]) -> Table:
        """The table of a block, whatever is in it."""
        lines = _Lines(block, self._origin.first)
        begin, first = self._first_lines(lines)
        self._begin()
        cut = None
        if self._cutter is not None and not self._rows.waiting and (not begin or begin < len(lines)):
            cut = self._cutter.cut(lines.block(begin))
            lines.counted = None if cut is None else begin + cut.lines
        self._origin.counted = len(lines)
        if cut is None or len(cut.odd) * FEW > len(lines) - begin:
            more = self._rows.read(lines.text(begin, len(lines)), lines.number(begin))
            return self._of_rows(Found(first.rows + more.rows, first.numbers + more.numbers), plain)
        numbers: Sequence[int] = range(lines.number(begin), lines.number(len(lines)))
        columns: list[Column] = list(cut.columns)
        if cut.odd:
            columns, numbers = self._with_odd(cut, lines, begin, numbers)
        if first.rows:
            columns = [found + column for found, column in zip(self._columns(first.rows), columns, strict=True)]
            numbers = [*first.numbers, *numbers]
        return self._table(columns, numbers, plain)

    def end(self) -> Table:
        """The table of what waits, when nothing more comes."""
        before = self._rows.silent()
        found = self._rows.end()
        self._begin()

        def plain() -> Batch:
            reading = before.silent()
            return self._plainly(reading, reading.end())

        return self._of_rows(found, plain)

    def _first_lines(self, lines: _Lines) -> tuple[int, Found]:
        """The lines up to the header, and those of a row that is open, and the rows in them."""
        begin, found = 0, Found([], [])
        rows = self._rows
        while (rows.waiting or (rows.header is None and not rows.refused)) and begin < len(lines):
            begin, more = self._one(lines, begin)
            found.rows.extend(more.rows)
            found.numbers.extend(more.numbers)
        return begin, found

    def _with_odd(self, cut: Cut, lines: _Lines, begin: int, numbers: Sequence[int]) -> tuple[list[Column], list[int]]:
        """The columns with what the odd lines turn out to be, and the lines of their rows."""
        columns = [list[str | None](column) for column in cut.columns]
        is_row = bytearray(b"\1") * len(numbers)
        read = begin
        for place in cut.odd:
            if begin + place < read:
                continue
            at, (read, found) = begin + place, self._one(lines, begin + place)
            is_row[place : read - begin] = bytes(read - at)
            for number, *cells in zip(found.numbers, *self._columns(found.rows), strict=True):
                row = number - numbers[0]
                is_row[row] = 1
                for column, cell in zip(columns, cells, strict=True):
                    column[row] = cell
        return [list(compress(column, is_row)) for column in columns], list(compress(numbers, is_row))

    def _one(self, lines: _Lines, begin: int) -> tuple[int, Found]:
        """The rows of the line at *begin*, and of those behind it that belong to its last cell; the line behind them.

        What is open at the end of the block is left so, just as it would be had all been read at once.
        """
        end, count = len(lines), 1
        line = "" if self._rows.waiting else lines.text(begin, begin + 1)
        if line and '"' not in line:  # it opens nothing
            return begin + 1, self._rows.read(line, lines.number(begin))
        if not self._rows.is_long:
            while begin + count < len(lines):
                trial = self._rows.silent()
                trial.read(lines.text(begin, begin + count), 1)
                if not trial.waiting:
                    end = begin + count
                    break
                count *= 2  # a cell of many lines is not to be read as many times
        return end, self._rows.read(lines.text(begin, end), lines.number(begin))

    def _begin(self) -> None:
        header = self._rows.header
        if self._cutter is None and header is not None:
            needed = self._origin.needed or ()
            self._fields = {field: place for place, field in enumerate(header) if field in needed}
            places = list(self._fields.values()) or [0]
            self._inferring = {field: Inferring() for field in self._fields}
            self._cutter = Cutter(self._rows.dialect, len(header), places)

    def _of_rows(self, found: Found, plain: Callable[[], Batch]) -> Table:
        return self._table(self._columns(found.rows), found.numbers, plain)

    def _columns(self, rows: list[list[str]]) -> list[Column]:
        """The wanted columns of rows that may lack some cells."""
        return [_column(rows, place) for place in self._fields.values() or (0,)]

    def _table(self, columns: list[Column], numbers: Sequence[int], plain: Callable[[], Batch]) -> Table:
        named = dict(zip(self._fields, columns, strict=False))
        return Table(
            len(numbers),
            plain,
            columns={field: Texts(column, self._inferring[field].values) for field, column in named.items()}
            if self._infer
            else named,
            mentions=(self._rows.header or ()).__contains__,
            origin=self._origin,
            numbers=numbers,
        )

    def _again(self, before: Rows, block: bytes) -> Batch:
        """The points of a block, read the plain way from where it began."""
        reading = before.silent()
        return self._plainly(reading, reading.read(decode(block), 1))


class _Lines:
    """The lines of a block."""

    def __init__(self, block: bytes, first: int) -> None:
        self._block = block
        self._first = first
        self.counted: int | None = None  # to count them is slow
        self._split: list[bytes] | None = None

    def __len__(self) -> int:
        if self.counted is None:
            self.counted = self._block.count(b"\n") + (not self._block.endswith(b"\n"))
        return self.counted

    def number(self, index: int) -> int:
        """The number of a line in its file."""
        return self._first + index

    def block(self, begin: int) -> bytes:
        """The lines from *begin* on; each has an end."""
        if begin:
            return b"\n".join([*self._lines()[begin:], b""])
        return self._block if self._block.endswith(b"\n") else self._block + b"\n"

    def text(self, begin: int, end: int) -> str:
        """The lines from *begin* to *end*, as they are."""
        if begin == 0 and end == len(self):
            return decode(self._block)
        lines = self._lines()[begin:end]
        if end < len(self) or self._block.endswith(b"\n"):
            lines.append(b"")
        return decode(b"\n".join(lines))

    def _lines(self) -> list[bytes]:
        if self._split is None:
            self._split = self._block.split(b"\n")
            if not self._split[-1]:
                self._split.pop()
        return self._split


def _column(rows: list[list[str]], place: int) -> Column:
    try:
        return list(map(itemgetter(place), rows))
    except IndexError:
        return [row[place] if place < len(row) else None for row in rows]
