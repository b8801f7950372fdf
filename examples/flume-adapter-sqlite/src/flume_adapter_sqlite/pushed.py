"""Pushed: what the database does of the steps behind a reader, where its answer is exactly that of flume.

Of a filter it leaves out the rows that surely fail it, and flume does it again on what is left: nothing can go wrong
there.  What it counts is nobody's to look at again, so it counts only where no row makes it doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flume.absorbing import Unabsorbed
from flume.errors import SourceError
from flume.flow import Batch, Source, Step
from flume.folding import Fold
from flume.groups import Folded
from flume.procs.filter import filter
from flume.procs.reduce import reduce
from flume.reducers.count import count
from flume.run import Run
from flume.value import field_list
from flume_adapter_sqlite.conditions import Condition, Unsayable, column_of, condition_of
from flume_adapter_sqlite.database import Table, opened, quoted
from flume_adapter_sqlite.values import Stored, is_spelt, spelt_time

if TYPE_CHECKING:
    from flume_adapter_sqlite.reading import ReadSqlite


def absorbed(reader: ReadSqlite, filters: tuple[Step, ...], step: Step) -> Source | None:
    """What does *step* too, behind *filters*, as far as can be told before the database is asked."""
    if isinstance(step, filter):
        steps = (*filters, step)
        return Narrowed(reader, steps) if condition_of(steps, None) else None
    return Counted(reader, filters, step) if isinstance(step, reduce) and can_count(step) else None


def can_count(step: reduce) -> bool:
    """Whether a reduce only counts, over all of the stream."""
    fields = [*field_list(step.by), *(value.field for _, value in step.fields if isinstance(value, count))]
    known = not any(field is not None and (field == "time" or "." in field) for field in fields)
    return known and step.every is None and step.splits() and all(isinstance(value, count) for _, value in step.fields)


class Narrowed(Source):
    """The rows that *reader* reads, without most of those that *filters* drop; they are flume's to do all the same."""

    reader: ReadSqlite
    filters: tuple[Step, ...]

    def absorb(self, step: Step) -> Source | None:
        return absorbed(self.reader, self.filters, step)

    def settle(self) -> tuple[Source, Sequence[Step]]:
        return self, self.filters

    def explained(self) -> Iterable[str]:
        yield f"only rows are read that may pass {' | '.join(map(repr, self.filters))}:"
        yield f"SELECT … FROM {quoted(self.reader.table)} WHERE {_shown(condition_of(self.filters, None))} IS NOT 0"

    def start(self, run: Run) -> Iterator[Batch]:
        return self.reader.batches(run, self.filters)


class Counted(Source):
    """What *step* counts of the rows that *reader* reads and *filters* pass."""

    reader: ReadSqlite
    filters: tuple[Step, ...]
    step: reduce

    timed = True

    def explained(self) -> Iterable[str]:
        by = ", ".join(map(quoted, field_list(self.step.by)))
        where = f" WHERE {_shown(condition_of(self.filters, None))}" if self.filters else ""
        yield "counted by the database, if it can tell of each row what it is to flume; else by flume:"
        yield f"SELECT … count(*) FROM {quoted(self.reader.table)}{where}{f' GROUP BY {by}' if by else ''}"

    def start(self, run: Run) -> Iterator[Batch]:
        reader = self.reader
        with opened("read('sqlite')", reader.file, SourceError, create=False) as database:
            table = Table.existing("read('sqlite')", database, reader.table)
            counting = _counting(table, self, run)
            if counting is not None:
                database.execute("BEGIN")  # so that all is asked of one state of the table
                doubt, first, groups = (database.execute(query.text, query.values) for query in counting.queries())
                if doubt.fetchone() is None:
                    time = first.fetchone()
                    folded = counting.folded(groups, None if time is None else counting.time(time[0]))
                    yield self.step.of_folded(folded, run)
                    return
        raise Unabsorbed(Narrowed(reader, self.filters) if self.filters else reader)


def _counting(table: Table, counted: Counted, run: Run) -> _Counting | None:
    condition = condition_of(counted.filters, table)
    if condition is None or table.rowid is None or run.read_time is None:
        return None
    try:
        return _Counting(table, counted.step, condition, run)
    except Unsayable:
        return None


class _Counting:
    """The queries that a count is made of."""

    def __init__(self, table: Table, step: reduce, condition: Condition, run: Run) -> None:
        self.table = table
        self.run = run
        self.condition = condition
        self.by = [column_of(field, table) for field in field_list(step.by)]
        fields = [leaf.field for leaf in Fold(step.fields, run).leaves if isinstance(leaf, count)]
        self.counted = [None if field is None else column_of(field, table) for field in fields]
        self.time_column = table.column("time") if "time" in table.columns else "NULL"

    def queries(self) -> Iterator[Condition]:
        """Whether there is a row that only flume can judge; the first time; the groups."""
        table, time, condition = self.table, self.time_column, self.condition
        blobs = [f"typeof({column}) = 'blob'" for column in [*self.by, *self.counted] if column is not None]
        doubts = " OR ".join([f"({time} IS NOT NULL AND NOT {is_spelt(time)})", *blobs])
        source = f"FROM {quoted(table.name)}"
        doubt = f"SELECT 1 {source} WHERE CASE {condition.text} WHEN 1 THEN ({doubts}) WHEN 0 THEN 0 ELSE 1 END LIMIT 1"
        yield Condition(doubt, condition.values)
        where, values = self._passing()
        yield Condition(
            f"SELECT {time} {source} WHERE {where} AND {time} IS NOT NULL ORDER BY {table.rowid} LIMIT 1", values
        )
        counts = ["count(*)" if column is None else f"count({column})" for column in self.counted]
        chosen = ", ".join([f"min({table.rowid})", *self.by, *counts])
        groups = f" GROUP BY {', '.join(f'{column} COLLATE BINARY' for column in self.by)}" if self.by else ""
        yield Condition(f"SELECT {chosen} {source} WHERE {where}{groups} ORDER BY 1", values)

    def _passing(self) -> tuple[str, list[Stored]]:
        """The rows that are counted."""
        bounds = [(operator, bound) for operator, bound in zip((">=", "<"), self.run.bounds, strict=True) if bound]
        texts = [self.condition.text, *(f"{self.time_column} {operator} ?" for operator, _ in bounds)]
        return " AND ".join(texts), [*self.condition.values, *(spelt_time(bound) for _, bound in bounds)]

    def time(self, text: Stored) -> datetime:
        """A time that was read."""
        assert self.run.read_time is not None
        return self.run.read_time(text)

    def folded(self, rows: Iterable[tuple[Stored, ...]], first: datetime | None) -> Iterator[Folded]:
        """The groups, in order of first sight; *first*: the first time of all."""
        width = 1 + len(self.by)
        for row in rows:
            if row[0] is not None:  # the one row for no rows at all
                yield Folded(first, row[1:width], list(row[width:]))


def _shown(condition: Condition | None) -> str:
    return "…" if condition is None else f"{condition.text} with {condition.values!r}"
