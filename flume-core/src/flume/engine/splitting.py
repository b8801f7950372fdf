"""Split: a fork in the middle of a pipeline, as one stage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flume.closing import close_all, closing
from flume.engine.chain import Chain, Interruptible
from flume.engine.merging import Merge, Outlet
from flume.flow import Batch, Stage
from flume.point import copied


class Split(Interruptible):
    """Every branch sees every point; what leaves the branches is merged.

    On a stream in order of time the merge is by time.  Otherwise points leave in the order in which the points that
    made them came in; where more than one branch gives points before the end, they are pushed one by one, so that the
    size of a batch never changes the result.  A branch that speaks only at the end of the stream holds up no other.
    """

    def __init__(self, branches: Sequence[Chain], outlet: Outlet, *, ordered: bool) -> None:
        self.branches = branches
        self.outlet = outlet
        self.merge = Merge(len(branches), first=outlet.table) if ordered else None
        self.holds = all(branch.holds for branch in branches) or (
            outlet.joiner is not None and outlet.joiner.stage.holds
        )
        self.keeps = any(branch.keeps for branch in branches)
        self.fills = outlet.fills or any(branch.fills for branch in branches)
        self._exposed = [any(exposes(link.stage) for link in branch.links) for branch in branches]
        self.exposes = any(self._exposed)
        self._one_by_one = self.merge is None and sum(not branch.holds for branch in branches) > 1

    @property
    def done(self) -> bool:  # type: ignore[override]
        if self.outlet.joiner is not None and self.outlet.joiner.stage.done and not self.keeps:
            return True
        return all(branch.done for branch in self.branches)

    def push(self, batch: Batch) -> Batch:
        if self.merge is not None:
            for number, branch in enumerate(self.branches):
                self.merge.add(number, self._push(number, branch, batch))
            return []
        out: Batch = []
        for part in [[point] for point in batch] if self._one_by_one else [batch]:
            for number, branch in enumerate(self.branches):
                if passed := self._push(number, branch, part):
                    out += self.outlet.give([(number, passed)])
        return out

    def advance(self, watermark: datetime) -> Batch:
        if self.merge is None:
            return []
        for number, branch in enumerate(self.branches):
            self.merge.add(number, self._leaving(number, branch.advance(watermark)))
            low = branch.low(watermark)
            self.merge.lows[number] = watermark if low is None else low
        out = self.outlet.give(self.merge.release(apart=self.outlet.joiner is not None))
        low = self.merge.low()
        return out + self.outlet.advance(low) if low is not None else out

    def low(self, watermark: datetime) -> datetime | None:
        if self.merge is None or any(branch.low(watermark) is None for branch in self.branches):
            return None
        low = self.merge.low()
        return None if low is None else self.outlet.low(low)

    def mark(self, start: datetime | None) -> Iterator[Batch]:
        for number, branch in enumerate(self.branches):
            for batch in branch.mark(start):
                passed = self._leaving(number, batch)
                if self.merge is not None:
                    self.merge.add(number, passed)
                elif passed:
                    yield self.outlet.give([(number, passed)])
        if self.merge is not None:
            yield self.outlet.give(self.merge.drain())
        yield self.outlet.mark(start)

    def rest(self) -> Iterator[Batch]:
        for number, branch in enumerate(self.branches):
            with closing(branch.rest()) as batches:
                for batch in batches:
                    passed = self._leaving(number, batch)
                    if self.merge is not None:
                        self.merge.add(number, passed)
                    else:  # no order of time to keep: the branches one after another
                        yield self.outlet.give([(number, passed)] if passed else [])
            if self.merge is not None:
                self.merge.ended[number] = True
        if self.merge is not None:
            yield self.outlet.give(self.merge.release(apart=self.outlet.joiner is not None))
        with closing(self.outlet.rest()) as joined:
            for one in joined:
                assert isinstance(one, list)  # no tables come to a fork
                yield one

    def end(self) -> Batch:
        return [point for batch in self.rest() for point in batch]

    def interrupt(self) -> None:
        for branch in self.branches:
            branch.interrupt()

    def close(self) -> None:
        close_all([*self.branches, self.outlet])

    def _push(self, number: int, branch: Chain, batch: Batch) -> Batch:
        """What a branch makes of the points; what is changed in them here shows in no other branch, nor behind it."""
        if self._exposed[number]:
            batch = list(map(copied, batch))
        return self._leaving(number, branch.push(batch))

    def _leaving(self, number: int, batch: Batch) -> Batch:
        return batch if self._exposed[number] else list(map(copied, batch))


def exposes(stage: Stage) -> bool:
    """Whether code of the user's may change the points that come to a stage: a function, or a step of a stranger's."""
    return stage.exposes or not type(stage).__module__.startswith("flume.")
