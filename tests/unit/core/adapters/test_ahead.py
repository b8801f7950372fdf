"""ahead: a process makes what will be asked for."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from flume import count, memory, read, reduce
from flume.adapters.ahead import ahead
from flume.errors import SourceError
from flume.report import Report


def children() -> str:
    """The numbers of the processes that this one has begun."""
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()


def test_the_order_is_kept() -> None:
    """However many there are."""
    chunks = [b"%d" % number for number in range(1000)]
    assert list(ahead(iter(chunks), Report())) == chunks
    assert not children()


def test_an_error_comes_after_what_was_before_it() -> None:
    """As it would without a process."""

    def failing() -> Iterator[bytes]:
        yield b"a"
        raise SourceError("gone")

    chunks = ahead(failing(), Report())
    assert next(chunks) == b"a"
    with pytest.raises(SourceError, match="gone"):
        next(chunks)


def test_it_ends_when_nobody_wants_more() -> None:
    """No process is left."""

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1000

    chunks = ahead(endless(), Report())
    next(chunks)
    assert children()
    chunks.close()  # type: ignore[attr-defined]
    assert not children()


def test_a_compressed_file_that_is_cut_short_is_an_error(tmp_path: Path) -> None:
    """And no process is left."""
    dice = random.Random(1)
    lines = [json.dumps({"a": dice.random(), "b": dice.random()}) for _ in range(100_000)]
    data = gzip.compress("\n".join(lines).encode(), 1)
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    assert list(read("stdio", file=str(tmp_path / "a.jsonl.gz")) | reduce(n=count())) == [{"n": 100_000}]
    (tmp_path / "a.jsonl.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceError, match="the file was cut short"):
        (read("stdio", file=str(tmp_path / "a.jsonl.gz")) | reduce(n=count()) | memory()).execute()
    assert not children()
