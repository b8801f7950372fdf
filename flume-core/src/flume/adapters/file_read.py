"""Reading files and standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from flume.adapters.arriving import arriving
from flume.adapters.blocks import BLOCK
from flume.adapters.contents import Contents, Found, Place
from flume.adapters.formats import is_utf8
from flume.adapters.ranges import ReadBlocks, ReadRanges, cannot_read, opened, ranges
from flume.closing import closing
from flume.errors import OptionError, SourceError
from flume.files import is_path, is_stream, same_file
from flume.flow import Batch, Source
from flume.parsing import Origin, Parser
from flume.run import Run
from flume.streams import Stream
from flume.tables import Table
from flume.value import spoken, thaw

MAGIC = glob.has_magic
STDIN = "standard input"
WIDE = 1 << 20  # bytes that a pipe may hold
LANES = 1 << 24  # bytes that are read at once of files that are merged, if they are not many
SMALL = 1 << 13  # bytes that are read at once of each, if they are


class ReadStdio(Source):
    """Read files, or standard input.

    *file*: a path, a pattern such as `'logs/*.jsonl'`, a directory, or a list of them, read in order of name; without
    it standard input is read.  *format*: by default what the file's suffix says, else what its first lines look like
    (`jsonl json csv tsv logfmt columns`), else `jsonl`.  *compression*: by default what the first bytes say; None reads
    them as they are.  *strip_ansi*: without terminal escapes.  *encoding*: bytes that are none are kept and written
    back as they were.  Further options are the format's.

    *multiline*: joins lines to one record, in formats of lines (`lines` by default): a regex that the first line of
    each has, or `'traceback'` (Python's), `'java'` (stack traces), `'indent'` (white space goes on).  One that nothing
    follows for a second is complete, one of more than 1 MiB is rejected.

    *order*: `'time'` merges the files by time, each of which is in order of time by itself; a point that comes too
    early there is a rejected record.

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
    multiline: str | None
    order: Literal["name", "time"]
    options: tuple[tuple[str, object], ...]

    def __init__(
        self,
        file: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
        format: str | None = None,
        compression: str | None = "auto",
        strip_ansi: bool = False,
        encoding: str = "utf-8",
        multiline: str | None = None,
        order: Literal["name", "time"] = "name",
        **options: Any,
    ) -> None:
        self._set(
            file=file,
            format=format,
            compression=compression,
            strip_ansi=strip_ansi,
            encoding=encoding,
            multiline=multiline,
            order=order,
            options=tuple(options.items()),
        )

    def check(self) -> None:
        files = self.file if isinstance(self.file, tuple) else ("" if self.file is None else self.file,)
        if not files or not all(map(is_path, files)):
            raise OptionError(f"read: file takes a path, a pattern or a list of them, not {thaw(self.file)!r}")
        if self.order not in ("name", "time"):
            raise OptionError(f"read: order takes 'name' or 'time', not {self.order!r}")
        if self.order == "time" and self.file is None:
            raise OptionError("read: order='time' merges files; sort('time') puts standard input in order")
        for given in self._given() or (None,):
            self._contents.check_format(given)

    def size(self) -> int | None:
        try:
            return sum(os.path.getsize(path) for path in self._files()) if self._given() else None
        except (OSError, SourceError):
            return None

    def ordered(self, before: bool = False) -> bool:
        return self.order == "time"

    def split(self, parts: int) -> Sequence[Source] | None:
        files = list(self._files())
        distinct = files and len(set(files)) == len(files)
        if not distinct or self.order == "time" or self.compression != "auto" or not is_utf8(self.encoding):
            return None
        contents = self._contents
        parsers = [contents.parser(path) for path in files]
        if None in parsers:
            return None
        whole_lines = all(parser.splits for parser in parsers if parser is not None)
        if not whole_lines and None in map(contents.behind, files):
            return None
        found = ranges(files, parts, contents.begins if self.multiline is not None else None)
        return None if found is None else [ReadRanges(self, each, not whole_lines) for each in found]

    def makes(self) -> frozenset[str] | None:
        plain = all(self._contents.planned(place).plain for place in self._given() or (None,))
        return frozenset() if plain else None

    def line_format(self) -> str | None:
        parser = self._contents.planned(self._first())
        return spoken(type(parser)) if self.order == "name" and self._contents.keeps_lines(parser) else None

    def reads_file(self, path: str) -> bool:
        given = self._given()
        return any(_reads(each, path) for each in given) if given else is_stream(path, sys.stdin)

    def stream(self, run: Run) -> Stream | None:
        given = self._given()
        path, place = given[0] if given else STDIN, given[0] if given else _stdin()
        contents = self._contents
        parser = contents.parser(place)
        several = len(given) > 1 or os.path.isdir(path) or MAGIC(path)
        if several or self.multiline is not None or not (parser is None or parser.splits):
            return None
        found: Found | None = None

        def blocks() -> Iterator[bytes]:
            nonlocal found
            with opened(path) if given else nullcontext(sys.stdin) as file:
                if file is None:
                    raise _closed()
                _widen(file.fileno())
                found, chunks = contents.found(contents.decoded(arriving(file.fileno(), path, run), path), place)
                yield from contents.cut(chunks, found.parser)

        def parse(blocks: Iterator[bytes], origin: Origin) -> Iterator[Batch | Table]:
            first = next(blocks, b"")  # from here on the format is known
            assert found is not None
            return contents.parse(found, chain([first] if first else [], blocks), origin)

        def splits() -> bool:
            return found is not None and found.parser.splits

        return Stream(path, blocks(), lambda blocks, stream: ReadBlocks(parse, stream, blocks), splits=splits)

    def start(self, run: Run) -> Iterator[Batch | Table]:
        if not self._given():
            if sys.stdin is None:
                raise _closed()
            yield from self._points(sys.stdin.fileno(), STDIN, _stdin(), run)
            return
        for path in self._files():
            yield from self.points_of(path, run)

    def record_parser(self, name: str | None) -> Parser | None:
        return self._contents.record_parser(name)

    def lanes(self) -> Sequence[tuple[str, Source]] | None:
        if self.order != "time":
            return None
        files = list(self._files())
        size = max(SMALL, min(BLOCK, LANES // len(files)))
        return [(path, ReadFile(self, path, size)) for path in files]

    def points_of(self, path: str, run: Run, size: int | None = None) -> Iterator[Batch | Table]:
        """The points of one file, of which so many bytes are read at once."""
        with opened(path) as file:
            yield from self._points(file.fileno(), path, path, run, size)

    def _points(
        self, descriptor: int, name: str, place: Place, run: Run, size: int | None = None
    ) -> Iterator[Batch | Table]:
        chunks = arriving(descriptor, name, run, tells_quiet=self.multiline is not None, size=size)
        with closing(chunks), closing(self.batches(chunks, name, run, place=place)) as batches:
            yield from batches

    def batches(
        self,
        chunks: Iterator[bytes],
        name: str,
        run: Run,
        *,
        place: Place = None,
        begun: bool = False,
        goes_on: bool = False,
    ) -> Iterator[Batch | Table]:
        """The points of the bytes of one file; *begun*: of what is behind its beginning; *goes_on*: not to its end."""
        contents = self._contents
        if begun:
            assert isinstance(place, str)
            parser = contents.behind(place)
            assert parser is not None
            found = Found(parser)
        else:
            chunks = contents.decoded(chunks, name, report=run.report if run.alone else None)
            found, chunks = contents.found(chunks, place)
        origin = Origin(run, name)
        origin.goes_on = goes_on
        return contents.parse(found, contents.cut(chunks, found.parser), origin)

    @property
    def _contents(self) -> Contents:
        return Contents(
            type(self), self.format, self.compression, self.strip_ansi, self.encoding, self.multiline, self.options
        )

    def _first(self) -> Place:
        """Where what comes first is."""
        given = self._given()
        if not given:
            return _stdin()
        try:
            return _files_of(given[0])[0]
        except SourceError:  # said where it is read
            return given[0]

    def _given(self) -> tuple[str, ...]:
        if self.file is None:
            return ()
        given = self.file if isinstance(self.file, tuple) else (self.file,)
        return tuple(os.fspath(one) for one in given)

    def _files(self) -> Iterator[str]:
        for given in self._given():
            yield from _files_of(given)


class ReadFile(Source):
    """One file of several."""

    of: ReadStdio
    path: str
    at_once: int

    def start(self, run: Run) -> Iterator[Batch | Table]:
        return self.of.points_of(self.path, run, self.at_once)


def _stdin() -> int | None:
    """The descriptor of standard input."""
    try:
        return None if sys.stdin is None else sys.stdin.fileno()
    except (OSError, ValueError):  # it is none of the system's
        return None


def _closed() -> SourceError:
    return SourceError(f"cannot read {STDIN!r}: it is closed")


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
