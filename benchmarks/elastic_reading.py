"""`python -m benchmarks.elastic_reading URL`: three of nine fields read from Elasticsearch, beside the client's helper.

Both read the same 200,000 documents of one index in turn, from a process that has read before; medians.  The helper
gives its documents as they come, and is asked for the three fields alone; flume gives them in order of time, and counts
and adds them up.  Once more flume reads documents, as it does where the index is not its own.  The memory that flume
takes is that of a process of its own, with all documents and with a tenth of them.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from statistics import median

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from benchmarks.data import rows
from benchmarks.report import table
from flume import count, emit, memory, read, reduce, sum, write

POINTS, ROUNDS = 200_000, 5
INDEX = "flume-benchmark-reading"
FIELDS = ["time", "host", "bytes"]

Sums = tuple[int, int]
MEASURED = """
from flume import count, memory, read, reduce, sum
source = read("elastic", url={url!r}, index={index!r}, optimize={optimize!r})
report = (source | reduce(n=count("host"), bytes=sum("bytes")) | memory()).execute()
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def fill(url: str, index: str, points: int) -> None:
    """Write the web log with its number."""
    Elasticsearch(url).indices.delete(index=index, ignore_unavailable=True)
    given = [row | {"time": datetime.fromisoformat(str(row["time"])), "n": n} for n, row in enumerate(rows(points))]
    (emit(points=given) | write("elastic", url=url, index=index)).execute()


def by_helper(url: str) -> Sums:
    n = total = 0
    for hit in scan(Elasticsearch(url), index=INDEX, _source=FIELDS):
        source = hit["_source"]
        n += source["host"] is not None
        total += source["bytes"]
    return n, total


def by_flume(url: str, optimize: str = "exact") -> Sums:
    source = read("elastic", url=url, index=INDEX, optimize=optimize)
    (point,) = (source | reduce(n=count("host"), bytes=sum("bytes")) | memory()).execute().points
    return point["n"], point["bytes"]


def by_flume_of_documents(url: str) -> Sums:
    return by_flume(url, "off")


def megabytes(url: str, index: str, optimize: str) -> int:
    """What a process takes at most that reads it all."""
    code = MEASURED.format(url=url, index=index, optimize=optimize)
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def main(url: str) -> None:
    fill(url, INDEX, POINTS)
    fill(url, f"{INDEX}-tenth", POINTS // 10)
    readers: list[Callable[[str], Sums]] = [by_flume, by_helper, by_flume_of_documents]
    if len({reader(url) for reader in readers}) > 1:
        raise SystemExit("they do not read the same")
    times: dict[Callable[[str], Sums], list[float]] = {reader: [] for reader in readers}
    for _ in range(ROUNDS):
        for reader in readers:
            began = time.perf_counter()
            reader(url)
            times[reader].append(time.perf_counter() - began)
    flume, helper, documents = (median(times[reader]) for reader in readers)
    results = []
    for what, goal, seconds, optimize in [("columns", "≥ 3 ×", flume, "exact"), ("documents", "", documents, "off")]:
        a_second = f"{POINTS / seconds:,.0f} beside {POINTS / helper:,.0f} points a second"
        few, many = (megabytes(url, index, optimize) for index in (f"{INDEX}-tenth", INDEX))
        memory_used = f"{many} MB, of a tenth {few} MB"
        results.append(
            [f"3 of 9 fields of {POINTS:,}: {what}", goal, f"{helper / seconds:.2f} × ({a_second}; {memory_used})"]
        )
    print(table(["what", "goal", "measured"], results))
    for index in (INDEX, f"{INDEX}-tenth"):
        Elasticsearch(url).indices.delete(index=index)


if __name__ == "__main__":
    main(sys.argv[1])
