"""How a command ends."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest

from flume.cli.ending import described, ended
from flume.errors import FlumeError, RecordError, SinkError, SourceError, UsageError


def raises(error: BaseException) -> Callable[[], int]:
    """A command that raises *error*."""

    def command() -> NoReturn:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UsageError("no word called 'hed'\n  did you mean 'head'?"), 2, "no word called 'hed'\n  did you mean 'head'?"),
        (SourceError("cannot read 'a'"), 1, "cannot read 'a'"),
        (FileNotFoundError(2, "No such file or directory", "a"), 1, "a: no such file or directory"),
        (OSError(28, "No space left on device"), 1, "no space left on device"),
        (ValueError("a\nb"), 1, "ValueError: a b\n  --debug shows where"),
        (KeyError(), 1, "KeyError\n  --debug shows where"),
        (RecordError("bad \x1b[2J"), 1, "bad \\x1b[2J"),
        (SystemExit("so long"), 1, "so long"),
    ],
)
def test_an_error_is_said_without_a_traceback(
    error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it is decides the exit status; hints follow on their own lines."""
    assert ended(raises(error)) == status
    assert capsys.readouterr() == ("", f"flume: {said}\n")


@pytest.mark.parametrize(
    ("error", "status"),
    [(KeyboardInterrupt(), 130), (SystemExit(143), 143), (SystemExit(), 0), (SystemExit(None), 0)],
)
def test_an_interruption_is_quiet(error: BaseException, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The user knows."""
    assert ended(raises(error)) == status
    assert capsys.readouterr() == ("", "")


def test_the_status_of_a_command_that_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    """It is what the command gives back."""
    assert ended(lambda: 3) == 3
    assert capsys.readouterr() == ("", "")


def test_debug_shows_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """And the line below it; the hint is gone."""
    assert ended(raises(ValueError("a")), debug=True) == 1
    said = capsys.readouterr().err
    assert said.startswith("Traceback (most recent call last):")
    assert said.endswith("flume: ValueError: a\n")


def test_notes_stand_in_brackets_on_the_first_line() -> None:
    """The step, and whatever else is known of the place."""
    error = FlumeError("bad\n  hint")
    error.add_note("in step 3: sort('count')")
    error.add_note("in p.py:2")
    assert described(error) == "bad (in step 3: sort('count'); in p.py:2)\n  hint"


def test_standard_output_that_is_full(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What was printed and could not be written is a failure."""
    full = open("/dev/full", "w")  # noqa: SIM115 - it can only be closed once it is full no more
    monkeypatch.setattr(sys, "stdout", full)
    assert ended(lambda: int(bool(full.write("a"))) - 1) == 1
    assert capsys.readouterr().err == "flume: cannot write standard output: no space left on device\n"
    full.close()


def test_streams_that_were_closed_by_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has no object for them: there is one that says it, and one that nobody hears."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SinkError, match="cannot write 'standard output': it is closed"):
        ended(lambda: sys.stderr.write("a") - 1) or sys.stdout.write("a")
    assert ended(lambda: int(sys.stdout.isatty())) == 0
    sys.stderr.close()


def test_standard_error_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nobody to tell, and that is no reason to fail in another way."""
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    assert ended(raises(UsageError("a"))) == 2
