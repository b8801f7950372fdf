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
from flume.parsers.table_layout import NOTHING, Cell, Sheet, layout
from flume.parsing import Unwritable
from flume.run import Run

ROWS = 20  # points that are shown
MOMENT = 2.0  # seconds that it runs
MOST = 100_000  # points that are counted
FIELDS = 50  # columns of the table
CELL = 100  # characters that a cell takes


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
    sheet, more = _sheet(points)
    return {"text/html": _html(sheet, said + more), "text/plain": _text(sheet, said + more)}


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


def _sheet(points: Sequence[Point]) -> tuple[Sheet, str]:
    """The points as a table of no more than `FIELDS` columns, and what there is to say of the others."""
    sheet = Sheet((), CELL)
    sheet.add(list(points))
    more = len(sheet.fields) - FIELDS
    if more <= 0:
        return sheet, ""
    sheet = Sheet(sheet.fields[:FIELDS], CELL)
    sheet.add(list(points))
    return sheet, f" {more:,} more field{'s'[: more != 1]}; keep('…') says which are shown."


def _html(sheet: Sheet, said: str) -> str:
    fields = sheet.fields
    head = "".join(f"<th>{_escaped(name)}</th>" for name in sheet.heads())
    rows = ("".join(_html_cell(row.get(field, NOTHING)) for field in fields) for row in sheet.rows)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if fields else ""
    return f"{table}<p>{_escaped(said)}</p>"


def _html_cell(cell: Cell) -> str:
    return f'<td style="text-align:{"right" if cell.number else "left"}">{_escaped(cell.text)}</td>'


def _escaped(text: str) -> str:
    return html.escape(_clean(text))


def _clean(text: str) -> str:
    """The text without halves of surrogate pairs, which a notebook cannot keep."""
    return text.encode("utf-8", "replace").decode()


def _text(sheet: Sheet, said: str) -> str:
    return f"{_clean(layout(sheet))}{said}"
