"""Gathering: the values of rows laid side by side, a list for each field of a group, and folded now and then.

    def gather(rows, low, high, adds, window, group):
        for p in rows:
            t = p.time
            if not low <= t < high:
                low, high, adds = window(t)
            k = p.host
            if k.__class__ is not str:
                k = key(k)
            try:
                add = adds[k]
            except KeyError:
                add = group(adds, k, p)
            add(p.latency)
        return low, high, adds

is the loop for `reduce(avg=avg('latency'), every='1m', by='host')`.  It is written for the fields and groups of one
reduce; text of the program is no part of it, only names of attributes that are made in `flume.rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flume.point import key
from flume.rows import Rows

MOST = 100_000  # values that wait to be folded
_NEVER = datetime.max.replace(tzinfo=UTC)

Columns = dict[str, list[Any]]
"""The values of each field."""

Window = tuple[Any, datetime, datetime]
"""What stands for a window, its start and its end."""


class Gathering:
    """Gathers rows for the groups of one reduce.

    :param by: the fields of the groups. :param values: the fields that are folded.
    :param window_of: the window of a time; None where there are none.
    :param fold: is given a window, a group, its first row's *by* fields, how many rows there were, and their values.
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
        self._lists: list[tuple[Any, Hashable, tuple[Any, ...], list[list[Any]]]] = []
        self._held = 0

    def push(self, rows: Rows) -> None:
        """Take rows; all have times where there are windows."""
        names = rows.attributes
        self._attributes = tuple(names[field] for field in self._by)
        gather = _gather(
            self._attributes,
            tuple(names[field] for field in self._values),
            names["time"] if self._window_of else None,
        )
        if self._present is None:
            self._present = self._begin() if self._window_of is None else (_NEVER, _NEVER, {})
        self._present = gather(rows, *self._present, self._change, self._group)
        self._held += len(rows) * max(1, len(self._values))
        if self._held >= MOST:
            self.fold()

    def fold(self) -> None:
        """Hand on what waits."""
        for window, group, shown, columns in self._lists:
            self._fold(window, group, shown, len(columns[0]), dict(zip(self._values, columns, strict=False)))
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

    def _group(self, adds: dict[Hashable, Any], group: Hashable, row: Any) -> Any:
        """What adds to a group that has not been seen since the last fold."""
        shown = tuple(getattr(row, attribute) for attribute in self._attributes)
        columns: list[list[Any]] = [[] for _ in self._values or (None,)]
        self._lists.append((self._window, group, shown, columns))
        adding: Any = tuple(column.append for column in columns)
        adds[group] = adding = adding[0] if len(columns) == 1 else adding
        return adding


@lru_cache(maxsize=64)
def _gather(by: tuple[str, ...], values: tuple[str, ...], time: str | None) -> Callable[..., Any]:
    names: dict[str, Any] = {"__builtins__": {"KeyError": KeyError, "str": str}, "key": key}
    exec(source(by, values, time), names)  # written here, from names of attributes
    return names["gather"]  # type: ignore[no-any-return]


def source(by: Sequence[str], values: Sequence[str], time: str | None) -> str:
    """The source of the loop, for the attributes of groups, of values and of the time.

    >>> print(source(['host'], ['latency', 'bytes'], None))
    def gather(rows, low, high, adds, window, group):
        for p in rows:
            k = p.host
            if k.__class__ is not str:
                k = key(k)
            try:
                add = adds[k]
            except KeyError:
                add = group(adds, k, p)
            add[0](p.latency)
            add[1](p.bytes)
        return low, high, adds
    """
    lines = ["def gather(rows, low, high, adds, window, group):", "    for p in rows:"]
    if time is not None:
        lines += [f"        t = p.{time}", "        if not low <= t < high:", "            low, high, adds = window(t)"]
    for number, attribute in enumerate(by):
        name = "k" if len(by) == 1 else f"k{number}"
        lines += [
            f"        {name} = p.{attribute}",
            f"        if {name}.__class__ is not str:",
            f"            {name} = key({name})",
        ]
    if len(by) != 1:
        lines.append(f"        k = ({''.join(f'k{number}, ' for number in range(len(by)))})".replace(", )", ",)"))
    lines += [
        "        try:",
        "            add = adds[k]",
        "        except KeyError:",
        "            add = group(adds, k, p)",
    ]
    if len(values) < 2:
        lines.append(f"        add({f'p.{values[0]}' if values else 'None'})")
    else:
        lines += [f"        add[{number}](p.{attribute})" for number, attribute in enumerate(values)]
    return "\n".join([*lines, "    return low, high, adds"])
