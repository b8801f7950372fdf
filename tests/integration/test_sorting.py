"""Sorting more than fits into memory, with real processes."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

FLUME = str(Path(sys.executable).with_name("flume"))
POINTS = 300_000
PROGRAM = "read('stdio', file='in.jsonl') | sort('n')"

MEASURED = """
import sys
from flume.cli import main
try:
    main()
finally:
    with open("/proc/self/status") as file:
        sys.stderr.write(next(line for line in file if line.startswith("VmHWM")).split()[1])
"""
"""The command, which says at the end how much memory it had."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory in which points wait, beside a file to sort."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "waiting"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    with Path("in.jsonl").open("w") as out:
        for number in range(POINTS):
            out.write(f'{{"time": "2020-01-01T00:00:00.000Z", "n": {number * 7919 % POINTS}, "text": "{"x" * 100}"}}\n')
    return folder


def flume(*args: str, **options: object) -> subprocess.Popen[bytes]:
    """The command, running."""
    return subprocess.Popen([FLUME, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("sink", ["write('stdio')", "write('stdio', compact=True)", "put(m='x') | write('stdio')"])
def test_a_small_budget_bounds_the_memory(folder: Path, sink: str) -> None:
    """Of lines as they are read, and of points."""
    if not os.path.exists("/proc/self/status"):
        pytest.skip("needs /proc")
    args = [sys.executable, "-c", MEASURED, "--memory", "10M", "--jobs", "1", f"{PROGRAM} | {sink}"]
    done = subprocess.run(args, capture_output=True, timeout=100, check=True)
    assert [json.loads(line)["n"] for line in done.stdout.splitlines()] == list(range(POINTS))
    assert int(done.stderr) < 110_000  # KiB
    assert list(folder.iterdir()) == []


def test_head_ends_it(folder: Path) -> None:
    """Whether it is flume's or the shell's."""
    out, err = flume("--memory", "10M", f"{PROGRAM} | head(2) | keep('n')").communicate(timeout=100)
    assert (out, err) == (b'{"n": 0}\n{"n": 1}\n', b"")
    command = f"{FLUME} --memory 10M \"{PROGRAM} | keep('n')\" | head -2"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=100, check=False)
    assert (done.stdout, done.stderr) == (b'{"n": 0}\n{"n": 1}\n', b"")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_nothing(folder: Path, number: signal.Signals) -> None:
    """Not even one that nobody can handle: the files have no names."""
    with Path("in.jsonl").open("rb") as file:
        data = file.read()
    process = flume("--memory", "1M", "read('stdio') | sort('n')", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(data)
    process.stdin.flush()
    while not any("flume-" in link or "deleted" in link for link in _open_files(process.pid)):
        time.sleep(0.02)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (-9 if number == signal.SIGKILL else 128 + number)
    assert b"Traceback" not in err
    assert list(folder.iterdir()) == []


def _open_files(process: int) -> list[str]:
    folder = f"/proc/{process}/fd"
    if not os.path.exists(folder):
        pytest.skip("needs /proc")
    links = []
    for name in os.listdir(folder):
        try:
            links.append(os.readlink(f"{folder}/{name}"))
        except OSError:
            continue
    return links


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_disk_that_is_full_is_said_in_one_line(folder: Path, jobs: str) -> None:
    """Here a file may not be larger than a megabyte."""
    limits = (1 << 20, 1 << 20)
    process = flume(
        "--memory", "10M", "--jobs", jobs, PROGRAM, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    )
    out, err = process.communicate(timeout=60)
    assert (out, process.returncode) == (b"", 1)
    assert err.startswith(f"flume: sort: cannot hold points in '{folder}': file too large; TMPDIR names".encode())
    assert err.count(b"\n") == 1
    assert list(folder.iterdir()) == []
