"""Plan: a pipeline made ready to run; push-down taken, fields needed worked out, order of time known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flume.engine.files import check_files
from flume.errors import UsageError
from flume.flow import Flow, Fork, Needed, Pipeline, Proc, Sink, Source, Step
from flume.predicate import Predicate
from flume.tables import Extension, can_be_columns


@dataclass(slots=True)
class PlannedStep:
    """A step, its number in the program, whether points reach it in order of time, and what it looks them up in."""

    step: Step
    number: int
    ordered: bool = False
    table: Plan | None = None


@dataclass(slots=True)
class PlannedFork:
    """Branches that each see every point, and the step that joins them, if one asks for branches."""

    branches: list[list[Planned]]
    joiner: PlannedStep | None
    ordered: bool = False


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
    steps: list[Planned] = field(default_factory=list)

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
        read, made = _needs(steps, frozenset()), frozenset[str]().union(*(step.makes() or () for step in between))
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
        first = self.steps[0] if self.takes_tables else None
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
        """Whether every step up to one that folds, or that writes lines as they were read, can take tables."""
        if self.needed is None or self.live or not can_be_columns(self.needed):
            return False
        for planned in self.steps:
            if not isinstance(planned, PlannedStep) or not planned.step.takes_tables():
                return False
            if isinstance(planned.step, Sink):
                return self.lines
            if isinstance(planned.step, Proc) and planned.step.folds:
                return True
        return False


@dataclass(slots=True)
class PlannedMerge:
    """Sources side by side, merged in order of time."""

    inputs: list[Plan]
    joiner: PlannedStep | None
    ordered: bool = False
    live: bool = False
    steps: list[Planned] = field(default_factory=list)


Plan = PlannedSource | PlannedMerge


def plan(flow: Flow, *, optimize: bool = True, now: datetime | None = None) -> Plan:
    """The plan of *flow*; a `UsageError` where it cannot run (no source at its head, a step after a sink, a file that
    would be lost)."""
    now = now or datetime.now(UTC)
    planned, _ = _Planner(optimize, now).source(_steps(flow), 1)
    check_files(flow)
    _project(planned, frozenset())
    _order(planned, now)
    if isinstance(planned, PlannedSource) and planned.lines:  # what is not looked at is written, and not decoded
        whole, planned.needed = planned.needed, _needs(planned.steps[:-1], frozenset())
        planned.verbatim = planned.takes_tables
        planned.needed = planned.needed if planned.verbatim else whole
    return planned


def has_sink(flow: Flow | tuple[()]) -> bool:
    """Whether every way through *flow* ends in a sink."""
    steps = _steps(flow) if isinstance(flow, Flow) else ()
    last = steps[-1] if steps else None
    return all(map(has_sink, last.branches)) if isinstance(last, Fork) else isinstance(last, Sink)


class _Planner:
    """Numbers the steps in the order of the program."""

    def __init__(self, optimize: bool, now: datetime) -> None:
        self.optimize = optimize
        self.now = now

    def source(self, steps: Sequence[Step | Fork], number: int) -> tuple[Plan, int]:
        if not steps:
            raise UsageError("a pipeline begins with a source such as read or emit, and this one is empty")
        place = max((place for place, step in enumerate(steps) if self._live_table(step)), default=0)
        if place and not isinstance(steps[place - 1], Fork):  # the table is a branch, which comes as time goes
            steps = [Fork([Pipeline(steps[:place])]), *steps[place:]]
        head, rest = steps[0], list(steps[1:])
        planned: Plan
        if isinstance(head, Fork):
            inputs = []
            table = self._live_table(rest[0]) if rest else None
            for branch in head.branches if table is None else (*head.branches, table):
                one, number = self.source(_steps(branch), number)
                inputs.append(one)
            joiner, rest, number = self._joiner(rest, number, len(head.branches), merged=table is not None)
            planned = PlannedMerge(inputs, joiner)
        elif isinstance(head, Source):
            planned = PlannedSource(head, number)
            number += 1
            while self.optimize and rest and isinstance(rest[0], Step) and (more := planned.source.absorb(rest[0])):
                planned.source = more
                planned.absorbed.append(rest.pop(0))  # type: ignore[arg-type]
                number += 1
            planned.source, left = planned.source.settle()
            rest = [*left, *rest]
            number -= len(left)
            del planned.absorbed[len(planned.absorbed) - len(left) :]
        else:
            raise UsageError(f"a pipeline begins with a source such as read or emit, not with {head!r}")
        planned.steps, number = self.steps(rest, number)
        return planned, number

    def steps(self, steps: Sequence[Step | Fork], number: int) -> tuple[list[Planned], int]:
        planned: list[Planned] = []
        rest = list(steps)
        while rest:
            step = rest.pop(0)
            if isinstance(step, Fork):
                branches = []
                for branch in step.branches:
                    one, number = self.steps(_steps(branch), number)
                    branches.append(one)
                joiner, rest, number = self._joiner(rest, number, len(branches))
                planned.append(PlannedFork(branches, joiner))
                continue
            if isinstance(step, Source):
                raise UsageError(f"a source begins a pipeline and cannot follow a step: {step!r} is step {number}")
            if isinstance(step, Sink) and rest:
                raise UsageError(
                    f"nothing can follow a sink: {step!r} is step {number}, and {rest[0]!r} comes after it"
                )
            placed, number = self._step(step, number)
            planned.append(placed)
        return planned, number

    def _joiner(
        self, rest: list[Step | Fork], number: int, branches: int, *, merged: bool = False
    ) -> tuple[PlannedStep | None, list[Step | Fork], int]:
        if rest and isinstance(rest[0], Proc) and rest[0].joins:
            joiner, number = self._step(rest[0], number, branches, merged=merged)
            return joiner, rest[1:], number
        return None, rest, number

    def _step(self, step: Step, number: int, branches: int = 1, *, merged: bool = False) -> tuple[PlannedStep, int]:
        """A step behind so many branches; *merged*: a live table is one of these."""
        if not isinstance(step, Proc):
            return PlannedStep(step, number), number + 1
        step.check_branches(branches)
        table = None
        if (beside := step.beside()) is not None and not merged:
            if has_sink(beside):
                raise UsageError(f"{step!r} has a table that ends in a sink, and so has no points; leave out the sink")
            table, number = self.source(_steps(beside), number)
            _order(table, self.now)
            if table.live:
                raise UsageError(
                    f"{step!r} is in a branch, or behind a fork, and its table is live; "
                    "that can only be where the branches begin with sources"
                )
        return PlannedStep(step, number, table=table), number + 1

    def _live_table(self, step: Step | Fork) -> Flow | None:
        beside = step.beside() if isinstance(step, Proc) else None
        return beside if beside is not None and plan(beside, now=self.now).live else None


def _steps(flow: Flow) -> tuple[Step | Fork, ...]:
    return flow.steps if isinstance(flow, Pipeline) else (flow,)  # type: ignore[return-value]


# -- fields needed, worked out backwards ----------------------------------------------------------


def _project(planned: Plan, wanted: Needed) -> None:
    """Work out which fields each source must give; *wanted* is what is read of the pipeline's own output."""
    _project_branch(planned, None if not _ends(planned.steps) else wanted)


def _project_branch(planned: Plan, wanted: Needed) -> None:
    needed = _needs(planned.steps, wanted)
    _project_tables(planned.steps, wanted)
    if isinstance(planned, PlannedSource):
        planned.needed = needed
        return
    if planned.joiner is not None:
        needed = _joined(planned.joiner, needed)
    for one in planned.inputs:
        _project_branch(one, needed)


def _project_tables(steps: Sequence[Planned], wanted: Needed) -> None:
    for place, planned in enumerate(steps):
        behind = _needs(steps[place + 1 :], wanted)
        if isinstance(planned, PlannedStep):
            _joined(planned, behind)
            continue
        if planned.joiner is not None:
            behind = _joined(planned.joiner, behind)
        for branch in planned.branches:
            _project_tables(branch, behind)


def _joined(joiner: PlannedStep, wanted: Needed) -> Needed:
    """The fields that are needed of the branches before the step; and of its table, which is one more."""
    needed = joiner.step.needs(wanted)
    if joiner.table is not None:
        _project_branch(joiner.table, needed)
    return needed


def _ends(steps: Sequence[Planned]) -> bool:
    """Whether no point leaves these steps."""
    last = steps[-1] if steps else None
    if isinstance(last, PlannedFork):
        return all(map(_ends, last.branches))
    return last is not None and isinstance(last.step, Sink)


def _needs(steps: Sequence[Planned], wanted: Needed) -> Needed:
    for planned in reversed(steps):
        if isinstance(planned, PlannedStep):
            wanted = planned.step.needs(wanted)
            continue
        if planned.joiner is not None:
            wanted = planned.joiner.step.needs(wanted)
        branches = [_needs(branch, wanted) for branch in planned.branches]
        wanted = None if None in branches else frozenset().union(*(b for b in branches if b is not None))
    # a merge by time and a watermark read the time of every point
    return None if wanted is None else wanted | {"time"}


# -- order of time, worked out forwards -----------------------------------------------------------


def _order(planned: Plan, now: datetime) -> None:
    if isinstance(planned, PlannedSource):
        planned.ordered = planned.source.ordered(False)
        planned.live = planned.source.live(now)
    else:
        for one in planned.inputs:
            _order(one, now)
        planned.ordered = all(leaving(one) for one in planned.inputs)
        planned.live = any(one.live for one in planned.inputs)
    _order_steps(
        planned.steps,
        _after_join(planned.joiner, planned.ordered) if isinstance(planned, PlannedMerge) else planned.ordered,
    )


def _order_steps(steps: Sequence[Planned], ordered: bool) -> bool:
    for planned in steps:
        planned.ordered = ordered
        if isinstance(planned, PlannedStep):
            ordered = planned.step.ordered(ordered)
        else:
            after = [_order_steps(branch, ordered) for branch in planned.branches]
            ordered = _after_join(planned.joiner, ordered and all(after))
    return ordered


def _after_join(joiner: PlannedStep | None, ordered: bool) -> bool:
    if joiner is None:
        return ordered
    joiner.ordered = ordered
    return joiner.step.ordered(ordered)


def leaving(planned: Plan) -> bool:
    """Whether the points that leave a source and its steps are in order of time."""
    ordered = planned.ordered
    if isinstance(planned, PlannedMerge):
        ordered = _after_join(planned.joiner, ordered)
    return _order_steps(planned.steps, ordered)
