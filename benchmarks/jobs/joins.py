"""N: each request beside the load of its host, as it was measured last before it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.answers import by, sorted_by
from benchmarks.job import Goal, Job, Point
from benchmarks.jobs.minutes import COLUMNS, mean, points_of
from benchmarks.peers import duckdb, flume, pandas, polars

WITHIN = timedelta(milliseconds=100)
JOINED = "(read('stdio', file='FILE'), read('stdio', file='OTHER')) | join('host', asof='100ms')"
REDUCED = "reduce(count=count(), latency=avg('latency'), load=maximum('load'), by='host') | remove('time')"
LOADS = "columns={time: 'TIMESTAMP', host: 'VARCHAR', load: 'DOUBLE', free: 'BIGINT'}"
NEAR = "where a.time - b.time <= interval 100 milliseconds"
ASOF = f"from {{}} a asof join {{}} b on a.host = b.host and a.time >= b.time {NEAR}"
GROUPED = f"select count(*) as count, avg(latency) as latency, max(load) as load, a.host as host {ASOF} group by a.host"
WHOLE = f"select a.*, b.load, b.free {ASOF} order by a.time"
UNTYPED = "read_json_auto('FILE')", "read_json_auto('OTHER')"
TYPED = f"read_json('FILE', {COLUMNS})", f"read_json('OTHER', {LOADS})"
POLARS = """
time = pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ").set_sorted()
rows, loads = (pl.scan_ndjson(file).with_columns(time) for file in ("FILE", "OTHER"))
joined = rows.join_asof(loads, on="time", by="host", tolerance="100ms", check_sortedness=False)
joined = joined.filter(pl.col("load").is_not_null())
"""
PANDAS = """
rows, loads = (pd.read_json(file, lines=True) for file in ("FILE", "OTHER"))
for frame in (rows, loads):
    frame["time"] = pd.to_datetime(frame["time"])
joined = pd.merge_asof(rows, loads, on="time", by="host", tolerance=pd.Timedelta("100ms")).dropna(subset="load")
"""


def truth(file: Path) -> Iterator[Point]:
    """Each request with the last load before it."""
    measured: dict[str, tuple[list[datetime], list[Point]]] = defaultdict(lambda: ([], []))
    for point in points_of(file.with_name(file.name.replace("jsonl-", "loads-"))):
        times, points = measured[point["host"]]
        times.append(datetime.fromisoformat(point["time"]))
        points.append(point)
    for point in points_of(file):
        times, points = measured[point["host"]]
        time = datetime.fromisoformat(point["time"])
        place = bisect_right(times, time) - 1
        if place >= 0 and time - times[place] <= WITHIN:
            yield {**points[place], **point}


def truth_by_host(file: Path) -> Iterator[Point]:
    """How many there are of each host, and what they have."""
    groups = defaultdict(list)
    for point in truth(file):
        groups[point["host"]].append(point)
    for host, points in groups.items():
        latency = mean([point["latency"] for point in points])
        yield {"count": len(points), "latency": latency, "load": max(p["load"] for p in points), "host": host}


N = Job(
    "N",
    "join two files by host and the latest time before; count and average by host",
    data="jsonl",
    other="loads",
    points=1_000_000,
    flume=flume(f"{JOINED} | {REDUCED} | write('stdio')"),
    same=by("host"),
    truth=truth_by_host,
    peers=(
        duckdb(GROUPED.format(*UNTYPED)),
        duckdb(GROUPED.format(*TYPED), "DuckDB, types declared"),
        polars(
            f"""{POLARS}
columns = {{"count": pl.len(), "latency": pl.col("latency").mean(), "load": pl.col("load").max()}}
answer = joined.group_by("host").agg(**columns)"""
        ),
        pandas(
            f"""{PANDAS}
columns = {{"count": ("load", "size"), "latency": ("latency", "mean"), "load": ("load", "max")}}
answer = joined.groupby("host", as_index=False).agg(**columns)"""
        ),
    ),
    left_out={"jq": "has no such join", "Miller": "has no such join", "mawk": "reads no JSON"},
    goals=(Goal("wall", 3, ("Polars",)),),
)

WRITTEN = replace(
    N,
    name="N-written",
    question="the same joined points, all written",
    flume=flume(f"{JOINED} | write('stdio', compact=True)"),
    same=sorted_by("time"),
    truth=truth,
    peers=(
        duckdb(WHOLE.format(*UNTYPED)),
        duckdb(WHOLE.format(*TYPED), "DuckDB, types declared"),
        polars(f"{POLARS}answer = joined"),
    ),
)

JOBS = [N, WRITTEN]
