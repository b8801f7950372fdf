"""split: a point for each field."""

from __future__ import annotations

from collections.abc import Sequence

from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.point import MISSING, copied, find, own, without_field
from flume.run import Run
from flume.value import check_fields

_SPARED = frozenset({"time", "name"})


class split(Proc):
    """Make a point of each named field: `name` says which it was, `value` what it held, all other fields are copied.

    What was one row of several measurements is one point each then, as `series='name'` of charts wants it. A list makes
    a point of each of its values, an empty one makes none; nor does a field that is missing. One that is null makes a
    point whose value is null. Dicts stay values.

    :param fields: names, dotted ones too, in the order in which their points leave; all fields of the point but `time`
        and `name` where none is named.
    :param arrays: whether lists make a point of each of their values; False: a list is one value.

    >>> from flume.testing import run
    >>> run([{'host': 'a', 'cpu': 0.5, 'mem': 7}], split('cpu', 'mem'))
    [{'host': 'a', 'name': 'cpu', 'value': 0.5}, {'host': 'a', 'name': 'mem', 'value': 7}]
    >>> run([{'n': 1, 'tags': ['x', 'y']}, {'n': 2, 'tags': []}], split('tags'))
    [{'n': 1, 'name': 'tags', 'value': 'x'}, {'n': 1, 'name': 'tags', 'value': 'y'}]
    >>> run([{'a': 1, 'b': [2, 3]}], split(arrays=False))
    [{'name': 'a', 'value': 1}, {'name': 'b', 'value': [2, 3]}]
    """

    fields: tuple[str, ...]
    arrays: bool

    def __init__(self, *fields: str, arrays: bool = True) -> None:
        self._set(fields=fields, arrays=arrays)

    def check(self) -> None:
        check_fields(type(self), "fields", self.fields)

    def needs(self, wanted: Needed) -> Needed:
        if wanted is None or not self.fields:
            return None
        return (wanted - {"name", "value"}) | self.names()

    def names(self) -> frozenset[str]:
        return frozenset(self.fields)

    def splits(self) -> bool:
        return True

    def makes(self) -> frozenset[str]:
        return frozenset({"name", "value"})

    def start(self, run: Run) -> Stage:
        return _Split(self.fields, self.arrays, run)


class _Split(Stage):
    def __init__(self, fields: Sequence[str], arrays: bool, run: Run) -> None:
        self._fields = fields
        self._arrays = arrays
        self._account = run.account

    def push(self, batch: Batch) -> Batch:
        made: Batch = []
        for point in batch:
            self._split(point, made)
        self._account.take("split", len(batch))
        self._account.made += len(made)
        return made

    def _split(self, point: Point, made: Batch) -> None:
        rest = point
        values = {}
        for name in self._fields or [name for name in point if name not in _SPARED]:
            if (value := find(point, name)) is not MISSING:
                values[name] = value
                rest = without_field(rest, name)
        for name, value in values.items():
            for each in value if self._arrays and isinstance(value, list) else (value,):
                made.append({**copied(rest), "name": name, "value": own(each)})
