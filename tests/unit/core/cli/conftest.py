"""What the tests of the command line share: `flume(…)` runs it in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from flume.cli import main


class Ended(NamedTuple):
    """How a command line ended."""

    status: int
    out: str
    err: str


Flume = Callable[..., Ended]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's home, with nothing in it."""
    path = tmp_path / "home"
    path.mkdir()
    monkeypatch.setenv("HOME", str(path))
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present directory, with nothing in it."""
    path = tmp_path / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def flume(home: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Flume:
    """Runs a command line, in a directory and a home of its own, and gives back how it ended."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    def run(*args: str) -> Ended:
        capsys.readouterr()
        status = main(args)
        said = capsys.readouterr()
        return Ended(status, said.out, said.err)

    return run
