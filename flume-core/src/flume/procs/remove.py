"""remove: all but the named fields."""

from __future__ import annotations

from collections.abc import Collection

from flume.errors import OptionError
from flume.flow import Batch, Needed, Proc, Stage
from flume.generated import function
from flume.procs.keep import Parting, all_plain, is_glob
from flume.run import Run
from flume.tables import Table
from flume.value import check_fields


class remove(Proc):
    """Remove the named fields of each point; `remove('time')` makes points timeless.

    :param fields: names; dotted ones reach inside (`user.id`; a dict that this empties stays), and `*`, `?` and `[…]`
        stand for more than one field, flat or nested (`http.*`).
    :raises OptionError: no field is named.

    >>> from flume.testing import run
    >>> run([{'a': 1, 'user': {'id': 7, 'name': 'Ann'}, 'tmp_x': 2}], remove('user.name', 'tmp_*'))
    [{'a': 1, 'user': {'id': 7}}]

    Without the time, a result is only what was asked for:

    >>> from flume import count, emit, reduce
    >>> list(emit(limit=3, start='2024-03-01') | reduce(n=count()) | remove('time'))
    [{'n': 3}]
    """

    fields: tuple[str, ...]

    def __init__(self, *fields: str) -> None:
        self._set(fields=fields)

    def check(self) -> None:
        if not self.fields:
            raise OptionError("remove needs the names of the fields to remove")
        check_fields(type(self), "fields", self.fields)

    def needs(self, wanted: Needed) -> Needed:
        # nobody wants what is removed, but a name that no point had can only be told by reading it
        return None if wanted is None else wanted | self.names()

    def names(self) -> frozenset[str]:
        return frozenset(field for field in self.fields if not is_glob(field))

    def splits(self) -> bool:
        return True

    def takes_tables(self) -> bool:
        return all_plain(self.fields)

    def makes(self) -> frozenset[str]:
        return frozenset()

    def code(self, needed: Needed) -> str | None:
        return source(sorted(self.fields)) if needed is None and all_plain(self.fields) else None

    def start(self, run: Run) -> Stage:
        if all_plain(self.fields):
            return _Remove(frozenset(self.fields))
        return _RemoveInside(Parting(self.fields))


class _Remove(Stage):
    def __init__(self, fields: frozenset[str]) -> None:
        self._fields = fields
        self.push = function("remove", source(sorted(fields)), {"list": list, "map": map, "dict": dict})  # type: ignore[method-assign]

    def push_table(self, table: Table) -> Table:
        return table.altered({}, points=self.push, hidden=self._fields.__contains__)


class _RemoveInside(Stage):
    def __init__(self, parting: Parting) -> None:
        self._parting = parting

    def push(self, batch: Batch) -> Batch:
        return [self._parting.part(point)[1] for point in batch]


def source(fields: Collection[str]) -> str:
    """The source of the function that gives points without *fields*.

    >>> print(source(['a', 'b']))
    def remove(points):
        points = list(map(dict, points))
        for p in points:
            p.pop('a', None)
            p.pop('b', None)
        return points
    <BLANKLINE>
    """
    loop = "".join(f"        p.pop({field!r}, None)\n" for field in fields)
    return f"def remove(points):\n    points = list(map(dict, points))\n    for p in points:\n{loop}    return points\n"
