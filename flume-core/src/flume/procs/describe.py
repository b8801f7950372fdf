"""describe: what there is in data that nobody knows yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from flume.filling import Filling
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.point import find, key, own
from flume.reducers.maximum import maximum
from flume.reducers.minimum import minimum
from flume.reducing import ORDERED
from flume.run import Run

EXAMPLES = 3  # of the values of a field
_LEAST, _GREATEST = minimum("value"), maximum("value")
_COMPARED = frozenset(ORDERED or ())
_NAMES = {type(None): "null", datetime: "time", timedelta: "duration"}


class describe(Proc):
    """Give a point for each field of the stream that says what it holds, when the stream has ended.

    The fields of such a point: `name`, dotted for a field inside of others; `types`, how many values there are of each
    (`null bool int float str time duration list dict`); `missing`, how many points lack it; `minimum` and `maximum`, as
    those reducers have them, null where no value has an order; `examples`, the first three different values that are
    neither null nor dicts. Fields leave in the order of first sight. Lists are not looked into.

    :raises LimitError: there are more fields than the step may hold, as the run goes.

    >>> from flume.testing import run
    >>> points = [{'host': 'b', 'took': 3}, {'host': 'a', 'took': 0.5}, {'host': 'b', 'took': None}, {'host': 'c'}]
    >>> for field in run(points, describe()):
    ...     print(field)
    {'name': 'host', 'types': {'str': 4}, 'missing': 0, 'minimum': 'a', 'maximum': 'c', 'examples': ['b', 'a', 'c']}
    {'name': 'took', 'types': {'int': 1, 'float': 1, 'null': 1}, 'missing': 1, 'minimum': 0.5, 'maximum': 3,
     'examples': [3, 0.5]}

    What is inside of others is a field of its own, and of fields that are missing here and there it says so:

    >>> for field in run([{'user': {'id': 7, 'plan': 'pro'}}, {'user': {'id': 8}}], describe()):
    ...     print(field['name'], field['types'], field['missing'])
    user {'dict': 2} 0
    user.id {'int': 2} 0
    user.plan {'str': 1} 1
    """

    folds: ClassVar[bool] = True

    def needs(self, wanted: Needed) -> Needed:
        return None

    def ordered(self, before: bool) -> bool:
        return True  # what leaves has no time

    def splits(self) -> bool:
        return True

    def renews(self) -> bool:
        return True

    def start(self, run: Run) -> Stage:
        return _Describe(run)


class _Describe(Stage):
    holds = True

    def __init__(self, run: Run) -> None:
        self._account = run.account
        self._count = 0
        self._fields: dict[Hashable, _Field] = {}  # by their names
        self._filling = Filling(run, lambda: (self._fields,), "fields", "keep() those that matter before it")

    def push(self, batch: Batch) -> Batch:
        self._account.take("merged", len(batch))
        self._count += len(batch)
        columns: dict[str, list[Any]] = {}
        for point in batch:
            for name, value in _fields_in(point):
                columns.setdefault(name, []).append(value)
        for name, values in columns.items():
            self._field(name).add(values)
        self._filling.check()
        return []

    def part(self) -> Any:
        part = self._count, self._fields
        self._count, self._fields = 0, {}
        return part

    def join(self, part: Any) -> None:
        count, fields = part
        self._count += count
        for field in fields.values():
            self._field(field.name).join(field)
        self._filling.check()

    def end(self) -> Batch:
        described = [field.described(self._count) for field in self._fields.values()]
        self._account.made += len(described)
        self._fields = {}
        return described

    def low(self, watermark: datetime) -> None:
        return None

    def _field(self, name: str) -> _Field:
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = _Field(name)
            self._filling.begun()
        return field


class _Field:
    """What is known of a field."""

    __slots__ = ("examples", "maximum", "minimum", "name", "types")

    def __init__(self, name: str) -> None:
        self.name = name
        self.types: Counter[type] = Counter()
        self.minimum: Any = None
        self.maximum: Any = None
        self.examples: dict[Hashable, Any] = {}

    def add(self, values: Collection[Any]) -> None:
        """Look at more values."""
        self.types.update(map(type, values))
        self._extend([value for value in values if type(value) in _COMPARED])
        self._show(values)

    def join(self, other: _Field) -> None:
        """Take over what is known of the values behind these."""
        self.types.update(other.types)
        self._extend([value for value in (other.minimum, other.maximum) if value is not None])
        self._show(other.examples.values())

    def described(self, count: int) -> Point:
        """What leaves, of so many points."""
        return {
            "name": self.name,
            "types": {_NAMES.get(kind, kind.__name__): number for kind, number in self.types.items()},
            "missing": count - self.types.total(),
            "minimum": self.minimum,
            "maximum": self.maximum,
            "examples": list(self.examples.values()),
        }

    def _extend(self, values: list[Any]) -> None:
        self.minimum = _LEAST.fold(self.minimum, values)
        self.maximum = _GREATEST.fold(self.maximum, values)

    def _show(self, values: Collection[Any]) -> None:
        if len(self.examples) < EXAMPLES:
            for value in values:
                if value is not None and not isinstance(value, dict) and (shown := key(value)) not in self.examples:
                    self.examples[shown] = own(value)
                    if len(self.examples) == EXAMPLES:
                        break


def _fields_in(point: Point) -> Iterable[tuple[str, Any]]:
    """The fields of a point and those inside of them, each before what is inside of it."""
    if dict not in map(type, point.values()):
        return point.items()
    return [(path, find(point, path)) for path in dict.fromkeys(_paths(point, ""))]


def _paths(fields: Mapping[str, Any], before: str) -> Iterator[str]:
    for name, value in fields.items():
        yield before + name
        if isinstance(value, dict) and "." not in name:  # what is inside of such a field has no name
            yield from _paths(value, f"{before}{name}.")
