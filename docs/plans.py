"""Draws the plans that the pages show: python docs/plans.py

A picture `![…](plans/NAME.svg)` straight behind a block that begins with `$ flume explain "PROGRAM"` is the plan of
that program, and drawn anew.  `--jobs N` before the program draws the processes that share its work.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from flume import write
from flume.cli.program import program
from flume.cli.script import Script
from flume.engine.plan import has_sink, plan
from flume.engine.planned import Plan, Planned, PlannedMerge, PlannedSource, PlannedStep
from flume.engine.team import parts_of
from flume.flow import Flow, Sink, Source, Step

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SHOWN = re.compile(
    r'^\$ flume explain (?:--jobs (?P<jobs>\d+) )?"(?P<program>[^"]+)"$(?:(?!^```).)*^```\n\n'
    r"!\[[^]]*\]\(plans/(?P<name>[\w-]+)\.svg\)",
    re.MULTILINE | re.DOTALL,
)
FILES = {"web.jsonl": '{"status": 200}\n{"status": 503}\n{"status": 500}\n{"status": 404}\n'}
"""What the programs read: only whether there is enough of it to share counts for a plan."""

# -- shapes -------------------------------------------------------------------------------------

LETTER = 7.6  # width of one in a box
SMALL = 6.7  # of one in a note
LINE = 19
GAP = 26  # between one step and the next
SPACE = 28  # between branches
EDGE = "#7f8c93"
INKS = {"source": ("#00796b", "#e0f2f1"), "step": ("#78909c", "#ffffff"), "sink": ("#00796b", "#b2dfdb")}
"""The colours of a box, its edge and its ground: teal where points come from and where they go."""


@dataclass(frozen=True)
class Shape:
    """A part of a picture: its size, where the points come in at the top and leave at the bottom, and what is in it."""

    width: float
    height: float
    middle: float
    drawn: str
    parts: bool = False  # whether it begins with lines into its parts, and not with a box

    def at(self, x: float, y: float) -> str:
        return f'<g transform="translate({x:g},{y:g})">{self.drawn}</g>'


def letters(x: float, y: float, text: str, *, small: bool = False, anchor: str = "start", ink: str = "#263238") -> str:
    size = "11" if small else "12.5"
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{ink}">{escape(text)}</text>'


def line(*places: tuple[float, float], arrow: bool = False) -> str:
    path = "M" + " L".join(f"{x:g},{y:g}" for x, y in places)
    end = ' marker-end="url(#arrow)"' if arrow else ""
    return f'<path d="{path}" fill="none" stroke="{EDGE}" stroke-width="1.4"{end}/>'


def box(kind: str, title: str, notes: Sequence[str] = (), inside: Sequence[str] = ()) -> Shape:
    """A step, what is to be said of it, and the steps that it does as well."""
    edge, ground = INKS[kind]
    texts = [len(title) * LETTER, *(len(note) * SMALL for note in notes), *(len(each) * LETTER + 16 for each in inside)]
    width, y = max(texts) + 24, LINE + 2.0
    drawn = [letters(12, y, title)]
    for note in notes:
        y += LINE - 4
        drawn.append(letters(12, y, note, small=True, ink="#546e7a"))
    for each in inside:
        y += 8
        drawn.append(
            f'<rect x="12" y="{y:g}" width="{width - 24:g}" height="22" rx="4" fill="#ffffff" stroke="{edge}" '
            f'stroke-dasharray="4 3"/>{letters(20, y + 15.5, each)}'
        )
        y += 22
    height = y + (10 if inside else 9)
    frame = f'<rect width="{width:g}" height="{height:g}" rx="6" fill="{ground}" stroke="{edge}" stroke-width="1.4"/>'
    return Shape(width, height, width / 2, frame + "".join(drawn))


def column(shapes: Sequence[Shape], notes: Sequence[str]) -> Shape:
    """One above the other, with an arrow between each and the next, and a note beside it."""
    left = max(shape.middle for shape in shapes)
    right = max(shape.width - shape.middle for shape in shapes)
    right = max([right, *(14 + len(note) * SMALL for note in notes)])
    y, drawn = 0.0, []
    for place, shape in enumerate(shapes):
        drawn.append(shape.at(left - shape.middle, y))
        y += shape.height
        if place + 1 < len(shapes):
            parts = shapes[place + 1].parts
            drawn.append(line((left, y), (left, y + GAP - (0 if parts else 1)), arrow=not parts))
            if note := notes[place]:
                drawn.append(letters(left + 10, y + GAP / 2 + 4, note, small=True, ink=EDGE))
            y += GAP
    return Shape(left + right, y, left, "".join(drawn))


def row(shapes: Sequence[Shape], *, split: bool) -> Shape:
    """Side by side, and merged below; *split*: what comes goes into each of them."""
    width = sum(shape.width for shape in shapes) + SPACE * (len(shapes) - 1)
    inner, top = max(shape.height for shape in shapes), GAP if split else 0
    height = inner + top + GAP / 2
    x, drawn = 0.0, []
    for shape in shapes:
        at = x + shape.middle
        if split:
            drawn.append(line((width / 2, 0), (width / 2, 9), (at, 9), (at, top - 1), arrow=True))
        drawn.append(line((at, top + shape.height), (at, height), (width / 2, height)))
        drawn.append(shape.at(x, top))
        x += shape.width + SPACE
    return Shape(width, height, width / 2, "".join(drawn), split)


def sheets(shape: Shape, title: str) -> Shape:
    """The same thing several times, as sheets one behind the other."""
    width, height = max(shape.width, len(title) * SMALL) + 32, shape.height + 46
    sheet = f'<rect width="{width:g}" height="{height:g}" rx="8" fill="#f4faf9" stroke="#80cbc4"/>'
    behind = "".join(f'<g transform="translate({6 * n},{6 * n})">{sheet}</g>' for n in (2, 1, 0))
    left = (width - shape.width) / 2
    said = letters(16, 20, title, small=True, ink="#00796b")
    return Shape(width + 12, height + 12, left + shape.middle, behind + said + shape.at(left, 32))


def picture(shape: Shape) -> str:
    """The whole, as SVG."""
    width, height = shape.width + 4, shape.height + 4
    arrow = (
        '<marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0,0 L10,5 L0,10 z" fill="{EDGE}"/></marker>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="-2 -2 {width:g} {height:g}" font-family="ui-monospace, Menlo, Consolas, monospace">'
        f"<defs>{arrow}</defs>{shape.drawn}</svg>\n"
    )


# -- plans --------------------------------------------------------------------------------------


def drawn(flow: Flow, jobs: int | None = None) -> str:
    """The plan of a pipeline, as SVG.

    >>> from flume import emit, head
    >>> "2. head(5)" in drawn(emit(limit=10) | head(5) | write('stdio'))
    True
    """
    return picture(_planned(plan(flow), jobs))


def _planned(planned: Plan, jobs: int | None) -> Shape:
    if isinstance(planned, PlannedMerge):
        merged = row([_planned(one, None) for one in planned.inputs], split=False)
        joiner = [] if planned.joiner is None else [planned.joiner]
        return _chain([merged], ["merged by time"], [*joiner, *planned.steps])
    source = _source(planned)
    shares = parts_of(planned, jobs)
    if shares is None or planned.shared is None:
        return _chain([source], [""], planned.steps)
    last = planned.shared + 1
    whole = sheets(
        _chain([source], [""], planned.steps[:last]), f"{shares[1]} processes, each with a part of the lines"
    )
    joined = "what each has folded is joined, in order" if last < len(planned.steps) else ""
    return _chain([whole], [joined], planned.steps[last:])


def _source(planned: PlannedSource) -> Shape:
    facts = ["live" if planned.live else "bounded", "in order of time" if planned.ordered else "in no known order"]
    fields = "all" if planned.needed is None else ", ".join(sorted(planned.needed)) or "none"
    notes = [", ".join(facts), *([] if planned.absorbed else [f"fields read: {fields}"])]
    if planned.verbatim:
        notes.append("lines are written as they were read")
    if planned.absorbed:
        notes.append("pushed down:")
    numbers = range(planned.number + 1, planned.number + 1 + len(planned.absorbed))
    absorbed = [f"{number}. {step!r}" for number, step in zip(numbers, planned.absorbed, strict=True)]
    return box("source", f"{planned.number}. {planned.source!r}", notes, absorbed)


def _chain(shapes: list[Shape], notes: list[str], steps: Sequence[Planned]) -> Shape:
    """The steps below what is there; *notes*: what stands at the arrow behind each."""
    for planned in steps:
        if isinstance(planned, PlannedStep):
            shapes.append(box(_kind(planned.step), f"{planned.number}. {planned.step!r}"))
            notes.append("")
        else:
            shapes.append(row([_branch(branch) for branch in planned.branches], split=True))
            notes.append(f"merged {'by time' if planned.ordered else 'as points come'}")
            if planned.joiner is not None:
                shapes.append(box("step", f"{planned.joiner.number}. {planned.joiner.step!r}"))
                notes.append("")
    return column(shapes, notes)


def _branch(steps: Sequence[Planned]) -> Shape:
    return _chain([], [], steps) if steps else box("step", "every point")


def _kind(step: Step) -> str:
    return "source" if isinstance(step, Source) else "sink" if isinstance(step, Sink) else "step"


# -- pages --------------------------------------------------------------------------------------


def shown() -> Iterator[tuple[str, str, int | None]]:
    """The pictures of plans in the pages: the name of each, its program, and how many processes there are."""
    for page in sorted(DOCS.glob("*.md")):
        for found in SHOWN.finditer(page.read_text(encoding="utf-8")):
            yield found["name"], found["program"].replace("\n> ", "\n"), int(found["jobs"]) if found["jobs"] else None


def draw(folder: Path) -> None:
    """Draw all of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as files:
        for name, text in FILES.items():
            Path(files, name).write_text(text, encoding="utf-8")
        os.chdir(files)
        try:
            for name, text, jobs in shown():
                flow = program(Script(text), {})
                assert isinstance(flow, Flow)
                whole = flow if has_sink(flow) else flow | write("stdio")
                (folder / f"{name}.svg").write_text(drawn(whole, jobs), encoding="utf-8")
        finally:
            os.chdir(before)


if __name__ == "__main__":
    draw(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else DOCS / "plans")
