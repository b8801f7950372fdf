"""Destinations: where bytes go, to standard output, straight to a file, or to one that appears at the end."""

from __future__ import annotations

import errno
import os
import select
import stat
import sys
from contextlib import suppress

from flume.adapters.appending import ends_within_a_line
from flume.errors import SinkError
from flume.parsing import decode
from flume.run import Run

TICK = 0.05  # seconds between looks at whether somebody has come to read a named pipe
PATIENCE = 1.0  # seconds that a reader who takes nothing is waited for once the run is to stop


class Destination:
    """Where bytes go."""

    path = "standard output"

    shared = True
    """Whether several processes can write it, one after the other."""

    whole = False
    """Whether there is nothing of it before it is committed."""

    counts = True
    """Whether it is a file, which the report counts."""

    def write(self, data: bytes) -> None:
        """Write all of it, now; a `BrokenPipeError` where nobody reads on."""
        raise NotImplementedError

    def commit(self) -> None:
        """The run has ended well."""

    def close(self) -> None:
        """Release it; what was not committed goes."""


class StandardOutput(Destination):
    """What `print` writes to.

    *panes*: what is written draws the panes of the run; anything else goes above them.
    """

    counts = False

    def __init__(self, run: Run, *, panes: bool = False) -> None:
        self._run = run
        self._panes = panes
        self.shared = sys.stdout is sys.__stdout__

    def write(self, data: bytes) -> None:
        if not self._panes:
            data = self._run.panes.above(data)
        out = sys.stdout
        if out is None:
            raise SinkError("cannot write 'standard output': it is closed")
        ours = out is sys.__stdout__
        if not ours:  # a notebook, or a test that reads what is printed
            out.write(decode(data).encode("utf-8", "replace").decode())
            out.flush()
            return
        out.flush()
        write_all(out.fileno(), data, self.path, self._run)


class Held(Destination):
    """What is written to *destination* when it is told to."""

    def __init__(self, destination: Destination) -> None:
        self.path, self.whole, self.counts = destination.path, destination.whole, destination.counts
        self._destination = destination
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        self._held.append(data)

    def flush(self) -> None:
        """Write what was held; a `BrokenPipeError` where nobody reads on."""
        held, self._held = self._held, []
        self._destination.write(b"".join(held))

    def commit(self) -> None:
        self._destination.commit()

    def close(self) -> None:
        self._destination.close()


class Directly(Destination):
    """A file that is written as it goes: one that is appended to, a pipe, a device.

    *lines*: what is written are lines, and begins with one.
    """

    def __init__(self, path: str, run: Run, *, append: bool, lines: bool = False) -> None:
        self.path = path
        self._run = run
        try:
            if _is_pipe(path):
                self._descriptor = _open_pipe(path, run)
            else:
                flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else 0)
                self._descriptor = os.open(path, flags, 0o666)
                if append and lines and ends_within_a_line(path):
                    write_all(self._descriptor, b"\n", path, run)
        except OSError as error:
            raise refused(path, error) from error

    def write(self, data: bytes) -> None:
        if self._descriptor < 0:
            raise BrokenPipeError
        write_all(self._descriptor, data, self.path, self._run)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Atomically(Destination):
    """A temporary file beside the final one, renamed at the end."""

    whole = True

    def __init__(self, path: str, run: Run) -> None:
        import tempfile

        self.path = path
        self._run = run
        self._target = os.path.realpath(path)
        folder, name = os.path.split(self._target)
        prefix = f".{name[:50]}."  # the temporary name may be no longer than names can be
        try:
            check_replaceable(self._target)
            self._descriptor, self._temporary = tempfile.mkstemp(prefix=prefix, suffix=".part", dir=folder)
        except OSError as error:
            raise refused(path, error) from error

    def write(self, data: bytes) -> None:
        write_all(self._descriptor, data, self.path, self._run)

    def commit(self) -> None:
        check_kept(self.path, self._target, self._run)
        try:
            os.fchmod(self._descriptor, mode_of(self._target))
            os.close(self._descriptor)
            self._descriptor = -1
            os.replace(self._temporary, self._target)
        except OSError as error:
            raise refused(self.path, error) from error
        self._temporary = ""

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        if self._temporary:
            with suppress(FileNotFoundError):
                os.unlink(self._temporary)
            self._temporary = ""


def check_replaceable(target: str) -> None:
    """An `OSError` where there is something that may not be replaced."""
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, "Is a directory")
    if os.path.exists(target) and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "Permission denied")


def check_kept(path: str, target: str, run: Run) -> None:
    """A `SinkError` where a file that was read is to be replaced, and bad records of it would be gone."""
    lost = run.report.unkept
    if lost and run.reads_file(target):
        records = "record" if lost == 1 else "records"
        raise SinkError(
            f"{path!r} was not replaced: it was read, and {lost:,} bad {records} would be gone; "
            "rejects='bad.jsonl' keeps them, errors='skip' lets them go"
        )


def mode_of(target: str) -> int:
    """The mode of the file that is replaced, or what a new file gets."""
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def write_all(descriptor: int, data: bytes, path: str, run: Run) -> None:
    """Write all of it, now; a `BrokenPipeError` where nobody reads on."""
    view = memoryview(data)
    with run.writing(descriptor):
        while view:
            try:
                view = view[os.write(descriptor, view) :]
            except BlockingIOError:
                if not _is_ready(descriptor) and run.stop.is_set():
                    raise BrokenPipeError from None
            except BrokenPipeError:
                raise
            except OSError as error:
                raise refused(path, error) from error


def _is_ready(descriptor: int) -> bool:
    """Whether more can be written, waited for patiently."""
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return bool(poll.poll(PATIENCE * 1000))


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def _open_pipe(path: str, run: Run) -> int:
    """A named pipe, once somebody reads it; -1 where the run is to stop before."""
    while True:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        else:
            os.set_blocking(descriptor, True)
            return descriptor
        if run.stop.wait(TICK):
            return -1


def refused(path: str, error: OSError) -> SinkError:
    """The error for a file that cannot be written."""
    return SinkError(f"cannot write {path!r}: {(error.strerror or str(error)).lower()}")
