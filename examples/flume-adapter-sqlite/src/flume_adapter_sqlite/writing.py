"""Writing to a table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from flume.errors import SinkError
from flume.flow import Batch, Point, Sink, Stage
from flume.run import Run
from flume_adapter_sqlite.database import Table, can_be_name, check_options, connect, quoted, said
from flume_adapter_sqlite.values import Stored, spelt_time, stored

WORD = "write('sqlite')"

_PATIENCE = 5000  # milliseconds that the end waits for others who read


class WriteSqlite(Sink):
    """Add the points to a table, a row each, all of them or none.

    *file*: the database, made if it is not there.  *table*: the table, made if need be; a field that it has no column
    for gets one.

    What SQLite has no type for (true and false, lists, dicts, numbers of more than 64 bits) is kept as JSON, in a blob.
    Everything is written in one transaction, committed once the run has ended well.  SQLite does not tell columns apart
    that differ only in capitals: a point with such a field is a rejected record.

    >>> from tempfile import TemporaryDirectory
    >>> from flume import emit, read, write
    >>> with TemporaryDirectory() as folder:
    ...     report = (emit(points=[{'n': 1}, {'n': 2}]) | write('sqlite', file=f'{folder}/a.db')).execute()
    ...     list(read('sqlite', file=f'{folder}/a.db'))
    [{'time': None, 'n': 1}, {'time': None, 'n': 2}]
    """

    file: str
    table: str = "points"

    def check(self) -> None:
        check_options(WORD, self.file, self.table)

    def start(self, run: Run) -> Stage:
        return _Writing(self, run)


class _Writing(Stage):
    """One transaction."""

    cause = "written"
    holds = True

    def __init__(self, sink: WriteSqlite, run: Run) -> None:
        self.sink = sink
        self.run = run
        try:
            self.database = connect(sink.file, create=True)
        except sqlite3.Error as reason:
            raise said(WORD, sink.file, SinkError, reason) from reason
        try:
            self.database.execute("BEGIN IMMEDIATE")
            # a source that reads the same file keeps it from being written before the end: pages wait in memory then
            self.database.execute("PRAGMA busy_timeout = 0")
            table = Table.of(self.database, sink.table)
            if table is None:
                self.database.execute(f"CREATE TABLE {quoted(sink.table)} (time)")
            self.columns = {_folded(column): column for column in (table.columns if table else ("time",))}
        except sqlite3.Error as reason:
            self.close()
            raise said(WORD, sink.file, SinkError, reason) from reason

    def push(self, batch: Batch) -> Batch:
        try:
            rows = [row for point in batch if (row := self._row(point)) is not None]
            for names, some in groupby(rows, key=tuple):  # rows of the same columns at once
                self._insert(names, [list(row.values()) for row in some])
        except sqlite3.Error as reason:
            raise said(WORD, self.sink.file, SinkError, reason) from reason
        return []

    def end(self) -> Batch:
        if self.run.stop.is_set() and not self.run.live:
            self.run.warn(f"interrupted: nothing was written to {self.sink.file!r}")
            return []
        try:
            self.database.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            self.database.execute("COMMIT")
        except sqlite3.Error as reason:
            raise said(WORD, self.sink.file, SinkError, reason) from reason
        return []

    def close(self) -> None:
        self.database.close()  # takes back what was not committed

    def _row(self, point: Point) -> dict[str, Stored] | None:
        """What is kept of a point, with a column for each field; None where it cannot be, and is rejected."""
        try:
            row = {name: self._stored(name, value) for name, value in point.items()}
            new = self._new_columns(row)
        except ValueError as error:
            self.run.reject(f"write: {error}", point=point)
            return None
        for name in new.values():
            self.database.execute(f"ALTER TABLE {quoted(self.sink.table)} ADD COLUMN {quoted(name)}")
        self.columns |= new
        return row

    def _stored(self, name: str, value: object) -> Stored:
        if name == "time" and isinstance(value, datetime):
            return spelt_time(value)
        try:
            return stored(value)
        except ValueError as error:
            raise ValueError(f"the field {name!r} cannot be kept: {error}") from None

    def _new_columns(self, row: Iterable[str]) -> dict[str, str]:
        """The columns that a row needs and that are not there, by what SQLite takes their names for."""
        new: dict[str, str] = {}
        for name in row:
            folded = _folded(name)
            there = self.columns.get(folded) or new.setdefault(folded, name)
            if there != name:
                raise ValueError(f"SQLite takes {name!r} for the same column as {there!r}; rename the field")
            if not can_be_name(name):
                raise ValueError(f"no column can be called {name!r}; rename the field")
        return new

    def _insert(self, names: tuple[str, ...], rows: list[list[Stored]]) -> None:
        into = f"INSERT INTO {quoted(self.sink.table)}"
        if not names:
            for _ in rows:
                self.database.execute(f"{into} DEFAULT VALUES")
            return
        columns, marks = ", ".join(map(quoted, names)), ", ".join("?" * len(names))
        self.database.executemany(f"{into} ({columns}) VALUES ({marks})", rows)


def _folded(name: str) -> str:
    """The name as SQLite compares it: the letters of ASCII in small."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)
