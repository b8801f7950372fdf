"""H: the first ten points of a large file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks import data
from benchmarks.answers import in_order
from benchmarks.job import Goal, Job, Measures, Peer, Point
from benchmarks.jobs.minutes import points_of
from benchmarks.measuring import Contender, characters_read
from benchmarks.peers import duckdb, flume, miller, polars, shell


def truth(file: Path) -> Iterator[Point]:
    """The first ten points."""
    return islice(points_of(file), 10)


def read_of_the_file(peer: Peer, points: int) -> Measures:
    """How much of the file is read, beyond what the same command reads where there are ten lines: its own modules."""
    if peer.name != "flume":  # others map files into memory, which is not counted as reading
        return {}
    files = [data.file("long", points), data.file("long", 10)]
    out = data.FOLDER / "beginning.answer"
    whole, ten = (characters_read(Contender(peer.name, peer.of(file, out), out)) for file in files)
    return {"read": max(0, whole - ten) / 1e6}


H = Job(
    "H",
    "the first ten points",
    data="long",
    points=30_100_000,
    flume=flume("read('stdio', file='FILE') | head(10) | write('stdio')"),
    same=in_order,
    truth=truth,
    peers=(
        duckdb("select * from read_json_auto('FILE') limit 10"),
        polars("answer = pl.scan_ndjson('FILE').head(10)"),
        shell("jq", "jq -c -n 'limit(10; inputs)' FILE", "jq"),
        replace(miller("--ijsonl", "--ojsonl", "head", "-n", "10"), part=1),
        shell("head -n 10", "head -n 10 FILE", "head"),
    ),
    left_out={"pandas": "reads the whole file", "mawk": "reads no JSON"},
    goals=(Goal("wall", 0.3), Goal("read", 4)),
    besides=read_of_the_file,
)

JOBS = [H]
