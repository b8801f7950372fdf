"""Contents: what the bytes of an input are, and how they become points."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from flume.adapters.blocks import (
    BLOCK,
    check_compression,
    decompress,
    line_blocks,
    transcode,
    without_ansi,
    without_mark,
)
from flume.adapters.events import joined
from flume.adapters.formats import DEFAULT, check_encoding, format_named, is_utf8
from flume.adapters.looking import FOUND, looked
from flume.adapters.multiline import Multiline
from flume.adapters.ranges import opened
from flume.adapting import check_options, make_parser
from flume.errors import FlumeError, OptionError
from flume.flow import Batch
from flume.parsing import Origin, Parser, decode
from flume.report import Report, taken_for
from flume.tables import Table
from flume.value import Value, spoken

BEGINNING = 1 << 16  # bytes of a file in which a header is looked for

Place: TypeAlias = str | int | None
"""Where an input is: a path, a descriptor; None where it is nowhere before it is read."""


class Found(NamedTuple):
    """What reads an input, and the format that it was taken for, where that may be wrong (`UNTOLD`: none was told)."""

    parser: Parser
    guess: str | None = None


class Contents(Value):
    """How an input is read: the options that do not say where it is.

    *owner*: whose options these are, in errors.  The *format* is what is given, else what the name of the input says,
    else what its first lines look like.  Where only reading tells it, the run is planned for JSON lines.
    """

    owner: type
    format: str | None
    compression: str | None
    strip_ansi: bool
    encoding: str
    multiline: str | None
    options: tuple[tuple[str, object], ...]

    def check(self) -> None:
        check_compression("read", self.compression)
        check_encoding("read", self.encoding)
        if self.multiline is not None:
            Multiline(self.multiline)

    def check_format(self, place: Place) -> None:
        """An `OptionError` for an option that the format of this input does not have, as far as its name tells."""
        if format := self._said(place):
            self._made(format)
        else:
            check_options(self.owner, FOUND, dict(self.options))

    # -- before it is read ------------------------------------------------------------------------

    def parser(self, place: Place) -> Parser | None:
        """What reads this input; None where only reading tells it."""
        if format := self._said(place):
            return self._made(format)
        format = None if place is None else _looks(place, self.compression, self.encoding)
        return None if format is None else self._made(format or DEFAULT, place)

    def planned(self, place: Place) -> Parser:
        """What a run is planned for."""
        return self.parser(place) or self._made(DEFAULT, options=self._known(DEFAULT))

    def behind(self, path: str) -> Parser | None:
        """What reads from the middle of a file; None where nothing does."""
        parser = self.parser(path)
        if parser is None or parser.splits or not os.path.isfile(path):
            return parser if parser is not None and parser.splits else None
        return parser.behind(self._first_lines(path))

    def record_parser(self, name: str | None) -> Parser | None:
        """What reads the text of one record of the input of this name by itself; None where that cannot be."""
        there = name is not None and os.path.isfile(name)
        return self.planned(name).for_a_record(self._first_lines(name) if name is not None and there else b"")

    def begins(self, line: bytes) -> bool:
        """Whether a part of a file can begin with this line."""
        if self.multiline is None:
            return True
        return Multiline(self.multiline).surely_begins(decode(self._bare(line).removesuffix(b"\r")))

    def keeps_lines(self, parser: Parser) -> bool:
        """Whether lines can be written as they were read."""
        return parser.verbatim and not self.strip_ansi and is_utf8(self.encoding) and self.multiline is None

    # -- while it is read -------------------------------------------------------------------------

    def decoded(self, chunks: Iterator[bytes], name: str, *, report: Report | None = None) -> Iterator[bytes]:
        """The bytes of an input from its beginning, decompressed, as UTF-8."""
        chunks = decompress(chunks, self.compression, name, report=report)
        return without_mark(chunks, name) if is_utf8(self.encoding) else transcode(chunks, self.encoding, name)

    def found(self, chunks: Iterator[bytes], place: Place) -> tuple[Found, Iterator[bytes]]:
        """What reads these chunks, which are decoded, and the same chunks."""
        if format := self._said(place):
            return Found(self._made(format), None), chunks
        format = None if place is None else _looks(place, self.compression, self.encoding)
        if format is None:
            format, chunks = looked(chunks)
        sure = format == DEFAULT  # where not, a record that is rejected may be the sign of another one
        return Found(self._made(format or DEFAULT, place), None if sure else format), chunks

    def cut(self, chunks: Iterator[bytes], parser: Parser) -> Iterator[bytes]:
        """The blocks that the parser is given."""
        blocks = line_blocks(chunks) if parser.lines or self.strip_ansi else chunks
        return without_ansi(blocks) if self.strip_ansi else blocks

    def parse(self, found: Found, blocks: Iterator[bytes], origin: Origin) -> Iterator[Batch | Table]:
        """The points of these blocks."""
        parser, run = found.parser, origin.run
        if (run.verbatim or run.extension) and spoken(type(parser)) != run.line_format:
            _read_whole(origin)
        records = (
            parser.parse(blocks, origin)
            if self.multiline is None
            else joined(parser, Multiline(self.multiline), blocks, origin)
        )
        if found.guess is None:
            yield from records
            return
        (run.report.elsewhere or run.report).taken_for[origin.file] = found.guess
        try:
            yield from records
        except FlumeError as error:
            error.add_note(f"{origin.file} {taken_for(found.guess)}")
            raise

    # -- what makes parsers -----------------------------------------------------------------------

    def _said(self, place: Place) -> str | None:
        """The format that is given, or that the name says."""
        named = format_named(place) if isinstance(place, str) else None
        return self.format or named or ("lines" if self.multiline is not None else None)

    def _made(self, format: str, place: Place = None, options: Mapping[str, Any] | None = None) -> Parser:
        """The parser of this format, which the first lines at *place* look like."""
        try:
            parser = make_parser(self.owner, format, dict(self.options) if options is None else options)
        except OptionError as error:
            if place is not None:
                error.add_note(f"{place} {taken_for(format)}")
            raise
        if self.multiline is not None and not parser.takes_events:
            raise OptionError(f"read: multiline joins lines of text, as of format='lines', not of {format!r}")
        return parser

    def _known(self, format: str) -> dict[str, Any]:
        """The options that this format has."""
        known = dict[str, Any]()
        for name, value in self.options:
            with suppress(OptionError):
                make_parser(self.owner, format, {name: value})
                known[name] = value
        return known

    def _first_lines(self, path: str) -> bytes:
        """Where a header is looked for."""
        found = b""
        for chunk in _beginning(path, 0, self.compression, self.encoding):
            found += chunk
            if len(found) >= BEGINNING:
                break
        return self._bare(found)

    def _bare(self, data: bytes) -> bytes:
        return next(iter(without_ansi([data]))) if self.strip_ansi else data


def _read_whole(origin: Origin) -> None:
    """Read points and all their fields: the run was planned for lines of another format."""
    origin.tables = origin.verbatim = False
    origin.needed = origin.judged = origin.predicate = origin.extension = None


def _looks(place: str | int, compression: Any, encoding: str) -> str | None:
    """The format that an ordinary file looks like."""
    try:
        status = os.stat(place)
        if not stat.S_ISREG(status.st_mode):
            return None
        offset = os.lseek(place, 0, os.SEEK_CUR) if isinstance(place, int) else 0
    except OSError:  # said where it is read
        return None
    version = status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
    return _looked(place, offset, compression, encoding, version)


@lru_cache(maxsize=1024)
def _looked(place: str | int, offset: int, compression: Any, encoding: str, version: tuple[int, ...]) -> str:
    return looked(_beginning(place, offset, compression, encoding))[0]


def _beginning(place: str | int, offset: int, compression: Any, encoding: str) -> Iterator[bytes]:
    """The first block of a file, decompressed, as UTF-8; what cannot be read is said where all of it is."""
    with suppress(OSError, FlumeError):
        with opened(place) if isinstance(place, str) else open(place, "rb", buffering=0, closefd=False) as file:
            data = os.pread(file.fileno(), BLOCK, offset)
        chunks = decompress(iter([data]), compression)
        yield from without_mark(chunks) if is_utf8(encoding) else transcode(chunks, encoding)
