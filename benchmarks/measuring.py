"""Measuring: whole processes side by side, in turn, medians of several runs."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from dataclasses import dataclass, field

# bytecode is kept between runs, as it is where flume is installed
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass
class Contender:
    """A command, and what its runs took."""

    name: str
    command: list[str]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)  # KiB
    answer: bytes = b""


def race(contenders: list[Contender], rounds: int) -> None:
    """Run every contender once a round, so that a busy machine slows all of them."""
    for contender in contenders:  # bytecode and pages that the first run would pay for
        _once(contender)
        contender.wall.clear(), contender.cpu.clear(), contender.peak.clear()
    for _ in range(rounds):
        for contender in contenders:
            _once(contender)


def table(contenders: list[Contender], *, points: int | None = None) -> str:
    """A Markdown table of medians; the ratio is to the first contender's wall time."""
    first = statistics.median(contenders[0].wall)
    rate = " points/s |" if points else ""
    lines = [f"| | wall s | ratio | CPU s | peak MB |{rate}", f"|---|---|---|---|---|{'---|' if points else ''}"]
    for c in contenders:
        wall = statistics.median(c.wall)
        cpu, peak = statistics.median(c.cpu), statistics.median(c.peak) / 1024
        line = f"| {c.name} | {wall:.3f} | {wall / first:.2f} | {cpu:.3f} | {peak:.0f} |"
        lines.append(line + (f" {points / wall:,.0f} |" if points else ""))
    return "\n".join(lines)


def machine() -> str:
    """What this was measured on."""
    return f"CPython {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def _once(contender: Contender) -> None:
    began = time.perf_counter()
    process = subprocess.Popen(contender.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    assert process.stdout is not None
    contender.answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    contender.wall.append(time.perf_counter() - began)
    contender.cpu.append(usage.ru_utime + usage.ru_stime)
    contender.peak.append(usage.ru_maxrss)
    if process.returncode:
        raise SystemExit(f"{contender.name} failed with status {process.returncode}")
