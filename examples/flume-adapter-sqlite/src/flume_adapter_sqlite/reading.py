"""Reading a table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from flume.closing import closing
from flume.errors import OptionError, SourceError
from flume.flow import Batch, Point, Source, Step
from flume.run import Run
from flume_adapter_sqlite.conditions import Condition, condition_of
from flume_adapter_sqlite.database import Table, check_options, opened, quoted
from flume_adapter_sqlite.values import Stored, is_spelt, loaded, spelt_time

WORD = "read('sqlite')"


class ReadSqlite(Source):
    """Read the rows of a table, in the order in which they were written: a point each, NULL as null.

    *file*: the database.  *table*: the table, or a view.  *batch*: how many rows are taken at once.

    Only the columns are read that are needed.  Of rows out of bounds of time, and of those that a `filter` drops, the
    database gives as few as it can tell; it counts for `reduce(n=count())`, with *by* too, where its answer is that of
    flume.  `flume explain` shows the query.  A blob that holds no JSON makes its row a rejected record.

    >>> ReadSqlite('a.db', 'logs')
    ReadSqlite('a.db', 'logs')
    """

    file: str
    table: str = "points"
    batch: int = 1000

    def check(self) -> None:
        check_options(WORD, self.file, self.table)
        if self.batch < 1:
            raise OptionError(f"{WORD}: batch takes 1 row or more, not {self.batch}")

    def absorb(self, step: Step) -> Source | None:
        from flume_adapter_sqlite.pushed import absorbed

        return absorbed(self, (), step)

    def start(self, run: Run) -> Iterator[Batch]:
        return self.batches(run, ())

    def batches(self, run: Run, filters: tuple[Step, ...]) -> Iterator[Batch]:
        """The rows, without most of those that filters drop."""
        with opened(WORD, self.file, SourceError, create=False) as database:
            table = Table.existing(WORD, database, self.table)
            names, query = select(table, run, filters)
            with closing(_fetched(database.execute(query.text, query.values), self.batch)) as batches:
                for rows in batches:
                    yield self._points(names, rows, run)

    def _points(self, names: Sequence[str], rows: Sequence[tuple[Stored, ...]], run: Run) -> Batch:
        points: Batch = [dict(zip(names, row, strict=False)) for row in rows]
        return [point for point in points if bytes not in map(type, point.values()) or self._load(point, run)]

    def _load(self, point: Point, run: Run) -> bool:
        """Replace what is kept as JSON by what it says; False where it is none, and the row is rejected."""
        for name, value in point.items():
            try:
                point[name] = loaded(value)
            except ValueError:
                reason = f"read: {name} is a blob that holds no JSON"
                run.reject(reason, file=self.file, raw=repr(value[:40]))
                return False
        return True


def select(table: Table, run: Run, filters: tuple[Step, ...]) -> tuple[Sequence[str], Condition]:
    """The columns that are read, and the query for their values in the rows that may be wanted."""
    if table.rowid is None:  # there is no order to keep, which another query might change
        return table.columns, Condition(f"SELECT * FROM {quoted(table.name)}")
    names = [name for name in table.columns if _is_needed(name, run.needed)]
    where = [_within(table, run), condition_of(filters, table) if filters else None]
    conditions = [condition for condition in where if condition is not None]
    text = f"SELECT {', '.join(map(quoted, names)) or 'NULL'} FROM {quoted(table.name)}"
    if conditions:
        text += f" WHERE {' AND '.join(f'{condition.text} IS NOT 0' for condition in conditions)}"
    values = [value for condition in conditions for value in condition.values]
    return names, Condition(f"{text} ORDER BY {table.rowid}", values)


def _within(table: Table, run: Run) -> Condition | None:
    """The condition that a row may be within the bounds of time; None where there are none, or it cannot be told."""
    low, high = run.bounds
    if (low is None and high is None) or run.time_field not in table.columns:
        return None
    time = table.column(run.time_field)
    bounds = [(time, ">=", low), (time, "<", high)]
    texts = [f"{time} {operator} ?" for time, operator, bound in bounds if bound is not None]
    values: list[Stored] = [spelt_time(bound) for bound in (low, high) if bound is not None]
    return Condition(f"(CASE WHEN {is_spelt(time)} THEN {' AND '.join(texts)} ELSE {time} IS NOT NULL END)", values)


def _is_needed(column: str, needed: frozenset[str] | None) -> bool:
    return needed is None or any(name == column or name.startswith(f"{column}.") for name in needed)


def _fetched(cursor: sqlite3.Cursor, size: int) -> Iterator[list[tuple[Stored, ...]]]:
    while rows := cursor.fetchmany(size):
        yield rows
