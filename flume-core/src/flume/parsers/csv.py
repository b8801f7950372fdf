"""csv: cells between commas, with a header."""

from __future__ import annotations

import csv as csv_module
import io
from collections.abc import Iterable, Iterator, Sequence

from flume.errors import OptionError, SinkError
from flume.flow import Batch, Point
from flume.parsers.inferring import as_text, infer
from flume.parsing import Origin, Parser, Records, Rendering, decode, encode
from flume.value import Fields, check_fields, field_list

BATCH = 1000
SPOOLED = 1 << 26  # bytes of rows that are held in memory before they go to a temporary file
SHORT = 1 << 16  # characters of an open row; a longer one is not looked at again with each block
LONGEST = 1 << 26  # characters that a quote may open before it is taken for a mistake
_END = "end"
csv_module.field_size_limit(1 << 30)


class csv(Parser):
    """Comma-separated values: the first row names the fields, or *fields* does.

    *delimiter*: one character; *infer*: read numbers, true and false, and nothing as null (only where the text can be
    written back without loss: `007` stays text); otherwise every value stays text.  A row with more cells than there
    are fields is a rejected record, and so is one with text behind a closing quote, and a line with a quote that
    nothing closes; a row with fewer cells lacks the last fields.  Where the header itself is refused, so is every
    row.  *comment*: lines that begin with this are passed over.

    Writing gives the union of all fields in order of first sight, so it waits for the end; with *fields* it gives just
    those, at once.

    >>> from flume.testing import parse, render
    >>> parse(csv(), 'a,b\\n1,x\\n')
    [{'a': 1, 'b': 'x'}]
    >>> render(csv(), [{'a': 1}, {'b': 2}])
    'a,b\\n1,\\n,2\\n'
    """

    plain = True

    delimiter: str = ","
    fields: Fields = None
    infer: bool = True
    comment: str | None = None

    def check(self) -> None:
        if self.comment is not None and (not self.comment or self.comment[0] in '"\r\n'):
            raise OptionError(f"csv: comment takes what such lines begin with, as '#', not {self.comment!r}")
        check_fields(type(self), "fields", self.fields)
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n':
            raise OptionError(f"csv: delimiter takes one character, not {self.delimiter!r}")

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Records]:
        table = _Table(self, origin)
        for block in origin.blocks(blocks):
            yield table.read(decode(block))
        yield table.end()

    def render(self, *, live: bool = False) -> Rendering:
        fields = field_list(self.fields)
        if fields:
            return _Fixed(self.delimiter, fields)
        return _FirstBatch(self.delimiter) if live else _Union(self.delimiter)


class tsv(csv):
    """Tab-separated values: csv with a tab for a comma.

    >>> from flume.testing import parse
    >>> parse(tsv(), 'a\\tb\\n1\\t2\\n')
    [{'a': 1, 'b': 2}]
    """

    delimiter: str = "\t"


class _Table:
    """Rows to points; a row with a cell that is still open at the end of a block waits for the next."""

    def __init__(self, parser: csv, origin: Origin) -> None:
        self.parser = parser
        self.origin = origin
        self.header: list[str] | None = list(field_list(parser.fields)) or None
        self.refused = 0  # the number of the line that should have been the header
        self.waiting: list[str] = []
        self.begins = origin.first  # the number of the first line that waits
        self.fresh = True  # whether the next line begins a row
        self.wanted = 0  # characters to come before what waits is looked at again

    def read(self, text: str) -> Records:
        """The points of whole lines."""
        is_open = bool(self.waiting)
        self.waiting.append(text)
        self.wanted -= len(text)
        # a long cell is read on by as much again: it is not to be read over and over
        if is_open and ('"' not in text or self.wanted > 0):
            return Records([], self.origin, [])
        return self._read(LONGEST)

    def end(self) -> Records:
        """What waits, when nothing more comes."""
        return self._read(0)

    def _read(self, longest: int) -> Records:
        text = "".join(self.waiting)
        lines = [line + "\n" for line in text.split("\n")]
        lines[-1] = lines[-1][:-1]  # the last one has no end of its own
        if not lines[-1]:
            lines.pop()
        points: Batch = []
        numbers: list[int] = []
        while True:
            start = self._rows(lines, points, numbers)
            rest = "".join(lines[start:])
            if len(rest) <= longest:
                break
            # the lines after the one with the quote are rows again
            self._reject(start, "opens a quote that is never closed", lines[start : start + 1])
            lines = lines[start + 1 :]
            self.begins += start + 1
        self.begins += start
        self.waiting = [rest] if rest else []
        self.wanted = len(rest) if len(rest) > SHORT else 0
        if self.parser.infer:
            points = [{name: infer(cell) for name, cell in point.items()} for point in points]
        return Records(points, self.origin, numbers)

    def _rows(self, lines: list[str], points: Batch, numbers: list[int]) -> int:
        """Add the points of these lines; the index of the line where a row begins that is open at the end."""
        # a line after the last one: only where no cell is open is it a row of its own
        reader = csv_module.reader(self._spoken([*lines, _END]), delimiter=self.parser.delimiter, strict=True)
        start = 0
        while True:
            self.fresh = True
            try:
                row = next(reader)
            except csv_module.Error as error:
                if reader.line_num > len(lines):
                    return start
                self._reject(start, self._reason(str(error), reader.line_num), lines[start : reader.line_num])
            else:
                if reader.line_num > len(lines):
                    return start
                if self.header is None and row and not self.refused:
                    self.header = _unique(row)
                elif self.header is None and row:
                    reason = f"has no header: line {self.refused} was refused; name the fields with fields=[…]"
                    self._reject(start, reason, lines[start : reader.line_num])
                elif row and len(row) > len(self.header or ()):
                    reason = f"has {len(row)} cells where the header has {len(self.header or ())}"
                    self._reject(start, reason, lines[start : reader.line_num])
                elif row:
                    points.append(dict(zip(self.header or (), row, strict=False)))
                    numbers.append(self.begins + start)
            start = reader.line_num

    def _reason(self, said: str, lines: int) -> str:
        """Why the row that ends after so many lines cannot be read, as *said* by Python."""
        if "expected after" not in said:
            return "has a carriage return outside of quotes"
        return f"has text behind the quote that closes in line {self.begins + lines - 1}"

    def _reject(self, start: int, reason: str, lines: Sequence[str]) -> None:
        number = self.begins + start
        if self.header is None:
            self.refused = self.refused or number
        self.origin.reject(number, reason, "".join(lines).rstrip("\r\n"))

    def _spoken(self, lines: list[str]) -> Iterable[str]:
        """The lines, with comments empty: those that begin a row, not those inside of a cell."""
        comment = self.parser.comment
        if comment is None:
            yield from lines
            return
        for line in lines:
            fresh, self.fresh = self.fresh, False
            yield "\n" if fresh and line.startswith(comment) else line


def _unique(row: Sequence[str]) -> list[str]:
    """Names of fields: none empty, none twice."""
    names: list[str] = []
    for number, cell in enumerate(row, 1):
        name = base = cell.strip() or f"column_{number}"
        count = 2
        while name in names:
            name, count = f"{base}_{count}", count + 1
        names.append(name)
    return names


class _Fixed(Rendering):
    """Just these fields, at once."""

    def __init__(self, delimiter: str, fields: Sequence[str]) -> None:
        self.fields = fields
        self.text = io.StringIO()
        self.writer = csv_module.writer(self.text, delimiter=delimiter, lineterminator="\n")
        self.quoting = csv_module.writer(
            self.text, delimiter=delimiter, lineterminator="\n", quoting=csv_module.QUOTE_ALL
        )
        self.begun = False

    def push(self, batch: Batch) -> bytes:
        rows = [[as_text(point.get(field), field) for field in self.fields] for point in batch]
        if not self.begun:
            self.begun = True
            rows.insert(0, list(self.fields))
        self.writer.writerows(rows)
        text = self._taken()
        if "\r" in text:  # that writer quotes no carriage return, without quotes no reader takes one
            for row in rows:
                (self.quoting if any("\r" in cell for cell in row) else self.writer).writerow(row)
            text = self._taken()
        return encode(text)

    def _taken(self) -> str:
        text = self.text.getvalue()
        self.text.seek(0)
        self.text.truncate()
        return text

    def end(self) -> Iterator[bytes]:
        if not self.begun:
            yield self.push([])


class _FirstBatch(Rendering):
    """On a live stream the fields are those of the first points; a new one later cannot be added to the header."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self.fixed: _Fixed | None = None

    def push(self, batch: Batch) -> bytes:
        if not batch:
            return b""
        batch = [_texts(point) for point in batch]
        seen = dict.fromkeys(field for point in batch for field in point)
        if self.fixed is None:
            self.fixed = _Fixed(self.delimiter, list(seen))
        for field in seen:
            if field not in self.fixed.fields:
                raise SinkError(
                    f"csv: the field {field!r} first came after the header was written; name them all with fields=[…]"
                )
        return self.fixed.push(batch)


class _Union(Rendering):
    """All fields, in order of first sight: rows wait in a temporary file, cells that they lack are added at the end."""

    def __init__(self, delimiter: str) -> None:
        import tempfile

        self.delimiter = delimiter
        self.columns: dict[str, int] = {}
        self.rows = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - see close()

    def push(self, batch: Batch) -> bytes:
        from flume.parsers.json_encoding import encode_lines

        batch = [_texts(point) for point in batch]
        for point in batch:
            for field in point:
                if field not in self.columns:
                    self.columns[field] = len(self.columns)
        self.rows.write(encode_lines(batch, compact=True))
        return b""

    def end(self) -> Iterator[bytes]:
        from flume.parsers.json_decoding import decode_object

        fixed = _Fixed(self.delimiter, list(self.columns))
        if not self.columns:
            return
        yield fixed.push([])
        batch: Batch = []
        self.rows.seek(0)
        with self.rows:
            for line in self.rows:
                batch.append(decode_object(line))
                if len(batch) == BATCH:
                    yield fixed.push(batch)
                    batch = []
        yield fixed.push(batch)

    def close(self) -> None:
        self.rows.close()


def _texts(point: Point) -> Point:
    return {field: as_text(value, field) for field, value in point.items()}
