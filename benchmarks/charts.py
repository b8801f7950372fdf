"""`python -m benchmarks.charts`: what charts cost, in processor time, medians; they have no peers.

Lines: 100,000 points to a picture, core's part with the view's, in a process that has begun and drawn before.
Live: 10,000 points a second to bars that are drawn anew each second, on a terminal of its own.
Start: 12 points to bars, whole processes, beside the same points written.
"""

from __future__ import annotations

import json
import math
import os
import pty
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from benchmarks.measuring import ENVIRONMENT
from benchmarks.peers import FLUME
from benchmarks.report import table
from flume import barchart, linechart, registry
from flume.flow import Batch, Source
from flume.report import Account
from flume.run import Run
from flume.viewing import Target

POINTS, ROUNDS = 100_000, 7
RATE, BLOCKS, SECONDS = 10_000, 100, 20  # points and blocks a second
DRAWN = {("terminal", "txt"): 0.15, ("gnuplot", "txt"): 0.15, ("pygal", "svg"): 0.15, ("pygal", "png"): 0.3}
TWELVE = f"emit(points={[{'month': f'm{n}', 'value': n} for n in range(12)]})"


def used() -> float:
    """The processor time of this process and of those that it has waited for."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def lines() -> Iterator[list[str]]:
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    points = [{"time": begin + timedelta(seconds=n), "value": math.sin(n / 1000) + n % 2} for n in range(POINTS)]
    for (view, format), goal in DRAWN.items():
        took = [drawn(points, view, format) for _ in range(ROUNDS + 1)][1:]
        yield [f"{POINTS:,} points to a line, {view}, {format}", f"≤ {goal} s", f"{median(took):.3f} s"]


def drawn(points: Batch, view: str, format: str) -> float:
    word = linechart(view, last=POINTS)
    before = used()
    plot = word.plot(word.asked(), Account("line"))
    for first in range(0, POINTS, 1000):
        plot.take(points[first : first + 1000])
    canvas = registry.default().find("view", view)().open(Target(format))
    chart = plot.chart(canvas.columns)
    assert chart
    canvas.draw(chart)
    canvas.close()  # which waits for its processes
    return used() - before


class blocks(Source):  # noqa: N801 - a word
    """Points as time goes, some at once."""

    def live(self, now: datetime) -> bool:
        return True

    def start(self, run: Run) -> Iterator[Batch]:
        each, begin = RATE // BLOCKS, time.monotonic()
        for block in range(SECONDS * BLOCKS):
            time.sleep(max(0, begin + block / BLOCKS - time.monotonic()))
            if block % (5 * BLOCKS) == 0:
                note(block * each)
            yield [{"n": n, "c": n % 12} for n in range(block * each, (block + 1) * each)]
        note(SECONDS * RATE)


def note(points: int) -> None:
    """Say what this process has used until now."""
    with open("/proc/self/statm") as file:
        megabytes = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    print(json.dumps([points, time.monotonic(), used(), megabytes]), file=sys.stderr)


def follow() -> None:
    """Draw, and say on standard error how much that took."""
    report = (blocks() | barchart(category="c", value="n")).execute()
    print(json.dumps(report.accounts[-1].taken["written"]), file=sys.stderr)


def live() -> Iterator[list[str]]:
    master, slave = pty.openpty()
    child = [sys.executable, "-c", "from benchmarks.charts import follow; follow()"]
    environment = ENVIRONMENT | {"TERM": "xterm"}
    with subprocess.Popen(child, stdout=slave, stderr=subprocess.PIPE, env=environment) as process:
        os.close(slave)
        frames = 0
        while True:
            try:
                frames += os.read(master, 1 << 16).count(b"\x1b[?2026h")
            except OSError:  # it has ended
                break
        assert process.stderr
        said = [json.loads(line) for line in process.stderr if line.startswith((b"[", *(b"%d" % n for n in range(10))))]
    os.close(master)
    *looks, written = said
    (_, began, before, _), (_, ended, after, _) = looks[1], looks[-1]
    share = 100 * (after - before) / (ended - began)
    what = f"{RATE:,} points a second in {BLOCKS} blocks, bars drawn {frames} times in {SECONDS} s"
    yield [what, "< 15 % of a core", f"{share:.1f} %"]
    yield ["its points", f"{RATE * SECONDS:,}", f"{written:,}"]
    yield ["its memory", "flat", " ".join(f"{look[3]:.1f}" for look in looks) + " MB, every 5 s"]


def start() -> Iterator[list[str]]:
    took: dict[str, list[float]] = {f"{TWELVE} | barchart(category='month')": [], f"{TWELVE} | write('stdio')": []}
    for _ in range(2 * ROUNDS):
        for program, times in took.items():
            before = used()
            subprocess.run([FLUME, program], stdout=subprocess.DEVNULL, check=True, env=ENVIRONMENT)
            times.append(used() - before)
    bars, written = map(median, took.values())
    yield ["12 points to bars, beside write('stdio')", "≤ 1.3 ×", f"{bars / written:.2f} × {written:.3f} s"]


if __name__ == "__main__":
    print(table(["what", "goal", "measured"], [*lines(), *start(), *live()]))
