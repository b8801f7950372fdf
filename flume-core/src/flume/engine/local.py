"""The local runner: runs a plan in this process."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Sequence
from contextlib import nullcontext

from flume.closing import Closing, close_all, closing
from flume.engine.batching import Batched, anew
from flume.engine.chain import Chain, Link, started
from flume.engine.garbage import collected_seldom
from flume.engine.inputs import Input, Leaf, Merged, Waiting
from flume.engine.ledger import conclude
from flume.engine.merging import Outlet
from flume.engine.plan import plan
from flume.engine.planned import Plan, Planned, PlannedMerge, PlannedSource, PlannedStep
from flume.engine.progress import Progress
from flume.engine.sharing import Sharing
from flume.engine.signals import Interrupted, Signals
from flume.engine.splitting import Split
from flume.engine.streaming import Streaming, is_readable, stream_of
from flume.engine.tabled import Tabled
from flume.engine.team import Team, parts_of
from flume.flow import Batch, Flow, Joining, Pipeline, Point, Proc, Sink, Source, Stage, Step, steps_in
from flume.parsing import Torn
from flume.report import Elsewhere, Report
from flume.run import Clock, Run
from flume.windows.batches import Cutting

TICK = 0.05  # seconds between looks at the clock while live sources are quiet


def execute(
    flow: Flow,
    *,
    optimize: bool = True,
    clock: Clock | None = None,
    progress: bool = False,
    jobs: int | None = None,
    memory: int | None = None,
) -> Report:
    """Run *flow* to its end; see `Flow.execute`."""
    run = Run(clock, optimize=optimize)
    run.jobs = jobs if optimize else jobs or 1
    run.memory_asked = memory
    with Signals(run.stop) as signals, collected_seldom():
        run.writing = signals.writing
        running = Running(flow, run, waiting=signals.waiting, unbroken=signals.unbroken, progress=progress)
        try:
            for _ in running.batches():
                pass
        except Interrupted:
            pass
        finally:
            running.close(interrupted=signals.received is not None)
    report = running.conclude()
    if signals.received is not None:
        raise signals.error(report)
    return report


def points(flow: Flow) -> Iterator[Point]:
    """The points that leave *flow*, one by one."""
    run = Run()
    running = Running(flow, run)
    try:
        for batch in running.batches():
            yield from batch
    finally:
        running.close()
    running.conclude()


def nested(flow: Flow, run: Run, first: int = 1) -> Iterator[Batch]:
    """The batches that leave *flow*, whose steps are numbered from *first* on, as part of *run*."""
    run = copy.copy(run)
    run.began = run.instant()
    running = Running(flow, run, part=True, first=first)
    try:
        yield from running.batches()
    finally:
        running.close()


def gather(source: Source, steps: Sequence[Step]) -> list[Point]:
    """All points that leave *steps* fed by *source*."""
    return list(points(Pipeline((source, *steps))))


class Running:
    """A plan that runs."""

    def __init__(
        self,
        flow: Flow,
        run: Run,
        *,
        waiting: Waiting = nullcontext,
        unbroken: Waiting = nullcontext,
        progress: bool = False,
        part: bool = False,
        first: int = 1,
    ) -> None:
        planned = plan(flow, optimize=run.optimize, now=run.now, first=first)
        self.run = run
        run.live = run.live or planned.live
        run.paced = planned.paced
        size = _size(planned)
        run.open_ended = run.open_ended or planned.live or size is None
        if not part:
            run.reads_file = lambda path: any(step.reads_file(path) for step in steps_in(flow))
        self._began = run.clock.monotonic()
        self._wake = threading.Condition() if planned.live else None
        self._waiting = waiting
        self._unbroken = unbroken
        self._opened: list[Link] = []
        self._tables: list[Input] = []
        self._progress: Progress | None = None
        self._closed = False
        self._part = part
        sources = [step for step in steps_in(flow) if isinstance(step, Source)]
        run.alone = len(sources) == 1 and not part and not sources[0].nests
        run.made = planned.made if isinstance(planned, PlannedSource) and run.optimize else None
        try:
            self._root: Input | None = self._input(planned)
        except BaseException:
            self._root = None
            self.close()
            raise
        if progress and not any(link.stage.draws for link in self._opened):
            self._progress = Progress(size)

    def batches(self) -> Iterator[Batch]:
        """The batches that leave the pipeline."""
        root = self._root
        assert root is not None
        while not root.ended and not self.run.stop.is_set():
            before = self.run.report.read
            out = root.finish() if root.done else root.poll()
            if out:
                yield out
            if self._progress is not None:
                self._progress.update(self.run.report.bytes_read, self.run.report.read)
            quiet = not out and self.run.report.read == before
            # at the end too: what begins behind this stream then has a later time
            if self._wake is not None and quiet and (root.ended or not root.finishing):
                with self._wake:
                    self._wake.wait(TICK)

    def close(self, *, interrupted: bool = False) -> None:
        """Release everything; where interrupted, commit the sinks first."""
        if self._closed:
            return
        self._closed = True
        try:
            if interrupted and self._root is not None:
                self.run.report.interrupted = True
                self._root.interrupt()
        finally:
            if not self._part:
                self.run.stop.set()
            if self._progress is not None:
                self._progress.close()
            try:
                opened: list[Closing] = [link.stage for link in self._opened] if self._root is None else [self._root]
                close_all([*opened, *self._tables])
            finally:
                if not self._part:
                    self.run.panes.settle()
                    close_all(self.run.resources)
                    if interrupted:
                        for account in self.run.report.accounts:
                            account.balance("interrupted")  # what was on its way
                    self.run.report.seconds = self.run.clock.monotonic() - self._began

    def _tick_until(self, descriptor: int) -> None:
        """Let the stages do what is due, and go on while there is nothing to read."""
        ticking = [link for link in self._opened if link.stage.draws or link.stage.ticks]
        while ticking and not self.run.stop.is_set():
            with self._unbroken():
                for link in ticking:  # of what comes without a pause, nothing may reach them
                    with link.named():
                        link.stage.tick()
            if is_readable(descriptor, TICK):
                return

    def conclude(self) -> Report:
        """The report, once what there is to say is said."""
        conclude(self.run)
        return self.run.report

    # -- from plan to stages ----------------------------------------------------------------------

    def _input(self, planned: Plan, *, pumped: bool = True) -> Input:
        if isinstance(planned, PlannedSource):
            bound = self.run.at(planned.source, ordered=planned.ordered)
            bound.needed = planned.needed
            link = Link(Stage(), bound.account, planned.number, planned.source.names(), sink=False)
            chain = self._chain(planned.steps)
            bound.verbatim = planned.verbatim
            bound.extension = planned.extension if self.run.optimize else None
            bound.line_format = planned.source.line_format() if bound.verbatim or bound.extension else None
            bound.spelt = self.run.optimize and planned.spelt
            bound.tables = planned.verbatim or (self.run.optimize and planned.takes_tables)
            bound.predicate = planned.predicate if self.run.optimize else None
            # threads that wait for sources let nobody tick; a part leaves it to whoever reads it
            if not self.run.live and not self._part:
                bound.before_reading = self._tick_until
            planned.source.begin(bound)

            def alone() -> Leaf:
                wake = self._wake if pumped else None
                return Leaf(planned.source, link, bound, chain, wake=wake, waiting=self._waiting)

            place, shares = planned.shared, parts_of(planned, self.run.jobs)
            if place is not None and shares is not None:
                last = chain.links[place]
                flush = last.stage.in_turns() if last.sink else None
                if flush is not None or (not last.sink and self._primed(planned, shares[0][0], link, chain, place)):
                    sharing = Sharing(link, bound, chain, place, flush)
                    return Team(*shares, sharing, alone=alone, waiting=self._waiting)
            elif place is not None and (found := stream_of(planned, bound)) is not None:
                stage = chain.links[place].stage
                # a copy is asked, as this process writes without turns
                if not chain.links[place].sink or copy.copy(stage).in_turns() is not None:
                    return Streaming(*found, Sharing(link, bound, chain, place), waiting=self._waiting)
            return alone()
        inputs = [self._input(one, pumped=pumped) for one in planned.inputs]
        outlet = self._outlet(planned.joiner, len(inputs))
        table = outlet.table if planned.joiner is not None and planned.joiner.table is None else None
        if table is not None and planned.inputs[table].live:  # its points come by time, as those of the others
            outlet.table_is_there()
            table = None
        chain, cutting = self._chain(planned.steps), self._meeting(planned)
        run = self.run if planned.live else None
        return Merged(inputs, outlet, chain, ordered=planned.ordered, run=run, table=table, cutting=cutting)

    def _meeting(self, planned: PlannedMerge) -> Cutting | None:
        """What cuts the merged points of inputs that are in the same batches."""
        if planned.batches is None:
            return None
        bound = copy.copy(self.run)
        bound.account, bound.ordered = self.run.fork(), planned.ordered
        cutting = planned.batches.start(bound)
        assert isinstance(cutting, Cutting)
        return cutting

    def _primed(self, planned: PlannedSource, first: Source, link: Link, chain: Chain, place: int) -> bool:
        """Whether a look at the beginning of the stream tells the stages what those of the other parts must know."""
        scratch = Run(self.run.clock, optimize=self.run.optimize)
        scratch.report.elsewhere = Elsewhere()
        bound = scratch.at(planned.source, ordered=False)
        bound.needed = planned.needed
        steps = [one for one in planned.steps[: place + 1] if isinstance(one, PlannedStep)]
        links = [link_of(one, scratch) for one in steps]
        looking = Chain(links)
        try:
            with link.named(), closing(first.start(bound)) as batches:
                for batch in batches:
                    looking.push(batch)
                    if chain.links[place].stage.prime(links[place].stage):
                        for link, seen in zip(chain.links, links, strict=False):
                            link.unseen &= seen.unseen
                        return True
        except Torn:
            pass
        finally:
            looking.close()
        return False

    def _chain(self, steps: Sequence[Planned]) -> Chain:
        links: list[Link] = []
        for place, planned in enumerate(steps):
            if isinstance(planned, PlannedStep):
                link = self._link(planned)
                if isinstance(link.stage, Cutting):
                    batched = Batched(link, self._chain(steps[place + 1 :]))
                    return Chain([*links, Link(batched, self.run.fork(), 0, frozenset(), sink=False)])
                links.append(link)
                continue
            branches = [self._chain(branch) for branch in planned.branches]
            outlet = self._outlet(planned.joiner, len(branches))
            if self.run.live and planned.joiner is not None and planned.joiner.table is None:
                outlet.table_is_there()
            split = Split(branches, outlet, ordered=planned.ordered or self.run.live)
            links.append(Link(split, self.run.fork(), 0, frozenset(), sink=False, batched=planned.batched))
        return Chain(links)

    def _link(self, planned: PlannedStep) -> Link:
        link = link_of(planned, self.run)
        self._opened.append(link)
        if planned.table is None:
            return link
        assert isinstance(link.stage, Joining)
        link.stage.branches = 2
        self._tables.append(self._input(planned.table, pumped=False))
        return Tabled(link, self._tables[-1])

    def _outlet(self, joiner: PlannedStep | None, branches: int) -> Outlet:
        if joiner is None:
            return Outlet(None)
        link = self._link(joiner)
        if isinstance(link.stage, Joining):
            link.stage.branches = branches + (joiner.table is not None)
        return Outlet(link)


def link_of(planned: PlannedStep, run: Run) -> Link:
    """A planned step, started."""
    step = planned.step
    assert isinstance(step, (Proc, Sink))
    bound = run.at(step, ordered=planned.ordered, batched=planned.batched)
    bound.needed = planned.wanted
    names, sink = step.names(), isinstance(step, Sink)
    link = Link(Stage(), bound.account, planned.number, names, sink, batched=planned.batched)
    with link.named():
        link.stage = started(step.start(bound))
    if isinstance(step, Proc) and planned.renews:
        link.stage = anew(step, bound, link.stage)
    return link


def _size(planned: Plan) -> int | None:
    """How many bytes there are to read; None where that is not known."""
    if isinstance(planned, PlannedSource):
        return planned.source.size()
    sizes = [size for one in planned.inputs if (size := _size(one)) is not None]
    return sum(sizes) if len(sizes) == len(planned.inputs) else None
