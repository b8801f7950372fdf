"""Gathering: the values of tables laid side by side, a list for each field of a group, and folded now and then.

    def gather(points, low, high, groups, window, begin):
        for x0, p in points:
            t = x0
            if not low <= t < high:
                low, high, groups = window(t)
            b0 = p.host
            k0 = b0 if b0.__class__ is str else key(b0)
            k = k0
            try:
                g = groups[k]
            except KeyError:
                g = begin(groups, k, (b0,))
            g.append(p.latency)
        return low, high, groups

is the loop for `reduce(avg=avg('latency'), every='1m', by='host')`.  Text of the program is no part of it, only the
names that `flume.tables` gives to what is read.  Where all values are floats so far, an array stands for the list.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Sequence, Sized
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import compress
from typing import Any, TypeAlias

from flume.generated import function
from flume.point import key
from flume.tables import Loop, Table

MOST = 100_000  # values that wait to be folded
FEW = 16  # for each group: where that is more, so many wait
_floats = partial(array, "d")
_NEVER = datetime.max.replace(tzinfo=UTC)

Waiting: TypeAlias = "list[Any] | array[float]"
"""Values of a group."""

Window = tuple[Any, datetime, datetime]
"""What stands for a window, its start and its end."""


class Gathering:
    """Gathers tables for the groups of one reduce.

    :param by: the fields of the groups. :param values: the fields that are folded.
    :param window_of: the window of a time; None where there are none.
    :param begin: gives the states of a window's group, of whose first point it is shown the *by* fields.
    :param fold: is given the states of many groups, what is as long as there were points of each, and for each of the
        fields the values of each group.
    """

    def __init__(
        self,
        by: Sequence[str],
        values: Sequence[str],
        window_of: Callable[[datetime], Window] | None,
        begin: Callable[[Any, Hashable, tuple[Any, ...]], Any],
        fold: Callable[[Sequence[Any], Sequence[Sized], Sequence[Sequence[Waiting]]], None],
    ) -> None:
        self._by = tuple(by)
        self._values = tuple(values)
        self._window_of = window_of
        self._begin = begin
        self._fold = fold
        self._open: dict[Any, tuple[datetime | None, datetime | None, dict[Hashable, Any]]] = {}
        self._present: tuple[Any, Any, dict[Hashable, Any]] | None = None
        self._window: Any = None
        self._states: list[Any] = []
        self._makes: list[Callable[[], Any]] = [_floats for _ in values] or [list]  # what the values wait in
        self._columns: list[list[Waiting]] = [[] for _ in self._makes]
        self._held = 0

    def push(self, table: Table) -> None:
        """Take a table; all its points have times where there are windows."""
        if self._window_of is None and not self._values and self._counted(table):
            return
        self._look(table)
        timed = self._window_of is not None
        read = [*self._by, *self._values]
        loop, points = table.loop(["time", *read] if timed else read, zoned="time" not in read)
        if self._present is None:
            self._present = (_NEVER, _NEVER, {}) if timed else (None, None, {})
        self._present = _gather(loop, len(self._by), timed)(points, *self._present, self._change, self._group)
        self._held += len(table) * max(1, len(self._values))
        if self._held >= max(MOST, FEW * len(self._states)):
            self.fold()

    def _look(self, table: Table) -> None:
        """See whether all values are floats, and so go on to wait in arrays."""
        odd = [
            number
            for number, field in enumerate(self._values)
            if self._makes[number] is _floats and not {float}.issuperset(map(type, table.column(field)))
        ]
        if odd:
            self.fold()
            for number in odd:
                self._makes[number] = list
            self._renew()

    def _counted(self, table: Table) -> bool:
        """Whether the points of each group were counted at once, which needs no more than their number."""
        if not self._by:
            self._fold([self._begin(None, (), ())], [range(len(table))], ())
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
        states = [self._begin(None, group, (group,)) for group in counts]
        self._fold(states, list(map(range, counts.values())), ())
        return True

    def fold(self) -> None:
        """Hand on what waits."""
        if not self._held:
            return
        states, columns = self._states, self._columns
        self._renew()
        if not all(columns[0]):
            states = list(compress(states, columns[0]))
            columns = [list(filter(None, column)) for column in columns]
        self._fold(states, columns[0], columns if self._values else ())

    def end(self) -> None:
        """Hand on what waits, and know no group any more."""
        self.fold()
        self._states, self._columns = [], [[] for _ in self._makes]
        self._open.clear()
        self._present = None

    def _renew(self) -> None:
        """Let nothing wait."""
        self._held = 0
        if self._window_of is None:  # the same groups will come again
            self._columns = [[make() for _ in self._states] for make in self._makes]
            lists = self._columns[0] if len(self._columns) == 1 else zip(*self._columns, strict=True)
            self._present = None, None, dict(zip(self._present[2] if self._present else (), lists, strict=True))
        else:
            self._states, self._columns = [], [[] for _ in self._makes]
            self._open.clear()
            self._present = None

    def _change(self, time: datetime) -> tuple[Any, Any, dict[Hashable, Any]]:
        """The window of *time*: its start, its end, and the lists of its groups."""
        assert self._window_of is not None
        self._window, low, high = self._window_of(time)
        return self._open.setdefault(self._window, (low, high, {}))

    def _group(self, groups: dict[Hashable, Any], group: Hashable, shown: tuple[Any, ...]) -> Any:
        """The lists of a group that has none yet."""
        self._states.append(self._begin(self._window, group, shown))
        lists = [make() for make in self._makes]
        for column, values in zip(self._columns, lists, strict=True):
            column.append(values)
        groups[group] = given = lists[0] if len(lists) == 1 else lists
        return given


@lru_cache(maxsize=64)
def _gather(loop: Loop, by: int, timed: bool) -> Callable[..., Any]:
    return function("gather", source(loop, by, timed), {"KeyError": KeyError, "str": str, "key": key})


def source(loop: Loop, by: int, timed: bool) -> str:
    """The source of the loop: what it reads are the time where there are windows, *by* fields of groups, and values.

    >>> print(source(Loop("p", ("p.host", "p.latency", "p.bytes")), 1, False))
    def gather(points, low, high, groups, window, begin):
        for p in points:
            b0 = p.host
            k0 = b0 if b0.__class__ is str else key(b0)
            k = k0
            try:
                g = groups[k]
            except KeyError:
                g = begin(groups, k, (b0,))
            g[0].append(p.latency)
            g[1].append(p.bytes)
        return low, high, groups
    """
    reads = list(loop.reads)
    lines = ["def gather(points, low, high, groups, window, begin):", f"    for {loop.each} in points:"]
    if timed:
        lines += [
            f"        t = {reads.pop(0)}",
            "        if not low <= t < high:",
            "            low, high, groups = window(t)",
        ]
    keys, shown = keys_of(reads[:by])
    lines += [
        *keys,
        "        try:",
        "            g = groups[k]",
        "        except KeyError:",
        f"            g = begin(groups, k, {shown})",
    ]
    reads = reads[by:]
    if len(reads) < 2:
        lines.append(f"        g.append({reads[0] if reads else 'None'})")
    else:
        lines += [f"        g[{number}].append({read})" for number, read in enumerate(reads)]
    return "\n".join([*lines, "    return low, high, groups"])


def keys_of(reads: Sequence[str]) -> tuple[list[str], str]:
    """The lines that work out the key of a group from what *reads* its fields, and what is shown of it.

    >>> keys_of(["p.host"])[1], keys_of(["p.host", "p.path"])[0][-1].strip()
    ('(b0,)', 'k = (k0, k1)')
    """
    lines = []
    for number, read in enumerate(reads):
        lines += [
            f"        b{number} = {read}",
            f"        k{number} = b{number} if b{number}.__class__ is str else key(b{number})",
        ]
    keys, shown = (", ".join(f"{letter}{number}" for number in range(len(reads))) for letter in "kb")
    lines.append(f"        k = {keys if len(reads) == 1 else f'({keys})'}")
    return lines, f"({shown}{',' if len(reads) == 1 else ''})"
