"""Notebook: a pipeline that is the value of a cell and has no sink shows its first points, as a table.

It runs for a moment only, so that a live or an endless source does no harm, and an interrupt stops it.
"""

from __future__ import annotations

import html
import threading
from collections.abc import Sequence

from flume.engine.local import Running
from flume.engine.plan import has_sink
from flume.errors import FlumeError, UsageError
from flume.flow import Flow, Point
from flume.parsers.inferring import as_text
from flume.parsing import Unwritable
from flume.run import Run
from flume.width import shortened

ROWS = 20  # points that are shown
MOMENT = 2.0  # seconds that it runs
MOST = 100_000  # points that are counted
CELL = 100  # columns that a cell takes


def bundle_of(flow: Flow) -> dict[str, str]:
    """What a notebook shows of *flow*, by media type: its points; or how it is written, where it does not run so."""
    try:
        runs = not has_sink(flow)
        points, said = _first_points(flow) if runs else ([], "")
    except UsageError:  # a step by itself, or one that is wrong
        runs = False
    except FlumeError as error:
        points, said = [], _clean(str(error))
    if not runs:
        return {"text/plain": repr(flow)}
    return {"text/html": _html(points, said), "text/plain": _text(points, said)}


def _first_points(flow: Flow) -> tuple[list[Point], str]:
    """The first points, and what there is to say of the others."""
    run = Run()
    points: list[Point] = []
    count, ended = 0, "."
    running = Running(flow, run)
    timer = threading.Timer(MOMENT, run.stop.set)
    timer.daemon = True
    timer.start()
    try:
        for batch in running.batches():
            points += map(_writable, batch[: max(0, ROWS - len(points))])
            count += len(batch)
            if count >= MOST:
                run.stop.set()
        if run.stop.is_set():
            ended = " so far; it goes on."
    except KeyboardInterrupt:
        ended = " up to the interrupt."
    finally:
        timer.cancel()
        running.close()
    shown = f"The first {len(points)} of " if count > len(points) else ""
    return points, f"{shown}{count:,} point{'s'[: count != 1]}{ended}"


def _fields(points: Sequence[Point]) -> list[str]:
    """The fields of the points, the time first."""
    fields = dict.fromkeys(field for point in points for field in point)
    return sorted(fields, key=lambda field: field != "time")


def _writable(point: Point) -> Point:
    """The point, with the text of what no format writes: a program that is tried out may still have such."""
    shown = {}
    for field, value in point.items():
        try:
            as_text(value)
        except Unwritable:
            value = str(value)
        shown[field] = value
    return shown


def _html(points: Sequence[Point], said: str) -> str:
    fields = _fields(points)
    head = "".join(f"<th>{_escaped(field)}</th>" for field in fields)
    rows = ("".join(_html_cell(point, field) for field in fields) for point in points)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if points else ""
    return f"{table}<p>{html.escape(said)}</p>"


def _html_cell(point: Point, field: str) -> str:
    value = point.get(field)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f'<td style="text-align:{"right" if number else "left"}">{_escaped(as_text(value))}</td>'


def _escaped(text: str) -> str:
    return html.escape(shortened(_clean(text), CELL))


def _clean(text: str) -> str:
    """The text without halves of surrogate pairs, which a notebook cannot keep."""
    return text.encode("utf-8", "replace").decode()


def _text(points: Sequence[Point], said: str) -> str:
    from flume import registry

    rendering = registry.default().find("parser", "table")().render()
    data = rendering.push(list(points)) + b"".join(rendering.end()) if points else b""
    return f"{data.decode('utf-8', 'replace')}{said}"
