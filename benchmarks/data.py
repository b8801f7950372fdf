"""Makes the files that the benchmarks read, always the same: `python -m benchmarks.data KIND POINTS`.

Kinds: `jsonl`, a web log with a field more than any job reads; `gzipped`, the same compressed; `long`, the same again
and again; `hosts` and `visits`, from 200,000 and 100,000 hosts; `loads`, how busy the hosts of the log were, about as
often; `unkind`, with bad lines, missing, null and wrong values, times last and without milliseconds; `csv` and
`quoted`, the web log as a table; `syslog` and `apache`.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).with_name(".data")
BEGIN = datetime(2024, 3, 1, tzinfo=UTC)
HOSTS = [f"web-{number:02}" for number in range(1, 21)]
METHODS = ["GET"] * 8 + ["POST", "PUT"]
STATUS = [200] * 70 + [301, 304] * 5 + [400, 401, 403, 404, 404, 404, 404, 429] + [500, 502, 503, 504] * 3
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (Windows NT 10.0; Win64)", "curl/8.5.0", "kube-probe/1.29"]
PATHS = ["/", "/login", "/api/v1/items", "/api/v1/items/{}", "/static/app.{}.js", "/search?q={}"]
PROGRAMS = ["kernel", "CRON", "NetworkManager", "wpa_supplicant", "anacron", "laptop-mode", "sshd", "systemd"]


def file(kind: str, points: int) -> Path:
    """The file of this kind and size, made where it is not there yet."""
    lines, suffix = KINDS[kind]
    path = FOLDER / f"{kind}-{points}{suffix}"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        opened = gzip.open if suffix.endswith(".gz") else open
        with opened(part, "wt", encoding="utf-8", newline="\n") as out:
            out.writelines(lines(points))
        part.rename(path)
    return path


def rows(points: int) -> Iterator[dict[str, object]]:
    """The web log: a hundred or so points a second, in order of time."""
    dice = random.Random(1)
    moment = BEGIN
    for number in range(points):
        moment += timedelta(microseconds=dice.randrange(20) * 1000)
        yield {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "host": dice.choice(HOSTS),
            "method": dice.choice(METHODS),
            "path": dice.choice(PATHS).format(number % 1000),
            "status": dice.choice(STATUS),
            "latency": round(dice.expovariate(1 / 80), 3),
            "bytes": dice.randrange(50, 60_000),
            "agent": dice.choice(AGENTS),
        }


def jsonl(points: int) -> Iterator[str]:
    """One object a line, without spaces."""
    for row in rows(points):
        yield json.dumps(row, separators=(",", ":")) + "\n"


def long(points: int) -> Iterator[str]:
    """The first hundred thousand lines over and over, for a file that is only begun."""
    some = list(jsonl(min(points, 100_000)))
    for done in range(0, points, len(some)):
        yield from some[: points - done]


def hosts(points: int) -> Iterator[str]:
    """A host of 200,000 in each line."""
    dice = random.Random(4)
    for row in rows(points):
        row["host"] = f"node-{dice.randrange(200_000):06}"
        yield json.dumps(row, separators=(",", ":")) + "\n"


def visits(points: int) -> Iterator[str]:
    """A host of 100,000 in each line."""
    dice = random.Random(5)
    for row in rows(points):
        row["host"] = f"node-{dice.randrange(100_000):05}"
        yield json.dumps(row, separators=(",", ":")) + "\n"


def unkind(points: int) -> Iterator[str]:
    """What real files have."""
    dice = random.Random(2)
    for row in rows(points):
        chance = dice.random()
        if chance < 0.02:
            yield f"garbage {row['path']}\n"
            continue
        if chance < 0.04:
            row["latency"] = None
        elif chance < 0.06:
            del row["latency"]
        elif chance < 0.08:
            row["latency"] = "n/a"
        row["time"] = str(row.pop("time")).partition(".")[0] + "Z"
        yield json.dumps(row, separators=(",", ":")) + "\n"


def loads(points: int) -> Iterator[str]:
    """A measure of one of the hosts a line, in order of time, no two at one time."""
    dice = random.Random(5)
    moment = BEGIN
    for _ in range(points):
        moment += timedelta(milliseconds=dice.randrange(1, 19))
        row = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "host": dice.choice(HOSTS),
            "load": round(dice.random() * 8, 2),
            "free": dice.randrange(1 << 30),
        }
        yield json.dumps(row, separators=(",", ":")) + "\n"


def csv(points: int) -> Iterator[str]:
    """A table whose cells need no quotes."""
    for number, row in enumerate(rows(points)):
        if number == 0:
            yield ",".join(row) + "\n"
        yield ",".join(map(str, row.values())).replace("(", "").replace(")", "") + "\n"


def quoted(points: int) -> Iterator[str]:
    """The same with texts in quotes, some with commas."""
    for number, row in enumerate(rows(points)):
        if number == 0:
            yield ",".join(row) + "\n"
        row["agent"] = f'"{row["agent"]}, like Gecko"'
        row["path"] = f'"{row["path"]}"'
        yield ",".join(map(str, row.values())) + "\n"


def syslog(points: int) -> Iterator[str]:
    """Lines of RFC 3164."""
    dice = random.Random(1)
    moment = datetime(2016, 1, 1)
    for number in range(points):
        moment += timedelta(seconds=dice.random() * 10)
        program = dice.choice(PROGRAMS)
        pid = "" if program in ("kernel", "laptop-mode") else f"[{dice.randrange(400, 32000)}]"
        stamp = f"{moment:%b} {moment.day:2} {moment:%H:%M:%S}"
        yield f"{stamp} localhost {program}{pid}: message number {number} of {dice.randrange(1000)}\n"


def apache(points: int) -> Iterator[str]:
    """Lines of the combined log format."""
    dice = random.Random(3)
    for row in rows(points):
        moment = datetime.fromisoformat(str(row["time"]))
        client = f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(256)}"
        request = f"{row['method']} {row['path']} HTTP/1.1"
        yield (
            f'{client} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "{request}" {row["status"]} {row["bytes"]} '
            f'"https://example.org/" "{row["agent"]}"\n'
        )


KINDS: dict[str, tuple[Callable[[int], Iterator[str]], str]] = {
    "jsonl": (jsonl, ".jsonl"),
    "gzipped": (jsonl, ".jsonl.gz"),
    "long": (long, ".jsonl"),
    "hosts": (hosts, ".jsonl"),
    "visits": (visits, ".jsonl"),
    "unkind": (unkind, ".jsonl"),
    "loads": (loads, ".jsonl"),
    "csv": (csv, ".csv"),
    "quoted": (quoted, ".csv"),
    "syslog": (syslog, ".log"),
    "apache": (apache, ".log"),
}

if __name__ == "__main__":
    print(file(sys.argv[1], int(sys.argv[2])))
