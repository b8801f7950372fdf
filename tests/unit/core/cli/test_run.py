"""Running a program, as the command line does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Flume = Callable[..., Any]
HISTORY = "emit(limit=2, start='2020-01-01', every='1d')"
POINTS = '{"time": "2020-01-01T00:00:00.000Z"}\n{"time": "2020-01-02T00:00:00.000Z"}\n'


@pytest.mark.parametrize("args", [(HISTORY,), ("run", HISTORY), ("--no-optimize", HISTORY), (HISTORY, "--no-progress")])
def test_a_program_without_a_sink_writes_json_lines(flume: Flume, args: tuple[str, ...]) -> None:
    """Both ways of saying it, and with options before and behind."""
    assert flume(*args) == (0, POINTS, "")


def test_a_pipeline_with_a_sink_gets_no_other(flume: Flume, here: Path) -> None:
    """What goes to a file does not go to the terminal too."""
    assert flume(f"{HISTORY} | write('stdio', file='out.jsonl')") == (0, "", "")
    assert (here / "out.jsonl").read_text() == POINTS


def test_another_implicit_sink(flume: Flume) -> None:
    """Any sink, written as in a program."""
    ended = flume("--implicit-sink", "write('stdio', format='csv')", HISTORY)
    assert ended == (0, "time\n2020-01-01T00:00:00.000Z\n2020-01-02T00:00:00.000Z\n", "")


def test_the_users_own_words(flume: Flume, here: Path) -> None:
    """They are in scope, unless they are not wanted."""
    (here / ".flumerc.py").write_text(f"def days():\n    return {HISTORY}\n")
    assert flume("days()") == (0, POINTS, "")
    ended = flume("--no-rc", "days()")
    assert ended.status == 2
    assert ended.err.startswith("flume: no word called 'days'\n")


def test_statistics_follow_on_stderr(flume: Flume) -> None:
    """For people, and for programs."""
    ended = flume("--stats", HISTORY)
    assert (ended.status, ended.out) == (0, POINTS)
    assert ended.err.startswith("2 read, 2 written, 0 rejected")
    ended = flume("--stats=json", HISTORY)
    assert json.loads(ended.err)["read"] == 2


def test_rejected_records_make_the_status_three(flume: Flume, here: Path) -> None:
    """They are shown in flume's form, without a traceback."""
    (here / "a.jsonl").write_text('{"a": 1}\nnonsense\n')
    ended = flume("read('stdio', file='a.jsonl')")
    assert (ended.status, ended.out) == (3, '{"a": 1}\n')
    assert ended.err.startswith("flume: a.jsonl:2: ")
    assert ended.err.count("\n") == 1


def test_a_failure_names_the_step(flume: Flume) -> None:
    """One line."""
    ended = flume("read('stdio', file='nowhere.jsonl') | head(1)")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("flume: cannot read 'nowhere.jsonl': no such file or directory (in step 1: read(")
    assert ended.err.count("\n") == 1


def test_a_wrong_option_of_a_word_is_wrong_usage(flume: Flume) -> None:
    """Nothing was run."""
    ended = flume(f"{HISTORY} | head(count=1)")
    assert ended.status == 2
    assert ended.err.startswith("flume: head has no option 'count'")


def test_debug_shows_a_traceback(flume: Flume) -> None:
    """For any command, wherever it stands."""
    assert "Traceback" not in flume("hed(1)").err
    assert "Traceback" in flume("hed(1)", "--debug").err


def test_a_file_with_statements(flume: Flume, here: Path) -> None:
    """It may use the words without importing them, print, and run pipelines itself."""
    (here / "p.py").write_text(f"print('hello')\n{HISTORY}\n")
    assert flume("-f", "p.py") == (0, f"hello\n{POINTS}", "")
    (here / "p.py").write_text(f"report = ({HISTORY} | memory()).execute()\nprint(report.read)\n")
    assert flume("-f", "p.py") == (0, "2\n", "")


def test_a_program_that_runs_itself_ends_as_it_did(flume: Flume, here: Path) -> None:
    """The report decides the status."""
    (here / "a.jsonl").write_text("nonsense\n")
    assert flume("(read('stdio', file='a.jsonl') | memory()).execute()").status == 3


def test_options_of_programs_do_not_go_before_other_commands(flume: Flume) -> None:
    """Rather than being ignored."""
    ended = flume("--no-rc", "docs")
    assert ended == (2, "", "flume: --no-rc is an option of programs; the options of flume docs stand behind it\n")
