"""Joining branches that are there as a whole: they are swept once, in order of time, when the last has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import compress

from flume.duration import BEGINNING
from flume.flow import Batch, Joining, Needed, Point
from flume.holding import Holding
from flume.joins.branch import Branch, Layout, at, first_of
from flume.joins.sweeping import Rows, Side, in_order
from flume.point import MISSING, NESTED, copied, own
from flume.run import Run
from flume.tables import Column, Table

_MOST = 4096  # points that leave at once


class Whole(Joining):
    """Joins branches when all have ended.

    :param find: what is together. :param wanted: the fields that are asked for, where tables leave; None: points do.
    """

    cause = "filtered"
    holds = True
    in_any_turn = True

    def __init__(
        self,
        fields: Sequence[str],
        run: Run,
        find: Callable[[Sequence[Side], Holding], Rows],
        *,
        timed: bool,
        wanted: Needed,
        advice: str,
    ) -> None:
        self._run = run
        self._find = find
        self._wanted = wanted
        self._holding = Holding(run, advice)
        self._make = partial(Branch, fields, self._holding, timed=timed, wanted=wanted)
        self._taken: dict[int, Branch] = {}

    def push_branch(self, branch: int, batch: Batch) -> Batch:
        self._branch(branch).take(batch)
        self._look()
        return []

    def push_branch_table(self, branch: int, table: Table) -> None:
        self._branch(branch).take_table(table)
        self._look()

    def end(self) -> Batch:
        return [point for batch in self.rest() for point in (batch if isinstance(batch, list) else batch.plain())]

    def rest(self) -> Iterator[Batch | Table]:
        sides = [self._branch(number) for number in range(self.branches)]
        rows, times = in_order(self._find(sides, self._holding), sides)
        self._book(rows)
        for start in range(0, len(times), _MOST):
            places = [column[start : start + _MOST] for column in rows]
            some = times[start : start + _MOST]
            yield self._points(sides, places, some) if self._wanted is None else self._table(sides, places, some)

    def low(self, watermark: datetime) -> datetime | None:
        return None

    def _branch(self, number: int) -> Branch:
        if number not in self._taken:
            self._taken[number] = self._make(yields=number < self.branches - 1)
        return self._taken[number]

    def _look(self) -> None:
        self._holding.check(sum(map(len, self._taken.values())), 0)

    def _book(self, rows: Rows) -> None:
        """Book the rows of more than one point as made, and the points that they are made of."""
        if len(rows) > 1 and not any(None in column for column in rows):
            made, used = len(rows[0]), sum(len(set(column)) for column in rows)
        else:
            together = [len(row) - row.count(None) > 1 for row in zip(*rows, strict=True)]
            made, used = sum(together), sum(len({*compress(column, together)} - {None}) for column in rows)
        self._run.account.made += made
        self._run.account.take("merged", used)

    def _points(self, sides: Sequence[Branch], places: Rows, times: Sequence[datetime]) -> Batch:
        layouts = [side.layout for side in sides if side.layout is not None and side.layout.fields]
        usual = len(layouts) == len(sides) > 1 and BEGINNING not in times
        if usual and not any(None in column for column in places):
            return _of_layouts(layouts, places, times)
        columns = [side.points(column) for side, column in zip(sides, places, strict=True)]
        return [_joined(row, time) for row, time in zip(zip(*columns, strict=True), times, strict=True)]

    def _table(self, sides: Sequence[Branch], places: Rows, times: Sequence[datetime]) -> Table:
        columns: dict[str, Column] = {}
        for field in sides[0].columns:
            values = [at(side.columns[field], of_side, MISSING) for side, of_side in zip(sides, places, strict=True)]
            columns[field] = first_of(values)
        columns["time"] = [None if time is BEGINNING else time for time in times]
        table = Table(len(times), partial(_points_of, columns), columns=columns)
        table.timed = None not in columns["time"]
        return table


def _points_of(columns: dict[str, Column]) -> Batch:
    """Points of columns, in which null is what is missing."""
    return [
        {field: value for field, value in zip(columns, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]


def _of_layouts(layouts: Sequence[Layout], places: Rows, times: Sequence[datetime]) -> Batch:
    """Points that are each made of one of each layout, as `_joined` makes them."""
    columns: dict[str, Sequence[object]] = {}
    for layout, of_layout in zip(layouts, places, strict=True):
        for field, column in zip(layout.fields, layout.columns, strict=True):
            if field not in columns:
                columns[field] = at(column, of_layout, None)
    if "time" in columns:
        columns["time"] = times
    for field, values in columns.items():
        if not NESTED.isdisjoint(map(type, values)):
            columns[field] = list(map(own, values))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _joined(row: Sequence[Point | None], time: datetime) -> Point:
    """One point of several: the first wins."""
    together = [point for point in row if point is not None]
    if len(together) == 1:
        return together[0]
    joined: Point = {}
    for point in (*together, *together[-2::-1]):  # first in order of fields, then the other way round
        joined.update(point)
    if time is not BEGINNING:
        joined["time"] = time
    return copied(joined)  # what is done to one result shows in no other
