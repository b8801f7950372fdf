"""Writing one file for each value of some fields.

No file stays open, however many there are: what is to be written is gathered, and goes to its files when it is much.
Of a format of lines that is the file itself.  Where a file has to be made as a whole (a header of all fields, a closing
bracket, one compressed stream), its points wait until the end, in one file without a name.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from sys import getsizeof
from typing import IO, TYPE_CHECKING

from flume.adapters.appending import beginning_of
from flume.adapters.blocks import recoder
from flume.adapters.destinations import check_kept
from flume.adapters.file_beside import Beside
from flume.adapters.file_name import FileName, Unnamed
from flume.adapters.formats import is_utf8
from flume.adapting import writable
from flume.budget import too_much
from flume.compressing import Codec
from flume.errors import SinkError
from flume.flow import Batch, Stage
from flume.parsing import Parser, Rendering, Unwritable
from flume.run import Run

if TYPE_CHECKING:
    from flume.adapters.file_write import WriteStdio

HELD = 1 << 25  # bytes that are gathered before they go to their files
SOON = 1.0  # seconds that what is appended waits at the most
WEIGHT = 500  # bytes that a file takes in memory, beside its name


class Keyed(Stage):
    """Renders points, each for the file that it belongs to."""

    holds = True

    def __init__(self, sink: WriteStdio, name: FileName, parser: Parser, run: Run, codec: Codec | None) -> None:
        self._name = name
        self._parser = parser
        self._run = run
        self._codec = codec
        self._append = sink.append
        self._encoding = None if is_utf8(sink.encoding) else sink.encoding
        lines = parser.splits and self._encoding is None and (codec is None or codec.joins)
        self._shared = self._rendering() if lines else None
        self._streams = lines or (self._append and run.live)
        self._breaks = parser.lines and codec is None and self._encoding is None
        self.ticks = self._append and self._streams
        self._files: dict[str, _File] = {}
        self._waiting: list[_File] = []
        self._held = self._size = 0
        self._since = 0.0
        self._folders = {name.folder}
        self._made: list[str] = []  # folders
        self._ended = False
        self._spool: IO[bytes] | None = None
        if not os.path.isdir(name.folder or "."):
            raise SinkError(f"cannot write {name.text!r}: there is no folder {name.folder!r}")
        if not self._streams:
            with self._on_disk():
                self._spool = tempfile.TemporaryFile(prefix="flume-")  # noqa: SIM115 - see close()

    def push(self, batch: Batch) -> Batch:
        parts: dict[str, Batch] = {}
        for point in writable(self._parser, batch, self._run):
            try:
                path = self._name.of(point)
            except Unnamed as error:
                self._run.reject(f"write: the point {error}", point=point)
                continue
            if path in parts:
                parts[path].append(point)
            else:
                parts[path] = [point]
        for path, points in parts.items():
            file = self._files.get(path) or self._begun(path)
            self._hold(file, self._render(file, points) if self._streams else self._pickled(points))
        if self._held > min(HELD, self._run.memory // 2):
            self._flush()
        self.tick()
        return []

    def advance(self, watermark: datetime) -> Batch:
        self.tick()
        return []

    def tick(self) -> None:
        if self.ticks and self._held and self._run.clock.monotonic() - self._since >= SOON:
            self._flush()

    def end(self) -> Batch:
        if self._ended:
            return []
        self._ended = True
        files = self._files.values()
        if self._run.stop.is_set() and not self._run.live and not self._append:
            if files:
                self._run.warn(f"interrupted: none of the {len(files):,} files {self._name.text!r} was written")
            return []
        for file in files:
            if file.rendering is not None and file.rendering is not self._shared:
                self._hold(file, file.encoded(b"".join(file.rendering.end())))
        self._flush()
        if self._spool is not None:
            for file in files:
                file.beside.write(self._compressed(self._whole(file, self._spool)), self._run)
        if not self._append:
            self._commit()
        self._run.report.files += len(files)
        return []

    def close(self) -> None:
        for file in self._files.values():
            if file.rendering is not None:
                file.rendering.close()
            file.beside.close(self._run)
        for folder in reversed(self._made):
            with suppress(OSError):  # there is something in it
                os.rmdir(folder)
        if self._spool is not None:
            self._spool.close()

    # -- files ------------------------------------------------------------------------------------

    def _begun(self, path: str) -> _File:
        """The file of this path, which no point was for until now."""
        self._size += getsizeof(path) + WEIGHT
        if self._size > self._run.memory:
            what = f"the names of {len(self._files) + 1:,} files"
            raise too_much(what, self._size, self._run.memory, "call them by a field that has fewer values")
        with suppress(OSError):  # what is wrong is said of the file
            self._make(os.path.dirname(path))
        file = self._files[path] = _File(Beside(path, self._run, append=self._append, lines=self._breaks))
        if self._shared is not None:
            file.rendering = self._shared
        elif self._streams:
            self._prepare(file)
        return file

    def _make(self, folder: str) -> None:
        """Make the folder, if need be, and all around it but that which had to be there."""
        if folder in self._folders:
            return
        self._make(os.path.dirname(folder))
        self._folders.add(folder)
        try:
            os.mkdir(folder)
        except FileExistsError:
            return
        self._made.append(folder)

    def _commit(self) -> None:
        if self._run.report.unkept:
            for file in self._files.values():
                check_kept(file.beside.path, file.beside.target, self._run)
        for number, file in enumerate(self._files.values()):
            try:
                file.beside.commit(self._run)
            except SinkError as error:
                raise SinkError(f"{error}; of {len(self._files):,} files {number:,} were written") from error
        self._made.clear()

    # -- what is in them --------------------------------------------------------------------------

    def _rendering(self, there: bytes = b"") -> Rendering:
        """A fresh state for writing, behind what is *there*."""
        parser, live = self._parser, self._run.live
        rendering = parser.render_behind(there, live=live) if there else parser.render(live=live)
        rendering.made = self._run.made
        return rendering

    def _prepare(self, file: _File) -> None:
        """Have the file rendered by itself."""
        encoding = self._encoding or "utf-8"
        there = beginning_of(file.beside.path, self._codec, encoding) if self._append else b""
        file.rendering = self._rendering(there)
        if self._encoding is not None:
            file.encoded = recoder(self._encoding, begun=bool(there))

    def _render(self, file: _File, points: Batch) -> bytes:
        """The text of points; those that cannot be written are rejected."""
        assert file.rendering is not None
        data = []
        for each, rendered in _rendered(file.rendering, points, self._run):
            data.append(rendered)
            self._run.account.take("written", each)
        return file.encoded(b"".join(data))

    def _pickled(self, points: Batch) -> bytes:
        with self._on_disk():
            return pickle.dumps(points, 5)

    def _whole(self, file: _File, spool: IO[bytes]) -> Iterator[bytes]:
        """All of a file whose points wait."""
        self._prepare(file)
        rendering, encoded = file.rendering, file.encoded
        assert rendering is not None
        for place in file.places:
            with self._on_disk():
                spool.seek(place)
                parts = pickle.load(spool)
            for points in map(pickle.loads, parts):
                for each, data in _rendered(rendering, points, self._run):
                    self._run.account.take("written", each)
                    yield encoded(data)
        for data in rendering.end():
            yield encoded(data)
        rendering.close()
        file.rendering = None

    def _hold(self, file: _File, data: bytes) -> None:
        if not data:
            return
        if not self._held:
            self._since = self._run.clock.monotonic()
        if not file.data:
            self._waiting.append(file)
        file.data.append(data)
        self._held += len(data)

    def _flush(self) -> None:
        """Let what was gathered go where it belongs."""
        waiting, self._waiting, self._held = self._waiting, [], 0
        for file in waiting:
            data, file.data = file.data, []
            if self._spool is None:
                file.beside.write(self._compressed(data), self._run)
                continue
            with self._on_disk():
                file.places = (*file.places, self._spool.tell())
                pickle.dump(data, self._spool, 5)

    def _compressed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        if self._codec is None:
            yield from pieces
            return
        state = self._codec.compressor()
        for data in pieces:
            yield state.compress(data)
        yield state.flush()

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        """An error of the disk where points wait, or of a value that cannot go there, in one line."""
        try:
            yield
        except OSError as error:
            folder = repr(tempfile.tempdir) if tempfile.tempdir else "any directory"
            reason = (error.strerror or str(error)).lower()
            more = "TMPDIR names another directory"
            raise SinkError(f"cannot write {self._name.text!r}: no place in {folder}: {reason}; {more}") from error
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
            raise SinkError(f"cannot write {self._name.text!r}: a value cannot wait on disk ({error})") from error


class _File:
    """One of the files, and what there is of it that is not written yet."""

    __slots__ = ("beside", "data", "encoded", "places", "rendering")

    def __init__(self, beside: Beside) -> None:
        self.beside = beside
        self.data: list[bytes] = []
        self.encoded: Callable[[bytes], bytes] = _as_it_is
        self.places: tuple[int, ...] = ()  # of what waits in the one file
        self.rendering: Rendering | None = None


def _as_it_is(data: bytes) -> bytes:
    return data


def _rendered(rendering: Rendering, points: Batch, run: Run) -> Iterator[tuple[int, bytes]]:
    """The bytes of the points, and of how many they are; those that cannot be written are rejected."""
    try:
        data = rendering.push(points)
    except Unwritable as error:
        if len(points) > 1:
            for point in points:
                yield from _rendered(rendering, [point], run)
        else:
            run.reject(f"write: the point {error}", point=points[0])
        return
    yield len(points), data
