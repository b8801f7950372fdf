"""Reading files and standard input."""

from __future__ import annotations

import glob
import os
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from fnmatch import fnmatch
from os.path import isfile
from pathlib import Path
from typing import Any

from flume.adapters.blocks import (
    BLOCK,
    check_compression,
    decompress,
    line_blocks,
    transcode,
    without_ansi,
    without_mark,
)
from flume.adapters.formats import check_encoding, format_of, is_utf8
from flume.adapters.ranges import ReadBlocks, ReadRanges, cannot_read, opened, ranges
from flume.adapting import make_parser
from flume.closing import closing
from flume.errors import OptionError, SourceError
from flume.files import is_path, is_stream, same_file
from flume.flow import Batch, Source
from flume.parsing import Origin, Parser
from flume.report import Report
from flume.run import Run
from flume.streams import Stream
from flume.tables import Table
from flume.value import spoken, thaw

MAGIC = glob.has_magic
STDIN = "standard input"
WIDE = 1 << 20  # bytes that a pipe may hold
BEGINNING = 1 << 16  # bytes of a file in which a header is looked for


class ReadStdio(Source):
    """Read files, or standard input.

    *file*: a path, a pattern such as `'logs/*.jsonl'`, a directory, or a list of them, read in order of name; without
    it standard input is read.  *format*: by default what the file's suffix says, else `jsonl`.  *compression*: by
    default what the first bytes say; None reads them as they are.  *strip_ansi*: without terminal escapes.
    *encoding*: bytes that are none are kept and written back as they were.  Further options are the format's.

    >>> from tempfile import TemporaryDirectory
    >>> from flume import emit, read, write
    >>> with TemporaryDirectory() as folder:
    ...     report = (emit(points=[{'a': 1}, {'a': 2}]) | write('stdio', file=f'{folder}/points.csv.gz')).execute()
    ...     list(read('stdio', file=f'{folder}/*.csv.gz'))
    [{'a': 1}, {'a': 2}]
    """

    file: Any
    format: str | None
    compression: str | None
    strip_ansi: bool
    encoding: str
    options: tuple[tuple[str, object], ...]

    def __init__(
        self,
        file: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
        format: str | None = None,
        compression: str | None = "auto",
        strip_ansi: bool = False,
        encoding: str = "utf-8",
        **options: Any,
    ) -> None:
        self._set(
            file=file,
            format=format,
            compression=compression,
            strip_ansi=strip_ansi,
            encoding=encoding,
            options=tuple(options.items()),
        )

    def check(self) -> None:
        files = self.file if isinstance(self.file, tuple) else ("" if self.file is None else self.file,)
        if not files or not all(map(is_path, files)):
            raise OptionError(f"read: file takes a path, a pattern or a list of them, not {thaw(self.file)!r}")
        check_compression("read", self.compression)
        check_encoding("read", self.encoding)
        for given in self._given() or ("",):
            self._parser(given)

    def size(self) -> int | None:
        try:
            return sum(os.path.getsize(path) for path in self._files()) if self._given() else None
        except (OSError, SourceError):
            return None

    def split(self, parts: int) -> Sequence[Source] | None:
        files = list(self._files())
        distinct = files and len(set(files)) == len(files)
        if not distinct or self.compression != "auto" or not is_utf8(self.encoding):
            return None
        parsers = [self._parser(path) for path in files]
        whole_lines = all(parser.splits for parser in parsers)
        if not whole_lines and None in map(self._behind, files):
            return None
        found = ranges(files, parts)
        return None if found is None else [ReadRanges(self, each, not whole_lines) for each in found]

    def makes(self) -> frozenset[str] | None:
        plain = all(parser.plain for parser in map(self._parser, self._given() or ("",)))
        return frozenset() if plain else None

    def line_format(self) -> str | None:
        if self.strip_ansi or not is_utf8(self.encoding):
            return None
        parsers = {(spoken(type(parser)), parser.verbatim) for parser in map(self._parser, self._given() or ("",))}
        ((format, verbatim),) = parsers if len(parsers) == 1 else {("", False)}
        return format if verbatim else None

    def reads_file(self, path: str) -> bool:
        given = self._given()
        return any(_reads(each, path) for each in given) if given else is_stream(path, sys.stdin)

    def stream(self, run: Run) -> Stream | None:
        given = self._given()
        path = given[0] if given else STDIN
        parser = self._parser(path if given else "")
        if len(given) > 1 or os.path.isdir(path) or MAGIC(path) or not parser.splits:
            return None

        def blocks() -> Iterator[bytes]:
            with opened(path) if given else nullcontext(sys.stdin) as file:
                if file is None:
                    raise SourceError(f"cannot read {STDIN!r}: it is closed")
                _widen(file.fileno())
                chunks = self._decoded(_chunks(file.fileno(), path, run), path)
                yield from self._cut(chunks, parser)

        return Stream(path, blocks(), lambda blocks, stream: ReadBlocks(parser, stream, blocks))

    def start(self, run: Run) -> Iterator[Batch | Table]:
        if not self._given():
            if sys.stdin is None:
                raise SourceError("cannot read 'standard input': it is closed")
            with closing(self.batches(_chunks(sys.stdin.fileno(), STDIN, run), STDIN, run)) as batches:
                yield from batches
            return
        for path in self._files():
            with opened(path) as file:
                yield from self.batches(_chunks(file.fileno(), path, run), path, run)

    def batches(
        self, chunks: Iterator[bytes], path: str, run: Run, *, begun: bool = False, goes_on: bool = False
    ) -> Iterator[Batch | Table]:
        """The points of the bytes of one file; *begun*: of what is behind its beginning; *goes_on*: not to its end."""
        if not begun:
            chunks = self._decoded(chunks, path, report=run.report if run.alone else None)
        parser = (self._behind(path) if begun else None) or self._parser(path)
        origin = Origin(run, path)
        origin.goes_on = goes_on
        return parser.parse(self._cut(chunks, parser), origin)

    def _decoded(self, chunks: Iterator[bytes], path: str, *, report: Report | None = None) -> Iterator[bytes]:
        """The bytes of a file from its beginning, decompressed, as UTF-8."""
        chunks = decompress(chunks, self.compression, path, report=report)
        return without_mark(chunks, path) if is_utf8(self.encoding) else transcode(chunks, self.encoding, path)

    def _cut(self, chunks: Iterator[bytes], parser: Parser) -> Iterator[bytes]:
        """The blocks that the parser is given."""
        blocks = line_blocks(chunks) if parser.lines or self.strip_ansi else chunks
        return without_ansi(blocks) if self.strip_ansi else blocks

    def _parser(self, path: str) -> Parser:
        return make_parser(type(self), self.format or format_of(path), dict(self.options))

    def _behind(self, path: str) -> Parser | None:
        """What reads from the middle of a file; None where nothing does."""
        parser = self._parser(path)
        if parser.splits or not isfile(path):
            return parser if parser.splits else None
        with opened(path) as file:
            beginning = os.pread(file.fileno(), BEGINNING, 0).removeprefix(BOM_UTF8)
        return parser.behind(next(iter(without_ansi([beginning]))) if self.strip_ansi else beginning)

    def _given(self) -> tuple[str, ...]:
        if self.file is None:
            return ()
        given = self.file if isinstance(self.file, tuple) else (self.file,)
        return tuple(os.fspath(one) for one in given)

    def _files(self) -> Iterator[str]:
        for given in self._given():
            yield from _files_of(given)


def _files_of(given: str) -> list[str]:
    """The files that one path stands for; a `SourceError` where there is none."""
    if os.path.isdir(given):
        try:
            inside = list(Path(given).iterdir())
        except OSError as error:
            raise cannot_read(given, error) from error
        found = sorted(str(path) for path in inside if path.is_file() and path.name[0] != ".")
        if not found:
            raise SourceError(f"cannot read {given!r}: there is no file in this directory")
        return found
    if MAGIC(given) and not os.path.lexists(given):
        found = sorted(path for path in glob.glob(given, recursive=True) if os.path.isfile(path))
        if not found:
            raise SourceError(f"cannot read {given!r}: no file matches this pattern")
        return found
    return [given]


def _reads(given: str, path: str) -> bool:
    """Whether *path* is among the files that *given* stands for, or would be if it were there."""
    try:
        if any(same_file(path, each) for each in _files_of(given)):
            return True
    except SourceError:
        pass
    folder, name = os.path.split(os.path.realpath(path))
    if os.path.isdir(given):
        return name[0] != "." and same_file(given, folder)
    if not MAGIC(given):
        return False
    where, pattern = (given, "*") if os.path.basename(given) == "**" else os.path.split(given)
    if not fnmatch(name, pattern) or name[0] == "." != pattern[0]:
        return False
    folders = glob.glob(where, recursive=True) if MAGIC(where) else [where or "."]
    if os.path.basename(where) == "**":
        folders.append(os.path.dirname(where) or ".")
    return any(same_file(each, folder) for each in folders)


def _widen(descriptor: int) -> None:
    """Let a pipe hold more than the little that it does by default: its writer waits less often."""
    with suppress(ImportError, AttributeError, OSError):  # not on Linux, no pipe, or the user has many wide ones
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(descriptor, F_SETPIPE_SZ, WIDE)


def _chunks(descriptor: int, name: str, run: Run) -> Iterator[bytes]:
    """What is there to read, as it comes: a pipe is never waited for to fill a block."""
    typed = os.isatty(descriptor)
    while True:
        if run.before_reading is not None:
            run.before_reading(descriptor)
        try:
            chunk = os.read(descriptor, BLOCK)
        except OSError as error:
            raise cannot_read(name, error) from error
        if not chunk:
            return
        run.report.bytes_read += len(chunk)
        if typed:
            run.panes.typed(chunk.count(b"\n"))
        yield chunk
