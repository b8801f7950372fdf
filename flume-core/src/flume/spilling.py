"""Spilling: points in order that do not fit into memory wait on disk, in sorted runs that are merged.

A run is a file without a name, so that nothing is left of it however the process ends (only where another process
has made it, it has one until this one has opened it).  It holds blocks: some points
and what they are sorted by.  Runs are merged a block of each at a time: what stands before the first end of a block
with more behind it may leave, and is put in order by the same sort that made the runs.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, NamedTuple

from flume.closing import close_all
from flume.errors import FlumeError
from flume.ordering import Column, Order

MOST = 1000  # items of a block, and of those that are given at a time
BLOCKS = 128  # of a run at the least: a part so small of each run is in memory while they are merged
FAN = 64  # runs that are merged at once


class Sorted(NamedTuple):
    """Items, the columns that they are sorted by, and their places in order."""

    columns: list[Column]
    items: list[Any]
    places: list[int]

    def given(self) -> Iterator[list[Any]]:
        """The items in order, some at a time."""
        for start in range(0, len(self.places), MOST):
            yield list(map(self.items.__getitem__, self.places[start : start + MOST]))


class Runs:
    """What was put in order and waits on disk; *word* is whose it is, in errors."""

    def __init__(self, order: Order, word: str) -> None:
        self._order = order
        self._word = word
        self._runs: list[_Run] = []
        self._most = 1  # items that were put in order at once: as many fit into memory
        self._folder: str | None = None  # where other processes put runs for this one

    def __bool__(self) -> bool:
        return bool(self._runs)

    def add(self, columns: list[Column], items: list[Any]) -> None:
        """Put items in order and on disk; they come behind those that are equal and were added before."""
        places = self._order(columns)
        self._most = max(self._most, len(places))
        self._write(iter([Sorted(columns, items, places)]), 0, len(places), len(columns))
        while len(self._runs) >= FAN and self._runs[-FAN].level == self._runs[-1].level:
            last = self._runs[-FAN:]
            self._write(self._merged(last), last[0].level + 1, sum(run.length for run in last), len(columns))
            close_all(last)
            del self._runs[-FAN - 1 : -1]

    def share(self) -> bool:
        """Let processes that are forked from now on hand runs over; False where there is no place for them."""
        with suppress(OSError):
            self._folder = tempfile.mkdtemp(prefix="flume-")
        return self._folder is not None

    def handed_over(self) -> list[tuple[str, int, int, int]]:
        """What `take` needs in the other process."""
        return [(str(run.file.name), run.level, run.length, run.width) for run in self._runs]

    def take(self, runs: Sequence[tuple[str, int, int, int]]) -> None:
        """Take over the runs of another process; they come behind those that there are."""
        for path, *run in runs:
            with self._on_disk():
                self._runs.append(_Run(open(path, "rb"), *run))  # noqa: SIM115 - closed with the stage
                os.unlink(path)
        self._most = max(self._most, *(run.length for run in self._runs if not run.level), 1)

    def given(self) -> Iterator[list[Any]]:
        """All items in order, some at a time."""
        for some in self._merged(self._runs):
            yield from some.given()

    def close(self) -> None:
        """Give the disk back."""
        close_all(self._runs)
        self._runs.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, several: Iterator[Sorted], level: int, length: int, width: int) -> None:
        size = max(1, min(MOST, length // BLOCKS))
        with self._on_disk():
            run = _Run(self._file(), level, length, width)
        self._runs.append(run)
        for columns, items, places in several:
            for start in range(0, len(places), size):
                part = places[start : start + size]
                block = [list(map(values.__getitem__, part)) for values in (*columns, items)]
                with self._on_disk():
                    pickle.dump(block, run.file, 5)
        with self._on_disk():
            run.file.seek(0)

    def _file(self) -> IO[bytes]:
        if self._folder is None:
            return tempfile.TemporaryFile(prefix="flume-")
        return tempfile.NamedTemporaryFile(dir=self._folder, delete=False)

    def _merged(self, runs: Sequence[_Run]) -> Iterator[Sorted]:
        """Several runs as one."""
        whole = sum(run.length for run in runs)
        fronts = [_Front(run, run.length * self._most // whole) for run in runs]
        while True:
            with self._on_disk():
                fronts = [front for front in fronts if front.filled()]
            if not fronts:
                return
            yield self._leaving(fronts)

    def _leaving(self, fronts: Sequence[_Front]) -> Sorted:
        """Take from the fronts what comes before all that is not in memory yet."""
        taking, last = self._before_an_end(fronts)
        columns = [list[Any]() for _ in taking[0].columns]
        items: list[Any] = []
        starts = []
        for front in taking:
            starts.append(len(items))
            for column, more in zip(columns, front.columns, strict=True):
                column += more
            items += front.items
            if front is last:
                end = len(items) - 1
        places = self._order(columns)
        cut = len(places) if last is None else places.index(end) + 1
        stays = sorted(places[cut:])
        for front, start in zip(taking, starts, strict=True):
            staying = bisect_left(stays, start + len(front.items)) - bisect_left(stays, start)
            front.drop(len(front.items) - staying)
        del places[cut:]
        return Sorted(columns, items, places)

    def _before_an_end(self, fronts: Sequence[_Front]) -> tuple[list[_Front], _Front | None]:
        """The front of those with more behind them that ends first (None: none has), and all that begin before that."""
        ends: list[tuple[_Front, bool]] = []
        for front in fronts:
            ends += [(front, False)] if front.ended else [(front, False), (front, True)]
        numbers = range(len(fronts[0].columns))
        columns = [[front.columns[n][-1 if is_end else 0] for front, is_end in ends] for n in numbers]
        before = set()
        for place in self._order(columns):
            front, is_end = ends[place]
            if is_end:
                return [one for one in fronts if one in before], front
            before.add(front)
        return list(fronts), None

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        """An error of the disk, or of a value that cannot go there, in one line that says what to do."""
        more = "memory= (--memory on the command line) lets it hold more in memory"
        if self._folder is not None:
            more = f"jobs=1 (--jobs 1) holds them in one process, and {more}"
        try:
            yield
        except OSError as error:
            folder = repr(tempfile.tempdir) if tempfile.tempdir else "any directory"
            reason = (error.strerror or str(error)).lower()
            raise FlumeError(
                f"{self._word}: cannot hold points in {folder}: {reason}; TMPDIR names another directory, and {more}"
            ) from error
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
            raise FlumeError(f"{self._word}: a point cannot be held on disk ({error}); {more}") from error


class _Run:
    """A file of blocks."""

    def __init__(self, file: IO[bytes], level: int, length: int, width: int) -> None:
        self.file = file
        self.level = level
        self.width = width
        self.length = length

    def close(self) -> None:
        with suppress(OSError):  # what could not be written then, cannot be now
            self.file.close()


class _Front:
    """The beginning of a run: what was read of it and has not left, about *size* items.

    Sizes go with the lengths of runs, so that those of equal points end at about the same.
    """

    def __init__(self, run: _Run, size: int) -> None:
        self._file = run.file
        self._unread = run.length
        self._size = size
        self.columns: list[Column] = [[] for _ in range(run.width)]
        self.items: list[Any] = []

    @property
    def ended(self) -> bool:
        """Whether there is no more behind it."""
        return not self._unread

    def filled(self) -> bool:
        """Read on where little is left; False where nothing is."""
        if len(self.items) * 2 > self._size:
            return True
        while self._unread and len(self.items) <= self._size:
            *columns, items = pickle.load(self._file)
            self._unread -= len(items)
            self.items += items
            for column, more in zip(self.columns, columns, strict=True):
                column += more
        return bool(self.items)

    def drop(self, count: int) -> None:
        """Forget the first items."""
        self.items = self.items[count:]
        self.columns = [column[count:] for column in self.columns]
