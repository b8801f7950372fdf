"""L, M: windows that overlap, and windows that end in a quiet."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.answers import by
from benchmarks.job import Goal, Job, Point
from benchmarks.jobs.minutes import SMALL, points_of, program
from benchmarks.peers import duckdb, flume, polars

HOUR = timedelta(hours=1)
GAP = timedelta(minutes=30)


def stamp(time: datetime) -> str:
    """As flume spells it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def truth_of_hours(file: Path) -> Iterator[Point]:
    """The average of the hour before each full minute's end, where the hour is all there."""
    minutes: dict[datetime, list[float]] = defaultdict(list)
    for point in points_of(file):
        minutes[datetime.fromisoformat(point["time"]).replace(second=0, microsecond=0)].append(point["latency"])
    hour: deque[tuple[float, int]] = deque()
    time = min(minutes)
    while time <= max(minutes):
        hour.append((math.fsum(minutes[time]), len(minutes[time])))
        if len(hour) == 60:
            yield {"avg": math.fsum(total for total, _ in hour) / sum(n for _, n in hour), "time": stamp(time)}
            hour.popleft()
        time += timedelta(minutes=1)


def truth_of_sessions(file: Path) -> Iterator[Point]:
    """Sorted, and split where a host was quiet for half an hour."""
    hosts: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for point in points_of(file):
        hosts[point["host"]].append((datetime.fromisoformat(point["time"]), point["latency"]))
    for host, visits in hosts.items():
        visits.sort()
        start = 0
        for place in range(1, len(visits) + 1):
            if place == len(visits) or visits[place][0] - visits[place - 1][0] >= GAP:
                latencies = [latency for _, latency in visits[start:place]]
                yield {
                    "count": place - start,
                    "avg": math.fsum(latencies) / len(latencies),
                    "host": host,
                    "time": stamp(visits[start][0]),
                }
                start = place


L = Job(
    "L",
    "the average of the last hour, every minute",
    data="jsonl",
    points=5_000_000,
    flume=flume(program("reduce(avg=avg('latency'), every='1m', over='1h', on='0s')")),
    same=by("time"),
    truth=truth_of_hours,
    peers=(
        # by minutes first, which is the fastest way to ask it
        duckdb(
            "with minutes as (select date_trunc('minute', time) as time, sum(latency) as total, count(latency) as n "
            "from read_json_auto('FILE') group by 1) select sum(total) over hour / sum(n) over hour as avg, time from "
            "minutes window hour as (order by time range between interval 59 minutes preceding and current row) "
            "qualify time >= (select min(time) from minutes) + interval 59 minutes"
        ),
        polars(
            """
rows = pl.scan_ndjson("FILE")
rows = rows.select(pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ").dt.truncate("1m"), "latency")
minutes = rows.group_by("time").agg(total=pl.col("latency").sum(), n=pl.len()).sort("time")
hours = minutes.rolling("time", period="1h").agg(total=pl.col("total").sum(), n=pl.col("n").sum(), rows=pl.len())
answer = hours.filter(pl.col("rows") == 60).select((pl.col("total") / pl.col("n")).alias("avg"), "time")"""
        ),
    ),
    goals=(Goal("wall", 1.5, ("DuckDB",)), SMALL),
)

M = Job(
    "M",
    "sessions of 100,000 hosts, which end after half an hour of quiet",
    data="visits",
    points=1_000_000,
    flume=flume(program("reduce(count=count(), avg=avg('latency'), by='host', gap='30m')")),
    same=by("host", "time"),
    truth=truth_of_sessions,
    peers=(
        polars(
            """
rows = pl.scan_ndjson("FILE")
rows = rows.select("host", "latency", pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ")).sort("host", "time")
new = pl.col("time").diff() >= pl.duration(minutes=30)
rows = rows.with_columns(session=new.fill_null(True).cum_sum().over("host"))
answer = rows.group_by("host", "session").agg(
    count=pl.len(), avg=pl.col("latency").mean(), time=pl.col("time").first()).drop("session")"""
        ),
        duckdb(
            "with visits as (select host, latency, time, time - lag(time) over (partition by host order by time) >= "
            "interval 30 minutes as new from read_json_auto('FILE')), sessions as (select *, count(*) filter (new) "
            "over (partition by host order by time) as session from visits) select count(*) as count, avg(latency) "
            "as avg, host, min(time) as time from sessions group by host, session"
        ),
    ),
    goals=(Goal("wall", 2, ("Polars",)),),
)

JOBS = [L, M]
