"""Running a job: flume and those of its peers that are here, in turn, their answers compared."""

from __future__ import annotations

import os
import platform
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from benchmarks import answers, data
from benchmarks.job import Job, Measures, Peer
from benchmarks.measuring import Contender, once, race
from benchmarks.peers import installed

WORTH_A_PART = 500_000  # points


@dataclass
class Outcome:
    """What a job gave: the medians of each contender, flume first, and who was left out and why."""

    job: str
    points: int
    rounds: int
    day: str
    machine: str
    megabytes: float = 0
    measures: dict[str, Measures] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)  # what is to be known of a contender's figures
    left_out: dict[str, str] = field(default_factory=dict)


def run(job: Job, points: int, rounds: int, wanted: Collection[str] | None = None) -> Outcome:
    """Race flume and its peers, but of these only the *wanted* ones.

    Raises Differs where an answer is another than flume's, and Failed: then there is nothing to compare.
    """
    rounds = max(rounds, job.rounds)
    outcome = Outcome(job.name, points, rounds, f"{datetime.now(UTC):%Y-%m-%d}", machine(), left_out={**job.left_out})
    peers = [job.flume]
    for peer in job.peers:
        if not installed(peer):
            outcome.left_out[peer.name] = "is not installed"
        elif wanted is None or peer.name in wanted or peer.needs == "flume":
            peers.append(peer)
    if job.data:
        files = [data.file(kind, points) for kind in (job.data, job.other) if kind]
        outcome.megabytes = sum(file.stat().st_size for file in files) / 1e6
    contenders = [entered(job, peer, points) for peer in peers]
    if job.raced:
        race(contenders, rounds)
    besides = [{peer.name: job.besides(peer, points) for peer in peers} for _ in range(rounds)] if job.besides else []
    for peer, contender in zip(peers, contenders, strict=True):
        outcome.measures[peer.name] = contender.measures() if job.raced else {}
        outcome.measures[peer.name] |= medians([found[peer.name] for found in besides])
        if contender.scale > 1:
            outcome.labels[peer.name] = f"given {points // contender.scale:,} points, times × {contender.scale}"
        elif contender.runs_once and rounds > 1:
            outcome.labels[peer.name] = "one run"
    for peer, contender in zip(peers[1:], contenders[1:], strict=True):
        if job.same and not peer.data:
            compare(job, contenders[0], contender, points)
    for answer in data.FOLDER.glob("*.answer"):
        answer.unlink()
    return outcome


def entered(job: Job, peer: Peer, points: int) -> Contender:
    """The contender that asks this job's question of a file of that size, or of a part of it."""
    part = peer.part if points >= WORTH_A_PART else 1
    kind = peer.data or job.data
    file = data.file(kind, points // part) if kind else Path(os.devnull)
    other = data.file(job.other, points // part) if job.other else None
    out = data.FOLDER / f"{job.name}-{peer.name}.answer"
    return Contender(peer.name, peer.of(file, out, other), out, peer.writes_itself, part, peer.runs_once)


def compare(job: Job, flume: Contender, other: Contender, points: int) -> None:
    """Raise Differs where the other's answer is not flume's; where it was given a part, flume is given the same."""
    if other.scale > 1:
        flume = entered(job, replace(job.flume, name="flume of a part"), points // other.scale)
        once(flume)
    assert job.same
    try:
        job.same(answers.read(flume.out), answers.read(other.out))
    except answers.Differs as difference:
        raise answers.Differs(f"job {job.name}, flume and {other.name}: {difference}") from None


def medians(found: list[Measures]) -> Measures:
    """The median of each measure."""
    return {name: median(each[name] for each in found) for name in (found[0] if found else ())}


def machine() -> str:
    """What this is measured on."""
    versions = [f"CPython {platform.python_version()}"]
    for name in ("duckdb", "polars", "pandas", "pygrok"):
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"{processor()}, {os.cpu_count()} cores, {memory():.0f} GB; {platform.system()}; {', '.join(versions)}"


def processor() -> str:
    """The name of the processor."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory() -> float:
    """GB of memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
