"""C: every point read, one field put, all written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.answers import in_order
from benchmarks.job import Goal, Job, Point
from benchmarks.jobs.minutes import COLUMNS, SMALL, points_of
from benchmarks.peers import duckdb, flume, jq, miller, pandas, polars

PROGRAM = "read('stdio', file='FILE') | put(kb=expr('bytes / 1024')) | "


def truth(file: Path) -> Iterator[Point]:
    """Every point with its kilobytes."""
    for point in points_of(file):
        yield {**point, "kb": point["bytes"] / 1024}


C = Job(
    "C",
    "put one field, write all",
    data="jsonl",
    points=2_000_000,
    flume=flume(f"{PROGRAM}write('stdio', compact=True)"),
    same=in_order,
    truth=truth,
    peers=(
        duckdb("select *, bytes / 1024 as kb from read_json_auto('FILE')"),
        duckdb(f"select *, bytes / 1024 as kb from read_json('FILE', {COLUMNS})", "DuckDB, types declared"),
        polars('answer = pl.scan_ndjson("FILE").with_columns(kb=pl.col("bytes") / 1024)'),
        pandas('answer = pd.read_json("FILE", lines=True)\nanswer["kb"] = answer["bytes"] / 1024'),
        jq(".kb = .bytes / 1024"),
        miller("--ijsonl", "--ojsonl", "put", "$kb = $bytes / 1024"),
    ),
    left_out={"mawk": "reads no JSON"},
    goals=(Goal("wall", 0.75, ("DuckDB", "Polars")), SMALL),
)

SPACED = replace(
    C,
    name="C-spaced",
    question="the same, written with a space after each comma and colon, as flume does unless told otherwise",
    flume=flume(f"{PROGRAM}write('stdio')"),
    peers=tuple(peer for peer in C.peers if peer.name in ("DuckDB", "Polars")),
    left_out={},
    goals=(SMALL,),
)

JOBS = [C, SPACED]
