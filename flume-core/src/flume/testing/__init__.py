"""What flume is tested with, and what authors of plugins test with: `run(points, *steps)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flume.flow import Point, Step
from flume.parsing import Parser

__all__ = ["parse", "render", "run"]


def run(points: Iterable[Point], *steps: Step, batch: int | None = None, ordered: bool | None = None) -> list[Point]:
    """Run *points* through *steps* and return what leaves, times as text.

    *batch* is the number of points pushed at once (default: all); *ordered* says whether the steps are told that the
    points are in order of time (default: whether they are).

    >>> from flume import head
    >>> run([{"a": 1}, {"a": 2}], head(1))
    [{'a': 1}]
    """
    from flume.engine.local import gather
    from flume.testing.listing import listed

    return [shown(point) for point in gather(listed(points, batch, ordered), steps)]


def shown(value: Any) -> Any:
    """*value* with every time as flume prints it."""
    from datetime import datetime

    from flume.moment import render

    if isinstance(value, datetime):
        return render(value)
    if isinstance(value, dict):
        return {k: shown(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [shown(v) for v in value]
    return value


def parse(parser: Parser, text: str | bytes, *, block: int | None = None) -> list[Point]:
    """The points that *parser* reads of *text*, given in blocks of *block* bytes (default: at once).

    >>> from flume.parsers.lines import lines
    >>> parse(lines(), 'a\\nb')
    [{'line': 'a'}, {'line': 'b'}]
    """
    from flume.adapters.blocks import line_blocks
    from flume.parsing import Origin, encode
    from flume.run import Run

    data = encode(text) if isinstance(text, str) else text
    size = block or max(1, len(data))
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    origin = Origin(Run(), "text")
    batches = parser.parse(line_blocks(chunks) if parser.lines else chunks, origin)
    return [point for batch in batches if isinstance(batch, list) for point in batch]


def render(parser: Parser, points: Iterable[Point]) -> str:
    """The text that *parser* writes of *points*.

    >>> from flume.parsers.lines import lines
    >>> render(lines(), [{'line': 'a'}])
    'a\\n'
    """
    from flume.parsing import decode

    rendering = parser.render()
    try:
        return decode(rendering.push(list(points)) + b"".join(rendering.end()))
    finally:
        rendering.close()
