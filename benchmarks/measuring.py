"""Measuring: whole processes side by side, in turn, medians of several runs.

Memory is watched in a run of its own, which is not timed: the largest process by its peak resident set (VmHWM, exact),
and all processes together by the highest sum of their proportional sets (PSS), looked at about every 10 ms.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.job import Measures

# Python as it is where nothing is said: bytecode is kept between runs, output is buffered
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
SOME_REJECTED = 3  # flume's exit status where records were bad
EVERY = 0.01


class Failed(Exception):
    """A contender did not come to its end."""


@dataclass
class Contender:
    """A command, where its answer goes, and what its runs took."""

    name: str
    command: list[str]
    out: Path
    writes_itself: bool = False  # rather than to standard output
    scale: int = 1  # it is given one part of so many of the data
    runs_once: bool = False
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    largest: float = 0
    together: float = 0

    def measures(self) -> Measures:
        """Medians; times scaled to the whole data, memory as it was."""
        wall, cpu = statistics.median(self.wall) * self.scale, statistics.median(self.cpu) * self.scale
        return {"wall": wall, "cpu": cpu, "largest": self.largest, "together": self.together}


def race(contenders: list[Contender], rounds: int) -> None:
    """Run every contender once a round, so that a busy machine slows all of them."""
    for contender in contenders:  # this run also pays for bytecode and pages that the first one needs
        watch(contender)
    for number in range(rounds):
        for contender in contenders:
            if number and contender.runs_once:
                continue
            wall, usage = once(contender)
            contender.wall.append(wall)
            contender.cpu.append(usage.ru_utime + usage.ru_stime)


def once(contender: Contender, meanwhile: Callable[[int], None] | None = None) -> tuple[float, resource.struct_rusage]:
    """Run a contender: the seconds, and what it and its processes used; *meanwhile* is given its process id."""
    with ExitStack() as files:
        out = files.enter_context(Path(os.devnull if contender.writes_itself else contender.out).open("wb"))
        said = files.enter_context(tempfile.TemporaryFile())
        began = time.perf_counter()
        process = subprocess.Popen(
            contender.command, stdin=subprocess.DEVNULL, stdout=out, stderr=said, env=ENVIRONMENT
        )
        if meanwhile:
            meanwhile(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, SOME_REJECTED):
            said.seek(0)
            raise Failed(f"{contender.name}: status {process.returncode}\n{said.read().decode(errors='replace')}")
    return wall, usage


def watch(contender: Contender) -> None:
    """Run a contender once, and look at its memory."""
    peaks: dict[int, int] = {}

    def look(root: int) -> None:
        while os.waitid(os.P_PID, root, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            began = time.perf_counter()
            together = 0
            for pid in family(root):
                peaks[pid] = max(peaks.get(pid, 0), kilobytes(pid, "status", "VmHWM:"))
                together += kilobytes(pid, "smaps_rollup", "Pss:")
            contender.together = max(contender.together, together / 1024)
            # large processes are slow to look at, and stand still meanwhile
            time.sleep(max(EVERY, 10 * (time.perf_counter() - began)))

    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _, usage = once(contender, look)
    # what a process used after the last look; but no process is said to have used less than the one that started it
    last = usage.ru_maxrss if usage.ru_maxrss > own else 0
    contender.largest = max(last, *peaks.values()) / 1024


def characters_read(contender: Contender) -> int:
    """The bytes that a contender and its processes read, from whatever."""
    counted = []

    def look(pid: int) -> None:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        counted.append(int(Path(f"/proc/{pid}/io").read_text().split()[1]))

    once(contender, look)
    return counted[0]


def family(root: int) -> list[int]:
    """A process and all that it started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:  # grows as it goes
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def kilobytes(pid: int, file: str, name: str) -> int:
    """A line of what Linux says of a process; 0: the process has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0
