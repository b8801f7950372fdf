"""What `read` reads, where its reader has absorbed steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flume.absorbing import Unabsorbed, offered
from flume.closing import closing
from flume.flow import Batch, Pipeline, Source, Step
from flume.run import Run
from flume.sources.read import read
from flume.tables import Table


class Otherwise(Source):
    """What *whole* reads, by another reader than its own."""

    whole: read
    reader: Source

    def __repr__(self) -> str:
        return repr(self.whole)

    def live(self, now: datetime) -> bool:
        return self.reader.live(now)

    def ordered(self, before: bool = False) -> bool:
        return self.reader.ordered(before)

    def makes(self) -> frozenset[str] | None:
        made = self.reader.makes()
        return None if made is None else made | {"time"}

    def names(self) -> frozenset[str]:
        return self.whole.names()

    def explained(self) -> Iterable[str]:
        return self.reader.explained()

    def begin(self, run: Run) -> None:
        self.whole.begin(run)

    def start(self, run: Run) -> Iterator[Batch | Table]:
        try:
            yield from self.whole.points(self.reader, run)
            return
        except Unabsorbed as found:
            reader = found.source
        yield from self.whole.points(reader, run)


class Absorbed(Otherwise):
    """What *whole* reads, by a reader that does *steps* too, or, where that cannot be, followed by them."""

    steps: tuple[Step, ...]

    nests = True

    def ordered(self, before: bool = False) -> bool:
        before = self.whole.ordered(before)
        for step in self.steps:
            before = step.ordered(before)
        return before

    def makes(self) -> frozenset[str] | None:
        return None

    def absorb(self, step: Step) -> Source | None:
        return offered(self.whole, self.reader, self.steps, step)

    def settle(self) -> tuple[Source, Sequence[Step]]:
        reader, left = self.reader.settle()
        done = self.steps[: len(self.steps) - len(left)]
        return Absorbed(self.whole, reader, done) if done else Otherwise(self.whole, reader), left

    def start(self, run: Run) -> Iterator[Batch | Table]:
        from flume.engine.local import nested

        try:
            with closing(self.whole.points(self.reader, run)) as batches:
                for batch in batches:
                    run.report.read += len(batch)
                    yield batch
            return
        except Unabsorbed as found:
            reader = found.source
        yield from nested(Pipeline((Otherwise(self.whole, reader), *self.steps)), run)
