"""D: the fifth of the points that pass a filter, whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.answers import in_order
from benchmarks.job import Goal, Job, Point
from benchmarks.jobs.minutes import COLUMNS, SMALL, points_of
from benchmarks.peers import duckdb, flume, jq, miller, pandas, polars, shell


def truth(file: Path) -> Iterator[Point]:
    """The points whose status is an error's."""
    return (point for point in points_of(file) if point["status"] >= 400)


D = Job(
    "D",
    "filter that one in five passes, whole points written",
    data="jsonl",
    points=2_000_000,
    flume=flume("read('stdio', file='FILE') | filter('status >= 400') | write('stdio')"),
    same=in_order,
    truth=truth,
    peers=(
        duckdb("select * from read_json_auto('FILE') where status >= 400"),
        duckdb(f"select * from read_json('FILE', {COLUMNS}) where status >= 400", "DuckDB, types declared"),
        polars('answer = pl.scan_ndjson("FILE").filter(pl.col("status") >= 400)'),
        pandas('answer = pd.read_json("FILE", lines=True)\nanswer = answer[answer["status"] >= 400]'),
        jq("select(.status >= 400)"),
        miller("--ijsonl", "--ojsonl", "filter", "$status >= 400"),
        # it reads no JSON: this is how fast bytes can be looked at
        shell("grep, which only looks at bytes", """grep '"status":[4-9]..,' FILE""", "grep"),
    ),
    left_out={"mawk": "reads no JSON"},
    goals=(Goal("wall", 0.7, ("DuckDB",)), SMALL),
)

JOBS = [D]
