"""A program at a terminal, and one that is told to stop."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

FLUME = [sys.executable, "-c", "import sys; from flume.cli import main; sys.exit(main())"]
LIVE = "emit(every='20ms')"


def environment(home: Path) -> dict[str, str]:
    """What a program finds around it."""
    return {"HOME": str(home), "TERM": "xterm", "PATH": os.environ["PATH"]}


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["interrupted", "terminated"]
)
@pytest.mark.parametrize("program", [LIVE, "read('stdio')"], ids=["live", "waiting"])
def test_a_program_that_is_told_to_stop(program: str, number: int, status: int, tmp_path: Path) -> None:
    """It stops in good order, and says nothing of it."""
    running = subprocess.Popen(
        [*FLUME, program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
        cwd=tmp_path,
    )
    assert running.stdin
    assert running.stdout
    running.stdin.write(b'{"a": 1}\n')
    running.stdin.flush()
    first = running.stdout.readline()
    assert first.startswith(b"{")
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    assert (err, running.returncode) == (b"", status)
    assert out == b"" or out.endswith(b"}\n")


def at_a_terminal(*args: str, home: Path) -> tuple[str, int]:
    """What is seen on a terminal where `flume ARGS` is typed, and the exit status."""
    terminal, other_end = pty.openpty()
    running = subprocess.Popen(
        [*FLUME, *args], stdin=other_end, stdout=other_end, stderr=other_end, env=environment(home), cwd=home
    )
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
    return seen.decode(), running.wait(timeout=30)


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A directory with points that take more than a second."""
    (tmp_path / "slow.py").write_text(
        "import time\n\n"
        "def slowly(point):\n"
        "    if point['n'] % 25_000 == 0:\n"
        "        time.sleep(0.15)\n"
        "    return point['n'] in (100_000, 200_000)\n\n"
        "read('stdio', file='points.jsonl') | filter(slowly) | write('stdio')\n"
    )
    (tmp_path / "points.jsonl").write_text("".join(f'{{"n": {n}}}\n' for n in range(300_000)))
    return tmp_path


def test_a_long_run_at_a_terminal_draws_a_bar_that_makes_way(slow: Path) -> None:
    """Points are written where it was, and nothing of it is left."""
    seen, status = at_a_terminal("-f", "slow.py", home=slow)
    assert status == 0
    assert "% [" in seen
    assert "points/s" in seen
    for point in ('{"n": 100000}', '{"n": 200000}'):
        before, _, after = seen.partition(point)
        assert before.endswith(("\r\x1b[K", "\n")) or before == ""
        assert after.startswith("\r\n")
    assert seen.endswith(("\r\x1b[K", "\n"))


def test_no_bar_where_none_is_wanted(slow: Path) -> None:
    """Only the points."""
    assert at_a_terminal("--no-progress", "-f", "slow.py", home=slow) == ('{"n": 100000}\r\n{"n": 200000}\r\n', 0)
