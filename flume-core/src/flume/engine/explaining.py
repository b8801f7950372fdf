"""Explain: a plan as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flume.engine.plan import Plan, Planned, PlannedSource, PlannedStep, plan
from flume.engine.team import parts_of
from flume.flow import Flow, Needed, Proc


def explain(flow: Flow, *, optimize: bool = True, jobs: int | None = None, code: bool = False) -> str:
    """The plan of *flow* as text; see `Flow.explain`."""
    return "\n".join(_lines(plan(flow, optimize=optimize), optimize, jobs if optimize else jobs or 1, code))


def _lines(planned: Plan, optimize: bool, jobs: int | None, code: bool, depth: int = 0) -> Iterator[str]:
    pad = "  " * depth
    needed: Needed = None
    if isinstance(planned, PlannedSource):
        facts = ["live" if planned.live else "bounded", "in order of time" if planned.ordered else "in no known order"]
        yield f"{pad}{planned.number}. {planned.source!r}  ({', '.join(facts)})"
        if planned.absorbed:
            yield f"{pad}   pushed down: {' | '.join(map(repr, planned.absorbed))}"
        yield from (f"{pad}   {line}" for line in planned.source.explained())
        projected = optimize or planned.verbatim
        fields = "all" if planned.needed is None or not projected else ", ".join(sorted(planned.needed)) or "none"
        yield f"{pad}   fields read: {fields}"
        if planned.verbatim:
            yield f"{pad}   lines are written as they were read"
        if optimize and planned.extension is not None:
            yield f"{pad}   lines that are spelt as flume spells them need no decoding"
        if shares := parts_of(planned, jobs):
            last = planned.steps[planned.shared or 0]
            yield f"{pad}   {shares[1]} processes read it, and share the work up to step {_number(last)}"
        needed = planned.needed if planned.verbatim or (optimize and planned.takes_tables) else None
    else:
        yield f"{pad}merged by time:"
        for one in planned.inputs:
            yield from _lines(one, optimize, jobs, code, depth + 1)
        if planned.joiner is not None:
            yield f"{pad}{planned.joiner.number}. {planned.joiner.step!r}  (of the branches)"
    yield from _step_lines(planned.steps, depth, needed, code=code)


def _number(planned: Planned) -> int:
    assert isinstance(planned, PlannedStep)
    return planned.number


def _step_lines(steps: Sequence[Planned], depth: int, needed: Needed = None, *, code: bool) -> Iterator[str]:
    """The lines of steps, of which the first are given tables of the fields *needed*, where they are given tables."""
    pad = "  " * depth
    for planned in steps:
        if isinstance(planned, PlannedStep):
            step = planned.step
            yield f"{pad}{planned.number}. {step!r}"
            yield from (f"{pad}   {line}" for line in step.explained())
            if code:
                yield from (f"{pad}       {line}" for line in (step.code(needed) or "").splitlines())
            if isinstance(step, Proc) and step.folds:
                needed = None
            if needed is not None:  # what a step makes stands in columns, beside those of the source
                needed = frozenset(field for field in needed if field in (step.needs(frozenset([field])) or ()))
            continue
        yield f"{pad}split, and merged {'by time' if planned.ordered else 'as points come'}:"
        for branch in planned.branches:
            lines = list(_step_lines(branch, 0, code=code)) or ["(every point)"]
            for number, line in enumerate(lines):
                yield f"{pad}  {'- ' if number == 0 else '  '}{line}"
        if planned.joiner is not None:
            yield f"{pad}{planned.joiner.number}. {planned.joiner.step!r}  (of the branches)"
