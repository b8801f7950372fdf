"""I: all points in order of a field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.answers import sorted_by
from benchmarks.job import Goal, Job, Point
from benchmarks.jobs.minutes import COLUMNS, points_of
from benchmarks.peers import duckdb, flume, jq, miller, pandas, polars, shell

# `time` is left out, as flume does where points are no longer in its order
SQL = "select * exclude (time) from {} order by latency"
BY_KEY = """
sed -E 's/^\\{"time":"[^"]*",(.*"latency":([0-9.]+).*)/\\2 {\\1/' FILE | LC_ALL=C sort -s -n -k1,1 | cut -d' ' -f2-"""


def truth(file: Path) -> Iterator[Point]:
    """The points by latency."""
    for point in sorted(points_of(file), key=lambda point: float(point["latency"])):
        del point["time"]
        yield point


I = Job(  # noqa: E741 - the jobs have letters
    "I",
    "sort by a field",
    data="jsonl",
    points=5_000_000,
    flume=flume("read('stdio', file='FILE') | sort('latency') | write('stdio')"),
    same=sorted_by("latency"),
    truth=truth,
    peers=(
        duckdb(SQL.format("read_json_auto('FILE')")),
        duckdb(SQL.format(f"read_json('FILE', {COLUMNS})"), "DuckDB, types declared"),
        polars("answer = pl.scan_ndjson('FILE').sort('latency').drop('time')"),
        pandas("answer = pd.read_json('FILE', lines=True).sort_values('latency').drop(columns='time')"),
        jq("-s", "sort_by(.latency)[] | del(.time)"),
        miller("--ijsonl", "--ojsonl", "sort", "-nf", "latency", "then", "cut", "-x", "-f", "time"),
        shell("sed, sort, cut", BY_KEY, "sort"),
    ),
    left_out={"mawk": "reads no JSON"},
    goals=(Goal("together", 256), Goal("wall", 1.5, ("DuckDB",))),
)

JOBS = [I]
