"""Writing csv: points as rows of cells."""

from __future__ import annotations

import csv as csv_module
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flume.errors import SinkError
from flume.flow import Batch, Point
from flume.parsers.csv_rows import Dialect
from flume.parsers.inferring import as_text
from flume.parsing import Rendering, encode

BATCH = 1000
SPOOLED = 1 << 26  # bytes of rows that are held in memory before they go to a temporary file


class Fixed(Rendering):
    """Just these fields, at once."""

    def __init__(self, dialect: Dialect, fields: Sequence[str]) -> None:
        self.dialect = dialect
        self.fields = fields
        self.text = io.StringIO()
        options: dict[str, Any] = {"delimiter": dialect.delimiter, "lineterminator": "\n"}
        self.writer = csv_module.writer(self.text, **options)
        self.quoting = csv_module.writer(self.text, **options, quoting=csv_module.QUOTE_ALL)
        self.begun = False

    def push(self, batch: Batch) -> bytes:
        rows = [[as_text(point.get(field), field) for field in self.fields] for point in batch]
        if not self.begun:
            self.begun = True
            rows.insert(0, list(self.fields))
        self.writer.writerows(rows)
        text = self._taken()
        comment = self.dialect.comment
        if "\r" in text or (comment is not None and comment in text):  # which that writer does not quote
            for row in rows:
                (self.quoting if self._misleads(row) else self.writer).writerow(row)
            text = self._taken()
        return encode(text)

    def _misleads(self, row: Sequence[str]) -> bool:
        """Whether no reader takes it for what it is without quotes."""
        delimiter, comment = self.dialect
        return any("\r" in cell for cell in row) or (comment is not None and delimiter.join(row).startswith(comment))

    def _taken(self) -> str:
        text = self.text.getvalue()
        self.text.seek(0)
        self.text.truncate()
        return text

    def end(self) -> Iterator[bytes]:
        if not self.begun:
            yield self.push([])


class Behind(Fixed):
    """Rows behind those of a file, whose header says the fields: another one is an error, or left out by *only*."""

    def __init__(self, dialect: Dialect, header: Sequence[str], only: Sequence[str] | None = None) -> None:
        super().__init__(dialect, header)
        self.begun = True
        self.only = only
        self._check(only or ())

    def push(self, batch: Batch) -> bytes:
        batch = [_texts(point) for point in batch]
        if self.only is not None:
            return super().push([{field: point.get(field, "") for field in self.only} for point in batch])
        self._check(dict.fromkeys(field for point in batch for field in point))
        return super().push(batch)

    def _check(self, fields: Iterable[str]) -> None:
        for field in fields:
            if field not in self.fields:
                shown = ",".join(self.fields)
                shown = shown if len(shown) <= 60 else shown[:60] + "…"
                raise SinkError(
                    f"csv: the field {field!r} is not in the header of the file that is appended to ({shown}); "
                    "write another file, or say with fields=[…] which are written"
                )


class FirstBatch(Rendering):
    """On a live stream the fields are those of the first points; a new one later cannot be added to the header."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.fixed: Fixed | None = None

    def push(self, batch: Batch) -> bytes:
        if not batch:
            return b""
        batch = [_texts(point) for point in batch]
        seen = dict.fromkeys(field for point in batch for field in point)
        if self.fixed is None:
            self.fixed = Fixed(self.dialect, list(seen))
        for field in seen:
            if field not in self.fixed.fields:
                raise SinkError(
                    f"csv: the field {field!r} first came after the header was written; name them all with fields=[…]"
                )
        return self.fixed.push(batch)


class Union(Rendering):
    """All fields, in order of first sight: rows wait in a temporary file, cells that they lack are added at the end."""

    def __init__(self, dialect: Dialect) -> None:
        import tempfile

        self.dialect = dialect
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

        fixed = Fixed(self.dialect, list(self.columns))
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
