"""uniq: no point twice in a row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.point import MISSING, find, grouping, key
from flume.run import Run
from flume.value import Fields, check_fields, field_list


class uniq(Proc):
    """Drop a point that is equal to the one before it.

    Values are compared by value and type: 1 equals 1.0, but neither `'1'` nor true. A missing field and null differ.

    :param fields: what is compared; all fields but `time` where none is named.
    :param by: a field or a list of fields: compare with the point before it in its group.

    >>> from flume.testing import run
    >>> run([{'up': True, 'n': 1}, {'up': True, 'n': 2}, {'up': False, 'n': 3}], uniq('up'))
    [{'up': True, 'n': 1}, {'up': False, 'n': 3}]

    Only the changes of each host, out of a state that is told all the time:

    >>> points = [{'host': h, 'up': up} for h, up in (('a', True), ('b', True), ('a', True), ('b', False), ('a', True))]
    >>> run(points, uniq('up', by='host'))
    [{'host': 'a', 'up': True}, {'host': 'b', 'up': True}, {'host': 'b', 'up': False}]
    """

    fields: tuple[str, ...]
    by: Fields

    def __init__(self, *fields: str, by: Fields = None) -> None:
        self._set(fields=fields, by=by)

    def check(self) -> None:
        check_fields(type(self), "fields", self.fields)
        check_fields(type(self), "by", self.by)

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None or not self.fields else wanted | self.names()

    def names(self) -> frozenset[str]:
        return frozenset(self.fields) | frozenset(field_list(self.by))

    def renews(self) -> bool:
        return True

    def start(self, run: Run) -> Stage:
        return _Uniq(comparing(self.fields), field_list(self.by))


class _Uniq(Stage):
    cause = "filtered"

    def __init__(self, compared: Callable[[Point], Hashable], by: Sequence[str]) -> None:
        self._compared = compared
        self._group = grouping(by)
        self._before: dict[Hashable, Hashable] = {}

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        compared, before = self._compared, self._before
        for point in batch:
            group = self._group(point)
            seen = compared(point)
            if before.get(group, MISSING) != seen:
                before[group] = seen
                passed.append(point)
        return passed


def comparing(fields: Sequence[str]) -> Callable[[Point], Hashable]:
    """A function that gives what is compared of a point."""
    if not fields:
        return lambda point: key({name: value for name, value in point.items() if name != "time"})

    def named(point: Point) -> Hashable:
        values = [find(point, field) for field in fields]
        return tuple([value if value is MISSING else key(value) for value in values])

    return named
