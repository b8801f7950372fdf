"""put: adds fields, or replaces them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flume import compiling
from flume.duration import duration
from flume.errors import MomentError, OptionError
from flume.expression import Expression, of_constant, of_template
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.folding import (
    Named,
    as_value,
    check_named,
    check_options,
    context_of,
    exposes,
    fields_of,
    given,
)
from flume.moment import reader
from flume.point import MISSING, own, with_field
from flume.reducing import Reducer
from flume.run import Run
from flume.scanning import Scan
from flume.tables import Column, Table
from flume.template import Template
from flume.trailing import Trailing
from flume.value import Fields, check_fields, field_list


class put(Proc):
    """Add or replace *fields*, in the order written; each sees those before it.

    A value is a constant, a template (`'text {field}'`), an expression (`expr('price * qty')`), a function of the
    point, or a reducer, which runs over the stream (`put(n=count())` numbers the points), with *by* in each group.
    A new `time` is read as a time; one that is none makes the point a rejected record.

    *over*: reducers run over so much time up to each point, `(t - over, t]`, whose values are held; months are those of
    the calendar.  Points are taken as they come: what has the same time and is behind a point is not in its window, and
    one that is earlier than others of its group finds only what is held for the latest of them, which lies within
    *over* of that, and takes as long as there are values: `reorder()` puts them in order.  A point without a time is
    given null.

    *reset=False*: behind `batch`, reducers go on from window to window.

    >>> from flume import avg, expr
    >>> from flume.testing import run
    >>> run([{'a': 2}], put(b=expr('a * 3'), text='{a} and {b}'))
    [{'a': 2, 'b': 6, 'text': '2 and 6'}]
    >>> points = [{'time': f'2024-01-01T00:0{minute}:00Z', 'ms': ms} for minute, ms in enumerate((10, 20, 60))]
    >>> [point['mean'] for point in run(points, put(mean=avg('ms'), over='2m'))]
    [10.0, 15.0, 40.0]
    """

    by: Fields
    over: str | int | float | None
    reset: bool
    fields: Named

    def __init__(
        self, *, by: Fields = None, over: str | int | float | None = None, reset: bool = True, **fields: Any
    ) -> None:
        self._set(by=by, over=over, reset=reset, fields=given("put", fields))

    def check(self) -> None:
        if not self.fields:
            raise OptionError("put takes at least one field: put(name=value)")
        check_fields(type(self), "by", self.by)
        check_named("put", self.fields)
        scans = any(isinstance(value, Reducer) for _, value in self.fields)
        check_options("put", self.fields, ("over",), ("reset",) if scans else ())
        if not scans:
            for name, is_given in (("by", self.by), ("over", self.over is not None), ("reset", not self.reset)):
                if is_given:
                    raise OptionError(f"put: {name} says something of reducers, as in put(n=count()); there is none")
        if self.over is not None:
            over = duration(self.over)
            if over.forever:
                raise OptionError("put: over='forever' is the whole stream; leave it out")
            if not over:
                raise OptionError(f"put: over takes a duration longer than nothing, not {self.over!r}")

    def needs(self, wanted: Needed) -> Needed:
        for name, value in reversed(self.fields):
            read = fields_of(value)
            if wanted is None or read is None:
                return None
            wanted = (wanted - {name}) | read
        if wanted is not None and self.over is not None:
            wanted |= {"time"}
        return None if wanted is None else wanted | set(field_list(self.by))

    def names(self) -> frozenset[str]:
        made = {name for name, _ in self.fields}
        read = (fields_of(value) or frozenset() for _, value in self.fields)
        return frozenset(field_list(self.by)).union(*read) - made - {"time"}

    def ordered(self, before: bool) -> bool:
        return before and all(name != "time" for name, _ in self.fields)

    def splits(self) -> bool:
        # what is no time is rejected as the stream goes: among other records, as they come
        return all(isinstance(value, Expression) and name != "time" for name, value in _values(self.fields))

    def takes_tables(self) -> bool:
        values = _values(self.fields)
        return all(_compiles(name, value) and value.takes_tables for name, value in values)

    def extends_lines(self) -> bool:
        return self.takes_tables() and self.makes() is not None

    def makes(self) -> frozenset[str] | None:
        names = {name for name, _ in self.fields}
        return None if any("." in name for name in names) else frozenset(names)

    def code(self, needed: Needed) -> str | None:
        values = _values(self.fields)
        if needed is not None:
            return "".join(f"# {name}\n{value.source_over(needed)}" for name, value in values)
        together = [fields for fields in _together(values, ()) if _compiles(*fields[0])]
        return "".join(compiling.source_of_putting(_trees(fields)) for fields in together) or None

    def held(self, ordered: bool) -> str | None:
        if self.over is None:
            return None
        by = field_list(self.by)
        return f"the values of the last {duration(self.over)}{' for each ' if by else ''}{', '.join(by)}"

    def renews(self) -> bool:
        return any(isinstance(value, Reducer) for _, value in self.fields)

    def start(self, run: Run) -> Stage:
        return _Put(self, run)


Setter = Callable[[Batch], Batch]


class _Put(Stage):
    def __init__(self, step: put, run: Run) -> None:
        self.run = run
        self.step = step
        self._scans: list[Scan | Trailing] = []
        values = _values(step.fields)
        self._moves = any(name == "time" for name, _ in values)
        self._setters = [self._setter(fields) for fields in _together(values, field_list(step.by))]
        self._copies = not _compiles(
            *values[0]
        )  # what is compiled makes new points, all else changes those it is given
        self._columns = [(name, value.column(context_of(run, name))) for name, value in values if step.takes_tables()]
        self.exposes = any(exposes(value) for _, value in step.fields)

    def push(self, batch: Batch) -> Batch:
        points = list(map(dict, batch)) if self._copies else batch
        for setter in self._setters:
            points = setter(points)
        return points

    def push_table(self, table: Table) -> Table:
        for name, column in self._columns:
            values = column(table)
            table = table.altered({name: values}, points=partial(_with, name, values))
        return table

    def advance(self, watermark: datetime) -> Batch:
        for scan in self._scans:
            scan.advance(watermark)
        return []

    def mark(self, start: datetime | None) -> Iterable[Batch]:
        """A batch has ended: reducers start anew, where they do."""
        for scan in self._scans if self.step.reset else ():
            scan.clear()
        return ()

    def low(self, watermark: datetime) -> datetime | None:
        return None if self._moves else watermark

    def _setter(self, fields: Named) -> Setter:
        name, value = fields[0]
        if _compiles(name, value):
            return self._compiled(fields)
        if isinstance(value, Reducer):
            make: Setter = self._running(fields)
        elif isinstance(value, Expression):
            compute = value.values(context_of(self.run, name))
            whole = value.fields is None  # a point cannot hold itself
            make = lambda points: _assign(  # noqa: E731
                name, points, list(map(own, compute(points))) if whole else compute(points)
            )
        else:
            make = lambda points: self._called(name, points, value)  # noqa: E731
        return make if name != "time" else self._timed(make)

    def _compiled(self, fields: Named) -> Setter:
        together = compiling.putting(_trees(fields), self.run.now)
        each = [(name, value.one_by_one(context_of(self.run, name))) for name, value in fields]

        def one_by_one(point: Point) -> Point:
            point = dict(point)
            for name, compute in each:
                point[name] = compute(point)
            return point

        def setter(points: Batch) -> Batch:
            try:
                return together(points)  # type: ignore[no-any-return]
            except Exception:  # some value clashes: which one is found out point by point
                return list(map(one_by_one, points))

        return setter

    def _running(self, fields: Named) -> Setter:
        by, over = field_list(self.step.by), self.step.over
        scan: Scan | Trailing = (
            Scan(fields, by, self.run)
            if over is None
            else Trailing(fields, by, duration(over), self.run, moved=self._moves)
        )
        self._scans.append(scan)

        def setter(points: Batch) -> Batch:
            for name, values in scan.push(points).items():
                points = _assign(name, points, values)
            return points

        return setter

    def _called(self, name: str, points: Batch, function: Callable[[Point], Any]) -> Batch:
        values = [self.run.call(function, point, MISSING) for point in points]
        kept = [(point, value) for point, value in zip(points, values, strict=True) if value is not MISSING]
        return _assign(name, [point for point, _ in kept], [value for _, value in kept])

    def _timed(self, make: Setter) -> Setter:
        read = reader(self.run.now)

        def setter(points: Batch) -> Batch:
            good = []
            for point in make(points):
                try:
                    if point["time"] is not None:
                        point["time"] = read(point["time"])
                    good.append(point)
                except MomentError as error:
                    self.run.reject(f"put: time is no time: {error}", point=point)
            return good

        return setter


def _assign(name: str, points: Batch, values: list[Any]) -> Batch:
    """The points, which are put's own copies, with a value each."""
    if "." in name:
        return [with_field(point, name, value) for point, value in zip(points, values, strict=True)]
    for point, value in zip(points, values, strict=True):
        point[name] = value
    return points


def _with(name: str, values: Column, points: Batch) -> Batch:
    """New points, with a value each."""
    return [{**point, name: value} for point, value in zip(points, values, strict=True)]


def _values(fields: Named) -> Named:
    """The fields, each with an expression, or else a reducer or a function."""
    return tuple((name, _computed(as_value(value))) for name, value in fields)


def _computed(value: Any) -> Any:
    if isinstance(value, Template):
        return of_template(value)
    return value if isinstance(value, (Expression, Reducer)) or callable(value) else of_constant(value)


def _trees(fields: Named) -> compiling.Fields:
    return tuple((name, value.tree) for name, value in fields)


def _compiles(name: str, value: Any) -> bool:
    """Whether the field can be given by a function together with others."""
    return isinstance(value, Expression) and value.fields is not None and name != "time" and "." not in name


def _together(values: Named, by: Sequence[str]) -> Iterator[Named]:
    """Fields that one function, or one scan, can give, or a single one of another kind."""
    fields: list[tuple[str, Any]] = []
    for name, value in values:
        if fields and not (
            (_compiles(name, value) and _compiles(*fields[0])) or _scanned_with(fields, name, value, by)
        ):
            yield tuple(fields)
            fields = []
        fields.append((name, value))
    yield tuple(fields)


def _scanned_with(fields: Sequence[tuple[str, Any]], name: str, value: Any, by: Sequence[str]) -> bool:
    """Whether a reducer stands beside reducers, and sees nothing of what they make."""
    made = [before for before, _ in fields]
    read = fields_of(value)
    if (
        "time" in (name, *made)
        or read is None
        or not all(isinstance(each, Reducer) for _, each in (*fields, ("", value)))
    ):
        return False
    return {field.partition(".")[0] for field in made}.isdisjoint(field.partition(".")[0] for field in (*read, *by))
