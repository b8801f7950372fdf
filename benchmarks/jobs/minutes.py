"""A, B, E: how many requests, and how long they took, by minute and host."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from benchmarks.answers import by
from benchmarks.job import Goal, Job, Peer, Point
from benchmarks.peers import duckdb, flume, jq, mawk, miller, pandas, polars

FAILED = "filter('status >= 500')"
REDUCED = "reduce(count=count(), avg=avg('latency'), every='1m', on='0s', by='host')"
SQL = "select count(*) as count, avg(latency) as avg, host, date_trunc('minute', time) as time from {} group by all"
COLUMNS = (
    "columns={time: 'TIMESTAMP', host: 'VARCHAR', method: 'VARCHAR', path: 'VARCHAR', "
    "status: 'BIGINT', latency: 'DOUBLE', bytes: 'BIGINT', agent: 'VARCHAR'}"
)
SMALL = Goal("largest", 64)


def program(*steps: str, source: str = "read('stdio', file='FILE')") -> str:
    """The program of flume."""
    return " | ".join([source, *steps, "write('stdio')"])


# -- the peers ----------------------------------------------------------------------------------


def polars_of(scan: str, where: str = "") -> Peer:
    """Polars, in the shape that it scans without holding the file."""
    return polars(
        f"""
rows = pl.scan_{scan}{where}
minute = pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ").dt.truncate("1m")
answer = rows.group_by(minute, "host").agg(count=pl.len(), avg=pl.col("latency").mean())"""
    )


def pandas_of(read: str, where: str = "") -> Peer:
    """pandas, the whole file in memory."""
    return pandas(
        f"""
rows = pd.{read}
rows["time"] = pd.to_datetime(rows["time"]).dt.floor("min"){where}
answer = rows.groupby(["time", "host"], as_index=False).agg(count=("latency", "size"), avg=("latency", "mean"))"""
    )


def jq_of(where: str = "", options: str = "-n") -> Peer:
    """jq, which can only keep what it has seen in one value."""
    script = f"""
reduce (inputs{where}) as $p ({{}}; .[$p.time[:16] + "/" + $p.host] |= (
    .count += 1 | if $p.latency | type == "number" then .sum += $p.latency | .n += 1 else . end))
| to_entries[] | (.key / "/") as [$minute, $host] | .value
| {{count, avg: (if .n then .sum / .n else null end), $host, time: ($minute + ":00Z")}}"""
    return jq(options, script)


def miller_of(form: str, *where: str) -> Peer:
    """Miller, with minutes cut from the text, as its functions of time are slow."""
    minute = ("put", '$time = substr($time, 0, 15) . ":00Z"', "then")
    verbs = ("stats1", "-a", "count,mean", "-f", "latency", "-g", "time,host", "then")
    named = ("rename", "latency_count,count,latency_mean,avg")
    return miller(f"--i{form}", "--ojsonl", *where, *minute, *verbs, *named)


MAWK = """
NR > 1 && $5 >= 500 { key = substr($1, 1, 16) ":00Z\\",\\"host\\":\\"" $2; count[key]++; sum[key] += $6 }
END { for (key in count)
    printf "{\\"time\\":\\"%s\\",\\"count\\":%d,\\"avg\\":%.17g}\\n", key, count[key], sum[key] / count[key] }"""


# -- the truth ----------------------------------------------------------------------------------


def points_of(file: Path) -> Iterator[Point]:
    """The points of a file, whatever its form; lines that are none are left out."""
    if file.suffix == ".csv":
        with file.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                yield {**row, "status": int(row["status"]), "latency": float(row["latency"])}
        return
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            with suppress(json.JSONDecodeError):
                yield json.loads(line)


def truth(file: Path, least: int = 500) -> Iterator[Point]:
    """Count and average by minute and host, of points with that status or more."""
    groups = defaultdict(list)
    for point in points_of(file):
        if point["status"] >= least:
            groups[point["time"][:16], point["host"]].append(point.get("latency"))
    for (minute, host), values in groups.items():
        yield {"count": len(values), "avg": mean(values), "host": host, "time": f"{minute}:00Z"}


def mean(values: list[object]) -> float | None:
    """The mean of those that are numbers."""
    numbers = [value for value in values if isinstance(value, int | float)]
    return math.fsum(numbers) / len(numbers) if numbers else None


def truth_of_all(file: Path) -> Iterator[Point]:
    """The same unfiltered."""
    return truth(file, least=0)


# -- the jobs -----------------------------------------------------------------------------------

A = Job(
    "A",
    "filter, then count and average by minute and host",
    data="jsonl",
    points=5_000_000,
    flume=flume(program(FAILED, REDUCED)),
    same=by("time", "host"),
    truth=truth,
    peers=(
        duckdb(SQL.format("read_json_auto('FILE') where status >= 500")),
        duckdb(SQL.format(f"read_json('FILE', {COLUMNS}) where status >= 500"), "DuckDB, types declared"),
        polars_of("ndjson('FILE')", '.filter(pl.col("status") >= 500)'),
        pandas_of("read_json('FILE', lines=True)", '\nrows = rows[rows["status"] >= 500]'),
        jq_of(" | select(.status >= 500)"),
        miller_of("jsonl", "filter", "$status >= 500", "then"),
    ),
    left_out={"mawk": "reads no JSON"},
    goals=(Goal("wall", 0.95, ("DuckDB",)), Goal("wall", 0.65, ("Polars",)), SMALL),
)

B = Job(
    "B",
    "the same unfiltered",
    data="jsonl",
    points=5_000_000,
    flume=flume(program(REDUCED)),
    same=by("time", "host"),
    truth=truth_of_all,
    peers=(
        duckdb(SQL.format("read_json_auto('FILE')")),
        duckdb(SQL.format(f"read_json('FILE', {COLUMNS})"), "DuckDB, types declared"),
        polars_of("ndjson('FILE')"),
        pandas_of("read_json('FILE', lines=True)"),
        jq_of(),
        miller_of("jsonl"),
    ),
    left_out={"mawk": "reads no JSON"},
    goals=(Goal("wall", 0.95, ("DuckDB",)), Goal("wall", 0.55, ("Polars",)), SMALL),
)

E = Job(
    "E",
    "A's question of CSV without quotes",
    data="csv",
    points=5_000_000,
    flume=A.flume,
    same=A.same,
    truth=truth,
    peers=(
        duckdb(SQL.format("read_csv_auto('FILE') where status >= 500")),
        duckdb(SQL.format(f"read_csv('FILE', {COLUMNS}) where status >= 500"), "DuckDB, types declared"),
        polars_of("csv('FILE')", '.filter(pl.col("status") >= 500)'),
        pandas_of("read_csv('FILE')", '\nrows = rows[rows["status"] >= 500]'),
        replace(miller_of("csv", "filter", "$status >= 500", "then"), part=1),  # of CSV it is fast
        mawk(MAWK, "-F,"),
    ),
    left_out={"jq": "reads no CSV"},
    goals=(Goal("wall", 1.6, ("DuckDB",)), Goal("wall", 0.25, ("Miller",)), SMALL),
)

E_QUOTED = replace(
    E,
    name="E-quoted",
    question="A's question of CSV with cells in quotes",
    data="quoted",
    peers=tuple(peer for peer in E.peers if peer.name != "mawk"),
    left_out={"jq": "reads no CSV", "mawk": "knows no quotes"},
    goals=(Goal("wall", 2.5, ("DuckDB",)), Goal("wall", 0.25, ("Miller",)), SMALL),
)

JOBS = [A, B, E, E_QUOTED]
