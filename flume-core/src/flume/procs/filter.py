"""filter: the points that an expression is true of."""

from __future__ import annotations

from typing import Any

from flume.errors import OptionError
from flume.expression import Expression, expression
from flume.flow import Batch, Needed, Proc, Stage
from flume.folding import context_of, exposes
from flume.predicate import Predicate, predicate_of
from flume.run import Run
from flume.tables import Table


class filter(Proc):
    """Pass on the points that *condition* is true of: an expression over their fields, or a function of a point.

    A comparison with null or a missing field is false; values that cannot be compared are counted and said once.
    A function that fails for a point makes it a rejected record.

    >>> from flume.testing import run
    >>> run([{'status': 200}, {'status': 503}, {}], filter('status >= 500'))
    [{'status': 503}]

    Text, and several conditions:

    >>> points = [{'host': 'web1', 'ms': 12}, {'host': 'web2', 'ms': 80}, {'host': 'db', 'ms': 90}]
    >>> run(points, filter("glob(host, 'web*') and ms > 50"))
    [{'host': 'web2', 'ms': 80}]
    """

    condition: Any

    def check(self) -> None:
        if isinstance(self.condition, str):
            expression(self.condition)
        elif not isinstance(self.condition, Expression) and not callable(self.condition):
            raise OptionError(f"filter takes an expression or a function, not {self.condition!r}")

    def needs(self, wanted: Needed) -> Needed:
        parsed = self.parsed()
        return None if wanted is None or parsed is None or parsed.fields is None else wanted | parsed.fields

    def names(self) -> frozenset[str]:
        parsed = self.parsed()
        return frozenset() if parsed is None else (parsed.fields or frozenset()) - {"time"}

    def splits(self) -> bool:
        return self.parsed() is not None

    def takes_tables(self) -> bool:
        parsed = self.parsed()
        return parsed is not None and parsed.takes_tables

    def code(self, needed: Needed) -> str | None:
        parsed = self.parsed()
        if parsed is None:
            return None
        # where a step has made a field that is read, the table is no longer that of its rows
        chooses = needed is not None and needed >= (parsed.fields or frozenset())
        return parsed.source("select") if needed is None else parsed.source_over(needed, chooses=chooses)

    def predicate(self) -> Predicate | None:
        parsed = self.parsed()
        return None if parsed is None else predicate_of(parsed.tree)

    def passes_lines(self) -> bool:
        return True

    def makes(self) -> frozenset[str]:
        return frozenset()

    def start(self, run: Run) -> Stage:
        parsed = self.parsed()
        return _Selecting(self.condition, run) if parsed is None else _Filter(parsed, run)

    def parsed(self) -> Expression | None:
        """The expression; None where the condition is a function."""
        if isinstance(self.condition, str):
            return expression(self.condition)
        return self.condition if isinstance(self.condition, Expression) else None


class _Filter(Stage):
    cause = "filtered"

    def __init__(self, condition: Expression, run: Run) -> None:
        self.exposes = exposes(condition)
        self._select = condition.select(context_of(run))
        self._choose = condition.chosen(context_of(run))

    def push(self, batch: Batch) -> Batch:
        return self._select(batch)

    def push_table(self, table: Table) -> Table:
        return self._choose(table)


class _Selecting(Stage):
    """By a function of the user's."""

    cause = "filtered"
    exposes = True

    def __init__(self, condition: Any, run: Run) -> None:
        self.condition = condition
        self.run = run

    def push(self, batch: Batch) -> Batch:
        return [point for point in batch if self.run.call(self.condition, point, False)]
