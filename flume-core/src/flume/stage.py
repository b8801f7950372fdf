"""Stage: the run-time state of a step, which is what its `start` gives.

A step is a value that never changes; all that does is in its stage.  Points are pushed, time passes, the stream ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

from flume.report import Point
from flume.tables import Table

Batch: TypeAlias = list[Point]
"""The points that move between stages at a time: thousands of a file, one or a few of a live stream."""


class Stage:
    """The run-time state of a step: three methods that do nothing, and a flag."""

    cause: str | None = None
    """The ledger's word for points that come in and do not go out; None: the stage books them itself."""

    holds: bool = False
    """Whether nothing leaves before the end of the stream (sort, tail, sinks)."""

    keeps: bool = False
    """Whether it must see every point even when nobody after it wants more (a sink inside a fork)."""

    draws: bool = False
    """Whether it draws on the terminal all the time, so that nothing else is to be said there meanwhile."""

    ticks: bool = False
    """Whether there may be something to `tick` for, where it does not draw: points that wait for others, say."""

    exposes: bool = False
    """Whether it gives points to code of the user's, which may change them."""

    fills: bool = False
    """Whether it gives something of a batch without points, so that it is told of those too."""

    done: bool = False
    """Set when no more input is wanted: lets the engine stop the source."""

    def push(self, batch: Batch) -> Batch:
        """Take points; return those that leave.  The points taken are never changed."""
        return batch

    def push_table(self, table: Table) -> Table | Batch:
        """The same for a table, where the step takes tables; what folds them gives the points that it made."""
        raise NotImplementedError

    def advance(self, watermark: datetime) -> Batch:
        """Time has passed: no point earlier than *watermark* will come.  Return what that completes."""
        return []

    def mark(self, start: datetime | None) -> Iterable[Batch]:
        """A batch has ended, and the next begins at *start*; None: none yet.  Give what that completes.

        Only of what comes behind `batch`.  A step that `renews` needs none: its stage is ended, and started again.
        """
        return ()

    def tick(self) -> None:
        """Nothing has come for a moment: a stage that `draws` or `ticks` does what is due."""

    def end(self) -> Batch:
        """The stream has ended: return what was held back.  A sink commits here."""
        return []

    def rest(self) -> Iterator[Batch | Table]:
        """What `end` gives, a batch at a time: for a stage that holds more than should be there at once.

        Tables are for steps that take them, where tables came in.
        It is closed where nobody wants more.
        """
        yield self.end()

    def prime(self, first: Stage) -> bool:
        """Take over what a stage that has seen the beginning of the stream knows of it; False where that is too little.

        What is primed can be pushed a part from the middle of the stream.
        """
        return True

    def part(self) -> Any:
        """Hand over what was gathered of a part of the stream, to be pickled; a step that folds begins anew."""
        raise NotImplementedError

    def join(self, part: Any) -> None:
        """Take over what was gathered of the part behind those that were pushed or joined so far."""
        raise NotImplementedError

    def in_turns(self) -> Callable[[], None] | None:
        """Hold back from now on what a sink writes; what is returned writes it.  None where that cannot be.

        Several processes write one file so: what each has made of a part of the stream, when it is that part's turn.
        """
        return None

    def close(self) -> None:
        """Release everything: called once on every exit, after `end` or instead of it."""

    def low(self, watermark: datetime) -> datetime | None:
        """No point that leaves later will be earlier than this; None: nothing can be said before the end."""
        return watermark


class Joining(Stage):
    """A stage that is told from which branch each point comes."""

    branches: int = 1
    """How many there are; the engine sets it before the first push."""

    in_any_turn: ClassVar[bool] = False
    """Whether it makes no difference how the branches take turns, as nothing leaves before the end."""

    @property
    def table(self) -> int | None:
        """The number of a branch that, where it ends, is to be there as a whole before the first point of another."""
        return None

    def table_is_there(self) -> None:
        """That branch has come to its end; or it is live, and its points come in order of time among the others."""

    def go_on(self, before: Joining) -> None:
        """Take over from *before*, which joined the batch before this one, what is of no batch."""

    def push_branch(self, branch: int, batch: Batch) -> Batch:
        """Take points of the branch number *branch*, from 0, in order of time over all branches."""
        raise NotImplementedError

    def push_branch_table(self, branch: int, table: Table) -> None:
        """The same for a table, where the step `joins_tables`; nothing leaves then before the end."""
        raise NotImplementedError

    def push(self, batch: Batch) -> Batch:
        """A stream that was never split is one branch."""
        return self.push_branch(0, batch)
