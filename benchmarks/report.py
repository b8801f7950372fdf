"""What was measured as Markdown: goals first, then every contender of every job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.job import Goal, Job
from benchmarks.jobs import FRIENDLY, UNFRIENDLY
from benchmarks.running import Outcome

HEADINGS = {
    "wall": "wall s",
    "cpu": "CPU s",
    "largest": "MB, largest process",
    "together": "MB, all processes",
    "read": "MB read of the file",
    "p50": "ms, half of the lines",
    "p99": "ms, 99 of 100 lines",
    "share": "% of a core",
}
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def page(outcomes: dict[str, Outcome], picture: str) -> str:
    """Everything measured."""
    machines = {outcome.machine: None for outcome in outcomes.values()}
    parts = [f"Measured on {' and on '.join(machines)}.", f"![Wall time of peers, where flume takes 1]({picture})"]
    parts += [
        "## Goals",
        goals(FRIENDLY, outcomes),
        "## Unfriendly data",
        goals(UNFRIENDLY, outcomes),
        "## All figures",
    ]
    for job in [*FRIENDLY.values(), *UNFRIENDLY.values()]:
        if job.name in outcomes:
            parts += details(job, outcomes[job.name])
    return "\n\n".join(parts)


def write(path: Path, text: str) -> None:
    """Put the text between the marks of a page."""
    page = path.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not marked.search(page):
        raise SystemExit(f"{path} has no place between {BEGIN} and {END}")
    path.write_text(marked.sub(lambda _: f"{BEGIN}\n\n{text}\n\n{END}", page), encoding="utf-8")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    head = list(head)
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


# -- goals --------------------------------------------------------------------------------------


def goals(jobs: dict[str, Job], outcomes: dict[str, Outcome]) -> str:
    """One row a goal."""
    rows = [
        row
        for name, job in jobs.items()
        if name in outcomes
        for goal in job.goals
        for row in compared(job, goal, outcomes[name])
    ]
    return table(["job", "question", "data", "goal", "measured", "in CPU s", ""], rows) if rows else "Not measured yet."


def compared(job: Job, goal: Goal, outcome: Outcome) -> Iterator[list[str]]:
    """The row of a goal."""
    reached = goal.reached(outcome.measures)
    first = goal is job.goals[0]
    row = [*([job.name, job.question, size(outcome)] if first else ["", "", ""]), asked(goal)]
    if reached is None:
        yield [*row, "", "", "not measured"]
        return
    of_cpu = Goal("cpu", 0, goal.of).reached(outcome.measures) if goal.measure == "wall" and goal.of else None
    met = "met" if reached <= goal.at_most else "**not met**"
    yield [*row, ratio(goal, reached), ratio(goal, of_cpu) if of_cpu else "", met]


def asked(goal: Goal) -> str:
    """The goal in words."""
    if not goal.of:
        return f"≤ {number(goal.at_most)} {unit(goal.measure)}"
    of = goal.of[0] if len(goal.of) == 1 else f"the better of {' and '.join(goal.of)}"
    if often(goal):
        return f"≥ {1 / goal.at_most:.0f} × as fast as {of}"
    return f"≤ {goal.at_most:g} × {of}"


def ratio(goal: Goal, reached: float) -> str:
    """What was reached, in the words of the goal."""
    if not goal.of:
        return f"{number(reached)} {unit(goal.measure)}"
    return f"{1 / reached:.1f}" if often(goal) else f"{reached:.2f}"


def often(goal: Goal) -> bool:
    """Whether a goal is better told as so many times as fast."""
    return goal.at_most < 0.1


def unit(measure: str) -> str:
    """The heading in the words of a sentence."""
    return {"wall": "s", "largest": "MB a process", "together": "MB in all processes"}.get(measure, HEADINGS[measure])


# -- figures ------------------------------------------------------------------------------------


def details(job: Job, outcome: Outcome) -> Iterator[str]:
    """Every contender of a job; ratios are to flume."""
    own = outcome.measures["flume"]
    kinds = [name for name in HEADINGS if name in own]
    throughput = job.data and "wall" in own and "read" not in own  # of what is read whole
    rows = []
    for name, measures in outcome.measures.items():
        row = [name + (f" ({outcome.labels[name]})" if name in outcome.labels else "")]
        for kind in kinds:
            value = measures.get(kind)
            row.append(number(value) if value else "")  # memory of what is gone at once cannot be seen
            if kind in ("wall", "cpu"):
                row.append(f"{measures[kind] / own[kind]:.2f}")
        if throughput:
            row.append(f"{outcome.points / measures['wall']:,.0f}")
        rows.append(row)
    head = [""]
    for kind in kinds:
        head += [HEADINGS[kind], "×"] if kind in ("wall", "cpu") else [HEADINGS[kind]]
    head += ["points/s"] if throughput else []
    yield f"### {job.name}: {job.question}"
    yield f"{', '.join(filter(None, [outcome.day, rounds(outcome), size(outcome)]))}."
    yield f"```text\n{job.flume.command[-1]}\n```"
    yield table(head, rows)
    if outcome.left_out:
        yield "Left out: " + "; ".join(f"{name} ({reason})" for name, reason in outcome.left_out.items()) + "."


def rounds(outcome: Outcome) -> str:
    """How often."""
    return "one round" if outcome.rounds == 1 else f"median of {outcome.rounds} rounds"


def size(outcome: Outcome) -> str:
    """Of how much data."""
    return f"{outcome.points:,} points, {outcome.megabytes:,.0f} MB" if outcome.megabytes else ""


def number(value: float) -> str:
    """Three digits that matter."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
