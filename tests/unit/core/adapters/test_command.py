"""command: what programs print."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flume import env, filter, head, memory, read, reduce, write
from flume.adapters.command_read import ReadCommand
from flume.errors import FlumeError, OptionError, RecordError, SourceError
from flume.flow import Point, Proc, Stage
from flume.reducers.count import count
from flume.run import Run
from flume.testing import SourceSuite

PRINTS = ["sh", "-c", 'for n in 1 2 3; do echo "{\\"n\\": $n}"; done']


def points(*run: Any, **options: Any) -> list[Point]:
    """What a program prints."""
    return list(read("command", run=list(run), **options))


@pytest.fixture
def marked() -> Iterator[Callable[[], list[str]]]:
    """Which of the processes live on that have a mark in their environment; none may, in the end."""
    mark = f"FLUME_TEST_MARK={os.getpid()}-{time.monotonic_ns()}"
    name, _, value = mark.partition("=")
    os.environ[name] = value

    def living() -> list[str]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if int(entry.name) != os.getpid() and mark.encode() in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                pass
        return found

    yield living
    del os.environ[name]
    until = time.monotonic() + 2
    while living() and time.monotonic() < until:
        time.sleep(0.01)
    assert living() == []


class TestCommand(SourceSuite):
    source = read("command", run=PRINTS)


class TestCommandLive(SourceSuite):
    source = read("command", run=PRINTS, follow=True)


# -- what is read -----------------------------------------------------------------------------------


def test_formats() -> None:
    """As files: what is given, or what the first lines look like."""
    assert points("printf", "a,b\\n1,2\\n") == [{"a": 1, "b": 2}]
    assert points("echo", "a=1 b=2") == [{"a": 1, "b": 2}]
    assert points("echo", "a=1 b=2", format="lines") == [{"line": "a=1 b=2"}]
    assert points("printf", "a;b\\n1;2\\n", format="csv", delimiter=";") == [{"a": 1, "b": 2}]
    assert points("printf", "a\\n b\\nc\\n", multiline="indent") == [{"line": "a\n b"}, {"line": "c"}]
    assert points("printf", "\\033[1ma\\033[0m", format="lines", strip_ansi=True) == [{"line": "a"}]
    assert points("true") == points("printf", "\\n\\n") == []


def test_compressed(tmp_path: Path) -> None:
    """By a look at the first bytes, too."""
    (tmp_path / "a").write_bytes(gzip.compress(b'{"a": 1}\n'))
    assert points("cat", str(tmp_path / "a")) == points("gzip", "-dc", str(tmp_path / "a")) == [{"a": 1}]


def test_nothing_is_more_than_text() -> None:
    """No shell reads the arguments."""
    odd = ["$HOME", "a b", "*", "'", '"', "; rm -rf /", "|", "\\", "é", ""]
    assert [point["line"] for point in points("printf", "%s\\n", *odd, format="lines")] == odd


def test_paths_are_texts(tmp_path: Path) -> None:
    """An argument may be one."""
    (tmp_path / "a").write_text('{"a": 1}\n')
    assert points("cat", tmp_path / "a") == [{"a": 1}]


def test_it_has_nothing_to_read() -> None:
    """A program that reads its standard input ends at once."""
    assert points("cat") == points("sort") == []


def test_written_as_it_was_read(tmp_path: Path) -> None:
    """As lines of a file are."""
    out = tmp_path / "out.jsonl"
    (
        read("command", run=["printf", '{"a":1}\\n{"a":  2}\\n']) | filter("a > 1") | write("stdio", file=str(out))
    ).execute()
    assert out.read_text() == '{"a":  2}\n'


def test_bad_records() -> None:
    """They are named after the command."""
    with pytest.raises(RecordError, match=r"printf 'a\\n' --:1: is no valid JSON"):
        (read("command", run=["printf", "a\\n", "--"], errors="raise") | memory()).execute()


def test_points_come_as_lines_come() -> None:
    """What is printed is there, though the program goes on."""
    began = time.monotonic()
    first = next(iter(read("command", run=["sh", "-c", "echo '{\"a\": 1}'; exec sleep 60"])))
    assert first == {"a": 1}
    assert time.monotonic() - began < 30


def test_windows_close_with_the_clock(tmp_path: Path) -> None:
    """Where it goes on as time does."""
    script = 'date -u +\'{"time": "%Y-%m-%dT%H:%M:%SZ"}\'; exec sleep 60'
    began = time.monotonic()
    flow = read("command", run=["sh", "-c", script], follow=True) | reduce(every="100ms", n=count()) | head(1)
    assert [point["n"] for point in flow] == [1]
    assert time.monotonic() - began < 10


# -- how it ends ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (["sh", "-c", "exit 3"], "sh -c 'exit 3': exited with status 3; status= says what is accepted"),
        (["false"], "false: exited with status 1; status= says what is accepted"),
        (["sh", "-c", "echo a >&2; echo >&2; echo b >&2; exit 1"], ": exited with status 1: a; b"),
        (["sh", "-c", "seq 100000 >&2; exit 1"], "status 1: 99998; 99999; 100000"),
        (["sh", "-c", "kill -9 $$"], "sh -c 'kill -9 $$': was killed by SIGKILL"),
        (["gzip", "-dc", "/dev/null/no"], "exited with status 1: gzip: /dev/null/no"),
        (["no-such-program"], "cannot run 'no-such-program': no directory of PATH has it"),
        (["./no/such"], "cannot run './no/such': there is no such file"),
        (["/etc/passwd"], "cannot run '/etc/passwd': it is not executable"),
        (["/"], "cannot run '/': it is not executable"),
    ],
)
def test_a_program_that_fails(run: list[str], message: str) -> None:
    """It is an error of one line, behind all points."""
    with pytest.raises(SourceError) as raised:
        points(*run)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_points_before_the_failure() -> None:
    """They are given, and the failure is not taken for the end."""
    kept: list[Point] = []
    with pytest.raises(SourceError, match="status 1"):
        (read("command", run=["sh", "-c", 'echo "{}"; exit 1']) | memory(kept)).execute()
    assert kept == [{}]


def test_what_is_broken_off_is_said_to_be_the_programs_failure() -> None:
    """Not that of what it broke off."""
    script = "printf '[{\"a\": 1},'; echo sorry >&2; exit 4"
    with pytest.raises(SourceError, match="exited with status 4: sorry"):
        points("sh", "-c", script)
    with pytest.raises(SourceError, match=r"line|:1:"):
        points("printf", '[{"a": 1},')


@pytest.mark.parametrize("status", [1, [0, 1], [1, 255]])
def test_accepted_statuses(status: Any) -> None:
    """As `grep` that finds nothing."""
    assert points("grep", "nothing", "/dev/null", status=status) == []


def test_status_0_may_be_none_of_them() -> None:
    """What is given is what is accepted."""
    with pytest.raises(SourceError, match="exited with status 0"):
        points("true", status=1)


# -- who is ended -----------------------------------------------------------------------------------


class _failing(Proc):
    def start(self, run: Run) -> Stage:
        raise ZeroDivisionError


@pytest.mark.parametrize("follow", [False, True])
def test_it_is_ended_where_nobody_wants_more(marked: Callable[[], list[str]], follow: bool) -> None:
    """And so is what it has begun, also where that does not listen; nothing is left of it."""
    script = "trap '' TERM; (trap '' TERM; sleep 61) & sleep 62 & yes '{}'"
    flow = read("command", run=["sh", "-c", script], follow=follow) | head(2)
    assert list(flow) == [{}, {}]
    assert [each for each in marked() if "sleep" in each] == []


def test_it_is_ended_where_a_step_fails(marked: Callable[[], list[str]]) -> None:
    """Whatever fails."""
    with pytest.raises(FlumeError):
        (read("command", run=["yes", "a"], errors="raise") | memory()).execute()
    with pytest.raises(ZeroDivisionError):
        (read("command", run=["yes", "{}"]) | _failing() | memory()).execute()
    assert [each for each in marked() if "yes" in each] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("follow", [False, True])
def test_it_is_ended_by_a_signal(marked: Callable[[], list[str]], number: int, follow: bool, tmp_path: Path) -> None:
    """Ctrl-C ends flume, and flume ends it; what came before is counted."""
    program = f"""read('command', run=['sh', '-c', 'echo "{{}}"; sleep 63'], follow={follow}) | reduce(n=count())"""
    flume = subprocess.Popen(
        [Path(sys.executable).with_name("flume"), "--no-rc", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    until = time.monotonic() + 10
    while not any("sleep 63" in each for each in marked() if "flume" not in each) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)
    flume.send_signal(number)
    flume.communicate(timeout=10)
    assert flume.returncode == 128 + number


def test_a_program_that_closes_its_output_is_waited_for() -> None:
    """Its status counts."""
    with pytest.raises(SourceError, match="status 5"):
        points("sh", "-c", "exec >&-; sleep 0.2; exit 5")


def test_what_is_left_running_behind_it_is_left_alone(tmp_path: Path) -> None:
    """A program that ends well may have begun another one, which does not hold what is read."""
    script = f"(sleep 0.3; touch {tmp_path}/done) >/dev/null 2>&1 & echo '{{}}'"
    assert points("sh", "-c", script) == [{}]
    until = time.monotonic() + 5
    while not (tmp_path / "done").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert (tmp_path / "done").exists()


def test_no_thread_is_left() -> None:
    """What listens to stderr ends with it."""
    before = threading.active_count()
    points("sh", "-c", "seq 1000 >&2; echo '{}'")
    assert threading.active_count() == before


# -- secrets and mistakes ---------------------------------------------------------------------------


def test_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is given the value; messages show the name, and what it says has it not."""
    monkeypatch.setenv("SECRET_WORD", "hunter2")
    assert points("echo", env("SECRET_WORD"), format="lines") == [{"line": "hunter2"}]
    flow = read("command", run=["sh", "-c", "echo no $0 >&2; exit 1", env("SECRET_WORD")]) | memory()
    with pytest.raises(SourceError) as raised:
        flow.execute()
    shown = f"{raised.value} {raised.value.__notes__} {flow!r} {flow.explain()}"
    assert "$SECRET_WORD: exited with status 1: no …" in shown
    assert "hunter2" not in shown
    monkeypatch.delenv("SECRET_WORD")
    with pytest.raises(OptionError, match="the environment variable SECRET_WORD is not set"):
        flow.execute()


def test_passwords_of_urls_are_not_shown() -> None:
    """Nor where they are given as they are."""
    with pytest.raises(SourceError) as raised:
        points("false", "https://me:hunter2@example.com/")
    assert "https://me:…@example.com/" in str(raised.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "read('command') needs run"),
        ({"run": "ls -l 'a b'"}, "run takes a list, as no shell is asked: run=['ls', '-l', 'a b']"),
        (
            {"run": "ls | wc"},
            "as no shell is asked; where one is needed: run=['sh', '-c', 'ls | wc']",
        ),
        ({"run": "it's"}, "run takes a list, as no shell is asked: run=['ls', '-l']"),
        ({"run": []}, "run takes a list of a program and its arguments, not ()"),
        ({"run": 3}, "run takes a list of a program and its arguments, not 3"),
        ({"run": ["sleep", 5]}, "run takes a list of texts, and 5 is none; write '5'"),
        ({"run": ["a\0b"]}, "run takes a list of texts"),
        ({"run": ["a"], "status": "0"}, "status takes numbers from 0 to 255, not '0'"),
        ({"run": ["a"], "status": 256}, "status takes numbers from 0 to 255, not 256"),
        ({"run": ["a"], "statsu": 1}, "did you mean 'status'"),
        ({"run": ["a"], "format": "csv", "delimeter": ";"}, "did you mean 'delimiter'"),
        ({"run": ["a"], "format": "csv", "multiline": "indent"}, "multiline joins lines of text"),
        ({"run": ["a"], "compression": "rar"}, "compression takes None or one of"),
    ],
)
def test_mistakes(options: dict[str, Any], message: str) -> None:
    """They are said when the word is written."""
    with pytest.raises(OptionError) as raised:
        read("command", **options)
    assert message in str(raised.value)


def test_it_cannot_be_written_to() -> None:
    """And says so."""
    with pytest.raises(OptionError, match="'command' can be read from, not written to"):
        write("command", run=["cat"])


def test_it_reads_back() -> None:
    """As every step does."""
    source = read("command", run=["a", "b c"], status=[0, 1], follow=True)
    assert eval(repr(source), {"read": read}) == source
    assert ReadCommand(run=["a"]) == ReadCommand(run=("a",))
