"""fast_ways: a program run with all that makes it fast, and without."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from flume.flow import Batch, Point, Proc
from flume.testing import parse, render


def both_ways(points: Batch, *steps: Proc) -> Sequence[list[Point]]:
    """What leaves when the points are read of a file of JSON lines and written to another: optimized, and not.

    >>> from flume import filter
    >>> both_ways([{"n": 1}, {"n": 2}], filter("n > 1"))
    [[{'n': 2}], [{'n': 2}]]
    """
    from flume.flow import Pipeline
    from flume.parsers.jsonl import jsonl
    from flume.sinks.write import write
    from flume.sources.read import read

    with tempfile.TemporaryDirectory() as folder:
        there, here = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        there.write_text(render(jsonl(), points), encoding="utf-8", errors="surrogateescape")
        found = []
        for optimize in (True, False):
            ends = read("stdio", file=str(there), format="jsonl"), write("stdio", file=str(here), format="jsonl")
            Pipeline([ends[0], *steps, ends[1]]).execute(optimize=optimize, jobs=1)
            found.append(parse(jsonl(), here.read_bytes()))
        return found
