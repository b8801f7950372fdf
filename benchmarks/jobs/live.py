"""J: from a line in to the line out, while a writer sends a thousand a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.answers import Differs
from benchmarks.job import Goal, Job, Measures, Peer
from benchmarks.measuring import ENVIRONMENT, family
from benchmarks.peers import flume, jq, miller, python

RATE = 1000  # lines a second

# a line tells when it was sent, by the clock that all processes share; one that is late is not waited for
WRITER = """
import os, sys, time
count, rate = int(sys.argv[1]), int(sys.argv[2])
begin = time.monotonic()
for number in range(count):
    time.sleep(max(0, begin + number / rate - time.monotonic()))
    line = f'{{"time":"2024-03-01T00:00:00.000Z","status":500,"number":{number},"sent":{time.monotonic_ns()}}}\\n'
    os.write(1, line.encode())"""

LOOP = """
import json, sys
for line in sys.stdin.buffer:
    point = json.loads(line)
    if point["status"] >= 500:
        sys.stdout.buffer.write(json.dumps(point).encode() + b"\\n")
        sys.stdout.buffer.flush()"""


def latency(peer: Peer, points: int) -> Measures:
    """How late lines come out, and what share of a core that takes; all must come out, in order."""
    command = [word for word in peer.command if word != "FILE"]
    begin, end = points // 6, points - points // 60  # what starts up is not yet there, what ends may be gone
    blocks: list[tuple[int, bytes]] = []
    looks: list[tuple[float, float]] = []  # when, and the processor time used until then
    lines = 0
    with (
        subprocess.Popen([sys.executable, "-c", WRITER, str(points), str(RATE)], stdout=subprocess.PIPE) as writer,
        subprocess.Popen(command, stdin=writer.stdout, stdout=subprocess.PIPE, env=ENVIRONMENT) as reader,
    ):
        assert writer.stdout
        assert reader.stdout
        writer.stdout.close()  # the reader alone has it, and hears of its end
        while block := os.read(reader.stdout.fileno(), 1 << 16):
            blocks.append((time.monotonic_ns(), block))
            lines += block.count(b"\n")
            if lines >= (end if looks else begin) and len(looks) < 2:
                looks.append((time.monotonic(), seconds_used(reader.pid)))
    if reader.returncode or lines != points:
        raise Differs(f"{peer.name}: {lines} of {points} lines came out")
    waits = sorted(delays(blocks)[begin:])
    measures = {"p50": waits[len(waits) // 2], "p99": waits[len(waits) * 99 // 100]}
    if len(looks) == 2:  # else all came at once
        (began, before), (ended, after) = looks
        measures["share"] = 100 * (after - before) / (ended - began)
    return measures


def delays(blocks: list[tuple[int, bytes]]) -> list[float]:
    """How many ms each line took, given when each block of text came out."""
    found: list[float] = []
    rest = b""
    for came, block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            point = json.loads(line)
            if point["number"] != len(found):
                raise Differs(f"line {point['number']} came out where {len(found)} should")
            found.append((came - point["sent"]) / 1e6)
    return found


def seconds_used(root: int) -> float:
    """The processor time of a process and all that it started."""
    ticks = 0
    for pid in family(root):
        with suppress(OSError):  # it has ended
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


J = Job(
    "J",
    "a thousand lines a second through a pipe: from line in to line out",
    points=6 * RATE,
    flume=flume("read('stdio') | filter('status >= 500') | write('stdio')"),
    peers=(
        python("a plain loop in Python", LOOP, "json"),
        jq("--unbuffered", "select(.status >= 500)"),
        miller("--ijsonl", "--ojsonl", "--records-per-batch", "1", "filter", "$status >= 500"),
    ),
    left_out=dict.fromkeys(["DuckDB", "Polars", "pandas"], "answers when its input has ended"),
    goals=(Goal("p99", 2), Goal("share", 8)),
    raced=False,
    besides=latency,
)

JOBS = [J]
