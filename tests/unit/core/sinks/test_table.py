"""table: points in aligned columns."""

from __future__ import annotations

import fcntl
import os
import pickle
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from flume import emit, reduce, table
from flume.errors import OptionError

FLUME = [sys.executable, "-c", "import sys; from flume.cli import main; sys.exit(main())"]


def test_points_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard output, and counted as written."""
    report = (emit(points=[{"a": 1, "b": "x"}]) | table(columns=["b", "a"])).execute()
    assert report.written == 1
    assert capsys.readouterr().out == "b  a\n-  -\nx  1\n"


def test_a_file(tmp_path: Path) -> None:
    """It appears at the end."""
    path = tmp_path / "points.txt"
    (emit(points=[{"a": 1}]) | table(file=str(path), border=True)).execute()
    assert path.read_text(encoding="utf-8").splitlines()[1] == "│ a │"


def test_options_are_those_of_the_format() -> None:
    """They are checked before anything runs."""
    with pytest.raises(OptionError, match="table: limit takes a number from 1 on, not 0"):
        table(limit=0)


def test_it_reads_back() -> None:
    """As its pickle does."""
    assert repr(table()) == "table()"
    assert repr(table("a", border=True)) == "table('a', border=True)"
    assert pickle.loads(pickle.dumps(table(["a", "b"]))) == table(["a", "b"])


def test_it_stands_behind_other_words() -> None:
    """As a method too."""
    pipeline = emit(limit=1) | reduce() | table()
    assert repr(emit(limit=1).reduce().table()) == repr(pipeline)


def at_a_terminal(program: str, home: Path, rows: int = 12, columns: int = 60) -> str:
    """What a terminal of this size is sent by a program."""
    terminal, other_end = pty.openpty()
    fcntl.ioctl(other_end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {"HOME": str(home), "TERM": "xterm", "PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    command = [*FLUME, "--no-progress", program]
    running = subprocess.Popen(command, stdin=other_end, stdout=other_end, stderr=other_end, env=environment, cwd=home)
    os.close(other_end)
    seen = b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux says so at the end
            break
        if not data:
            break
        seen += data
    os.close(terminal)
    assert running.wait(timeout=30) == 0
    return seen.decode()


def test_live_points_at_a_terminal(tmp_path: Path) -> None:
    """The table is drawn in its place, never higher than the terminal."""
    seen = at_a_terminal("emit(limit=30, every='20ms') | put(n=count()) | table()", tmp_path)
    frames = seen.split("\x1b[?2026h")[1:]
    assert len(frames) > 2
    assert all(frame.count("\r\n") <= 11 for frame in frames)
    assert all(frame.startswith("\x1b[") for frame in frames[1:])
    assert "… 22 before" in frames[-1]
    assert "  30\r\n" in frames[-1]


def test_points_of_a_file_at_a_terminal(tmp_path: Path) -> None:
    """One table, no wider than the terminal."""
    seen = at_a_terminal("emit(limit=3, start='2020-01-01', every='1d') | put(x='y' * 200) | table()", tmp_path)
    assert "\x1b" not in seen
    lines = seen.splitlines()
    assert len(lines) == 5
    assert max(map(len, lines)) <= 60
