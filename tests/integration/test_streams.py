"""Standard streams and signals, with real processes."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLUME = str(Path(sys.executable).with_name("flume"))
Done = subprocess.CompletedProcess[bytes]
Process = subprocess.Popen[bytes]


@pytest.fixture
def flume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Runs the command in an empty directory, as a shell would."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(program: str, data: bytes = b"", **options: Any) -> Done:
        return subprocess.run([FLUME, program], input=data, capture_output=True, timeout=60, check=False, **options)

    return run


def shell(command: str, data: bytes = b"") -> Done:
    """What a shell makes of it; `flume` is the one under test."""
    environment = {**os.environ, "PATH": f"{Path(FLUME).parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["/bin/sh", "-c", command], input=data, capture_output=True, timeout=60, check=False, env=environment
    )


def test_through_a_pipe(flume: Callable[..., Done]) -> None:
    """From standard input to standard output."""
    done = flume("read('stdio') | filter('a > 1')", b'{"a": 1}\n{"a": 2}\n')
    assert (done.stdout, done.stderr, done.returncode) == (b'{"a": 2}\n', b"", 0)


@pytest.mark.parametrize(
    "command",
    [
        "yes '{\"a\": 1}' | flume \"read('stdio')\" | head -3",
        "flume \"emit(start='2020-01-01', limit=1000000)\" | head -3",
        "yes '{\"a\": 1}' | flume \"read('stdio') | head(3)\"",
        "yes '{\"a\": 1}' | flume --jobs 3 \"read('stdio') | filter('a > 0')\" | head -3000000 | tail -3",
        "yes '{\"a\": 1}' | head -200000 | flume \"read('stdio') | put(n=count())\" | head -3",
    ],
)
@pytest.mark.usefixtures("flume")
def test_nobody_reads_on(command: str) -> None:
    """A pipe that is closed behind or before flume ends it quietly."""
    done = shell(command)
    assert (done.stdout.count(b"\n"), done.stderr, done.returncode) == (3, b"", 0)


def test_a_bad_line_in_the_middle(flume: Callable[..., Done]) -> None:
    """It is said with its place, the others go on, and the status is 3."""
    done = flume("read('stdio', format='jsonl')", b'{"a": 1}\ngarbage\n{"a": 2}')
    assert done.stdout == b'{"a": 1}\n{"a": 2}\n'
    assert done.stderr.startswith(b"flume: standard input:2: is no valid JSON")
    assert (done.stderr.count(b"\n"), done.returncode) == (1, 3)


@pytest.mark.parametrize(
    ("data", "out", "status"),
    [
        (b"", b"", 0),
        (b'{"a": 1}\r\n{"a": 2}\r\n', b'{"a": 1}\n{"a": 2}\n', 0),
        (b'{"a": "caf\xe9"}\n', b'{"a": "caf\xe9"}\n', 0),
        (gzip.compress(b'{"a": 1}\n'), b'{"a": 1}\n', 0),
        (bytes(range(256)) * 40, b"", 3),
    ],
    ids=["empty", "CRLF", "Latin-1", "gzip", "binary"],
)
def test_what_files_are_made_of(flume: Callable[..., Done], data: bytes, out: bytes, status: int) -> None:
    """Nothing is lost, and nothing is said on more lines than there are things to say."""
    done = flume("read('stdio')", data)
    assert (done.stdout, done.returncode) == (out, status)
    assert done.stderr.count(b"\n") <= 5  # three records, how many there are, what they were taken for
    assert b"Traceback" not in done.stderr


def test_a_gzip_that_is_cut_short(flume: Callable[..., Done]) -> None:
    """What came before is given; one line says what happened, and the status is 1."""
    data = gzip.compress(b"".join(b'{"n": %d}\n' % n for n in range(50_000)))
    done = flume("read('stdio')", data[:-2000])
    numbers = [json.loads(line)["n"] for line in done.stdout.splitlines()]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > 1000
    assert done.stderr.startswith(b"flume: standard input: the gzip data ends in the middle; the file was cut short")
    assert (done.stderr.count(b"\n"), done.returncode) == (1, 1)


def test_a_line_of_100_mb(flume: Callable[..., Done], tmp_path: Path) -> None:
    """It is a line like any other, and held a few times at the most."""
    file = tmp_path / "long.txt"
    with file.open("wb") as out:
        for _ in range(100):
            out.write(b"x" * 1_000_000)
        out.write(b"\nshort\n")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = flume("read('stdio', file='long.txt') | put(n=expr('len(line)')) | keep('n')")
    assert (done.stdout, done.stderr, done.returncode) == (b'{"n": 100000000}\n{"n": 5}\n', b"", 0)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak == most or peak < 700_000  # KiB; other children may have been larger


@pytest.mark.parametrize(
    ("command", "said", "status"),
    [
        ("flume \"emit(limit=1, start='2020-01-01')\" > /dev/full", "no space left on device", 1),
        ("flume \"emit(limit=1, start='2020-01-01')\" >&-", "cannot write 'standard output': it is closed", 1),
        ("flume \"emit(limit=1) | write('stdio', file='/dev/full')\"", "cannot write '/dev/full': no space left on", 1),
        ("echo x | flume \"read('stdio', rejects='/dev/full')\"", "cannot write rejects='/dev/full': no space left", 1),
        ("echo x | flume \"read('stdio', rejects='a/b')\"", "cannot write rejects='a/b': there is no directory 'a'", 1),
        ("flume \"read('stdio', file='missing.log')\"", "cannot read 'missing.log': no such file or directory", 1),
        ("flume \"read('stdio')\" <&-", "cannot read 'standard input': it is closed", 1),
        ("flume - <&-", "cannot read the program from standard input: it is closed; flume", 2),
        ("flume -f - <&-", "cannot read the program from standard input: it is closed; flume", 2),
        ("flume --version >&-", "cannot write 'standard output': it is closed", 1),
        ("flume --help >&-", "cannot write 'standard output': it is closed", 1),
        ("flume docs head >&-", "cannot write 'standard output': it is closed", 1),
        ("flume plugins list >&-", "cannot write 'standard output': it is closed", 1),
        ("echo 'print(1)' | flume - >&-", "cannot write 'standard output': it is closed", 1),
        (
            "echo '{}' > a; flume \"read('stdio', file='a')\" >> a",
            "step 2 writes to standard output, which is a file",
            2,
        ),
        ("echo '{}' > a; flume \"read('stdio')\" < a >> a", "which is a file that step 1 reads: it would never", 2),
        (
            "echo x | flume \"read('stdio', rejects='/dev/stdout')\" > a",
            "would both write '/dev/stdout', and points",
            2,
        ),
        ("flume \"read('stdio', file='.')\" < /dev/null", "there is no file in this directory", 1),
    ],
)
@pytest.mark.usefixtures("flume")
def test_what_cannot_be_read_or_written(command: str, said: str, status: int) -> None:
    """One line says what and why."""
    done = shell(command)
    assert said in done.stderr.decode()
    assert (done.stdout, done.stderr.count(b"\n"), done.returncode) == (b"", 1, status)


@pytest.mark.usefixtures("flume")
def test_live_points_come_as_they_are_made() -> None:
    """A second apart, unbuffered, with standard output a pipe."""
    began = time.monotonic()
    arrived: list[float] = []
    with subprocess.Popen([FLUME, "emit(limit=3)"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in process.stdout:
            arrived.append(time.monotonic() - began)
    assert len(arrived) == 3
    assert process.returncode == 0
    assert arrived[0] < arrived[2] - 1.5
    assert arrived[1] < arrived[2] - 0.5


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(
    "program",
    [
        "emit()",
        "read('stdio')",
        "emit(every='10ms') | reduce(n=count(), every='20ms') | write('stdio', file='out.jsonl')",
        "emit(start='2000-01-01') | tail(3)",
    ],
)
@pytest.mark.usefixtures("flume")
def test_a_signal_ends_it(tmp_path: Path, program: str, number: int, status: int) -> None:
    """With its status, and no traceback; what a live run has written is kept."""
    with subprocess.Popen(
        [FLUME, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        time.sleep(1)
        run.send_signal(number)
        began = time.monotonic()
        error = run.stderr.read() if run.stderr else b""
        run.wait(timeout=30)
    assert time.monotonic() - began < 10
    assert (run.returncode, error) == (status, b"")
    if "out.jsonl" in program:
        points = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        assert len(points) > 3
        assert all(point["n"] <= 3 for point in points)
    assert [name for name in os.listdir(tmp_path) if name.endswith(".part")] == []


SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


@pytest.mark.parametrize(("number", "status"), SIGNALS)
@pytest.mark.parametrize(
    "program",
    [
        "emit(start='2000-01-01')",
        "emit(start='2000-01-01') | write('stdio', format='csv')",
        "emit(limit=1) | write('stdio', file='pipe')",
        "emit(every='10ms') | write('stdio', file='pipe')",
        "read('stdio', file='pipe')",
        "emit(start='3000-01-01')",
    ],
)
@pytest.mark.usefixtures("flume")
def test_a_signal_ends_what_waits(tmp_path: Path, program: str, number: int, status: int) -> None:
    """For somebody who reads, for somebody who writes, or for a thousand years."""
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen([FLUME, "--stats", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        time.sleep(1)
        run.send_signal(number)
        began = time.monotonic()
        run.wait(timeout=30)
        assert time.monotonic() - began < 5
        error = run.stderr.read().decode() if run.stderr else ""
    assert run.returncode == status
    assert " read, " in error
    assert "Traceback" not in error
    assert "DOES NOT ADD UP" not in error


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_what_there_is_to_say_is_said_after_a_signal(
    flume: Callable[..., Done], tmp_path: Path, number: int, status: int
) -> None:
    """Fields that were misspelt, what was not written, the statistics; and nothing is left behind."""
    program = "read('stdio', rejects='bad') | keep('b') | write('stdio', file='out.jsonl')"
    with subprocess.Popen(
        [FLUME, "--stats=json", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdin is not None
        run.stdin.write(b'{"a": 1}\ngarbage\n')
        run.stdin.flush()
        while not (tmp_path / "bad").exists():
            time.sleep(0.05)
        time.sleep(0.2)
        run.send_signal(number)
        run.wait(timeout=30)
        lines = run.stderr.read().decode().splitlines() if run.stderr else []
    assert run.returncode == status
    assert any("'b' was in none of 1 point" in line for line in lines)
    assert any("interrupted: 'out.jsonl' was not written" in line for line in lines)
    stats = json.loads(lines[-1])
    assert (stats["read"], stats["rejected"], stats["written"], stats["adds_up"]) == (1, 1, 1, True)
    assert os.listdir(tmp_path) == ["bad"]


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_a_signal_ends_all_the_processes_that_read(tmp_path: Path, number: int, status: int) -> None:
    """However many there are."""
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"a": [1]}\n' * 2_000_000)
    with subprocess.Popen(
        [FLUME, "--jobs", "3", f"read('stdio', file={str(lines)!r}) | reduce(n=count(), by='a')"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
        while len(readers := children.read_text().split()) < 3:
            assert run.poll() is None
        run.send_signal(number)
        assert run.wait(timeout=30) == status
        assert run.stdout is not None
        assert run.stdout.read() == b""
    assert not [reader for reader in readers if Path(f"/proc/{reader}").exists()]


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_a_signal_ends_all_the_processes_that_write(tmp_path: Path, number: int, status: int) -> None:
    """What was written are whole lines, in their order."""
    lines = tmp_path / "a.jsonl"
    lines.write_text("".join(f'{{"a": {n}}}\n' for n in range(2_000_000)))
    with subprocess.Popen(
        [FLUME, "--jobs", "3", f"read('stdio', file={str(lines)!r}) | filter('a >= 0') | write('stdio')"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout is not None
        begun = run.stdout.readline()
        writers = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        run.send_signal(number)
        rest = run.stdout.read()
        assert run.wait(timeout=30) == status
    numbers = [json.loads(line)["a"] for line in (begun + rest).splitlines()]
    assert numbers == list(range(len(numbers)))
    assert len(writers) == 3
    assert not [writer for writer in writers if Path(f"/proc/{writer}").exists()]


def test_several_processes_end_when_nobody_reads_on(tmp_path: Path) -> None:
    """Quietly, as one does."""
    lines = tmp_path / "a.jsonl"
    lines.write_text("".join(f'{{"a": {n}}}\n' for n in range(1_000_000)))
    program = f"read('stdio', file='{lines}') | filter('a >= 0') | write('stdio')"
    done = shell(f'({FLUME} --jobs 3 "{program}"; echo $? >&2) | head -2')
    assert (done.stdout, done.stderr) == (b'{"a": 0}\n{"a": 1}\n', b"0\n")


def test_a_terminal_that_goes_away_does_not_end_what_is_to_stay(tmp_path: Path, flume: Callable[..., Done]) -> None:
    """`nohup` has it ignored."""
    program = "emit(limit=3, every='500ms') | write('stdio', file='out.jsonl')"
    assert shell(f'nohup {FLUME} "{program}" & sleep 0.7; kill -HUP $!; wait $!').returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 3


def test_closed_streams_are_nobodys_files(flume: Callable[..., Done], tmp_path: Path) -> None:
    """What is written to a file is what belongs there, though it might have got the number of a closed stream."""
    (tmp_path / "p.py").write_text(
        "import os, sys\nprint('error', file=sys.stderr)\nos.system('echo out; echo error >&2')\n"
        "emit(points=[{'a': 1}]) | write('stdio', file='out.jsonl')\n"
    )
    done = shell("flume -f p.py <&- >&- 2>&-")
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)
    assert (tmp_path / "out.jsonl").read_text() == '{"a": 1}\n'


NUMBERED = 2_000_000


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of many lines."""
    file = tmp_path_factory.mktemp("lines") / "a.jsonl"
    file.write_text("".join(f'{{"a": {n}}}\n' for n in range(NUMBERED)))
    return file


@contextmanager
def piped(program: str, command: str, file: Path) -> Iterator[tuple[Process, Process]]:
    """What a shell makes of *command*, and a run of three processes that reads that."""
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(["/bin/sh", "-c", command, str(file)], stdin=pipe, stdout=pipe) as writer,
        subprocess.Popen([FLUME, "--jobs", "3", program], stdin=writer.stdout, stdout=pipe, stderr=pipe) as run,
    ):
        assert writer.stdout is not None
        writer.stdout.close()
        try:
            yield writer, run
        finally:
            run.kill()
            writer.kill()


def children_of(run: Process) -> list[str]:
    """The processes that a run has begun."""
    return Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_a_signal_ends_all_the_processes_that_share_a_pipe(lines: Path, number: int, status: int) -> None:
    """What was written are whole lines, in their order."""
    blocks: list[bytes] = []
    program = "read('stdio') | filter('a >= 0') | write('stdio')"
    with piped(program, 'while cat "$0"; do :; done', lines) as (_, run):
        assert run.stdout is not None
        while len(sharing := children_of(run)) < 3:
            blocks.append(os.read(run.stdout.fileno(), 1 << 16))
        run.send_signal(number)
        blocks.append(run.stdout.read())
        assert run.wait(timeout=30) == status
    numbers = [json.loads(line)["a"] for line in b"".join(blocks).splitlines()]
    assert numbers == [n % NUMBERED for n in range(len(numbers))]
    assert not [each for each in sharing if Path(f"/proc/{each}").exists()]


def test_a_process_that_shares_a_pipe_is_killed(tmp_path: Path) -> None:
    """It is said, and nothing is given."""
    with piped("read('stdio') | reduce(n=count())", "exec yes '{\"a\": 1}'", tmp_path) as (_, run):
        while len(sharing := children_of(run)) < 3:
            assert run.poll() is None
        os.kill(int(sharing[1]), signal.SIGKILL)
        assert run.wait(timeout=30) == 1
        assert run.stdout is not None
        assert run.stderr is not None
        assert b"a process that read a part of the input was killed by signal 9" in run.stderr.read()
        assert run.stdout.read() == b""
    assert not [each for each in sharing if Path(f"/proc/{each}").exists()]


def test_what_comes_after_much_comes_out_as_it_comes(lines: Path) -> None:
    """No line waits for another one, and where there are few, no other process is needed."""
    program = "read('stdio') | filter('a != 7') | write('stdio')"
    with piped(program, 'cat "$0"; read line; echo "$line"; read line', lines) as (writer, run):
        assert run.stdout is not None
        assert writer.stdin is not None
        shared, passed = False, 0
        while passed < NUMBERED - 1:
            passed += os.read(run.stdout.fileno(), 1 << 20).count(b"\n")
            shared = shared or bool(children_of(run))
        until = time.monotonic() + 20
        while children_of(run) and time.monotonic() < until:
            time.sleep(0.01)
        assert shared
        assert not children_of(run)
        writer.stdin.write(b'{"a": -1}\n')
        writer.stdin.flush()
        assert os.read(run.stdout.fileno(), 1 << 16) == b'{"a": -1}\n'
        writer.stdin.write(b"\n")
        writer.stdin.flush()
        assert run.wait(timeout=30) == 0
