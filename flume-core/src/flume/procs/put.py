"""put: adds fields, or replaces them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

from flume.errors import MomentError, OptionError
from flume.expression import Expression
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.folding import (
    Fold,
    Named,
    State,
    as_value,
    check_named,
    check_options,
    context_of,
    exposes,
    fields_of,
    given,
)
from flume.moment import reader
from flume.point import MISSING, grouping, own, with_field
from flume.reducing import Reducer
from flume.run import Run
from flume.template import Template
from flume.value import Fields, check_fields, field_list, thaw

_LATER = ("over", "reset")


class put(Proc):
    """Add or replace *fields*, in the order written; each sees those before it.

    A value is a constant, a template (`'text {field}'`), an expression (`expr('price * qty')`), a function of the
    point, or a reducer, which runs over the stream (`put(n=count())` numbers the points), with *by* in each group.
    A new `time` is read as a time; one that is none makes the point a rejected record.

    >>> from flume import expr
    >>> from flume.testing import run
    >>> run([{'a': 2}], put(b=expr('a * 3'), text='{a} and {b}'))
    [{'a': 2, 'b': 6, 'text': '2 and 6'}]
    """

    by: Fields
    fields: Named

    def __init__(self, *, by: Fields = None, **fields: Any) -> None:
        self._set(by=by, fields=given("put", fields))

    def check(self) -> None:
        for name, value in self.fields:
            if name in _LATER and not isinstance(value, Reducer):
                raise OptionError(f"put: this version has no {name}= yet")
        if not self.fields:
            raise OptionError("put takes at least one field: put(name=value)")
        check_fields(type(self), "by", self.by)
        check_named("put", self.fields)
        check_options("put", self.fields, ("over",), ())

    def needs(self, wanted: Needed) -> Needed:
        for name, value in reversed(self.fields):
            read = fields_of(value)
            if wanted is None or read is None:
                return None
            wanted = (wanted - {name}) | read
        return None if wanted is None else wanted | set(field_list(self.by))

    def names(self) -> frozenset[str]:
        made = {name for name, _ in self.fields}
        read = (fields_of(value) or frozenset() for _, value in self.fields)
        return frozenset(field_list(self.by)).union(*read) - made - {"time"}

    def ordered(self, before: bool) -> bool:
        return before and all(name != "time" for name, _ in self.fields)

    def start(self, run: Run) -> Stage:
        return _Put(self, run)


Setter = Callable[[Batch], Batch]


class _Put(Stage):
    def __init__(self, step: put, run: Run) -> None:
        self.run = run
        self._group = grouping(field_list(step.by))
        self._setters = [self._setter(name, as_value(value)) for name, value in step.fields]
        self.exposes = any(exposes(value) for _, value in step.fields)
        self._moves = any(name == "time" for name, _ in step.fields)

    def push(self, batch: Batch) -> Batch:
        points = [dict(point) for point in batch]
        for setter in self._setters:
            points = setter(points)
        return points

    def low(self, watermark: datetime) -> datetime | None:
        return None if self._moves else watermark

    def _setter(self, name: str, value: Any) -> Setter:
        if isinstance(value, Reducer):
            make: Setter = self._running(name, value)
        elif isinstance(value, Expression):
            compute = value.values(context_of(self.run, name))
            whole = value.fields is None  # a point cannot hold itself
            make = lambda points: _assign(  # noqa: E731
                name, points, list(map(own, compute(points))) if whole else compute(points)
            )
        elif isinstance(value, Template):
            make = lambda points: _assign(name, points, [value.render(point) for point in points])  # noqa: E731
        elif callable(value):
            make = lambda points: self._called(name, points, value)  # noqa: E731
        else:
            fresh = isinstance(value, (tuple, dict))  # what can be changed is no other point's
            make = lambda points: _assign(name, points, [thaw(value) if fresh else value for _ in points])  # noqa: E731
        return make if name != "time" else self._timed(make)

    def _running(self, name: str, value: Reducer[Any]) -> Setter:
        fold = Fold(((name, value),), self.run)
        states: dict[Hashable, State] = {}

        def setter(points: Batch) -> Batch:
            results = []
            for point in points:
                group = self._group(point)
                if group not in states:
                    states[group] = fold.start()
                fold.fold(states[group], [point])
                results.append(fold.results(states[group])[name])
            return _assign(name, points, results)

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
