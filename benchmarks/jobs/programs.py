"""F: which program wrote how many lines of a syslog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.answers import sorted_by
from benchmarks.job import Goal, Job, Point
from benchmarks.jobs.minutes import SMALL
from benchmarks.peers import duckdb, flume, mawk, polars, pygrok

LINES = "read_csv('FILE', columns={line: 'VARCHAR'}, auto_detect=false, header=false, delim='\\0', quote='', escape='')"
PATTERN = r"^\w{3} +\d+ \d\d:\d\d:\d\d \S+ ([^\[:]+)"
MAWK = r"""
{ sub(/(\[[0-9]+\])?:$/, "", $5); count[$5]++ }
END { for (name in count) printf "{\"count\":%d,\"program\":\"%s\"}\n", count[name], name | "sort -t: -k2n" }"""


def truth(file: Path) -> Iterator[Point]:
    """The counts, the least first."""
    with file.open(encoding="utf-8") as lines:
        counts = Counter(line.split()[4].rstrip(":").partition("[")[0] for line in lines)
    return ({"count": count, "program": program} for program, count in reversed(counts.most_common()))


F = Job(
    "F",
    "grok: count syslog lines by program, in order",
    data="syslog",
    points=2_000_000,
    flume=flume(
        "read('stdio', file='FILE', format='grok', pattern='%{SYSLOGLINE}', time='timestamp') | "
        "reduce(count=count(), by='program') | sort('count') | write('stdio')"
    ),
    same=sorted_by("count"),
    truth=truth,
    peers=(
        duckdb(
            f"select count(*) as count, regexp_extract(line, '{PATTERN}', 1) as program from {LINES} "
            "group by program order by count"
        ),
        polars(
            f"""
program = pl.col("line").str.extract(r"{PATTERN}", 1)
answer = pl.scan_lines("FILE", name="line").group_by(program=program).agg(count=pl.len()).sort("count")"""
        ),
        mawk(MAWK),
        pygrok(
            """
from collections import Counter
grok = Grok("%{SYSLOGLINE}")
counts = Counter(grok.match(line)["program"] for line in open("FILE"))
for program, count in sorted(counts.items(), key=lambda item: item[1]):
    print(json.dumps({"count": count, "program": program}))"""
        ),
    ),
    left_out=dict.fromkeys(["pandas", "jq", "Miller"], "reads no lines of text with a pattern"),
    goals=(
        Goal("wall", 1 / 15, ("pygrok",)),
        Goal("wall", 1.0, ("DuckDB",)),
        Goal("wall", 0.8, ("mawk",)),
        SMALL,
    ),
)

JOBS = [F]
