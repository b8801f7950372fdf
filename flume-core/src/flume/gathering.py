"""Gathering: the values of tables laid side by side, a list for each field of a group, and folded now and then.

    def gather(points, low, high, adds, window, group):
        for x0, p in points:
            t = x0
            if not low <= t < high:
                low, high, adds = window(t)
            b0 = p.host
            k0 = b0 if b0.__class__ is str else key(b0)
            k = k0
            try:
                add = adds[k]
            except KeyError:
                add = group(adds, k, (b0,))
            add(p.latency)
        return low, high, adds

is the loop for `reduce(avg=avg('latency'), every='1m', by='host')`.  Text of the program is no part of it, only the
names that `flume.tables` gives to what is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flume.generated import function
from flume.point import key
from flume.tables import Column, Loop, Table

MOST = 100_000  # values that wait to be folded
FEW = 8  # for a group: so many more values wait then that there are more for each
_NEVER = datetime.max.replace(tzinfo=UTC)

Columns = Sequence[Column]
"""The values of each of the fields that are folded."""

Window = tuple[Any, datetime, datetime]
"""What stands for a window, its start and its end."""


class Gathering:
    """Gathers tables for the groups of one reduce.

    :param by: the fields of the groups. :param values: the fields that are folded.
    :param window_of: the window of a time; None where there are none.
    :param fold: is given a window, a group, its first point's *by* fields, how many points there were, and their
        values.
    """

    def __init__(
        self,
        by: Sequence[str],
        values: Sequence[str],
        window_of: Callable[[datetime], Window] | None,
        fold: Callable[[Any, Hashable, tuple[Any, ...], int, Columns], None],
    ) -> None:
        self._by = tuple(by)
        self._values = tuple(values)
        self._window_of = window_of
        self._fold = fold
        self._open: dict[Any, tuple[datetime | None, datetime | None, dict[Hashable, Any]]] = {}
        self._present: tuple[Any, Any, dict[Hashable, Any]] | None = None
        self._window: Any = None
        self._lists: list[tuple[Any, Hashable, tuple[Any, ...], list[Column]]] = []
        self._held = 0
        self._most = MOST

    def push(self, table: Table) -> None:
        """Take a table; all its points have times where there are windows."""
        if self._window_of is None and not self._values and self._counted(table):
            return
        timed = self._window_of is not None
        read = [*self._by, *self._values]
        loop, points = table.loop(["time", *read] if timed else read, zoned="time" not in read)
        if self._present is None:
            self._present = (_NEVER, _NEVER, {}) if timed else self._begin()
        self._present = _gather(loop, len(self._by), timed)(points, *self._present, self._change, self._group)
        self._held += len(table) * max(1, len(self._values))
        if self._held >= self._most:
            if self._held < FEW * len(self._lists):
                self._most = min(2 * self._most, 10 * MOST)
            self.fold()

    def _counted(self, table: Table) -> bool:
        """Whether the points of each group were counted at once, which needs no more than their number."""
        if not self._by:
            self._fold(None, (), (), len(table), ())
            return True
        if len(self._by) > 1:
            return False
        try:
            counts = Counter(table.column(self._by[0]))
        except TypeError:  # a list, or a dict
            return False
        # what equals a text is a text; other values may be equal and not the same, as 1 and true are
        if any(group.__class__ is not str and group is not None for group in counts):
            return False
        self.fold()  # groups keep the order of first sight
        for group, count in counts.items():
            self._fold(None, group, (group,), count, ())
        return True

    def fold(self) -> None:
        """Hand on what waits."""
        for window, group, shown, columns in self._lists:
            if columns[0]:  # copies, where they go on: a reducer may keep what it is given
                given = columns if self._window_of else list(map(list.copy, columns))
                self._fold(window, group, shown, len(columns[0]), given)
        if self._window_of is None:  # the same groups will come again
            for _, _, _, columns in self._lists:
                for column in columns:
                    column.clear()
        else:
            self._lists.clear()
            self._open.clear()
            self._present = None
        self._held = 0

    def _begin(self) -> tuple[Any, Any, dict[Hashable, Any]]:
        return None, None, self._open.setdefault(None, (None, None, {}))[2]

    def _change(self, time: datetime) -> tuple[Any, Any, dict[Hashable, Any]]:
        """The window of *time*: its start, its end, and what adds to its groups."""
        assert self._window_of is not None
        self._window, low, high = self._window_of(time)
        return self._open.setdefault(self._window, (low, high, {}))

    def _group(self, adds: dict[Hashable, Any], group: Hashable, shown: tuple[Any, ...]) -> Any:
        """What adds to a group that has not been seen since the last fold."""
        columns: list[Column] = [[] for _ in self._values or (None,)]
        self._lists.append((self._window, group, shown, columns))
        adding: Any = tuple(column.append for column in columns)
        adds[group] = adding = adding[0] if len(columns) == 1 else adding
        return adding


@lru_cache(maxsize=64)
def _gather(loop: Loop, by: int, timed: bool) -> Callable[..., Any]:
    return function("gather", source(loop, by, timed), {"KeyError": KeyError, "str": str, "key": key})


def source(loop: Loop, by: int, timed: bool) -> str:
    """The source of the loop: what it reads are the time where there are windows, *by* fields of groups, and values.

    >>> print(source(Loop("p", ("p.host", "p.latency", "p.bytes")), 1, False))
    def gather(points, low, high, adds, window, group):
        for p in points:
            b0 = p.host
            k0 = b0 if b0.__class__ is str else key(b0)
            k = k0
            try:
                add = adds[k]
            except KeyError:
                add = group(adds, k, (b0,))
            add[0](p.latency)
            add[1](p.bytes)
        return low, high, adds
    """
    reads = list(loop.reads)
    lines = ["def gather(points, low, high, adds, window, group):", f"    for {loop.each} in points:"]
    if timed:
        lines += [
            f"        t = {reads.pop(0)}",
            "        if not low <= t < high:",
            "            low, high, adds = window(t)",
        ]
    for number in range(by):
        lines += [
            f"        b{number} = {reads.pop(0)}",
            f"        k{number} = b{number} if b{number}.__class__ is str else key(b{number})",
        ]
    keys, shown = (", ".join(f"{letter}{number}" for number in range(by)) for letter in "kb")
    lines += [
        f"        k = {keys if by == 1 else f'({keys})'}",
        "        try:",
        "            add = adds[k]",
        "        except KeyError:",
        f"            add = group(adds, k, ({shown}{',' if by == 1 else ''}))",
    ]
    if len(reads) < 2:
        lines.append(f"        add({reads[0] if reads else 'None'})")
    else:
        lines += [f"        add[{number}]({read})" for number, read in enumerate(reads)]
    return "\n".join([*lines, "    return low, high, adds"])
