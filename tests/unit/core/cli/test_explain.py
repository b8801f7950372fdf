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


def test_the_code_of_steps_is_shown(flume: Flume, here: Path) -> None:
    """Of those that have some, indented: over tables up to the step that folds them, over points behind it."""
    program = (
        "read('stdio', file='a.jsonl') | filter('a > 0') | put(c=expr('a * 2')) | filter('c < 9') | keep('b', 'c')"
        " | reduce(s=sum('c'), by='b', every='1h') | rename(t='s') | put(u='{t}!') | remove('b')"
    )
    lines = flume("explain", "--code", program).out.splitlines()
    steps = {line[0]: place for place, line in enumerate(lines) if line[0] != " "}
    assert "       def rows(points):" in lines[steps["2"] : steps["3"]]
    assert "       # c" in lines[steps["3"] : steps["4"]]
    assert "       def column(points):" in lines[steps["4"] : steps["5"]]
    assert steps["5"] + 1 == steps["6"]
    assert "       def gather(points, low, high, groups, window, begin):" in lines[steps["6"] : steps["7"]]
    assert "       def rename(points):" in lines[steps["7"] : steps["8"]]
    assert "       def put(points):" in lines[steps["8"] : steps["9"]]
    assert "               p.pop('b', None)" in lines[steps["9"] :]
    plain = flume("explain", program).out.splitlines()
    assert [line for line in lines if not line.startswith("       ")] == plain
    points = flume("explain", "--code", "--no-optimize", program).out
    assert "def select(points):" in points
    assert "def gather(" not in points
    ended = flume("--code", "emit(limit=0)")
    assert ended == (2, "", "flume: flume run has no option --code; flume run --help shows those it has\n")
