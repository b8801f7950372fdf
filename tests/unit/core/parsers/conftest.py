"""What the tests of formats share: `reading(parser, data)` gives the points and what was rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from flume.adapters.blocks import line_blocks
from flume.flow import Point
from flume.parsing import Origin, Parser, Records, encode
from flume.run import Run


class Found(NamedTuple):
    """What was read: the points with their lines, and the line and reason of each bad record."""

    points: list[Point]
    lines: list[int]
    rejected: list[tuple[int, str]]


class _Listening(Run):
    def __init__(self) -> None:
        super().__init__()
        self.rejected: list[tuple[int, str]] = []

    def reject(self, reason: str, *, line: int | None = None, **place: Any) -> None:
        assert line is not None
        self.rejected.append((line, reason))


Reading = Callable[..., Found]


@pytest.fixture(scope="session")
def reading() -> Reading:
    """Reads text or bytes, cut at *places*."""

    def read(parser: Parser, data: str | bytes, places: Iterable[int] = ()) -> Found:
        data = encode(data) if isinstance(data, str) else data
        edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
        chunks = [data[a:b] for a, b in pairwise(edges) if a < b]
        run = _Listening()
        found = Found([], [], run.rejected)
        for records in parser.parse(line_blocks(chunks) if parser.lines else iter(chunks), Origin(run, "text")):
            assert isinstance(records, Records)
            found.points.extend(records)
            found.lines.extend(records.numbers)
        return found

    return read
