"""sort: points in another order."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flume.budget import footprint
from flume.errors import LimitError, OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.ordering import order_of
from flume.point import getter, grouping
from flume.run import Run
from flume.spilling import Runs
from flume.value import Fields, check_fields, field_list

GIVEN = 1000  # points that leave at a time
_BESIDE = 24  # bytes for each column of a point, and for its place


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
            raise OptionError(f"sort: order takes 'asc' or 'desc', or a list of these, not {self.order!r}")
        fields = [field for field, _ in self._directions()]
        if not isinstance(self.order, str) and len(words) != len(fields):
            raise OptionError(f"sort: order has {len(words)} words for {len(fields)} fields; give one, or one for each")
        check_fields(type(self), "fields", fields)
        check_fields(type(self), "by", self.by)
        if self.limit is not None and self.limit < 0:
            raise OptionError(f"sort: limit is {self.limit}; give 0 or more")

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | self.names() | {"time"}

    def ordered(self, before: bool) -> bool:
        return self._timeless or (self._directions()[0] == ("time", False) and not self.by)

    def names(self) -> frozenset[str]:
        return frozenset(field for field, _ in self._directions() if self.fields) | frozenset(field_list(self.by))

    def start(self, run: Run) -> Stage:
        return _Sort(self, run)

    @property
    def _timeless(self) -> bool:
        return self._directions()[0][0] != "time"

    def _directions(self) -> list[tuple[str, bool]]:
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
        directions = step._directions()
        by = field_list(step.by)
        # what is sorted by, a column for each field: the number of the group goes before them
        self._gets = [getter(field) for field, _ in directions]
        self._group = grouping(by) if by else None
        self._groups: dict[Hashable, int] = {}
        self._order = order_of([*([False] if by else []), *(descending for _, descending in directions)])
        self._columns: list[list[Any]] = [[] for _ in range(len(directions) + bool(by))]
        self._points: Batch = []
        self._bytes = 0
        self._runs = Runs(self._order, "sort")
        self._came = self._given = 0
        self._limit = step.limit
        self._timeless = step._timeless
        self._run = run

    def push(self, batch: Batch) -> Batch:
        self._came += len(batch)
        if self._limit is not None and self._came > self._limit:
            raise LimitError(f"sort: more than limit={self._limit} points came; raise the limit, or reduce first")
        columns = self._columns
        if self._group:
            groups = self._groups
            columns[0] += [groups.setdefault(group, len(groups)) for group in map(self._group, batch)]
            columns = columns[1:]
        for column, get in zip(columns, self._gets, strict=True):
            column.extend(map(get, batch))
        # here, not at the end: then every point would be fetched from memory once more
        self._points.extend(map(_without_time, batch) if self._timeless else batch)
        self._bytes += footprint(batch) + len(batch) * _BESIDE * (len(self._columns) + 1)
        if self._bytes > self._run.memory:
            self._spill()
        return []

    def _spill(self) -> None:
        """Put what is held on disk."""
        columns, points = self._columns, self._points
        self._columns, self._points, self._bytes = [[] for _ in columns], [], 0
        self._runs.add(columns, points)

    def end(self) -> Batch:
        return [point for batch in self.rest() for point in batch]

    def rest(self) -> Iterator[Batch]:
        try:
            for batch in self._in_order():
                self._given += len(batch)
                yield batch
        finally:
            if not self._run.stop.is_set():  # else they were interrupted
                self._run.account.take("limited", self._came - self._given)

    def _in_order(self) -> Iterator[Batch]:
        if self._runs:
            self._spill()  # the memory is for merging now
            yield from self._runs.given()
            return
        places = self._order(self._columns)
        self._columns.clear()
        for start in range(0, len(places), GIVEN):
            yield list(map(self._points.__getitem__, places[start : start + GIVEN]))

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
