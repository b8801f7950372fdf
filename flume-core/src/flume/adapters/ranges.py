"""Ranges: parts of files, cut at line ends, to be read side by side."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol

from flume.adapters.blocks import BLOCK, compression_seen
from flume.errors import SourceError
from flume.files import is_special
from flume.flow import Batch, Source
from flume.parsing import Origin
from flume.run import Run
from flume.streams import Stream
from flume.tables import Table

_LOOK = 1 << 16  # bytes in which a line end is looked for at once
_FAR = 1 << 22  # bytes in which the beginning of a part is looked for


class Range(NamedTuple):
    """Whole lines of a file: the bytes from *begin* to *end*."""

    path: str
    begin: int
    end: int


class Reader(Protocol):
    """What reads the bytes of one file."""

    def batches(
        self, chunks: Iterator[bytes], name: str, run: Run, *, place: str, begun: bool, goes_on: bool
    ) -> Iterator[Batch | Table]: ...


class ReadRanges(Source):
    """Ranges of files, one after the other."""

    reader: Reader
    ranges: tuple[Range, ...]
    tears: bool

    def may_tear(self) -> bool:
        return self.tears

    def start(self, run: Run) -> Iterator[Batch | Table]:
        for path, begin, end in self.ranges:
            with opened(path) as file:
                chunks = _chunks(file, begin, end, run)
                goes_on = end < os.fstat(file.fileno()).st_size
                yield from self.reader.batches(chunks, path, run, place=path, begun=begin > 0, goes_on=goes_on)


class ReadBlocks(Source):
    """Blocks of a stream, and what reads them."""

    parse: Callable[[Iterator[bytes], Origin], Iterator[Batch | Table]]
    of: Stream
    blocks: Iterator[bytes]

    def start(self, run: Run) -> Iterator[Batch | Table]:
        origin = Origin(run, self.of.file)
        origin.first = self.of.first
        yield from self.parse(self.blocks, origin)
        self.of.first = origin.first


def ranges(
    files: Sequence[str], parts: int, begins: Callable[[bytes], bool] | None = None
) -> list[tuple[Range, ...]] | None:
    """The lines of *files* in about *parts* parts of a size; None where they are no plain files, or compressed.

    *begins*: whether a part can begin with this line (None: with any); None as well where such lines are far apart.
    """
    whole: list[Range] = []
    for path in files:
        if is_special(path):  # opening one may wait, or be noticed at its other end
            return None
        with opened(path) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or compression_seen(os.pread(file.fileno(), 6, 0)):
                return None
            whole.append(Range(path, 0, status.st_size))
    total = sum(each.end for each in whole)
    cuts = [total * number // parts for number in range(1, parts)]
    try:
        return [part for part in _cut(whole, cuts, begins) if part]
    except _TooFar:
        return None


class _TooFar(Exception):
    """No line that a part can begin with, in all that was looked at."""


def _cut(
    files: Sequence[Range], cuts: Sequence[int], begins: Callable[[bytes], bool] | None
) -> Iterator[tuple[Range, ...]]:
    """The files laid end to end, cut at the line ends behind *cuts*."""
    part: list[Range] = []
    waiting = list(cuts)
    passed = 0
    for path, _, size in files:
        begin = 0
        with opened(path) as file:
            while waiting and waiting[0] < passed + size:
                end = _line_begin(file.fileno(), waiting.pop(0) - passed, size)
                if begins is not None:
                    end = _beginning(file, end, size, begins)
                if end > begin:
                    part.append(Range(path, begin, end))
                    begin = end
                yield tuple(part)
                part = []
        if begin < size:
            part.append(Range(path, begin, size))
        passed += size
    yield tuple(part)


def _line_begin(descriptor: int, at: int, size: int) -> int:
    """Where the first line begins that begins at *at* or behind it."""
    look = max(0, at - 1)
    while at and look < size:
        data = os.pread(descriptor, _LOOK, look)
        found = data.find(b"\n")
        if found >= 0:
            return look + found + 1
        look += len(data) or size
    return size if at else 0


def _beginning(file: BinaryIO, at: int, size: int, begins: Callable[[bytes], bool]) -> int:
    """Where the first line that *begins* something begins, of those from *at* on."""
    far = at + _FAR
    with open(file.fileno(), "rb", closefd=False) as lines:
        lines.seek(at)
        while at < size:
            if at > far:
                raise _TooFar
            line = lines.readline(_FAR)
            if begins(line.removesuffix(b"\n")):
                return at
            at += len(line) or size
    return size


def opened(path: str) -> BinaryIO:
    """The file, to be read; a `SourceError` where it cannot be."""
    try:
        return open(path, "rb", buffering=0)
    except OSError as error:
        raise cannot_read(path, error) from error


def cannot_read(name: str, error: OSError) -> SourceError:
    """What is said of a file that cannot be read."""
    return SourceError(f"cannot read {name!r}: {(error.strerror or str(error)).lower()}")


def _chunks(file: BinaryIO, begin: int, end: int, run: Run) -> Iterator[bytes]:
    while begin < end:
        try:
            chunk = os.pread(file.fileno(), min(BLOCK, end - begin), begin)
        except OSError as error:
            raise cannot_read(file.name, error) from error
        if not chunk:
            raise SourceError(f"cannot read {file.name!r}: it became shorter while it was read")
        if begin + len(chunk) < end:  # what is cut off here is read again, which costs less than to join it
            chunk = chunk[: chunk.rfind(b"\n") + 1] or chunk
        begin += len(chunk)
        run.report.bytes_read += len(chunk)
        yield chunk
