"""G: how large what a web server sent was, by minute and status.

Percentiles are by nearest rank, the ceil(p n)-th smallest value, which is `quantile_disc` of DuckDB and `equiprobable`
of Polars.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks.answers import by
from benchmarks.job import Goal, Job, Point
from benchmarks.jobs.minutes import SMALL
from benchmarks.jobs.programs import LINES
from benchmarks.peers import duckdb, flume, polars, pygrok, shell

PATTERN = r'^\S+ \S+ \S+ \[([^\]]+)\] "[^"]*" (\d+) (\d+|-)'


def nearest_rank(values: list[int], percent: float) -> int:
    """The percentile of sorted values."""
    return values[max(0, math.ceil(percent * len(values) / 100) - 1)]


def truth(file: Path) -> Iterator[Point]:
    """The percentiles of bytes."""
    groups = defaultdict(list)
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if found := re.match(PATTERN, line):
                time = datetime.strptime(found[1], "%d/%b/%Y:%H:%M:%S %z")
                groups[f"{time:%Y-%m-%dT%H:%M:00Z}", found[2]].append(int(found[3]))
    for (minute, response), values in groups.items():
        values.sort()
        p50, p99 = nearest_rank(values, 50), nearest_rank(values, 99)
        yield {"p50": p50, "p99": p99, "response": response, "time": minute}


# what mawk cannot do, sorting, is done by sort
MAWK = r"""
mawk 'BEGIN { split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names); for (i in names) month[names[i]] = i }
{ t = $4; printf "%s-%02d-%sT%s:00Z %s %s\n",
  substr(t, 9, 4), month[substr(t, 5, 3)], substr(t, 2, 2), substr(t, 14, 5), $9, $10 }' FILE |
LC_ALL=C sort -k1,2 -k3,3n |
mawk 'function rank(p) { r = p * n / 100; r = r == int(r) ? r : int(r) + 1; return value[r < 1 ? 1 : r] }
function tell() { if (n) printf "{\"p50\":%d,\"p99\":%d,\"response\":\"%s\",\"time\":\"%s\"}\n",
  rank(50), rank(99), response, minute }
$1 != minute || $2 != response { tell(); n = 0; minute = $1; response = $2 }
{ value[++n] = $3 }
END { tell() }'"""

PYGROK = """
import math
from collections import defaultdict
from datetime import datetime
grok = Grok("%{COMBINEDAPACHELOG}")
groups = defaultdict(list)
for line in open("FILE"):
    found = grok.match(line)
    time = datetime.strptime(found["timestamp"], "%d/%b/%Y:%H:%M:%S %z")
    groups[time.replace(second=0), found["response"]].append(int(found["bytes"]))
for (time, response), values in groups.items():
    values.sort()
    p50, p99 = (values[max(0, math.ceil(p * len(values) / 100) - 1)] for p in (50, 99))
    print(json.dumps({"p50": p50, "p99": p99, "response": response, "time": time.isoformat()}))"""

G = Job(
    "G",
    "grok: p50 and p99 of bytes of apache lines by minute and status",
    data="apache",
    points=2_000_000,
    # the pattern that everybody knows gives text, so bytes are made a number
    flume=flume(
        "read('stdio', file='FILE', format='grok', pattern='%{COMBINEDAPACHELOG}', time='timestamp') | "
        "put(bytes=expr('int(bytes)')) | "
        "reduce(p50=percentile('bytes', 50), p99=percentile('bytes', 99), every='1m', on='0s', by='response') | "
        "write('stdio')"
    ),
    same=by("time", "response"),
    truth=truth,
    peers=(
        duckdb(
            f"""
            select quantile_disc(p.bytes::bigint, 0.5) as p50, quantile_disc(p.bytes::bigint, 0.99) as p99, p.response,
                   date_trunc('minute', strptime(p.timestamp, '%d/%b/%Y:%H:%M:%S %z')) as time
            from (select regexp_extract(line, '{PATTERN}', ['timestamp', 'response', 'bytes']) as p from {LINES})
            group by all"""
        ),
        polars(
            f"""
found = pl.col("line").str.extract_groups(r'{PATTERN}')
size = found.struct["3"].cast(pl.Int64)
time = found.struct["1"].str.to_datetime("%d/%b/%Y:%H:%M:%S %z").dt.truncate("1m")
rows = pl.scan_lines("FILE", name="line").select(time=time, response=found.struct["2"], size=size)
answer = rows.group_by("time", "response").agg(
    p50=pl.col("size").quantile(0.5, "equiprobable").cast(int),
    p99=pl.col("size").quantile(0.99, "equiprobable").cast(int))"""
        ),
        shell("mawk and sort", MAWK, "mawk"),
        pygrok(PYGROK),
    ),
    left_out=dict.fromkeys(["pandas", "jq", "Miller"], "reads no lines of text with a pattern"),
    goals=(Goal("wall", 1 / 15, ("pygrok",)), Goal("wall", 1.15, ("DuckDB",)), SMALL),
)

JOBS = [G]
