"""Draws when a window is closed, for docs/time.md: python docs/lateness.py

The points are those of the file that the page makes, in the order in which they come; the watermark follows the latest
time at the distance that the page gives as `lateness`.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

DOCS = Path(__file__).parent
EVERY = 60  # seconds of a window
WIDTH, SECOND = 96, 2.9  # of a point, and of a second
LEFT, TOP, HIGH = 86, 30, 110  # HIGH: seconds that are shown
TEAL, LATE, GREY, INK = "#00796b", "#c62828", "#607d8b", "#263238"


def y_of(seconds: float) -> float:
    return TOP + (HIGH - seconds) * SECOND


def text(x: float, y: float, words: str, ink: str = INK, anchor: str = "start", size: float = 12) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{ink}">{escape(words)}</text>'


def clock(seconds: int) -> str:
    return f"10:{seconds // 60:02}:{seconds % 60:02}"


def picture(seconds: list[int], lateness: int) -> str:
    """Points at so many seconds behind the beginning of the first window, in the order in which they come."""
    width, height = LEFT + WIDTH * len(seconds) + 20, TOP + HIGH * SECOND + 50
    parts = [f'<rect width="{width:g}" height="{height:g}" rx="8" fill="#ffffff"/>']
    for start, ground in ((0, "#e0f2f1"), (EVERY, "#f1f8f7")):
        top = y_of(min(start + EVERY, HIGH))
        size = f'width="{width - LEFT - 12:g}" height="{y_of(start) - top:g}"'
        parts.append(f'<rect x="{LEFT}" y="{top:g}" {size} fill="{ground}"/>')
        parts.append(text(LEFT - 8, y_of(start) + 4, clock(start), GREY, "end"))
        parts.append(text(LEFT + 8, top + 18, f"window of {clock(start)}", TEAL))
    parts.append(text(LEFT - 8, TOP - 10, "time", GREY, "end"))
    parts.append(text(width - 14, height - 10, "as they come →", GREY, "end"))

    latest, line, closed = seconds[0], [], False
    for place, second in enumerate(seconds):
        x = LEFT + WIDTH * (place + 0.5)
        late = second < EVERY and closed
        ink = LATE if late else TEAL
        latest = max(latest, second)
        line += [(x, y_of(latest - lateness)), (min(x + WIDTH, width - 12), y_of(latest - lateness))]
        look = f'fill="{"#ffffff" if late else ink}" stroke="{ink}" stroke-width="2"'
        parts.append(f'<circle cx="{x:g}" cy="{y_of(second):g}" r="6" {look}/>')
        parts.append(text(x, y_of(second) - 11, clock(second) + (" late" if late else ""), ink, "middle"))
        parts.append(text(x, y_of(0) + 18, str(place + 1), GREY, "middle"))
        if not closed and latest - lateness >= EVERY:
            closed = True
            parts.append(f'<path d="M{x:g},{y_of(EVERY):g} V{y_of(0):g}" stroke="{LATE}" stroke-dasharray="2 4"/>')
            parts.append(text(x + 6, y_of(EVERY / 2), "closed", LATE))
    path = " L".join(f"{x:g},{max(TOP, min(y, y_of(0))):g}" for x, y in line)
    parts.append(f'<path d="M{path}" fill="none" stroke="{GREY}" stroke-width="1.6" stroke-dasharray="6 4"/>')
    x, y = line[-1]
    parts.append(text(x - 4, y - 7, f"watermark: latest − {lateness}s", GREY, "end"))
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    font = 'font-family="ui-sans-serif, Helvetica, Arial, DejaVu Sans, sans-serif"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>{"".join(parts)}</svg>\n'


def drawn() -> str:
    """The picture of the page."""
    page = (DOCS / "time.md").read_text(encoding="utf-8")
    times = [
        datetime.fromisoformat(json.loads(line)["time"]) for line in re.findall(r'^> (\{"time".+)', page, re.MULTILINE)
    ]
    beginning = min(times).replace(second=0)
    lateness = re.search(r"every='1m', on='0s', lateness='(\d+)s'", page)
    assert lateness
    return picture([(time - beginning) // timedelta(seconds=1) for time in times], int(lateness[1]))


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else DOCS / "time.svg").write_text(drawn(), encoding="utf-8")
