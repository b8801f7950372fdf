"""csv: cells between commas, with a header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from flume.errors import OptionError
from flume.flow import Batch
from flume.parsers.csv_rows import Dialect, Found, Rows, header_of, length
from flume.parsers.csv_writing import Behind, FirstBatch, Fixed, Union
from flume.parsers.inferring import infer
from flume.parsing import Origin, Parser, Records, Rendering, Torn, decode
from flume.tables import Table
from flume.value import Fields, check_fields, field_list


class csv(Parser):
    """Comma-separated values: the first row names the fields, or *fields* does.

    *delimiter*: one character; *infer*: read numbers, true and false, and nothing as null (only where the text can be
    written back without loss: `007` stays text); otherwise every value stays text.  A row with more cells than there
    are fields is a rejected record, and so is one with text behind a closing quote, and a line with a quote that
    nothing closes; a row with fewer cells lacks the last fields.  Where the header itself is refused, so is every
    row.  *comment*: lines that begin with this are passed over, and what would be
    written as one is quoted.

    Writing gives the union of all fields in order of first sight, so it waits for the end; with *fields* it gives just
    those, at once.  What is appended to a file has the fields of its header.

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

    @property
    def _dialect(self) -> Dialect:
        return Dialect(self.delimiter, self.comment)

    def behind(self, beginning: bytes) -> csv | None:
        if self.fields:
            return self
        header = header_of(self._dialect, beginning)
        return None if header is None else replace(self, fields=header)

    def for_a_record(self, beginning: bytes) -> csv | None:
        if self.fields:
            return self
        rows = Rows(Dialect(self.delimiter, self.comment), None, None)
        rows.read(decode(beginning[: beginning.rfind(b"\n") + 1]), 1)
        return None if rows.header is None else replace(self, fields=rows.header)

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        rows = Rows(self._dialect, list(field_list(self.fields)) or None, origin)
        origin.length = partial(length, self._dialect)
        if origin.tables:
            from flume.parsers.csv_tables import Tables

            tables = Tables(rows, origin, infer=self.infer, plainly=self._points)
            for block in origin.blocks(blocks):
                yield tables.read(block)
            _check_closed(rows, origin)
            yield tables.end()
            return
        for block in origin.blocks(blocks):
            yield self._records(rows, rows.read(decode(block), origin.first), origin)
        _check_closed(rows, origin)
        yield self._records(rows, rows.end(), origin)

    def render(self, *, live: bool = False) -> Rendering:
        fields = field_list(self.fields)
        if fields:
            return Fixed(self._dialect, fields)
        return FirstBatch(self._dialect) if live else Union(self._dialect)

    def render_behind(self, beginning: bytes, *, live: bool = False) -> Rendering:
        beginning = beginning if b"\n" in beginning else beginning + b"\n"
        header = header_of(self._dialect, beginning)
        if header is None:
            return self.render(live=live)
        fields = field_list(self.fields)
        return Behind(self._dialect, header, fields or None)

    def _records(self, rows: Rows, found: Found, origin: Origin) -> Records:
        return Records(self._points(rows, found), origin, found.numbers)

    def _points(self, rows: Rows, found: Found) -> Batch:
        header = rows.header or ()
        if not self.infer:
            return [dict(zip(header, row, strict=False)) for row in found.rows]
        return [dict(zip(header, map(infer, row), strict=False)) for row in found.rows]


def _check_closed(rows: Rows, origin: Origin) -> None:
    # a header that is still to come would be a row to the next part
    if origin.goes_on and (rows.waiting or rows.header is None):
        raise Torn("a row goes on, or the header")


class tsv(csv):
    """Tab-separated values: csv with a tab for a comma.

    >>> from flume.testing import parse
    >>> parse(tsv(), 'a\\tb\\n1\\t2\\n')
    [{'a': 1, 'b': 2}]

    Lines that are notes, and how it is written:

    >>> from flume.testing import render
    >>> parse(tsv(comment='#'), '# of today\\nhost\\tport\\nweb1\\t80\\n')
    [{'host': 'web1', 'port': 80}]
    >>> render(tsv(), [{'host': 'web1', 'port': 80}])
    'host\\tport\\nweb1\\t80\\n'
    """

    delimiter: str = "\t"
