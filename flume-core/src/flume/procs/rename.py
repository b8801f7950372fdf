"""rename: other names for fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flume.errors import MomentError, OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.generated import function
from flume.point import MISSING, find, with_field, without_field
from flume.run import Run
from flume.tables import Column, Table
from flume.value import check_fields

_MANY = 8  # names that a chain of comparisons is slower for than a dict


class rename(Proc):
    """Give fields new names: `rename(new='old')`.

    A renamed field keeps its place and replaces one that has the new name already; where the point has no such field,
    nothing happens. All are renamed at once, so names can be swapped. Dotted names reach inside and make nested
    fields (`rename(**{'user.id': 'uid'})`); a field that moves in or out comes last.

    A field that becomes `time` is read as a time; a point where it is none is rejected.

    :param fields: new names, and for each the old one.
    :raises OptionError: no field is named, or one is given two names.

    >>> from flume.testing import run
    >>> run([{'hostname': 'a', 'n': 1}], rename(host='hostname'))
    [{'host': 'a', 'n': 1}]
    >>> run([{'a': 1, 'b': 2}], rename(a='b', b='a'))
    [{'b': 1, 'a': 2}]
    """

    fields: tuple[tuple[str, str], ...]

    def __init__(self, /, **fields: str) -> None:
        self._set(fields=tuple(fields.items()))

    def check(self) -> None:
        if not self.fields:
            raise OptionError("rename needs a new and an old name: rename(new='old')")
        for new, old in self.fields:
            check_fields(type(self), "fields", new)
            check_fields(type(self), new, (old,))
        olds = [old for _, old in self.fields]
        for old in olds:
            if olds.count(old) > 1:
                raise OptionError(f"rename: {old!r} is given two names; give one, and put() for a copy")

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | self.names()

    def ordered(self, before: bool) -> bool:
        return before and all(new != "time" for new, _ in self.fields)

    def names(self) -> frozenset[str]:
        return frozenset(old for _, old in self.fields)

    def splits(self) -> bool:
        return all(new != "time" for new, _ in self.fields)  # what is no time is rejected as the stream goes

    def takes_tables(self) -> bool:
        return self.splits() and not self._nested

    def makes(self) -> frozenset[str]:
        return frozenset(new.partition(".")[0] for new, _ in self.fields)  # of values that other fields had

    def code(self, needed: Needed) -> str | None:
        return source(self._names) if needed is None and not self._nested else None

    def start(self, run: Run) -> Stage:
        return _Rename(self._names, run, nested=self._nested)

    @property
    def _names(self) -> dict[str, str]:
        return {old: new for new, old in self.fields if new != old}

    @property
    def _nested(self) -> bool:
        return any("." in name for pair in self._names.items() for name in pair)


class _Rename(Stage):
    def __init__(self, names: Mapping[str, str], run: Run, *, nested: bool) -> None:
        self._names = names
        self._run = run
        self._all: Callable[[Batch], Batch] = lambda batch: [_renamed_inside(point, names) for point in batch]
        if not nested:
            clashing = lambda point: _renamed(point, names)  # noqa: E731
            self._all = function("rename", source(names), {"clashing": clashing, "other": names.get})
        self._timed = "time" in names.values()
        if self._timed:
            from flume.moment import reader

            self._read = reader(run.now)

    def push(self, batch: Batch) -> Batch:
        renamed = self._all(batch)
        return self._with_times(batch, renamed) if self._timed else renamed

    def push_table(self, table: Table) -> Table:
        columns = {new: self._moved(table, old, new) for old, new in self._names.items()}
        gone = self._names.keys() - columns.keys()
        return table.altered(columns, points=self.push, hidden=gone.__contains__)

    def _moved(self, table: Table, old: str, new: str) -> Column:
        values, others = table.column(old), table.column(new)
        if new in self._names or None not in values or others.count(None) == len(others):
            return values
        # a point that lacks the field keeps what has the new name; one where it is null does not
        return [
            other if value is None and old not in point else value
            for value, other, point in zip(values, others, table.plain(), strict=True)
        ]

    def low(self, watermark: datetime) -> datetime | None:
        return None if self._timed else watermark

    def _with_times(self, before: Batch, batch: Batch) -> Batch:
        passed: Batch = []
        for old, point in zip(before, batch, strict=True):
            value = point.get("time")
            try:
                passed.append(point if value is None else {**point, "time": self._read(value)})
            except MomentError as error:
                self._run.reject(f"rename: time: {error}", point=old)
        return passed


def source(names: Mapping[str, str]) -> str:
    """The source of the function that gives points other *names*.

    >>> print(source({'a': 'b', 'c': 'd'}))
    def rename(points):
        return [
            clashing(p)
            if 'b' in p or 'd' in p
            else {('b' if n == 'a' else 'd' if n == 'c' else n): p[n] for n in p}
            for p in points
        ]
    <BLANKLINE>
    """
    if not names:
        return "def rename(points):\n    return points\n"
    taken = " or ".join(f"{new!r} in p" for new in names.values())
    name = "".join(f"{new!r} if n == {old!r} else " for old, new in names.items()) + "n"
    if len(names) > _MANY:
        name = "other(n, n)"
    lines = ["clashing(p)", f"if {taken}", f"else {{({name}): p[n] for n in p}}", "for p in points"]
    return "def rename(points):\n    return [\n" + "".join(f"        {line}\n" for line in lines) + "    ]\n"


def _renamed(point: Point, names: Mapping[str, str]) -> Point:
    """The point with other names, where it may have some of them."""
    olds = names.keys() & point.keys()
    replaced = {names[old] for old in olds} - olds
    return {names.get(name, name): value for name, value in point.items() if name not in replaced}


def _renamed_inside(point: Point, names: Mapping[str, str]) -> Point:
    moved: dict[str, Any] = {new: value for old, new in names.items() if (value := find(point, old)) is not MISSING}
    for old, new in names.items():
        if new in moved:
            point = without_field(point, old)
    for new, value in moved.items():
        point = with_field(point, new, value)
    return point
