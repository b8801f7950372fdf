"""Files for each key, written by real processes that are ended in the middle."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

FLUME = str(Path(sys.executable).with_name("flume"))
KEYS = 500


def started(program: str) -> subprocess.Popen[bytes]:
    """The process of a program that is fed by the test."""
    return subprocess.Popen([FLUME, program], stdin=subprocess.PIPE, stderr=subprocess.PIPE)


def feed(process: subprocess.Popen[bytes], numbers: range) -> None:
    """Give it a point for each number."""
    assert process.stdin is not None
    process.stdin.write(b"".join(b'{"k": "k%d", "n": %d}\n' % (n % KEYS, n) for n in numbers))
    process.stdin.flush()


def wait_for(true: Callable[[], bool]) -> None:
    """Wait until it is so."""
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def sizes(files: list[Path]) -> list[int]:
    """The size of each; 0 where it is not there."""
    return [file.stat().st_size if file.exists() else 0 for file in files]


def parts(folder: Path) -> list[str]:
    """The files that are not yet what they will be."""
    return [name for name in os.listdir(folder) if name.endswith(".part")]


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -signal.SIGKILL)],
)
@pytest.mark.parametrize("name", ["{k}.jsonl", "{k}.csv.gz"])
def test_nothing_half_written_has_a_name(tmp_path: Path, name: str, number: int, status: int) -> None:
    """Files that are there stay as they are, however it ends; only of one that is killed something else is left."""
    old = tmp_path / name.format(k="k1")
    old.write_bytes(b"old\n")
    with started(f"read('stdio') | write('stdio', file='{tmp_path}/{name}')") as run:
        feed(run, range(50_000))
        wait_for(lambda: len(parts(tmp_path)) == KEYS)
        run.send_signal(number)
        assert run.wait(timeout=30) == status
        error = run.stderr.read().decode() if run.stderr else ""
    left = [one for one in os.listdir(tmp_path) if one != old.name]
    assert old.read_bytes() == b"old\n"
    assert left == parts(tmp_path)
    if number != signal.SIGKILL:
        assert (left, error) == ([], f"flume: interrupted: none of the 500 files '{tmp_path}/{name}' was written\n")
    else:
        assert len(left) == KEYS
        assert all(one.startswith(".k") for one in left)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_was_appended_stays(tmp_path: Path, number: int) -> None:
    """While the stream goes on it gets there soon, and in whole streams of gzip."""
    with started(f"read('stdio') | write('stdio', file='{tmp_path}/{{k}}.jsonl.gz', append=True)") as run:
        files = [tmp_path / f"k{n}.jsonl.gz" for n in range(KEYS)]
        for first in (0, KEYS):
            before = sizes(files)
            feed(run, range(first, first + KEYS))
            wait_for(lambda before=before: all(map(int.__gt__, sizes(files), before)))
        if number == signal.SIGINT:
            feed(run, range(2 * KEYS, 3 * KEYS))
            time.sleep(0.3)  # it is read, and waits
        run.send_signal(number)
        run.wait(timeout=30)
    rounds = 3 if number == signal.SIGINT else 2
    assert sorted(os.listdir(tmp_path)) == sorted(file.name for file in files)
    for key, file in enumerate(files):
        numbers = [json.loads(line)["n"] for line in gzip.decompress(file.read_bytes()).splitlines()]
        assert numbers == [key + n * KEYS for n in range(rounds)]


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """One line says so, and nothing is left."""
    program = f"""emit(limit=200000, start='2000-01-01') | put(k='{{time:%H}}', t='{"x" * 90}')
        | write('stdio', file='{tmp_path}/{{k}}.jsonl')"""
    # what may grow no more stands for what has no more room
    limited = """import os, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
os.execv(sys.argv[1], sys.argv[1:])
"""
    run = [sys.executable, "-c", limited, FLUME, "--jobs", "1", program]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.startswith(f"flume: cannot write '{tmp_path}/00.jsonl': file too large")
    assert (done.stderr.count("\n"), done.returncode, os.listdir(tmp_path)) == (1, 1, [])
