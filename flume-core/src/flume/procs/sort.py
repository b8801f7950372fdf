"""sort: points in another order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from operator import ne
from typing import Any

from flume.errors import LimitError, OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.point import getter, grouping
from flume.run import Run
from flume.value import Fields, check_fields, field_list


class sort(Proc):
    """Put all points in order, when the stream has ended.

    Numbers come first, then text (by code point), times, and the rest: false and true, durations, and lists and dicts
    in the order in which they came. Points whose field is missing, null or NaN come last, in both directions. Equal
    points keep the order in which they came, in both directions.

    Points sorted by anything but `time` lose it: they are no longer in order of time.

    :param fields: what to sort by, the first one first; `-count` is descending. `time` where none is named.
    :param order: `'asc'` or `'desc'`, one word for all fields or one for each; a `-` wins.
    :param by: a field or a list of fields: sort within each group, the groups in the order in which they came.
    :param limit: how many points may be held; more are a `LimitError`.
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
        return _Sort(self._directions(), field_list(self.by), self.limit, timeless=self._timeless)

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

    def __init__(
        self, directions: Sequence[tuple[str, bool]], by: Sequence[str], limit: int | None, *, timeless: bool
    ) -> None:
        self._columns: list[list[Any]] = [[] for _ in directions]  # what is sorted by, a list for each field
        self._gets = [getter(field) for field, _ in directions]
        self._descending = [descending for _, descending in directions]
        self._group = grouping(by) if by else None
        self._groups: dict[Hashable, int] = {}
        self._numbers: list[int] = []  # of the group of each point
        self._limit = limit
        self._timeless = timeless
        self._points: Batch = []

    def push(self, batch: Batch) -> Batch:
        if self._limit is not None and len(self._points) + len(batch) > self._limit:
            raise LimitError(f"sort: more than limit={self._limit} points came; raise the limit, or reduce first")
        for column, get in zip(self._columns, self._gets, strict=True):
            column.extend(map(get, batch))
        if self._group:
            groups = self._groups
            self._numbers += [groups.setdefault(group, len(groups)) for group in map(self._group, batch)]
        # here, not at the end: then every point would be fetched from memory once more
        self._points.extend(map(_without_time, batch) if self._timeless else batch)
        return []

    def end(self) -> Batch:
        places = list(range(len(self._points)))
        for column, descending in zip(reversed(self._columns), reversed(self._descending), strict=True):
            places = _sorted(places, column, descending)
        if self._group:
            places.sort(key=self._numbers.__getitem__)
        points, self._points = self._points, []
        return list(map(points.__getitem__, places))

    def low(self, watermark: datetime) -> None:
        return None


def _without_time(point: Point) -> Point:
    if "time" not in point:
        return point
    point = point.copy()
    del point["time"]
    return point


_KINDS = {int: 0, float: 0, str: 1, datetime: 2, bool: 3, timedelta: 4, type(None): 6}
_REST, _LAST = 5, 6  # lists and dicts; no value at all


def _sorted(places: list[int], values: list[Any], descending: bool) -> list[int]:
    """The *places* in order of their values, those without one last."""
    types = set(map(type, values))
    kinds = {_KINDS.get(each, _REST) for each in types}
    if len(kinds) == 1 and max(kinds) < _REST and not (float in types and any(map(ne, values, values))):
        return sorted(places, key=values.__getitem__, reverse=descending)
    piles: list[list[int]] = [[] for _ in range(_LAST + 1)]
    for place in places:
        value = values[place]
        piles[_KINDS.get(type(value), _REST) if value == value else _LAST].append(place)
    for pile in piles[:_REST]:
        pile.sort(key=values.__getitem__, reverse=descending)
    *piles, last = piles
    return [*chain.from_iterable(reversed(piles) if descending else piles), *last]
