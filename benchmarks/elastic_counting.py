"""`python -m benchmarks.elastic_counting URL`: points counted by 50 groups and by hour, by Elasticsearch and by flume.

The same program with `optimize='exact'`, which has the server count, and with `optimize='off'`, which reads the
documents; in turn, from a process that has asked the server before; medians.  Both must give the same rows.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from statistics import median

from elasticsearch import Elasticsearch

from benchmarks.data import BEGIN, rows
from benchmarks.report import table
from flume import count, emit, memory, read, reduce, write
from flume.flow import Point

POINTS, GROUPS, ROUNDS = 200_000, 50, 7
SLOWER = 43  # than the web log comes, so that it takes a day
INDEX = "flume-benchmark-counting"


def fill(url: str) -> None:
    """Write the web log of 50 servers."""
    Elasticsearch(url).indices.delete(index=INDEX, ignore_unavailable=True)
    given = []
    for number, row in enumerate(rows(POINTS)):
        since = datetime.fromisoformat(str(row["time"])) - BEGIN
        given.append(row | {"time": BEGIN + SLOWER * since, "server": f"web{number * 7919 % GROUPS:02}"})
    (emit(points=given) | write("elastic", url=url, index=INDEX)).execute()


def counted(url: str, optimize: str) -> list[Point]:
    source = read("elastic", url=url, index=INDEX, optimize=optimize)
    return (source | reduce(n=count(), every="1h", by="server") | memory()).execute().points


def main(url: str) -> None:
    fill(url)
    if counted(url, "exact") != counted(url, "off"):
        raise SystemExit("they do not count the same")
    times: dict[str, list[float]] = {"exact": [], "off": []}
    for _ in range(ROUNDS):
        for optimize, seconds in times.items():
            began = time.perf_counter()
            buckets = len(counted(url, optimize))
            seconds.append(time.perf_counter() - began)
    server, documents = median(times["exact"]), median(times["off"])
    what = f"{POINTS:,} points by {GROUPS} groups and by hour: {buckets:,} rows"
    measured = f"{documents / server:.0f} × ({1000 * server:.0f} ms, of documents {1000 * documents:,.0f} ms)"
    print(table(["what", "goal", "measured"], [[what, "≥ 50 ×", measured]]))
    Elasticsearch(url).indices.delete(index=INDEX)


if __name__ == "__main__":
    main(sys.argv[1])
