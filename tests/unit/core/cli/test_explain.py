"""How a program would run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Flume = Callable[..., Any]


def test_the_plan_is_printed_and_nothing_is_run(flume: Flume, here: Path) -> None:
    """With the sink that it would get."""
    ended = flume("explain", "emit(limit=2, start='2020-01-01') | head(1)")
    assert (ended.status, ended.err) == (0, "")
    lines = [line for line in ended.out.splitlines() if not line.startswith(" ")]
    assert [line[:7] for line in lines] == ["1. emit", "2. head", "3. writ"]
    flume("explain", "emit(limit=2) | write('stdio', file='out.jsonl')")
    assert not (here / "out.jsonl").exists()


def test_the_plan_of_a_file(flume: Flume, here: Path) -> None:
    """The options of programs are those of explain, but for those of a run."""
    (here / "p.py").write_text("emit(limit=2)\n")
    assert "emit" in flume("explain", "-f", "p.py", "--no-optimize").out
    ended = flume("explain", "--stats", "emit()")
    assert ended == (2, "", "flume: flume explain has no option --stats; flume explain --help shows those it has\n")


def test_a_program_that_runs_itself_has_no_plan(flume: Flume) -> None:
    """It is too late for one."""
    ended = flume("explain", "(emit(limit=0) | memory()).execute()")
    assert ended.status == 2
    assert "runs its pipelines itself" in ended.err


def test_how_many_processes_read_is_told(flume: Flume, here: Path) -> None:
    """And up to where they share the work."""
    (here / "a.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    program = "read('stdio', file='a.jsonl') | filter('a > 0') | reduce(n=count()) | put(b=1)"
    assert "2 processes read it, and share the work up to step 3" in flume("explain", "--jobs", "2", program).out
    assert "processes" not in flume("explain", "--jobs", "1", program).out
