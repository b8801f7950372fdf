"""Files: which one a path means, and what a step does with those that it writes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import Literal, NamedTuple, TextIO

STDOUT = "/dev/stdout"


class Written(NamedTuple):
    """A file that a step writes, and how.

    `replaced`: as a whole, once everything was read; `appended`: while the run lasts; `rejects`: while it lasts too,
    and several steps may share it; `stdout`: standard output, which is that file.  *covers*: of a path with fields in
    it, whether it may be this file.
    """

    path: str
    how: Literal["replaced", "appended", "rejects", "stdout"]
    covers: Callable[[str], bool] | None = None

    def may_be(self, other: Written) -> bool:
        """Whether both may mean one file."""
        either = [(one.covers, file.path) for one, file in ((self, other), (other, self)) if one.covers is not None]
        return same_file(self.path, other.path) or any(covers(path) for covers, path in either)


def is_path(given: object) -> bool:
    """Whether *given* can be the name of a file.

    >>> is_path('a/b'), is_path(3), is_path('a\\0b')
    (True, False, False)
    """
    try:
        return isinstance(given, (str, os.PathLike)) and b"\0" not in os.fsencode(given)
    except UnicodeEncodeError:  # half of a surrogate pair, which no name of a file has
        return False


def same_file(path: str, other: str) -> bool:
    """Whether both paths mean one file, through links too, and where it is not there yet.

    >>> same_file('a/../b', './b'), same_file('a', 'b')
    (True, False)
    """
    try:
        return os.path.samefile(path, other)
    except OSError:
        return os.path.realpath(path) == os.path.realpath(other)


def is_special(path: str) -> bool:
    """Whether it is there and no ordinary file: a pipe, a device, a socket."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path)
    except OSError:
        return False


def is_stream(path: str, stream: TextIO | None) -> bool:
    """Whether *stream*, one of the standard ones, is an ordinary file: the one that *path* means."""
    try:
        status = os.fstat(stream.fileno())  # type: ignore[union-attr]
        return stat.S_ISREG(status.st_mode) and os.path.samestat(status, os.stat(path))
    except (OSError, ValueError, AttributeError):  # it is closed, or no file at all
        return False
