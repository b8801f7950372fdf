"""`python -m benchmarks.elastic [writing reading counting]`: a web log and a real server, beside the client's helpers.

Both use the same server, one after the other, from a process that has begun and done the same before; medians, walls.
What each has done is looked at: all points are there, once, and the answers are equal.  The server is one of
`flume_adapter_elastic.testing`, with a gigabyte of memory; `FLUME_TEST_ELASTICSEARCH_URL` names another.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from statistics import median
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk, scan

from benchmarks.data import rows
from benchmarks.report import table
from flume import count, memory, read, reduce, sum, write
from flume.flow import Batch, Source
from flume.run import Run
from flume_adapter_elastic.testing import Server

POINTS, ROUNDS = 200_000, 5
INDEX = "flume-benchmark"
FIELDS = ["time", "host", "bytes"]
GROUPS = {"every": "1 hour", "by": "host"}

Point = dict[str, Any]
Row = list[str]


class given(Source):  # noqa: N801 - a word
    """Points that are there already, as a parser would give them."""

    points: tuple[Point, ...]

    def __init__(self, points: list[Point]) -> None:
        object.__setattr__(self, "points", points)  # which need not be frozen for this

    def start(self, run: Run) -> Iterator[Batch]:
        for first in range(0, len(self.points), 1000):
            yield list(self.points[first : first + 1000])


def web_log(points: int) -> list[Point]:
    """Nine fields, of fifty hosts."""
    log = []
    for number, row in enumerate(rows(points)):
        time = datetime.fromisoformat(str(row["time"]))
        log.append(row | {"time": time, "host": f"web{number * 7919 % 50}", "n": number})
    return log


def in_turn(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median seconds of each, all begun and done once before."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if turn:
                took[name].append(time.perf_counter() - began)
    return {name: median(seconds) for name, seconds in took.items()}


# -- writing ----------------------------------------------------------------------------------------


def writing(url: str, log: list[Point]) -> Iterator[Row]:
    client = Elasticsearch(url, request_timeout=120)

    def by_flume() -> None:
        (given(log) | write("elastic", url=url, index=INDEX)).execute()

    def by_helper() -> None:
        for done, answer in parallel_bulk(client, ({"_index": INDEX, "_source": point} for point in log)):
            if not done:
                raise SystemExit(f"not written: {answer}")
        client.indices.refresh(index=INDEX)

    def afresh(write_all: Callable[[], None]) -> Callable[[], float]:
        def work() -> float:
            client.options(ignore_status=404).indices.delete(index=INDEX)
            began = time.perf_counter()
            write_all()
            seconds = time.perf_counter() - began
            if (found := client.count(index=INDEX)["count"]) != len(log):
                raise SystemExit(f"{len(log):,} points were given, and {found:,} are there")
            return seconds

        return work

    works = [afresh(by_flume), afresh(by_helper)]
    took = [[work() for work in works] for _ in range(ROUNDS + 1)][1:]
    flume, helper = (median(each) for each in zip(*took, strict=True))
    a_second = f"{len(log) / flume:,.0f} beside {len(log) / helper:,.0f} points a second"
    yield [f"{len(log):,} points written, beside parallel_bulk", "≥ 1.5 ×", f"{helper / flume:.2f} ×", a_second]


# -- reading ----------------------------------------------------------------------------------------


def reading(url: str, log: list[Point]) -> Iterator[Row]:
    client = Elasticsearch(url, request_timeout=120)

    def by_flume(optimize: str = "exact") -> Point:
        source = read("elastic", url=url, index=INDEX, optimize=optimize)
        (point,) = (source | reduce(n=count("host"), total=sum("bytes"), big=sum_of_squares()) | memory()).execute().points
        return point

    def by_helper() -> Point:
        n = total = 0
        for hit in scan(client, index=INDEX, _source=FIELDS):
            n += hit["_source"]["host"] is not None
            total += hit["_source"]["bytes"]
        return {"n": n, "total": total}
    raise NotImplementedError


def main() -> None:
    raise NotImplementedError


if __name__ == "__main__":
    main()
