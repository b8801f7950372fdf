"""What is printed while a stranger is imported: where it goes, and where that of others goes meanwhile."""

# ruff: noqa: T201 - it is what is tested

from __future__ import annotations

import sys
import threading
from contextlib import suppress

import pytest

from flume.diverting import diverted


def test_what_is_printed_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """As text and as bytes; afterwards all is as it was."""
    before = sys.stdout
    with diverted() as printed:
        print("text")
        sys.stdout.flush()
        sys.stdout.buffer.write(b"bytes\n")
    assert sys.stdout is before
    assert "".join(printed) == "text\n"
    assert tuple(capsys.readouterr()) == ("", "text\nbytes\n")


def test_other_threads_write_where_they_did(capsys: pytest.CaptureFixture[str]) -> None:
    """A pipeline that writes data in another thread loses none of it."""
    with diverted():
        other = threading.Thread(target=print, args=("data",))
        other.start()
        other.join()
    assert tuple(capsys.readouterr()) == ("data\n", "")


def test_two_threads_may_overlap(capsys: pytest.CaptureFixture[str]) -> None:
    """The one that ends first does not end the other's, nor leave anything behind."""
    before = sys.stdout
    begun, ended = threading.Event(), threading.Event()

    def importing() -> None:
        with diverted():
            begun.set()
            ended.wait(10)
            print("second")

    other = threading.Thread(target=importing)
    with diverted():
        other.start()
        assert begun.wait(10)
    print("data")
    ended.set()
    other.join()
    assert sys.stdout is before
    assert tuple(capsys.readouterr()) == ("data\n", "second\n")


def test_one_may_stand_in_another(capsys: pytest.CaptureFixture[str]) -> None:
    """A plugin that looks up words while it is imported is one inside another; both know what was printed."""
    with diverted() as outer:
        with suppress(ValueError), diverted() as inner:
            print("inside")
            raise ValueError("no luck")
        print("outside")
    assert ("".join(inner), "".join(outer)) == ("inside\n", "inside\noutside\n")
    assert tuple(capsys.readouterr()) == ("", "inside\noutside\n")


def test_there_may_be_no_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the shell has closed them, nothing is printed and nothing fails."""
    monkeypatch.setattr(sys, "stderr", None)
    with diverted():
        print("nowhere")
    monkeypatch.setattr(sys, "stdout", None)
    with diverted() as printed:
        print("nowhere")
    assert printed == []
