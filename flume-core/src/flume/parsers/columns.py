"""columns: text that is aligned in columns, as programs print it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flume.errors import OptionError
from flume.flow import Point
from flume.parsers.columns_layout import Layout, in_order, layout, without_tabs
from flume.parsers.inferring import infer
from flume.parsing import BadRecord, Origin, Parser, Records, split_lines
from flume.value import Fields, check_fields, field_list


class columns(Parser):
    """Aligned text, such as `ps aux`, `df` and `kubectl get pods` print: the first line names the fields.

    *fields*: their names where no line does; *gap*: how many spaces stand between columns at least, 1 or 2 as it looks
    where it is not given; *infer*: read numbers, true and false, and nothing as null, as csv does; otherwise every
    value stays text.

    A cell belongs to the name that it stands below, and the last column takes the rest of the line.  Where nothing
    stands below a name, the value is null (without *infer*: empty); a row that ends there lacks the last fields.
    A row whose cells do not stand below names, for one was too long for its column, is read cell by cell if it has as
    many as there are names, or more; otherwise it is a rejected record.  A cell before the first name is the field
    `column_1`.  Empty lines are passed over, and so is the header where it comes again.

    A name may have single spaces in it (`CONTAINER ID`), and names may be one space apart (those of `ps`): which of
    them is meant is seen at the first row, by what stands below.  A word in lower case with nothing below, as the `on`
    of `Mounted on`, is part of the name before it.  Where the first row stands askew, as that of `vmstat` may, say
    `gap=1`.

    With *fields* nothing is known of places: a row with fewer cells is a rejected record.  This format can only be
    read.

    >>> from flume.testing import parse
    >>> parse(columns(), 'NAME    READY   LAST SEEN\\nweb-1   1/1     2 days ago\\ndb              5m\\n')
    [{'NAME': 'web-1', 'READY': '1/1', 'LAST SEEN': '2 days ago'}, {'NAME': 'db', 'READY': None, 'LAST SEEN': '5m'}]
    >>> parse(columns(fields=['lines', 'file']), '  12 a.txt\\n 340 my file\\n')
    [{'lines': 12, 'file': 'a.txt'}, {'lines': 340, 'file': 'my file'}]
    """

    plain = True

    fields: Fields = None
    gap: int | None = None
    infer: bool = True

    def check(self) -> None:
        check_fields(type(self), "fields", self.fields)
        if self.gap is not None and self.gap < 1:
            raise OptionError(f"columns: gap takes a number of spaces, 1 or more, not {self.gap}")

    def behind(self, beginning: bytes) -> columns | None:
        return self if self.fields else None

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Records]:
        rows = _Rows(field_list(self.fields), self.gap)
        for block in origin.blocks(blocks):
            points: list[Point] = []
            numbers: list[int] = []
            for number, line in enumerate(split_lines(block), origin.first):
                try:
                    row = rows.read(without_tabs(line))
                except BadRecord as error:
                    origin.reject(number, str(error), line)
                    continue
                if row is not None:
                    points.append({name: infer(text) for name, text in row.items()} if self.infer else dict(row))
                    numbers.append(number)
            yield Records(points, origin, numbers)


class _Rows:
    """Reads the rows of one file."""

    def __init__(self, fields: tuple[str, ...], gap: int | None) -> None:
        self._fields = fields
        self._gap = gap
        self._header = ""
        self._layout: Layout | None = None

    def read(self, line: str) -> dict[str, str] | None:
        """The text of each field in a line; None for the header and for an empty line."""
        if not line or line == self._header:
            return None
        if self._fields:
            texts = in_order(line, self._gap or 1, len(self._fields))
            if texts is None:
                raise BadRecord(f"has fewer cells than there are fields, which are {len(self._fields)}")
            return dict(zip(self._fields, texts, strict=True))
        if not self._header:
            self._header = line
            return None
        if self._layout is None:
            self._layout = layout(self._header, line, self._gap)
        if self._layout is None:
            raise BadRecord("has too few cells to tell where the columns are")
        return self._layout.read(line)
