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
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk, scan

from benchmarks.data import rows
from benchmarks.report import table
from flume import count, expr, memory, put, read, reduce, sum, write
from flume.flow import Batch, Source
from flume.run import Run
from flume_adapter_elastic.testing import Server

POINTS, ROUNDS = 200_000, 5
INDEX = "flume-benchmark"
BEGIN = datetime(2024, 3, 1, tzinfo=UTC)
FIELDS = ["time", "host", "bytes"]
TOTAL = reduce(n=count("host"), total=sum("big"))  # of what is made here, so that no server adds it up
MEASURED = """
from benchmarks.elastic import TOTAL
from flume import expr, memory, put, read
source = read("elastic", url={url!r}, index={index!r}, optimize={optimize!r})
(source | put(big=expr("bytes * 2")) | TOTAL | memory()).execute()
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""

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
    """Nine fields, of fifty hosts and, where they are 200,000, a day."""
    log = []
    for number, row in enumerate(rows(points)):
        more = {"time": BEGIN + timedelta(milliseconds=432 * number), "host": f"web{number * 7919 % 50}", "n": number}
        log.append(row | more)
    return log


def alternating(client: Elasticsearch, *works: Callable[[], object]) -> list[float]:
    """The median seconds of each; all begin with the server at rest, and have been done once before."""
    took: list[list[float]] = [[] for _ in works]
    for turn in range(ROUNDS + 1):
        for work, seconds in zip(works, took, strict=True):
            began = time.perf_counter()
            work()
            if turn:
                seconds.append(time.perf_counter() - began)
    return list(map(median, took))


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


def fill(url: str, index: str, log: list[Point]) -> None:
    Elasticsearch(url).options(ignore_status=404).indices.delete(index=index)
    (given(log) | write("elastic", url=url, index=index)).execute()


def megabytes(url: str, index: str, optimize: str) -> int:
    """What a process takes at most that reads three fields of it all."""
    code = MEASURED.format(url=url, index=index, optimize=optimize)
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def reading(url: str, log: list[Point]) -> Iterator[Row]:
    client = Elasticsearch(url, request_timeout=120)
    fill(url, INDEX, log)
    fill(url, f"{INDEX}-tenth", log[::10])

    def by_flume(optimize: str) -> tuple[int, int]:
        source = read("elastic", url=url, index=INDEX, optimize=optimize)
        (point,) = (source | put(big=expr("bytes * 2")) | TOTAL | memory()).execute().points
        return point["n"], point["total"]

    def by_helper() -> tuple[int, int]:
        n = total = 0
        for hit in scan(client, index=INDEX, _source=FIELDS):
            n += hit["_source"]["host"] is not None
            total += 2 * hit["_source"]["bytes"]
        return n, total

    works: list[Callable[[], tuple[int, int]]] = [partial(by_flume, "exact"), by_helper, partial(by_flume, "off")]
    if len({work() for work in works}) > 1:
        raise SystemExit("they do not read the same")
    columns, helper, documents = alternating(client, *works)
    ways = {"as columns": ("exact", "≥ 3 ×", columns), "as documents": ("off", "", documents)}
    for way, (optimize, goal, seconds) in ways.items():
        tenth, whole = (megabytes(url, index, optimize) for index in (f"{INDEX}-tenth", INDEX))
        rates = f"{len(log) / seconds:,.0f} beside {len(log) / helper:,.0f} points a second"
        used = f"{rates}; {whole} MB ({tenth} for a tenth)"
        yield [f"3 of 9 fields of {len(log):,} points, {way}, beside scan", goal, f"{helper / seconds:.2f} ×", used]


# -- counting ---------------------------------------------------------------------------------------


def counting(url: str, log: list[Point]) -> Iterator[Row]:
    client = Elasticsearch(url, request_timeout=120)
    fill(url, INDEX, log)

    def counted(*, optimize: bool) -> list[Point]:
        source = read("elastic", url=url, index=INDEX, optimize="exact" if optimize else "off")
        return (source | reduce(n=count(), by="host", every="1 hour") | memory()).execute(optimize=optimize).points

    def documents() -> list[Point]:
        return counted(optimize=False)

    def pushed() -> list[Point]:
        return counted(optimize=True)

    if pushed() != documents():
        raise SystemExit("they do not count the same")
    there, here = alternating(client, pushed, documents)
    used = f"{there:.3f} s beside {here:.2f} s, {len(pushed()):,} results"
    yield [
        f"count of {len(log):,} points by 50 hosts and hour, beside reading them",
        "≥ 50 ×",
        f"{here / there:.0f} ×",
        used,
    ]


@contextmanager
def server() -> Iterator[str]:
    """The url of the one that is asked."""
    if url := os.environ.get("FLUME_TEST_ELASTICSEARCH_URL"):
        yield url
        return
    with Server(memory=1024, lasting=True) as started:
        yield started.url


def main(asked: list[str]) -> None:
    jobs = {job.__name__: job for job in (writing, reading, counting)}
    with server() as url:
        log = web_log(POINTS)
        try:
            found = [row for name in asked or jobs for row in jobs[name](url, log)]
        finally:
            Elasticsearch(url).options(ignore_status=404).indices.delete(index=[INDEX, f"{INDEX}-tenth"])
    print(table(["what", "goal", "measured", ""], found))


if __name__ == "__main__":
    main(sys.argv[1:])
