"""What a stranger's data is like: A's question of bad lines, at the end of a pipe, compressed; and very many groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.answers import by
from benchmarks.job import Goal, Job, Point
from benchmarks.jobs.minutes import FAILED, REDUCED, SMALL, SQL, A, jq_of, mean, miller_of, points_of, program
from benchmarks.peers import duckdb, flume, piped, polars

FRIENDLY = "flume, friendly"
NEVER_TWICE = Goal("wall", 2, (FRIENDLY,))
PER_HOST = flume(program("reduce(count=count(), avg=avg('latency'), by='host')", "remove('time')"))


def truth_by_host(file: Path) -> Iterator[Point]:
    """Count and average by host."""
    groups = defaultdict(list)
    for point in points_of(file):
        groups[point["host"]].append(point["latency"])
    for host, values in groups.items():
        yield {"count": len(values), "avg": mean(values), "host": host}


UNKIND = replace(
    A,
    name="unkind",
    question="A's question; 2 % bad lines, latency null, missing or text, time last and without milliseconds",
    data="unkind",
    peers=(
        replace(A.flume, name=FRIENDLY, data="jsonl"),
        duckdb(
            SQL.replace("avg(latency)", "avg(try_cast(latency as double))").format(
                "read_json_auto('FILE', ignore_errors=true) where status >= 500"
            )
        ),
        jq_of(" | fromjson? | select(.status >= 500)", "-nR"),
    ),
    left_out={**A.left_out, **dict.fromkeys(["Polars", "pandas", "Miller"], "stops at a line that is no JSON")},
    goals=(NEVER_TWICE, SMALL),
)

GROUPS = Job(
    "groups",
    "count and average by host, of which there are 200,000",
    data="hosts",
    points=5_000_000,
    flume=PER_HOST,
    same=by("host"),
    truth=truth_by_host,
    peers=(
        replace(PER_HOST, name=FRIENDLY, data="jsonl"),
        duckdb("select count(*) as count, avg(latency) as avg, host from read_json_auto('FILE') group by host"),
        polars("answer = pl.scan_ndjson('FILE').group_by('host').agg(count=pl.len(), avg=pl.col('latency').mean())"),
    ),
    goals=(NEVER_TWICE,),
)

PIPED = replace(
    A,
    name="piped",
    question="A's question behind `cat`, at the end of a pipe",
    flume=piped(flume(program(FAILED, REDUCED, source="read('stdio')"))),
    peers=(
        replace(A.flume, name=FRIENDLY, data="jsonl"),
        piped(duckdb(SQL.format("read_json_auto('/dev/stdin') where status >= 500"))),
        piped(jq_of(" | select(.status >= 500)")),
        piped(miller_of("jsonl", "filter", "$status >= 500", "then")),
    ),
    left_out={**A.left_out, "Polars": "scans no pipe"},
    goals=(NEVER_TWICE, SMALL),
)

GZIPPED = replace(
    A,
    name="gzipped",
    question="A's question of a compressed file",
    data="gzipped",
    peers=(
        replace(A.flume, name=FRIENDLY, data="jsonl"),
        *(peer for peer in A.peers if peer.name in ("DuckDB", "Polars")),
        piped(jq_of(" | select(.status >= 500)"), "zcat"),
        miller_of("jsonl", "--gzin", "filter", "$status >= 500", "then"),
    ),
    goals=(NEVER_TWICE, SMALL),
)

JOBS = [UNKIND, GROUPS, PIPED, GZIPPED]
