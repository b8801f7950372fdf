"""Chain: stages one after another, with the ledger kept between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flume.closing import close_all
from flume.flow import Batch, Stage
from flume.missing import look, look_at_table
from flume.report import Account
from flume.table import Table


class Link:
    """One stage of a chain, its place in the program, and its account in the ledger."""

    __slots__ = ("account", "number", "sink", "stage", "text", "unseen")

    def __init__(self, stage: Stage, account: Account, number: int, names: frozenset[str], sink: bool) -> None:
        self.stage = stage
        self.account = account
        self.number = number
        self.unseen = account.unseen = set(names)
        self.sink = sink

    def named(self) -> Link:
        """What gives errors inside a note that names the step; their type stays."""
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not any(n.startswith("in step ") for n in getattr(error, "__notes__", ())):
            error.add_note(f"in step {self.number}: {self.account.step}")

    def give(self, batch: Batch, push: Callable[[Batch], Batch] | None = None) -> Batch:
        """Hand a batch to the stage (through *push*), booking what goes in and out."""
        account = self.account
        account.points_in += len(batch)
        if self.unseen:
            look(batch, account)
        out = (push or self.stage.push)(batch)
        account.points_out += len(out)
        return out

    def give_table(self, table: Table) -> Table | Batch:
        """Hand a table to the stage, booking what goes in and out."""
        account = self.account
        account.points_in += len(table)
        if self.unseen:
            look_at_table(table, account)
        out = self.stage.push_table(table)
        account.points_out += len(out)
        return out

    def take(self, out: Batch) -> Batch:
        """Book what the stage gave without being pushed."""
        self.account.points_out += len(out)
        return out


class Chain(Stage):
    """Stages one after another; itself a stage."""

    def __init__(self, links: Sequence[Link]) -> None:
        self.links = links
        self.holds = any(link.stage.holds for link in links)
        self.keeps = any(link.sink or link.stage.keeps for link in links)
        self.done = self._is_done()

    def push(self, batch: Batch | Table) -> Batch:
        for link in self.links:
            if not batch:
                return []
            with link.named():
                batch = link.give_table(batch) if isinstance(batch, Table) else link.give(batch)
            if link.stage.done and not self.done:
                self.done = self._is_done()
        assert not isinstance(batch, Table) or not batch
        return batch if isinstance(batch, list) else []

    def advance(self, watermark: datetime) -> Batch:
        batch: Batch = []
        low: datetime | None = watermark
        for link in self.links:
            with link.named():
                out = link.give(batch) if batch else []
                if low is not None:
                    completed = link.take(link.stage.advance(low))
                    out = out + completed if completed else out
                    low = link.stage.low(low)
            batch = out
        self.done = self.done or self._is_done()
        return batch

    def low(self, watermark: datetime) -> datetime | None:
        low: datetime | None = watermark
        for link in self.links:
            if low is None:
                return None
            low = link.stage.low(low)
        return low

    def end(self) -> Batch:
        batch: Batch = []
        for link in self.links:
            with link.named():
                out = link.give(batch) if batch else []
                last = link.take(link.stage.end())
            batch = out + last if out else last
        return batch

    def interrupt(self) -> None:
        """Commit the sinks as they are: what is not complete is not written."""
        for link in self.links:
            if link.sink:
                with link.named():
                    link.stage.end()
            elif isinstance(link.stage, (Chain, Interruptible)):
                link.stage.interrupt()

    def close(self) -> None:
        close_all([link.stage for link in self.links])
        for link in self.links:
            link.account.balance(link.stage.cause)

    def _is_done(self) -> bool:
        """Done when a stage wants no more and no stage before it must see every point."""
        for link in self.links:
            if link.stage.done:
                return True
            if link.stage.keeps or link.sink:
                return False
        return False


class Interruptible(Stage):
    """A stage that holds chains of its own."""

    def interrupt(self) -> None:
        """See `Chain.interrupt`."""
        raise NotImplementedError
