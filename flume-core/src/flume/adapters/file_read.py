"""Reading files and standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Sequence
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
from flume.adapters.formats import check_encoding, format_of
from flume.adapting import make_parser
from flume.closing import closing
from flume.errors import OptionError, SourceError
from flume.flow import Batch, Source
from flume.parsing import Origin, Parser
from flume.run import Run
from flume.value import thaw

MAGIC = glob.has_magic


class ReadStdio(Source):
    """Read files, or standard input.

    *file*: a path, a pattern such as `'logs/*.jsonl'`, a directory, or a list of them, read in order of name; without
    it standard input is read.  *format*: by default what the file's suffix says, else `jsonl`.  *compression*: by
    default what the first bytes say.  *strip_ansi*: without terminal escapes.  *encoding*: bytes that are none are kept
    and written back as they were.  Further options are the format's.

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
        compression: str | None = None,
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
        if not files or not all(isinstance(file, (str, os.PathLike)) for file in files):
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

    def start(self, run: Run) -> Iterator[Batch]:
        if not self._given():
            if sys.stdin is None:
                raise SourceError("cannot read 'standard input': it is closed")
            with closing(self._batches(sys.stdin.fileno(), "standard input", "", run)) as batches:
                yield from batches
            return
        for path in self._files():
            try:
                descriptor = os.open(path, os.O_RDONLY)
            except OSError as error:
                raise SourceError(f"cannot read {path!r}: {_reason(error)}") from error
            try:
                yield from self._batches(descriptor, path, path, run)
            finally:
                os.close(descriptor)

    def _batches(self, descriptor: int, name: str, path: str, run: Run) -> Iterator[Batch]:
        chunks: Iterator[bytes] = _chunks(descriptor, name, run)
        chunks = decompress(chunks, self.compression, name)
        if self.encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
            chunks = without_mark(chunks)
        else:
            chunks = transcode(chunks, self.encoding, name)
        parser = self._parser(path)
        blocks = line_blocks(chunks) if parser.lines or self.strip_ansi else chunks
        if self.strip_ansi:
            blocks = without_ansi(blocks)
        return parser.parse(blocks, Origin(run, name))

    def _parser(self, path: str) -> Parser:
        return make_parser(type(self), self.format or format_of(path), dict(self.options))

    def _given(self) -> tuple[str, ...]:
        if self.file is None:
            return ()
        given = self.file if isinstance(self.file, tuple) else (self.file,)
        return tuple(os.fspath(one) for one in given)

    def _files(self) -> Iterator[str]:
        for given in self._given():
            if os.path.isdir(given):
                try:
                    inside = list(Path(given).iterdir())
                except OSError as error:
                    raise SourceError(f"cannot read {given!r}: {_reason(error)}") from error
                found = sorted(str(path) for path in inside if path.is_file() and path.name[0] != ".")
                if not found:
                    raise SourceError(f"cannot read {given!r}: there is no file in this directory")
                yield from found
            elif MAGIC(given) and not os.path.lexists(given):
                found = sorted(path for path in glob.glob(given, recursive=True) if os.path.isfile(path))
                if not found:
                    raise SourceError(f"cannot read {given!r}: no file matches this pattern")
                yield from found
            else:
                yield given


def _chunks(descriptor: int, name: str, run: Run) -> Iterator[bytes]:
    """What is there to read, as it comes: a pipe is never waited for to fill a block."""
    while True:
        try:
            chunk = os.read(descriptor, BLOCK)
        except OSError as error:
            raise SourceError(f"cannot read {name!r}: {_reason(error)}") from error
        if not chunk:
            return
        run.report.bytes_read += len(chunk)
        yield chunk


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
