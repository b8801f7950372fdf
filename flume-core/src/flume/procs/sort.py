"""sort: points in another order."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from flume.budget import footprint
from flume.errors import LimitError, OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.ordering import Column, order_of
from flume.point import getter, grouping, key
from flume.run import Run
from flume.spilling import Runs, Sorted
from flume.tables import Table, can_be_columns
from flume.timestamps import oddly_spelt
from flume.value import Fields, check_fields, field_list, thaw

RUN = 32 << 20  # bytes that are sorted at once, where they do not stay in memory: more of them are slower
_BESIDE = 32  # bytes for each column of a point, and half of what its place takes


class sort(Proc):
    """Put all points in order, when the stream has ended.

    Numbers come first, then text (by code point), times, and the rest: false and true, durations, and lists and dicts
    in the order in which they came. Points whose field is missing, null or NaN come last, in both directions. Equal
    points keep the order in which they came, in both directions.

    Points sorted by anything but `time` lose it: they are no longer in order of time.  What does not fit into memory
    (`--memory`) waits on disk.

    :param fields: what to sort by, the first one first; `-count` is descending. `time` where none is named.
    :param order: `'asc'` or `'desc'`, one word for all fields or one for each; a `-` wins.
    :param by: a field or a list of fields: sort within each group, the groups in the order in which they came.
    :param limit: how many points may come; more are a `LimitError`.
    :raises OptionError: an *order* that does not exist or does not fit the fields, a negative *limit*.

    >>> from flume.testing import run
    >>> run([{'n': 2}, {'n': None}, {'n': 'x'}, {'n': 1.5}], sort('n'))
    [{'n': 1.5}, {'n': 2}, {'n': 'x'}, {'n': None}]
    >>> run([{'host': 'b', 'n': 1}, {'host': 'a', 'n': 1}, {'host': 'b', 'n': 2}], sort('-n', 'host'))
    [{'host': 'b', 'n': 2}, {'host': 'a', 'n': 1}, {'host': 'b', 'n': 1}]
    """

    fields: tuple[str, ...]
    order: str | Sequence[str]
    by: Fields
    limit: int | None

    def __init__(
        self, *fields: str, order: str | Sequence[str] = "asc", by: Fields = None, limit: int | None = None
    ) -> None:
        self._set(fields=fields, order=order, by=by, limit=limit)

    def check(self) -> None:
        words = (self.order,) if isinstance(self.order, str) else self.order
        if not isinstance(words, tuple) or any(word not in ("asc", "desc") for word in words):
            raise OptionError(f"sort: order takes 'asc' or 'desc', or a list of these, not {thaw(self.order)!r}")
        check_fields(type(self), "fields", self.fields)
        fields = [field for field, _ in self.directions()]
        if not isinstance(self.order, str) and len(words) != len(fields):
            given = f"{len(words)} word{'' if len(words) == 1 else 's'}"
            named = f"{len(fields)} field{'' if len(fields) == 1 else 's'}"
            raise OptionError(f"sort: order has {given} for {named}; give one, or one for each")
        check_fields(type(self), "fields", fields)
        check_fields(type(self), "by", self.by)
        if self.limit is not None and self.limit < 0:
            raise OptionError(f"sort: limit is {self.limit}; give 0 or more")

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | self.names() | {"time"}

    def ordered(self, before: bool) -> bool:
        return self._timeless or (self.directions()[0] == ("time", False) and not self.by)

    def held(self, ordered: bool) -> str | None:
        return "all points, in files what does not fit into memory"

    def names(self) -> frozenset[str]:
        return frozenset(field for field, _ in self.directions() if self.fields) | frozenset(field_list(self.by))

    gathers = True

    def splits(self) -> bool:
        return not field_list(self.by)  # groups have the order in which they came, in all parts

    def takes_tables(self) -> bool:
        return can_be_columns(self.names())

    def passes_lines(self) -> bool:
        return True

    def gives_only_lines(self) -> bool:
        return True

    def renews(self) -> bool:
        return True

    def start(self, run: Run) -> Stage:
        return _Sort(self, run)

    @property
    def _timeless(self) -> bool:
        return self.directions()[0][0] != "time"

    def directions(self) -> list[tuple[str, bool]]:
        """Each field, and whether it descends."""
        fields = self.fields or ("time",)
        words = [self.order] * len(fields) if isinstance(self.order, str) else [*self.order, *fields][: len(fields)]
        return [
            (field.removeprefix("-"), field.startswith("-") or word == "desc")
            for field, word in zip(fields, words, strict=True)
        ]


class _Sort(Stage):
    holds = True

    def __init__(self, step: sort, run: Run) -> None:
        directions = step.directions()
        self._fields = [field for field, _ in directions]
        self._gets = list(map(getter, self._fields))
        self._by = field_list(step.by)
        self._group = grouping(self._by)
        self._groups: dict[Hashable, int] = {}
        # the number of the group goes before the fields
        self._order = order_of([*([False] if self._by else []), *(descending for _, descending in directions)])
        self._columns: list[Column] = [[] for _ in range(len(directions) + bool(self._by))]
        self._items: list[Point | bytes] = []  # points, or lines that are written as they are
        self._bytes = 0
        self._most = run.memory
        self._runs = Runs(self._order, "sort")
        self._came = self._given = 0
        self._limit = step.limit
        self._timeless = step._timeless
        self._run = run

    def push(self, batch: Batch) -> Batch:
        # without time here, not at the end: then every point would be fetched from memory once more
        points = map(_without_time, batch) if self._timeless else batch
        self._hold([map(get, batch) for get in self._gets], map(self._group, batch), points)
        return []

    def push_table(self, table: Table) -> Batch:
        groups: list[Iterator[Hashable]] = [map(key, table.column(field)) for field in self._by]
        self._hold(
            map(table.column, self._fields),
            groups[0] if len(groups) == 1 else zip(*groups, strict=True),
            self._items_of(table),
        )
        return []

    def _items_of(self, table: Table) -> Sequence[Point | bytes]:
        """What leaves for the points of a table, at the end."""
        if table.lines is None or table.timeless is None:
            return table.points([field for field in table.fields if field != "time" or not self._timeless])
        if self._timeless:
            return table.timeless()
        items: list[Point | bytes] = [*table.lines()]
        if odd := oddly_spelt(table.attribute("time")):
            points, times = table.plain(), table.column("time")
            for place in odd:
                items[place] = {**points[place], "time": times[place]}
        return items

    def _hold(
        self, values: Iterable[Iterable[Any]], groups: Iterator[Hashable], items: Iterable[Point | bytes]
    ) -> None:
        held = len(self._items)
        self._items.extend(items)
        came = len(self._items) - held
        self._count(came)
        columns = iter(self._columns)
        if self._by:
            numbers = self._groups
            next(columns).extend([numbers.setdefault(group, len(numbers)) for group in groups])
        for column, more in zip(columns, values, strict=True):
            column.extend(more)
        self._bytes += footprint(self._items, held) + came * _BESIDE * (len(self._columns) + 2)
        if self._bytes > self._most:
            self._spill()

    def _count(self, came: int) -> None:
        self._came += came
        if self._limit is not None and self._came > self._limit:
            raise LimitError(f"sort: more than limit={self._limit} points came; raise the limit, or reduce first")

    def prime(self, first: Stage) -> bool:
        self._most = min(self._most, RUN)
        return self._runs.share()

    def part(self) -> Any:
        if self._items:
            self._spill()
        return self._came, self._runs.handed_over()

    def join(self, part: Any) -> None:
        came, runs = part
        self._count(came)
        self._runs.take(runs)

    def _spill(self) -> None:
        """Put what is held on disk."""
        columns, items = self._columns, self._items
        self._columns, self._items = [[] for _ in columns], []
        most = -(-len(items) // max(1, round(self._bytes / RUN)))
        self._bytes, self._most = 0, min(self._most, RUN)
        for start in range(0, len(items), most):
            self._runs.add([column[start : start + most] for column in columns], items[start : start + most])

    def rest(self) -> Iterator[Batch | Table]:
        try:
            for items in self._in_order():
                self._given += len(items)
                yield from _leaving(items)
        finally:
            if not self._run.stop.is_set():  # else they were interrupted
                self._run.account.take("limited", self._came - self._given)

    def _in_order(self) -> Iterator[list[Any]]:
        if self._runs:
            if self._items:
                self._spill()  # the memory is for merging now
            yield from self._runs.given()
            return
        places = self._order(self._columns)
        self._columns.clear()
        yield from Sorted([], self._items, places).given()

    def close(self) -> None:
        self._runs.close()

    def low(self, watermark: datetime) -> None:
        return None


def _without_time(point: Point) -> Point:
    if "time" not in point:
        return point
    point = point.copy()
    del point["time"]
    return point


def _leaving(items: list[Any]) -> Iterator[Batch | Table]:
    """Points as they are, lines as tables of them."""
    together = [(type(items[0]), items)] if len(set(map(type, items))) == 1 else groupby(items, type)
    for kind, some in together:
        if kind is bytes:
            lines = list(some)
            yield Table(len(lines), list, lines=partial(list, lines))
        else:
            yield list(some)
