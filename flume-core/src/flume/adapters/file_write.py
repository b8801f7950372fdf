"""Writing files and standard output."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flume.adapters.appending import beginning_of
from flume.adapters.blocks import check_compression, recoder
from flume.adapters.destinations import Atomically, Destination, Directly, Held, StandardOutput
from flume.adapters.file_keyed import Keyed
from flume.adapters.file_name import FileName
from flume.adapters.formats import check_encoding, compression_of, format_of, is_utf8
from flume.adapting import make_parser, writable
from flume.compressing import Compressor, codec_of
from flume.errors import OptionError, SinkError
from flume.files import STDOUT, Written, is_path, is_special, is_stream
from flume.flow import Batch, Sink, Stage
from flume.parsing import Parser, Unwritable
from flume.run import Run
from flume.screen import screen_of
from flume.tables import Table
from flume.value import spoken, thaw

_BRACES = re.compile(r"\{[^{}]*\}")


class WriteStdio(Sink):
    """Write a file, or standard output.

    *file*: a path; without it standard output is written.  A file appears under its name only once the run has ended
    well: until then it has a temporary name beside it (not so with *append*, or where it is a pipe or a device).  So a
    file that is read can be replaced; not where bad records of it would be gone.
    Fields in braces make one file for each of their values: `'out/{host}.jsonl'`, `'{time:%Y/%m/%d}/{host}.csv.gz'`.
    Folders are made where their names have fields in them.  What is dangerous or ambiguous in a name is written as in a
    url (`a/b` is `a%2Fb`), so that no two values share a file; null is `%null`, empty text `%empty`, and what is too
    long is cut and has a hash behind it.  A brace of a name is doubled.
    *format*: by default what the suffix says, else `jsonl`; *compression*: by default what the suffix says,
    None for none.  *encoding*: of the text.  Further options are the format's.

    >>> from flume import emit, write
    >>> report = (emit(points=[{'a': 1}]) | write('stdio', format='csv')).execute()
    a
    1
    >>> import os, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> pipeline = emit(points=[{'host': 'a', 'n': 1}, {'host': '../b', 'n': 2}, {'n': 3}])
    >>> report = (pipeline | write('stdio', file=f'{folder.name}/{{host}}.csv')).execute()
    >>> report.files, sorted(os.listdir(folder.name))
    (3, ['%2E.%2Fb.csv', '%null.csv', 'a.csv'])
    >>> folder.cleanup()
    """

    file: Any
    format: str | None
    compression: str | None
    append: bool
    encoding: str
    options: tuple[tuple[str, object], ...]

    def __init__(
        self,
        file: str | os.PathLike[str] | None = None,
        format: str | None = None,
        compression: str | None = "auto",
        append: bool = False,
        encoding: str = "utf-8",
        **options: Any,
    ) -> None:
        self._set(
            file=file,
            format=format,
            compression=compression,
            append=append,
            encoding=encoding,
            options=tuple(options.items()),
        )

    def check(self) -> None:
        if self.file is not None and not is_path(self.file):
            raise OptionError(f"write: file takes a path, not {thaw(self.file)!r}")
        self._keys()
        check_compression("write", self.compression)
        check_encoding("write", self.encoding)
        self._parser()

    def writes_files(self) -> Sequence[Written]:
        if self.file is None:
            ours = sys.stdout is sys.__stdout__
            return (Written(STDOUT, "stdout"),) if ours and is_stream(STDOUT, sys.stdout) else ()
        keys = self._keys()
        if keys is not None:
            return (Written(keys.text, "appended" if self.append else "replaced", keys.covers),)
        path = self._name()
        return () if is_special(path) else (Written(path, "appended" if self.append else "replaced"),)

    def names(self) -> frozenset[str]:
        keys = self._keys()
        return frozenset() if keys is None else keys.fields

    def takes_spelt_times(self) -> bool:
        return self._parser().writes_text_bare and self._keys() is None

    def splits(self) -> bool:
        one = self._keys() is None
        return one and self._parser().splits and self._compression() is None and is_utf8(self.encoding)

    def line_format(self) -> str | None:
        parser = self._parser()
        return spoken(type(parser)) if parser.verbatim and is_utf8(self.encoding) and self._keys() is None else None

    def extended_format(self) -> str | None:
        parser = self._parser()
        return spoken(type(parser)) if parser.extends and is_utf8(self.encoding) and self._keys() is None else None

    def _parser(self) -> Parser:
        return make_parser(type(self), self.format or format_of(self._path()), dict(self.options), writing=True)

    def _compression(self) -> str | None:
        return compression_of(self._name()) if self.compression == "auto" else self.compression

    def _keys(self) -> FileName | None:
        """The name with its fields, where it has any."""
        path = self._path()
        return FileName(path) if _BRACES.search(path.replace("{{", "").replace("}}", "")) else None

    def _path(self) -> str:
        """The file as it was given."""
        return "" if self.file is None else os.fsdecode(self.file)

    def _name(self) -> str:
        """The file as it is called."""
        return self._path().replace("{{", "{").replace("}}", "}")

    def start(self, run: Run) -> Stage:
        path = self._name()
        compression = self._compression()
        codec = codec_of(compression) if compression else None
        keys = self._keys()
        if keys is not None:
            return Keyed(self, keys, self._parser(), run, codec)
        parser = self._parser()
        there = beginning_of(path, codec, self.encoding) if self.append and not is_special(path) else b""
        writing = _Writing(self, parser, run, codec.compressor() if codec is not None else None, there)
        # opened last: what fails before leaves no file behind
        if self.file is None:
            writing.file = StandardOutput(run, panes=writing.draws)
        elif self.append or is_special(path):
            lines = parser.lines and codec is None and is_utf8(self.encoding)
            writing.file = Directly(path, run, append=self.append, lines=lines)
        else:
            writing.file = Atomically(path, run)
        return writing


class _Writing(Stage):
    """Renders points and hands the bytes on."""

    holds = True
    file: Destination

    def __init__(self, sink: WriteStdio, parser: Parser, run: Run, compressor: Compressor | None, there: bytes) -> None:
        self.run = run
        self.parser = parser
        screen = screen_of(sys.stdout) if sink.file is None else None
        self.draws = run.open_ended and screen is not None and type(parser).show is not Parser.show
        pane = run.panes.add() if self.draws else None
        if screen is not None:
            self.rendering = parser.show(screen, live=run.live, pane=pane)
        else:
            self.rendering = parser.render_behind(there, live=run.live) if there else parser.render(live=run.live)
        self.rendering.made = run.made
        self.compressor = compressor
        self.encoding = sink.encoding
        self.recode = None if is_utf8(sink.encoding) else recoder(sink.encoding, begun=bool(there))
        self.ended = False

    def push(self, batch: Batch) -> Batch:
        if not self.done:
            batch = self._render(writable(self.parser, batch, self.run))
        self._book(len(batch))
        return []

    def advance(self, watermark: datetime) -> Batch:
        if not self.done and (data := self.rendering.advance()):
            self._write(data)
        return []

    def tick(self) -> None:
        if not self.done:
            self._write(self.rendering.advance())

    def push_table(self, table: Table) -> Batch:
        if not self.done:
            try:
                data = self.rendering.push_table(table)
            except Unwritable:  # of which point, is found out one by one
                return self.push(table.plain())
            self._write(data)
        self._book(len(table))
        return []

    def _book(self, points: int) -> None:
        if not self.done:
            self.run.account.take("written", points)
        elif not self.run.stop.is_set():  # else they were interrupted
            self.run.account.take("limited", points)

    def _render(self, batch: Batch) -> Batch:
        """Write these points and return them, without those that cannot be written."""
        try:
            data = self.rendering.push(batch)
        except Unwritable as error:
            if len(batch) > 1:
                return [point for each in batch for point in self._render([each])]
            self.run.reject(f"write: the point {error}", point=batch[0])
            return []
        self._write(data)
        return batch

    def end(self) -> Batch:
        if self.ended:
            return []
        self.ended = True
        for data in self.rendering.end():
            if not self.done:
                self._write(data)
        if self.compressor is not None and not self.done:
            self._send(self.compressor.flush())
        if self.run.stop.is_set() and not self.run.live:
            if self.file.whole:
                self.run.warn(f"interrupted: {self.file.path!r} was not written")
            return []
        self.file.commit()
        self.run.report.files += self.file.counts
        return []

    def in_turns(self) -> Callable[[], None] | None:
        if not self.file.shared:
            return None
        self.file = held = Held(self.file)
        return held.flush

    def close(self) -> None:
        self.rendering.close()
        self.file.close()

    def _write(self, data: bytes) -> None:
        if self.recode is not None:
            try:
                data = self.recode(data)
            except UnicodeEncodeError as error:
                found = error.object[error.start : error.end]
                raise SinkError(f"cannot write {found!r} in {self.encoding}; utf-8 has every character") from error
        if self.compressor is not None:
            data = self.compressor.compress(data)
        self._send(data)

    def _send(self, data: bytes) -> None:
        if data:
            try:
                self.file.write(data)
            except BrokenPipeError:
                self.done = True  # nobody reads on, as with `| head`: a quiet end
