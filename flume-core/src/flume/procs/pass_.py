"""pass_: every point as it is."""

from __future__ import annotations

from flume.flow import Batch, Needed, Proc, Stage
from flume.run import Run
from flume.tables import Table


class pass_(Proc):
    """Pass on every point as it is, as an empty branch `()` does: a step where one is wanted and nothing is to be done.

    >>> from flume import filter
    >>> from flume.testing import run
    >>> run([{'n': 1}, {'n': 2}], pass_())
    [{'n': 1}, {'n': 2}]
    >>> verbose = False
    >>> run([{'n': 1}, {'n': 2}], pass_() if verbose else filter('n > 1'))
    [{'n': 2}]
    """

    def needs(self, wanted: Needed) -> Needed:
        return wanted

    def splits(self) -> bool:
        return True

    def takes_tables(self) -> bool:
        return True

    def passes_lines(self) -> bool:
        return True

    def makes(self) -> frozenset[str]:
        return frozenset()

    def start(self, run: Run) -> Stage:
        return _Pass()


class _Pass(Stage):
    def push(self, batch: Batch) -> Batch:
        return batch

    def push_table(self, table: Table) -> Table:
        return table
