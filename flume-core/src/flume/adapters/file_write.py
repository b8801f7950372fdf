"""Writing files and standard output."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from typing import Any

from flume.adapters.blocks import Compressor, check_compression, compressor, recoder
from flume.adapters.formats import check_encoding, compression_of, format_of
from flume.adapting import make_parser
from flume.errors import OptionError, SinkError
from flume.flow import Batch, Sink, Stage
from flume.parsing import Parser, decode
from flume.run import Run
from flume.value import thaw


class WriteStdio(Sink):
    """Write a file, or standard output.

    *file*: a path; without it standard output is written.  A file appears under its name only once the run has ended
    well: until then it has a temporary name beside it (not so with *append*, or where it is a pipe or a device).
    *format*: by default what the suffix says, else `jsonl`; *compression*: by default what the suffix says.
    *encoding*: of the text.  Further options are the format's.

    >>> from flume import emit, write
    >>> report = (emit(points=[{'a': 1}]) | write('stdio', format='csv')).execute()
    a
    1
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
        compression: str | None = None,
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
        if self.file is not None and not isinstance(self.file, (str, os.PathLike)):
            raise OptionError(f"write: file takes a path, not {thaw(self.file)!r}")
        check_compression("write", self.compression)
        check_encoding("write", self.encoding)
        self._parser()

    def _parser(self) -> Parser:
        path = "" if self.file is None else os.fspath(self.file)
        return make_parser(type(self), self.format or format_of(path), dict(self.options), writing=True)

    def start(self, run: Run) -> Stage:
        path = "" if self.file is None else os.fspath(self.file)
        compression = self.compression or compression_of(path)
        writing = _Writing(self, self._parser(), run, compressor(compression) if compression else None)
        # opened last: what fails before leaves no file behind
        if self.file is None:
            writing.file = _StandardOutput()
        elif self.append or _is_special(path):
            writing.file = _Directly(path, append=self.append)
        else:
            writing.file = _Atomically(path)
        return writing


class _Writing(Stage):
    """Renders points and hands the bytes on."""

    holds = True
    file: _File

    def __init__(self, sink: WriteStdio, parser: Parser, run: Run, compressor: Compressor | None) -> None:
        self.run = run
        self.rendering = parser.render(live=run.live)
        self.compressor = compressor
        self.encoding = sink.encoding
        self.recode = None if sink.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else recoder(sink.encoding)
        self.ended = False

    def push(self, batch: Batch) -> Batch:
        if not self.done:
            self._write(self.rendering.push(batch))
        self.run.account.take("written" if not self.done else "limited", len(batch))
        return []

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
            if isinstance(self.file, _Atomically):
                self.run.warn(f"interrupted: {self.file.path!r} was not written")
            return []
        self.file.commit()
        return []

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


class _File:
    """Where bytes go."""

    path = "standard output"

    def write(self, data: bytes) -> None:
        """Write all of it, now."""
        raise NotImplementedError

    def commit(self) -> None:
        """The run has ended well."""

    def close(self) -> None:
        """Release it; what was not committed goes."""


class _StandardOutput(_File):
    def write(self, data: bytes) -> None:
        out = sys.stdout
        if out is None:
            raise SinkError("cannot write 'standard output': it is closed")
        ours = out is sys.__stdout__
        if not ours:  # a notebook, or a test that reads what is printed
            out.write(decode(data).encode("utf-8", "replace").decode())
            out.flush()
            return
        out.flush()
        _write_all(out.fileno(), data, self.path)


class _Directly(_File):
    def __init__(self, path: str, *, append: bool) -> None:
        self.path = path
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else 0), 0o666)
        except OSError as error:
            raise _refused(path, error) from error

    def write(self, data: bytes) -> None:
        _write_all(self._descriptor, data, self.path)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class _Atomically(_File):
    """A temporary file beside the final one, renamed at the end."""

    def __init__(self, path: str) -> None:
        import tempfile

        self.path = path
        self._target = os.path.realpath(path)
        folder, name = os.path.split(self._target)
        prefix = f".{name[:50]}."  # the temporary name may be no longer than names can be
        try:
            if os.path.isdir(self._target):
                raise IsADirectoryError(21, "Is a directory")
            if os.path.exists(self._target) and not os.access(self._target, os.W_OK):
                raise PermissionError(13, "Permission denied")
            self._descriptor, self._temporary = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=folder)
        except OSError as error:
            raise _refused(path, error) from error

    def write(self, data: bytes) -> None:
        _write_all(self._descriptor, data, self.path)

    def commit(self) -> None:
        try:
            os.fchmod(self._descriptor, self._mode())
            os.close(self._descriptor)
            self._descriptor = -1
            os.replace(self._temporary, self._target)
        except OSError as error:
            raise _refused(self.path, error) from error
        self._temporary = ""

    def _mode(self) -> int:
        """The mode of the file that is replaced, or what a new file gets."""
        try:
            return stat.S_IMODE(os.stat(self._target).st_mode)
        except OSError:
            mask = os.umask(0)
            os.umask(mask)
            return 0o666 & ~mask

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        if self._temporary:
            with suppress(FileNotFoundError):
                os.unlink(self._temporary)
            self._temporary = ""


def _write_all(descriptor: int, data: bytes, path: str) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: str, error: OSError) -> SinkError:
    return SinkError(f"cannot write {path!r}: {(error.strerror or str(error)).lower()}")


def _is_special(path: str) -> bool:
    """Whether it is there and no ordinary file: a pipe, a device, a socket."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path)
    except OSError:
        return False
