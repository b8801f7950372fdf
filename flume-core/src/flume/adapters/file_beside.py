"""A file that is opened only while something is written to it, so that there can be any number of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from flume.adapters.appending import ends_within_a_line
from flume.adapters.destinations import check_replaceable, mode_of, refused, write_all
from flume.errors import SinkError
from flume.files import is_special
from flume.run import Run

_OWN = os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class Beside:
    """A file that is written beside its name, and gets it by `commit`; or, with *append*, behind what is there.

    *lines*: what is written are lines, and begins with one.
    Raises `SinkError` where it cannot be written: at once, as it claims its place.
    """

    __slots__ = ("_own", "path", "target")

    def __init__(self, path: str, run: Run, *, append: bool, lines: bool) -> None:
        self.path = path
        self.target = os.path.realpath(path) if os.path.islink(path) else path
        self._own = not append  # whether the file beside it is there
        if is_special(path):
            raise SinkError(f"cannot write {path!r}: is no ordinary file")
        if append and run.reads_file(path):
            raise SinkError(f"cannot append to {path!r}, which this run reads: it would never end; write another file")
        with self._refusing(run):
            if append:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o666))
                if lines and ends_within_a_line(path):
                    self.write([b"\n"], run)
            else:
                check_replaceable(self.target)
                self._own = False
                os.close(os.open(self._beside(run), os.O_WRONLY | _OWN, 0o600))
                self._own = True

    def write(self, pieces: Iterable[bytes], run: Run) -> None:
        """Write more of it."""
        with self._refusing(run):
            if self._own:
                descriptor = os.open(self._beside(run), os.O_WRONLY | os.O_APPEND)
            else:  # made anew where somebody has moved it away meanwhile
                descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                for data in pieces:
                    write_all(descriptor, data, self.path, run)
            finally:
                os.close(descriptor)

    def commit(self, run: Run) -> None:
        """Give it its name."""
        with self._refusing(run):
            os.chmod(self._beside(run), mode_of(self.target))
            os.replace(self._beside(run), self.target)
        self._own = False

    def close(self, run: Run) -> None:
        """What was not committed goes."""
        if self._own:
            with suppress(OSError):
                os.unlink(self._beside(run))

    def _beside(self, run: Run) -> str:
        """The name until then: of all files that one run writes under a name, only one can have it."""
        folder, name = os.path.split(self.target)
        return os.path.join(folder, f".{name}.{run.token}.part")

    @contextmanager
    def _refusing(self, run: Run) -> Iterator[None]:
        try:
            yield
        except FileExistsError:
            raise SinkError(
                f"cannot write {self.path!r}: another step writes it, or the file system takes the name of another "
                "file for the same, as where only capitals differ; put(…=expr('lower(…)')) makes one of them"
            ) from None
        except OSError as error:
            raise refused(self.path, error) from error
