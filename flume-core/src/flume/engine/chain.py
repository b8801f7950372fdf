"""Chain: stages one after another, with the ledger kept between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Sized
from datetime import datetime
from typing import Any, TypeVar

from flume.closing import close_all, closing
from flume.flow import Batch, Stage
from flume.missing import look, look_at_table
from flume.report import SAMPLE, Account
from flume.tables import Table

Given = TypeVar("Given", bound=Sized)


class Link:
    """One stage of a chain, its place in the program, and its account in the ledger.

    *batched*: whether points come to it in batches.
    """

    __slots__ = ("account", "batched", "number", "sink", "stage", "unseen")

    def __init__(
        self, stage: Stage, account: Account, number: int, names: frozenset[str], sink: bool, *, batched: bool = False
    ) -> None:
        self.stage = stage
        self.account = account
        self.number = number
        self.unseen = account.unseen = set(names)
        self.sink = sink
        self.batched = batched

    def named(self) -> Link:
        """What gives errors inside a note that names the step; their type stays."""
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception):
            self.name(error)

    def name(self, error: Exception) -> None:
        """Give the error that note, if it has none."""
        if not any(note.startswith("in step ") for note in getattr(error, "__notes__", ())):
            error.add_note(f"in step {self.number}: {self.account.step}")

    def read(self, batch: Batch | Table) -> int:
        """Book what a source gave, and what its parser has refused already; how many points they were."""
        account, count = self.account, len(batch if isinstance(batch, Table) else points_of(batch, "start"))
        if isinstance(batch, Table) and batch.refused:
            count += batch.refused
            self.unseen -= batch.refused_fields
        account.made += count
        account.points_out += count
        return count

    def spared(self, table: Table) -> None:
        """Book the points that would have come in, and that the stage would refuse."""
        self.account.points_in += table.refused
        self.unseen -= table.refused_fields
        if self.unseen and self.account.looked < SAMPLE:
            self.account.looked += table.refused
            self.account.fields.update(dict.fromkeys(table.refused_fields, table.refused))

    def give(self, batch: Batch, push: Callable[[Batch], Batch] | None = None) -> Batch:
        """Hand a batch to the stage (through *push*), booking what goes in and out."""
        account = self.account
        account.points_in += len(batch)
        if self.unseen:
            look(batch, account)
        out = points_of((push or self.stage.push)(batch), "push")
        account.points_out += len(out)
        return out

    def give_table(self, table: Table) -> Table | Batch:
        """Hand a table to the stage, booking what goes in and out."""
        self.come_as_table(table)
        return self.take(self.stage.push_table(table))

    def come_as_table(self, table: Table) -> None:
        """Book a table that is handed to the stage."""
        self.account.points_in += len(table)
        if self.unseen:
            look_at_table(table, self.account)

    def take(self, out: Given) -> Given:
        """Book what the stage gave without being pushed."""
        if not isinstance(out, Table):
            points_of(out, "advance, end or rest")
        self.account.points_out += len(out)
        return out


def points_of(out: Any, method: str) -> Batch:
    """What a method of a source or a stage gave; where that is no list, what leaves would be lost without a word."""
    if not isinstance(out, list):
        raise TypeError(f"{method} gave {_kind(out)}, not a list of points; where none leave it is []")
    return out


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"


def started(stage: Any) -> Stage:
    """What the `start` of a step gave."""
    if not isinstance(stage, Stage):
        raise TypeError(f"start gave {_kind(stage)}, not a Stage; return one")
    return stage


def begun(batches: Any) -> Iterator[Batch | Table]:
    """What the `start` of a source gave."""
    if not isinstance(batches, Iterator):
        raise TypeError(f"start gave {_kind(batches)}, not an iterator; yield lists of points")
    return batches


def _points_only(batch: Batch | Table) -> Batch:
    """What leaves where no table may."""
    assert not isinstance(batch, Table) or not batch
    return batch if isinstance(batch, list) else []


class Chain(Stage):
    """Stages one after another; itself a stage."""

    def __init__(self, links: Sequence[Link]) -> None:
        self.links = links
        self.holds = any(link.stage.holds for link in links)
        self.keeps = any(link.sink or link.stage.keeps for link in links)
        self.fills = any(link.batched and link.stage.fills for link in links)
        self.done = self._wants_no_more()

    def push(self, batch: Batch | Table) -> Batch:
        return _points_only(self.push_through(batch))

    def push_through(self, batch: Batch | Table) -> Batch | Table:
        """The same, where tables may leave too."""
        if isinstance(batch, Table) and batch.refused:
            self.links[0].spared(batch)
        return self._push(batch, self.links)

    def _push(self, batch: Batch | Table, links: Sequence[Link]) -> Batch | Table:
        """Push points through these links, the last ones of the chain."""
        for link in links:
            if not batch:
                return []
            try:
                batch = link.give_table(batch) if isinstance(batch, Table) else link.give(batch)
            except Exception as error:
                link.name(error)
                raise
            if link.stage.done and not self.done:
                self.done = self._wants_no_more()
        return batch

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
        self.done = self.done or self._wants_no_more()
        return batch

    def low(self, watermark: datetime) -> datetime | None:
        low: datetime | None = watermark
        for link in self.links:
            if low is None:
                return None
            low = link.stage.low(low)
        return low

    def end(self) -> Batch:
        return [point for batch in self.rest() for point in batch]

    def mark(self, start: datetime | None) -> Iterator[Batch]:
        for place, link in enumerate(self.links):
            if link.batched:
                yield from self._leaving(place, iter(link.stage.mark(start)))

    def rest(self) -> Iterator[Batch]:
        for place, link in enumerate(self.links):
            with closing(self._leaving(place, link.stage.rest())) as batches:
                for batch in batches:
                    yield batch
                    if not link.sink and not link.stage.keeps and self._wants_no_more(place + 1):
                        break

    def _leaving(self, place: int, batches: Iterator[Batch | Table]) -> Iterator[Batch]:
        """What becomes of the batches that the stage of this place gives without being pushed."""
        link, behind = self.links[place], self.links[place + 1 :]
        with closing(batches):
            while True:
                with link.named():
                    batch = next(batches, None)
                if batch is None:
                    return
                yield _points_only(self._push(link.take(batch), behind))

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

    def _wants_no_more(self, first: int = 0) -> bool:
        """Whether a stage, from that of number *first* on, wants no more, and none before it must see every point."""
        for link in self.links[first:]:
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
