"""Screen: the terminal that a stream leads to."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from flume.screen import screen_of
from flume.viewing import Screen


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of an ordinary terminal."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def terminal(rows: int, columns: int, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A stream that leads to a terminal of this size."""
    behind, before = pty.openpty()
    fcntl.ioctl(before, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with os.fdopen(before, "w", encoding=encoding) as stream:
        yield stream
    os.close(behind)


def test_its_size_and_what_it_shows() -> None:
    """As the system and the environment say."""
    for stream in terminal(30, 100):
        assert screen_of(stream) == Screen(100, 30, colour=True, unicode=True)


def test_a_size_that_is_not_known() -> None:
    """The usual one."""
    for stream in terminal(0, 0):
        assert screen_of(stream) == Screen(80, 24, colour=True, unicode=True)


@pytest.mark.parametrize(
    ("encoding", "unicode"), [("utf-8", True), ("UTF8", True), ("ascii", False), ("latin-1", False)]
)
def test_whether_there_is_more_than_ascii(encoding: str, unicode: bool) -> None:
    """As the stream is encoded."""
    for stream in terminal(30, 100, encoding):
        screen = screen_of(stream)
        assert screen is not None
        assert screen.unicode is unicode


def test_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """https://no-color.org"""
    monkeypatch.setenv("NO_COLOR", "1")
    for stream in terminal(30, 100):
        assert screen_of(stream) == Screen(100, 30, colour=False, unicode=True)


def test_what_is_no_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file, text in memory, nothing, and a terminal that cannot move its cursor."""
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        assert screen_of(file) is None
    assert screen_of(io.StringIO()) is None
    assert screen_of(None) is None
    monkeypatch.setenv("TERM", "dumb")
    for stream in terminal(30, 100):
        assert screen_of(stream) is None
