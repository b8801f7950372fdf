"""What a plan is made of: sources, steps, forks and merges, and what was worked out of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flume.flow import Needed, Proc, Sink, Source, Step
from flume.predicate import Predicate
from flume.tables import Extension, can_be_columns


@dataclass(slots=True)
class PlannedStep:
    """A step, its number in the program, whether points reach it in order of time and in batches, and its table."""

    step: Step
    number: int
    ordered: bool = False
    table: Plan | None = None
    wanted: Needed = None  # of one that joins, where tables may leave: their fields
    batched: bool = False

    @property
    def renews(self) -> bool:
        """Whether it starts anew in each batch."""
        return self.batched and isinstance(self.step, Proc) and self.step.renews()


@dataclass(slots=True)
class PlannedFork:
    """Branches that each see every point, and the step that joins them, if one asks for branches."""

    branches: list[list[Planned]]
    joiner: PlannedStep | None
    ordered: bool = False
    batched: bool = False


Planned = PlannedStep | PlannedFork


@dataclass(slots=True)
class PlannedSource:
    """A source, what it took over of the steps behind it, and the steps that are left."""

    source: Source
    number: int
    absorbed: list[Step] = field(default_factory=list)
    needed: Needed = None
    ordered: bool = False
    live: bool = False
    verbatim: bool = False
    joined: bool = False  # whether the step that joins the branches takes tables of this one
    steps: list[Planned] = field(default_factory=list)

    @property
    def paced(self) -> bool:
        """Whether the time of its points goes on otherwise than on the clock."""
        return self.source.paces()

    @property
    def shared(self) -> int | None:
        """The place of the step up to which several processes may share the work: one that folds, or a sink."""
        if self.live or self.ordered:
            return None
        for place, planned in enumerate(self.steps):
            if not isinstance(planned, PlannedStep) or not planned.step.splits():
                return None
            step = planned.step
            if isinstance(step, Sink) or (isinstance(step, Proc) and (step.folds or step.gathers)):
                return place
        return None

    @property
    def lines(self) -> bool:
        """Whether a point that no step changes is written as it was read."""
        if not self.steps or self.live:
            return False
        *steps, last = self.steps
        return (
            isinstance(last, PlannedStep)
            and isinstance(last.step, Sink)
            and last.step.line_format() is not None
            and last.step.line_format() == self.source.line_format()
            and all(isinstance(one, PlannedStep) and one.step.passes_lines() for one in steps)
            and not any(isinstance(one, PlannedStep) and one.step.gives_only_lines() for one in steps[:-1])
        )

    @property
    def extension(self) -> Extension | None:
        """What becomes of lines, if nothing but to choose among them and to put fields behind those of each."""
        if self.lines or not self.spelt:
            return None
        *steps, last = self.steps
        sink = last.step if isinstance(last, PlannedStep) and isinstance(last.step, Sink) else None
        if sink is None or sink.extended_format() is None or sink.extended_format() != self.source.line_format():
            return None
        between = [one.step for one in steps if isinstance(one, PlannedStep)]
        if len(between) < len(steps) or not all(step.takes_tables() and step.extends_lines() for step in between):
            return None
        read, made = needs_of(steps, frozenset()), frozenset[str]().union(*(step.makes() or () for step in between))
        return None if read is None or not can_be_columns(read) else Extension(read - {"time"}, made)

    @property
    def made(self) -> frozenset[str] | None:
        """The fields whose values may be others than those that JSON has, where the points come to a sink."""
        made = self.source.makes()
        for planned in self.steps[:-1]:
            more = planned.step.makes() if isinstance(planned, PlannedStep) else None
            made = None if made is None or more is None else made | more
        return made

    @property
    def predicate(self) -> Predicate | None:
        """What the first step asks of a point, where the parser may leave out those that fail it."""
        first = self.steps[0] if self.steps and self.takes_tables else None
        return first.step.predicate() if isinstance(first, PlannedStep) else None

    @property
    def spelt(self) -> bool:
        """Whether times may stay the texts that they were read from: no step looks at them, and the sink takes them."""
        if not self.steps or self.live or self.ordered:
            return False
        *steps, last = self.steps
        if not isinstance(last, PlannedStep) or not isinstance(last.step, Sink) or not last.step.takes_spelt_times():
            return False
        read = [one.step.needs(frozenset()) if isinstance(one, PlannedStep) else None for one in steps]
        return all(fields is not None and "time" not in fields for fields in read)

    @property
    def takes_tables(self) -> bool:
        """Whether every step up to one that folds, or joins, or writes lines as they were read, can take tables."""
        if self.needed is None or self.live or not can_be_columns(self.needed):
            return False
        for planned in self.steps:
            if not isinstance(planned, PlannedStep) or not planned.step.takes_tables():
                return False
            if isinstance(planned.step, Sink):
                return self.lines
            if isinstance(planned.step, Proc) and planned.step.folds:
                return True
        return self.joined


@dataclass(slots=True)
class PlannedMerge:
    """Sources side by side, merged in order of time.

    *batches*: the step that begins the same batches in all of them.
    """

    inputs: list[Plan]
    joiner: PlannedStep | None
    needed: Needed = None  # of what leaves the merge
    ordered: bool = False
    live: bool = False
    batches: Proc | None = None
    steps: list[Planned] = field(default_factory=list)

    @property
    def paced(self) -> bool:
        """Whether that is so in one of them."""
        return any(one.paced for one in self.inputs)


Plan = PlannedSource | PlannedMerge


def ends(steps: Sequence[Planned]) -> bool:
    """Whether no point leaves these steps."""
    last = steps[-1] if steps else None
    if isinstance(last, PlannedFork):
        return all(map(ends, last.branches))
    return last is not None and isinstance(last.step, Sink)


def needs_of(steps: Sequence[Planned], wanted: Needed) -> Needed:
    """The fields that are needed before the steps, where *wanted* are behind them."""
    for planned in reversed(steps):
        if isinstance(planned, PlannedStep):
            wanted = planned.step.needs(wanted)
            continue
        if planned.joiner is not None:
            wanted = planned.joiner.step.needs(wanted)
        branches = [needs_of(branch, wanted) for branch in planned.branches]
        wanted = None if None in branches else frozenset().union(*(b for b in branches if b is not None))
    # a merge by time and a watermark read the time of every point
    return None if wanted is None else wanted | {"time"}
