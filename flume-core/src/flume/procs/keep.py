"""keep: only the named fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fnmatch import translate
from typing import Any

from flume.errors import OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.run import Run
from flume.tables import Table
from flume.value import check_fields


class keep(Proc):
    """Keep only the named fields of each point.

    Fields stay in the order that the point has them; one that the point does not have is left out. `time` goes too,
    unless it is named.

    :param fields: names; dotted ones reach inside (`user.id`), and `*`, `?` and `[…]` stand for more than one field,
        flat or nested (`http.*`).
    :raises OptionError: no field is named.

    >>> from flume.testing import run
    >>> run([{'a': 1, 'user': {'id': 7, 'name': 'Ann'}, 'b': 2}], keep('b', 'a', 'user.id', 'missing'))
    [{'a': 1, 'user': {'id': 7}, 'b': 2}]

    All fields of a kind, without naming each:

    >>> run([{'host': 'a', 'http.status': 200, 'http.method': 'GET', 'pid': 7}], keep('host', 'http.*'))
    [{'host': 'a', 'http.status': 200, 'http.method': 'GET'}]
    """

    fields: tuple[str, ...]

    def __init__(self, *fields: str) -> None:
        self._set(fields=fields)

    def check(self) -> None:
        if not self.fields:
            raise OptionError("keep needs the names of the fields to keep")
        check_fields(type(self), "fields", self.fields)

    def needs(self, wanted: Needed) -> Needed:
        return wanted if any(map(is_glob, self.fields)) else frozenset(self.fields)

    def names(self) -> frozenset[str]:
        return frozenset(field for field in self.fields if not is_glob(field))

    def splits(self) -> bool:
        return True

    def takes_tables(self) -> bool:
        return all_plain(self.fields)

    def makes(self) -> frozenset[str]:
        return frozenset()

    def start(self, run: Run) -> Stage:
        if all_plain(self.fields):
            return _Keep(frozenset(self.fields))
        return _KeepInside(Parting(self.fields))


class _Keep(Stage):
    def __init__(self, fields: frozenset[str]) -> None:
        self._fields = fields

    def push(self, batch: Batch) -> Batch:
        fields = self._fields
        return [{name: point[name] for name in point if name in fields} for point in batch]

    def push_table(self, table: Table) -> Table:
        return table.altered({}, points=self.push, hidden=lambda field: field not in self._fields)


class _KeepInside(Stage):
    def __init__(self, parting: Parting) -> None:
        self._parting = parting

    def push(self, batch: Batch) -> Batch:
        return [self._parting.part(point)[0] for point in batch]


class Parting:
    """Parts a point into the fields that are meant by names, dotted names and globs, and all others."""

    def __init__(self, fields: Collection[str]) -> None:
        self._fields = frozenset(fields)
        globs = [translate(field) for field in fields if is_glob(field)]
        self._matches = re.compile("|".join(globs)).match if globs else None

    def part(self, point: Point) -> tuple[Point, Point]:
        """The point of the fields that are meant, and the point of the others; a dict that this empties stays there."""
        return self._part(point, self._fields, "")

    def _part(self, point: Mapping[str, Any], fields: frozenset[str], path: str) -> tuple[Point, Point]:
        meant: Point = {}
        others: Point = {}
        for name, value in point.items():
            if name in fields or (self._matches and self._matches(path + name)):
                meant[name] = value
                continue
            others[name] = value
            if isinstance(value, dict):
                # a field whose own name has the dots wins over nesting
                inside = frozenset(f[len(name) + 1 :] for f in fields if f.startswith(name + ".") and f not in point)
                if inside or self._matches:
                    inner, others[name] = self._part(value, inside, f"{path}{name}.")
                    if inner:
                        meant[name] = inner
        return meant, others


def is_glob(field: str) -> bool:
    """Whether the name stands for several."""
    return any(sign in field for sign in "*?[")


def all_plain(fields: Collection[str]) -> bool:
    """Whether every name can only be that of a field at the top of a point."""
    return not any("." in field or is_glob(field) for field in fields)
