"""reading: all that a parser makes of some bytes: points, where they were read, and what it refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from flume.adapters.blocks import line_blocks
from flume.errors import FlumeError
from flume.flow import Point
from flume.parsing import Origin, Parser, Records
from flume.run import Run
from flume.tables import Table


class Reading(NamedTuple):
    """What was read."""

    points: list[Point]
    numbers: list[int]
    """The line of each point."""
    refused: list[tuple[int | None, str]]
    """The line of each bad record, and the reason."""
    error: str | None
    """What has ended the reading before the end of the text."""


class _Listening(Run):
    """A run that only remembers what was refused."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[tuple[int | None, str]] = []

    def reject(self, reason: str, *, line: int | None = None, **place: Any) -> None:
        self.refused.append((line, reason))


def read(
    parser: Parser,
    data: bytes,
    cuts: Iterable[int] = (),
    *,
    needed: Collection[str] | None = None,
    tables: bool = False,
    between: Callable[[Records | Table], None] = lambda batch: None,
) -> Reading:
    r"""What the parser makes of *data*, given in pieces that end at *cuts*.

    *needed*: the fields that are read, None: all; *tables*: whether it may give tables; *between*: called for each
    batch while its block is there.

    >>> from flume.parsers.jsonl import jsonl
    >>> read(jsonl(), b'{"a": 1}\n{"a": 2}\nx\n', [3])[:3]
    ([{'a': 1}, {'a': 2}], [1, 2], [(3, 'is no valid JSON: invalid character (byte 0)')])
    """
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    pieces = [data[a:b] for a, b in pairwise(edges) if a < b]
    run = _Listening()
    run.needed = None if needed is None else frozenset(needed)
    run.tables = tables
    found = Reading([], [], run.refused, None)
    batches = parser.parse(line_blocks(pieces) if parser.lines else iter(pieces), Origin(run, "text"))
    try:
        for batch in batches:
            if not isinstance(batch, (Records, Table)):
                raise AssertionError(f"parse gives a {type(batch).__name__}; give Records(points, origin, numbers)")
            between(batch)
            points = batch if isinstance(batch, Records) else _points_of(batch, sorted(needed or ()))
            found.points.extend(points)
            found.numbers.extend(batch.numbers)
    except FlumeError as error:
        return found._replace(error=str(error))
    return found


def _points_of(table: Table, fields: Sequence[str]) -> list[Point]:
    columns = [table.column(field) for field in fields]
    return (
        [dict(zip(fields, values, strict=True)) for values in zip(*columns, strict=True)]
        if fields
        else table.points(())
    )
