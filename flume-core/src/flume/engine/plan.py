"""Plan: a pipeline made ready to run; push-down taken, fields needed worked out, order of time known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from flume.engine.files import check_files
from flume.engine.planned import (
    Plan,
    Planned,
    PlannedFork,
    PlannedMerge,
    PlannedSource,
    PlannedStep,
    ends,
    needs_of,
)
from flume.errors import UsageError
from flume.flow import Flow, Fork, Needed, Pipeline, Proc, Sink, Source, Step, steps_in
from flume.tables import can_be_columns


def plan(flow: Flow, *, optimize: bool = True, now: datetime | None = None, first: int = 1) -> Plan:
    """The plan of *flow*, its steps numbered from *first* on; a `UsageError` where it cannot run (no source at its
    head, a step after a sink, a file that would be lost)."""
    now = now or datetime.now(UTC)
    planned, _ = _Planner(optimize, now).source(_steps(flow), first)
    check_files(flow)
    _project(planned, frozenset())
    _order(planned, now)
    _batch(planned)
    _join_tables(planned)
    if isinstance(planned, PlannedSource) and planned.lines:  # what is not looked at is written, and not decoded
        whole, planned.needed = planned.needed, needs_of(planned.steps[:-1], frozenset())
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
        if makers := [place for place, step in enumerate(steps) if isinstance(step, Proc) and step.makes_source]:
            return self._made(steps, makers[-1], number)
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

    def _made(self, steps: Sequence[Step | Fork], place: int, number: int) -> tuple[Plan, int]:
        """The plan where the step of this place makes a source of those before it."""
        before, maker = Pipeline(steps[:place]), steps[place]
        assert isinstance(maker, Proc)
        _, here = self.source(before.steps, number)
        if sink := next((step for step in steps_in(before) if isinstance(step, Sink)), None):
            raise UsageError(f"{maker!r} is step {here}, and {sink!r} is in a branch before it: put it behind")
        planned = PlannedSource(maker.sourced(before, number), here)
        planned.steps, number = self.steps(steps[place + 1 :], here + 1)
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
            if isinstance(step, Proc) and step.makes_source:
                raise UsageError(
                    f"{step!r} is step {number}, in a branch that cannot wait while the others go on: put it before the"
                    " split"
                )
            if isinstance(step, Sink) and rest:
                raise UsageError(
                    f"nothing can follow a sink: {step!r} is step {number}, and {rest[0]!r} comes after it"
                )
            another, number = self._step(step, number)
            planned.append(another)
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
    _project_branch(planned, None if not ends(planned.steps) else wanted)


def _project_branch(planned: Plan, wanted: Needed) -> None:
    needed = needs_of(planned.steps, wanted)
    _project_tables(planned.steps, wanted)
    planned.needed = needed
    if isinstance(planned, PlannedSource):
        return
    if planned.joiner is not None:
        needed = _joined(planned.joiner, needed)
    for one in planned.inputs:
        _project_branch(one, needed)


def _project_tables(steps: Sequence[Planned], wanted: Needed) -> None:
    for place, planned in enumerate(steps):
        behind = needs_of(steps[place + 1 :], wanted)
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


# -- tables that are joined ------------------------------------------------------------------------


def _join_tables(planned: Plan) -> None:
    """Let steps that join branches take tables of these, and give tables, where that can be."""
    if isinstance(planned, PlannedSource):
        return
    for one in planned.inputs:
        _join_tables(one)
    joiner = planned.joiner
    step = None if joiner is None else joiner.step
    if joiner is None or not isinstance(step, Proc) or not step.joins_tables() or joiner.batched:
        return
    if planned.ordered or planned.live:
        return
    if planned.needed is None or not can_be_columns(planned.needed) or not _fold_tables(planned.steps):
        return
    sources = [one for one in planned.inputs if isinstance(one, PlannedSource) and _leave_as_tables(one.steps)]
    if len(sources) == len(planned.inputs):
        joiner.wanted = planned.needed
        for source in sources:
            source.joined = True


def _fold_tables(steps: Sequence[Planned]) -> bool:
    """Whether a step folds tables, and all before it take them."""
    for planned in steps:
        step = planned.step if isinstance(planned, PlannedStep) else None
        if not isinstance(step, Proc) or not step.takes_tables():
            return False
        if step.folds:
            return True
    return False


def _leave_as_tables(steps: Sequence[Planned]) -> bool:
    """Whether tables pass all steps."""
    found = [one.step if isinstance(one, PlannedStep) else None for one in steps]
    return all(isinstance(step, Proc) and step.takes_tables() and not (step.folds or step.gathers) for step in found)


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


# -- batches, worked out forwards -----------------------------------------------------------------


_MIXED = object()  # what is in batches in some of the branches that have met, or in others in each
_Batches: TypeAlias = object  # the planned step that begins the batches, None, or _MIXED


def _batch(planned: Plan) -> _Batches:
    """Work out which steps are behind a `batch`; which of them begins the batches that leave."""
    before: _Batches = None
    if isinstance(planned, PlannedMerge):
        found = [_batch(one) for one in planned.inputs if not ends(one.steps)]
        before = _met(found)
        steps = {one.step for one in found if isinstance(one, PlannedStep)}
        if before is _MIXED and len(steps) == 1 and all(isinstance(one, PlannedStep) for one in found):
            (step,) = steps
            if isinstance(step, Proc) and step.meets():
                planned.batches, before = step, found[0]
        before = before if planned.joiner is None else _batch_step(planned.joiner, before)
    return _batch_steps(planned.steps, before)


def _batch_steps(steps: Sequence[Planned], before: _Batches) -> _Batches:
    for planned in steps:
        if isinstance(planned, PlannedStep):
            before = _batch_step(planned, before)
            continue
        planned.batched = isinstance(before, PlannedStep)
        before = _met([_batch_steps(branch, before) for branch in planned.branches if not ends(branch)])
        before = before if planned.joiner is None else _batch_step(planned.joiner, before)
    return before


def _batch_step(planned: PlannedStep, before: _Batches) -> _Batches:
    step = planned.step
    if before is _MIXED and isinstance(step, Proc) and step.renews():
        raise UsageError(
            f"{step!r} is step {planned.number} and starts anew in each batch, but the branches before it are not all"
            " in the same ones: put one batch(…) behind them, or before they part; or give those of sources the same"
            " every= and on=; or end them with unbatch()"
        )
    planned.batched = isinstance(before, PlannedStep)
    if step.batched(False):
        return planned
    return before if step.batched(True) else None


def _met(branches: Sequence[_Batches]) -> _Batches:
    first = branches[0] if branches else None
    return first if all(one is first for one in branches) else _MIXED
