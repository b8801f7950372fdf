"""ahead: a thread makes what will be asked for."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flume import count, memory, read, reduce
from flume.adapters.ahead import WAITING, ahead
from flume.errors import SourceError


def threads() -> list[str]:
    """The names of threads that run."""
    return [thread.name for thread in threading.enumerate() if thread.name == "flume ahead"]


def test_the_order_is_kept() -> None:
    """However many there are."""
    chunks = [b"%d" % number for number in range(1000)]
    assert list(ahead(iter(chunks))) == chunks
    assert not threads()


def test_an_error_comes_after_what_was_before_it() -> None:
    """As it would without a thread."""

    def failing() -> Iterator[bytes]:
        yield b"a"
        raise SourceError("gone")

    chunks = ahead(failing())
    assert next(chunks) == b"a"
    with pytest.raises(SourceError, match="gone"):
        next(chunks)


def test_no_more_is_made_than_was_asked_for_soon() -> None:
    """What nobody takes does not fill the memory, and ends when nobody wants more."""
    made: list[int] = []
    closed: list[bool] = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                made.append(1)
                yield b"x"
        finally:
            closed.append(True)

    chunks = ahead(endless())
    next(chunks)
    time.sleep(0.1)
    assert len(made) <= WAITING + 3
    chunks.close()  # type: ignore[attr-defined]
    assert closed == [True]
    assert not threads()


def test_a_compressed_file_that_is_cut_short_is_an_error(tmp_path: Path) -> None:
    """And no thread is left."""
    data = gzip.compress(b'{"a": 1}\n' * 100_000)
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    assert list(read("stdio", file=str(tmp_path / "a.jsonl.gz")) | reduce(n=count())) == [{"n": 100_000}]
    (tmp_path / "a.jsonl.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceError, match="the file was cut short"):
        (read("stdio", file=str(tmp_path / "a.jsonl.gz")) | reduce(n=count()) | memory()).execute()
    assert not threads()
