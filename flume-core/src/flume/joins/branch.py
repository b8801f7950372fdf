"""Branch: the points of a branch that is held as a whole, as columns: a dict a point takes twice the memory."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from sys import getsizeof
from typing import Any

from flume.budget import EVERY
from flume.duration import BEGINNING
from flume.flow import Batch, Needed, Point
from flume.holding import Holding
from flume.point import MISSING, grouping, has_null, keys
from flume.tables import Column, Table, can_be_columns

_LAYOUTS = 100  # sets of fields that have columns of their own; points with others are kept as they are


class Layout:
    """Points with the same fields, in the same order: a column for each; without *fields*, one of the points."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        self.columns: list[Column] = [[] for _ in fields or ("",)]

    def add(self, points: Batch) -> Sequence[Sequence[Any]]:
        """Take more of them; their columns."""
        more: Sequence[Sequence[Any]] = list(zip(*map(dict.values, points), strict=True)) if self.fields else [points]
        for column, values in zip(self.columns, more, strict=True):
            column += values
        return more

    def point(self, place: int) -> Point:
        """One of them."""
        if not self.fields:
            point: Point = self.columns[0][place]
            return point
        return dict(zip(self.fields, map(itemgetter(place), self.columns), strict=True))


class Branch:
    """Points, told apart by *fields*.

    :param timed: whether a point without a time equals no other.
    :param wanted: the fields that are asked for; None: points.
    :param yields: whether others have these fields where it lacks them, so that null is to be told from missing.
    """

    def __init__(self, fields: Sequence[str], holding: Holding, *, timed: bool, wanted: Needed, yields: bool) -> None:
        self.times: list[datetime] = []
        self.keys: list[Hashable] = []
        self.columns: dict[str, Column] = {field: [] for field in sorted((wanted or frozenset()) - {"time"})}
        self._fields = fields
        self._flat = can_be_columns(fields)
        self._group = grouping(fields)
        self._holding = holding
        self._timed = timed
        self._wanted = wanted
        self._yields = yields
        self._known: dict[Hashable, Hashable] = {}
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._layout_of: list[Layout] = []  # of each point, and its place there; of one layout this is not kept
        self._place_in: array[int] = array("q")

    def __len__(self) -> int:
        return len(self.times)

    @property
    def layout(self) -> Layout | None:
        """That of all points, where they have one; its places are those of the points."""
        return next(iter(self._layouts.values())) if len(self._layouts) == 1 else None

    def take(self, points: Batch) -> None:
        """More points."""
        if not points:
            return
        self._holding.came(points)
        layouts = list(map(tuple, points)) if self._wanted is None else []
        if self._flat and len(set(layouts)) == 1 and (layout := self._layout(layouts[0])).fields:
            columns = dict(zip(layout.fields, self._hold(layout, points), strict=True))
            self._add(_times(columns.get("time")), self._keys_of(columns, len(points)), len(points))
            return
        for fields, point in zip(layouts, points, strict=False):
            self._hold(self._layout(fields), [point])
        for field, column in self.columns.items():
            column += [point.get(field, MISSING) for point in points]
        self._add(_times([point.get("time") for point in points]), list(map(self._group, points)), len(points))

    def take_table(self, table: Table) -> None:
        """More points, as a table."""
        times = table.column("time")
        columns = {field: table.column(field) for field in self._fields}
        self._add(times if table.timed else _times(times), self._keys_of(columns, len(table)), len(table))
        plain: Batch | None = None
        size = sum(map(getsizeof, times[::EVERY])) * EVERY
        for field, column in self.columns.items():
            values = table.column(field)
            if self._yields and None in values:  # which a field that is missing has, too
                if table.mentions(field):
                    plain = table.plain() if plain is None else plain
                    values = [
                        MISSING if value is None and field not in point else value
                        for value, point in zip(values, plain, strict=True)
                    ]
                else:
                    values = [MISSING if value is None else value for value in values]
            column += values
            size += sum(map(getsizeof, values[::EVERY])) * EVERY + 8 * len(values)
        self._holding.weighed(len(table), size)

    def points(self, places: Iterable[int | None]) -> list[Point | None]:
        """The points at these places: not to be changed."""
        layout = self.layout
        if layout is not None:
            return [None if place is None else layout.point(place) for place in places]
        of, place_in = self._layout_of, self._place_in
        return [None if place is None else of[place].point(place_in[place]) for place in places]

    def _layout(self, fields: tuple[str, ...]) -> Layout:
        layout = self._layouts.get(fields)
        if layout is None:
            if len(self._layouts) >= _LAYOUTS and fields:
                return self._layout(())
            if len(self._layouts) == 1:  # from now on it must be known which point has which
                (first,) = self._layouts.values()
                count = len(first.columns[0])
                self._layout_of, self._place_in = [first] * count, array("q", range(count))
            layout = self._layouts[fields] = Layout(fields)
        return layout

    def _hold(self, layout: Layout, points: Batch) -> Sequence[Sequence[Any]]:
        if len(self._layouts) > 1:
            count = len(layout.columns[0])
            self._layout_of += [layout] * len(points)
            self._place_in.extend(range(count, count + len(points)))
        return layout.add(points)

    def _add(self, times: Sequence[datetime | None] | None, found: Sequence[Hashable], count: int) -> None:
        times = [None] * count if times is None else times
        known = list(map(self._known.setdefault, found, found))  # equal ones are one: they take less memory, and time
        if None in times:
            if self._timed:
                known = [None if time is None else key for key, time in zip(known, times, strict=True)]
            times = [BEGINNING if time is None else time for time in times]
        if len(self._fields) > 1:
            known = [None if has_null(key) else key for key in known]
        self.times += times  # type: ignore[arg-type]  # none is None any more
        self.keys += known

    def _keys_of(self, columns: Mapping[str, Sequence[Any]], count: int) -> Sequence[Hashable]:
        found = [keys(columns[field]) if field in columns else [None] * count for field in self._fields]
        if len(found) == 1:
            return found[0]
        return list(zip(*found, strict=True)) if found else [()] * count


def _times(values: Sequence[Any] | None) -> Sequence[datetime | None] | None:
    """The times; what is no time is mere data."""
    if values is None or {datetime}.issuperset(map(type, values)):
        return values
    return [value if isinstance(value, datetime) else None for value in values]


def at(column: Column, places: Sequence[int | None], absent: Any) -> Column:
    """The values at these places; *absent* where there is none."""
    if None not in places:
        return list(map(column.__getitem__, places))  # type: ignore[arg-type]  # none is None
    return [absent if place is None else column[place] for place in places]


def first_of(columns: Sequence[list[Any]]) -> Column:
    """Of each row the first value that is there; None where there is none."""
    first, *others = columns
    for other in others:
        if MISSING not in first:
            break
        first = [two if one is MISSING else one for one, two in zip(first, other, strict=True)]
    return [None if value is MISSING else value for value in first] if MISSING in first else first
