"""fast_ways: a program run with all that makes it fast, and without."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flume.flow import Batch, Pipeline, Point, Proc
from flume.testing import parse, render


class Ways(NamedTuple):
    """What leaves in one way, and in the plain one."""

    end: str
    fast: list[Point]
    plain: list[Point]


def fast_ways(points: Batch, proc: Proc) -> Iterator[Ways]:
    """What leaves where the points are read of a file of JSON lines: as tables or as lines that are handed on, and not.

    >>> from flume import filter
    >>> [way.fast for way in fast_ways([{"a": 1}, {"a": 2}], filter("a > 1"))]
    [[{'a': 2}], [{'a': 2}], [{'n': 1, 'a': 2}]]
    """
    from flume.parsers.jsonl import jsonl
    from flume.procs.reduce import reduce
    from flume.reducers.count import count
    from flume.reducers.last import last
    from flume.sinks.memory import memory
    from flume.sinks.write import write
    from flume.sources.read import read

    with tempfile.TemporaryDirectory() as folder:
        there, here = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        there.write_text(render(jsonl(), points), encoding="utf-8", errors="surrogateescape")
        source = read("stdio", file=str(there), format="jsonl")

        def written(*, canonical: bool, optimize: bool) -> list[Point]:
            sink = write("stdio", file=str(here), format="jsonl", canonical=canonical)
            Pipeline([source, proc, sink]).execute(optimize=optimize, jobs=1)
            return parse(jsonl(), here.read_bytes())

        def folded(*, optimize: bool) -> list[Point]:
            fold = reduce(n=count(), a=last("a"))
            return Pipeline([source, proc, fold, memory()]).execute(optimize=optimize, jobs=1).points

        plain = written(canonical=True, optimize=False)
        yield Ways("written as lines that are handed on", written(canonical=False, optimize=True), plain)
        yield Ways("written", written(canonical=True, optimize=True), plain)
        yield Ways("folded", folded(optimize=True), folded(optimize=False))
