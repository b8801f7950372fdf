"""The file of rejected records."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from flume import memory, read
from flume.errors import SinkError
from flume.rejects import RejectFile


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """A file of which no line is a record."""
    (tmp_path / "in.jsonl").write_bytes(b"garb\xe9ge\nmore\n")
    return str(tmp_path / "in.jsonl")


def test_each_has_its_place_its_reason_and_its_bytes(bad: str, tmp_path: Path) -> None:
    """Enough to find it, and to feed it in again."""
    file = tmp_path / "bad.jsonl"
    (read("stdio", file=bad, rejects=str(file)) | memory()).execute()
    records = [json.loads(line.decode("utf-8", "surrogateescape")) for line in file.read_bytes().splitlines()]
    assert [(record["file"], record["line"]) for record in records] == [(bad, 1), (bad, 2)]
    assert records[0]["raw"].encode("utf-8", "surrogateescape") == b"garb\xe9ge"
    assert all(record["reason"].startswith("is no valid JSON") for record in records)


def test_a_run_starts_it_anew(bad: str, tmp_path: Path) -> None:
    """What an earlier run has rejected does not stay."""
    file = tmp_path / "bad.jsonl"
    for _ in range(2):
        (read("stdio", file=bad, rejects=str(file)) | memory()).execute()
    assert len(file.read_text(errors="replace").splitlines()) == 2


def test_it_is_made_when_there_is_something_to_keep(tmp_path: Path) -> None:
    """A run without a bad record makes none."""
    (tmp_path / "good.jsonl").write_text("{}\n")
    (read("stdio", file=str(tmp_path / "good.jsonl"), rejects=str(tmp_path / "bad.jsonl")) | memory()).execute()
    assert not (tmp_path / "bad.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("{}/missing/bad.jsonl", "cannot write rejects='{}': there is no directory '{folder}/missing'"),
        ("{}", "cannot write rejects='{}': is a directory"),
        ("{}/in.jsonl/bad.jsonl", "cannot write rejects='{}': there is no directory '{folder}/in.jsonl'"),
    ],
)
def test_a_place_that_cannot_be_written(bad: str, tmp_path: Path, name: str, message: str) -> None:
    """One line names it, before anything is read."""
    rejects = name.format(tmp_path)
    with pytest.raises(SinkError) as raised:
        (read("stdio", file=bad, rejects=rejects) | memory()).execute()
    assert str(raised.value) == message.format(rejects, folder=tmp_path)


def test_a_full_disk(bad: str) -> None:
    """It ends the run with one line, once."""
    with pytest.raises(SinkError, match="cannot write rejects='/dev/full': no space left on device"):
        (read("stdio", file=bad, rejects="/dev/full") | memory()).execute()


def test_several_threads_may_write(tmp_path: Path) -> None:
    """Live sources reject from threads of their own: every record is whole, and there once."""
    with RejectFile(str(tmp_path / "bad.jsonl")) as file:
        threads = [
            threading.Thread(target=lambda name=name: [file.write({"name": name, "n": n}) for n in range(200)])
            for name in "abcd"
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    records = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text().splitlines()]
    assert sorted((record["name"], record["n"]) for record in records) == [(a, n) for a in "abcd" for n in range(200)]
