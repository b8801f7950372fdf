"""Tabled: a stage that looks points up in a table, which is read before the first of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flume.engine.chain import Given, Link
from flume.engine.inputs import Input
from flume.flow import Batch, Joining


class Tabled(Link):
    """The link of such a stage; the table is the last of its branches."""

    __slots__ = ("_table", "_wanted")

    def __init__(self, link: Link, table: Input) -> None:
        super().__init__(link.stage, link.account, link.number, frozenset(link.unseen), link.sink, batched=link.batched)
        self._table = table
        self._wanted = True

    def give(self, batch: Batch, push: Callable[[Batch], Batch] | None = None) -> Batch:
        self._read()
        return super().give(batch, push)

    def take(self, out: Given) -> Given:
        self._read()  # also where no point comes: a mistake in the table is said all the same
        return super().take(out)

    def _read(self) -> None:
        if not self._wanted:
            return
        self._wanted = False
        stage, table = self.stage, self._table
        assert isinstance(stage, Joining)
        while not table.ended:
            batch = table.finish() if table.done else table.poll()
            if batch:
                super().give(batch, partial(stage.push_branch, stage.branches - 1))
        stage.table_is_there()
