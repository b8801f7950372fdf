"""Draws windows of time, for docs/windows.md: python docs/windows.py

A picture `![…](windows/NAME.svg)` straight behind a block that ends with a program is drawn of what the program gives:
its points as dots, and below them a bar for each result, as long as the time that it is of.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any

from flume import reduce
from flume.cli.program import program
from flume.cli.script import Script
from flume.duration import EPOCH, duration
from flume.flow import Flow, steps_in
from flume.value import field_list

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
WRITES = re.compile(r'^\$ flume "([^"]+write\([^"]+file=[^"]+)"$', re.MULTILINE)
"""The program that makes the file that the others read."""
SHOWN = re.compile(
    r'^\$ flume "(?P<program>[^"]+)"$(?:(?!^```|^\$).)*^```\n\n!\[[^]]*\]\(windows/(?P<name>[\w-]+)\.svg\)',
    re.MULTILINE | re.DOTALL,
)
WIDTH, LEFT, RIGHT, TOP, ROW, BAR = 720, 60, 36, 34, 27, 19
TEAL, PALE, GREY, INK = "#00796b", "#e0f2f1", "#607d8b", "#263238"

Point = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """A result, and the time that it is of."""

    start: datetime
    end: datetime
    says: str
    group: str
    final: bool


# -- what a program gives -----------------------------------------------------------------------


def shown() -> Iterator[tuple[str, str]]:
    """The pictures of the page: the name of each, and its program."""
    for found in SHOWN.finditer((DOCS / "windows.md").read_text(encoding="utf-8")):
        yield found["name"], found["program"].replace("\n> ", "\n")


def flow_of(text: str) -> Flow:
    flow = program(Script(text), {})
    assert isinstance(flow, Flow)
    return flow


def bars_of(step: reduce, points: Sequence[Point], results: Sequence[Point]) -> list[Bar]:
    """The results, each with the time from which and up to which points are in it."""
    made = []
    latest = max(point["time"] for point in points)
    first = results[0]["time"]
    for result in results:
        start, final = result["time"], result.get("final", True)
        if step.gap is not None:
            end = result["end"]
        elif step.every is None:
            start, end = latest - timedelta(seconds=duration(step.over or 0).seconds), latest
        else:
            end = duration(step.every).after(start, 1, step.zone)
        if step.over is not None and step.every is not None:
            start = end - timedelta(seconds=duration(step.over).seconds)
        if not step.reset:
            start = first
        names = [name for name, _ in step.fields if name not in ("end", "until")]
        made.append(Bar(start, end if final else result["until"], str(result[names[0]]), group_of(step, result), final))
    return made


def group_of(step: reduce, point: Point) -> str:
    return " ".join(str(point[field]) for field in field_list(step.by))


# -- the picture --------------------------------------------------------------------------------


class Axis:
    """From the first to the last time that is to be seen, with a tick each minute, or each six hours."""

    def __init__(self, times: Sequence[datetime]) -> None:
        self.long = max(times) - min(times) > timedelta(hours=6)
        self.step = timedelta(hours=6) if self.long else timedelta(minutes=1)
        self.first = min(times) - (min(times) - EPOCH) % self.step
        self.last = max(times) + (EPOCH - max(times)) % self.step

    def x(self, time: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * ((time - self.first) / (self.last - self.first)), 1)

    def drawn(self, height: float) -> Iterator[str]:
        """Lines down, and above them what time it is."""
        for n in range((self.last - self.first) // self.step + 1):
            time = self.first + n * self.step
            yield f'<path d="M{self.x(time):g},{TOP - 8} V{height:g}" stroke="#cfd8dc"/>'
            if not self.long or time.hour == 0:
                said = f"{time:%H:%M}" if not self.long else f"{time.day} {time:%b} 00:00"
                yield text(self.x(time), TOP - 14, said, GREY, "middle", 11)


def text(x: float, y: float, words: str, ink: str = INK, anchor: str = "start", size: float = 12) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{ink}">{escape(words)}</text>'


def rows_of(bars: Sequence[Bar], slide: bool) -> list[list[Bar]]:
    """Each bar in the first row where it lies upon no other; those that slide in rows of their own."""
    if slide:
        return [[bar] for bar in bars]
    rows: list[list[Bar]] = []
    for bar in bars:
        for row in rows:
            if row[-1].end <= bar.start:
                row.append(bar)
                break
        else:
            rows.append([bar])
    return rows


def bar_drawn(axis: Axis, bar: Bar, y: float) -> str:
    left = axis.x(bar.start)
    width = max(axis.x(bar.end) - left, 3)
    look = f'fill="{PALE}" stroke="{TEAL}"' if bar.final else f'fill="#ffffff" stroke="{TEAL}" stroke-dasharray="4 3"'
    box = f'<rect x="{left + 1:g}" y="{y:g}" width="{max(width - 2, 2):g}" height="{BAR}" rx="4" {look}/>'
    if width < 24:
        return box + text(left + width + 5, y + 14, bar.says, TEAL)
    return box + text(left + width / 2, y + 14, bar.says, TEAL, "middle")


def picture(step: reduce, points: Sequence[Point], results: Sequence[Point]) -> str:
    """A line of points for each group, and its bars below."""
    bars = bars_of(step, points, results)
    axis = Axis([point["time"] for point in points] + list(chain.from_iterable((bar.start, bar.end) for bar in bars)))
    y, parts = float(TOP), []
    for group in dict.fromkeys(bar.group for bar in bars):
        own = [point["time"] for point in points if group_of(step, point) == group]
        size = 2 if axis.long else 4.5
        parts += [f'<circle cx="{axis.x(time):g}" cy="{y + 8:g}" r="{size:g}" fill="{INK}"/>' for time in own]
        parts.append(text(LEFT - 14, y + 12, group or "points", GREY, "end"))
        y += ROW - 6
        for row in rows_of([bar for bar in bars if bar.group == group], step.over is not None):
            parts += [bar_drawn(axis, bar, y) for bar in row]
            y += ROW
        y += 8
    height = y + 2
    inside = "".join((*axis.drawn(height - 8), *parts))
    size = f'width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}"'
    font = 'font-family="ui-sans-serif, Helvetica, Arial, DejaVu Sans, sans-serif"'
    ground = f'<rect width="{WIDTH}" height="{height:g}" rx="8" fill="#ffffff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>{ground}{inside}</svg>\n'


def draw(folder: Path) -> None:
    """Draw all pictures of the page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    page, before = (DOCS / "windows.md").read_text(encoding="utf-8"), Path.cwd()
    with tempfile.TemporaryDirectory() as files:
        shutil.copytree(ROOT / "examples" / "shop", Path(files, "examples", "shop"))
        os.chdir(files)
        try:
            for found in WRITES.findall(page):
                flow_of(found.replace("\n> ", "\n")).execute()
            for name, words in shown():
                flow = flow_of(words)
                step = next(step for step in steps_in(flow) if isinstance(step, reduce))
                points = list(flow_of(words.partition("| reduce(")[0]))
                made = picture(step, points, list(flow))
                (folder / f"{name}.svg").write_text(made, encoding="utf-8")
        finally:
            os.chdir(before)


if __name__ == "__main__":
    draw(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else DOCS / "windows")
