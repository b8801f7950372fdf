"""Table: points side by side, a column for each field that is read and nothing else.

A parser gives tables in place of points where every step, up to one that folds them or writes them, takes tables
(`Step.takes_tables`).  A field that is missing is None there, so only steps to which missing and null are the same
take them; the answer is that of the points.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Sized
from datetime import UTC
from itertools import compress
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from flume.report import Point

if TYPE_CHECKING:
    from flume.parsing import Origin

SCALAR: TypeAlias = str | int | float | bool | None
"""What a row holds as its parser reads it: a line with lists and dicts is read the plain way."""

Column: TypeAlias = list[Any]


class Loop(NamedTuple):
    """How code goes over a table: `for {each} in points`, and what reads each of the fields that it asked for there."""

    each: str
    reads: tuple[str, ...]


class Extension(NamedTuple):
    """What becomes of lines whose points steps only choose among, and only put fields into.

    :param read: the fields that are looked at. :param made: those that are put.
    """

    read: frozenset[str]
    made: frozenset[str]


class Texts:
    """A column as it was read; its values are made of it where a step asks for them, which often is after a filter.

    :param texts: what was read; None where a point lacks the field. :param typed: makes the values.
    """

    __slots__ = ("_typed", "_values", "texts")

    def __init__(self, texts: Column, typed: Callable[[Column], Column]) -> None:
        self.texts = texts
        self._typed = typed
        self._values: Column | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def values(self) -> Column:
        """What the texts say."""
        if self._values is None:
            self._values = self._typed(self.texts)
        return self._values

    def last(self) -> Any:
        """The last of the values."""
        return self._typed(self.texts[-1:])[0] if self._values is None else self._values[-1]

    def only(self, mask: Sequence[Any]) -> Texts | Column:
        """The column of the points for which *mask* is true."""
        if self._values is not None:
            return list(compress(self._values, mask))
        return Texts(list(compress(self.texts, mask)), self._typed)


class Table:
    """Points, a column for each field.

    A field is in *columns*, or else an attribute of *rows*, or else missing.

    :param length: how many points there are.
    :param columns: the values of fields; None where a point lacks it.
    :param rows: objects that hold values, and *attributes* the name under which each field is there.
    :param plain: gives the points themselves, read the plain way.
    :param mentions: whether a field may be there, be it null.
    :param lines: gives the lines that they were read from, a fresh list, where they may be written just so, and
        *timeless* the same lines without `time`.
    :param extends: how the lines are spelt, where a field that a step puts goes behind those of the line.
    :param origin: where they were read, and *numbers* the line of each.
    """

    timed = False
    """Whether each point has a time, and `time` holds it."""

    put: tuple[str, ...] = ()
    """The fields that steps have put, in order: lines that it *extends* lack them."""

    zoned = False
    """Whether times of the rows may be those of other zones than UTC: only `loop` gives them so, if asked."""

    refused = 0
    """How many points more were read, which fail the predicate that the parser was told of, and were not made."""

    refused_fields: frozenset[str] = frozenset()
    """The fields that each of these had."""

    def __init__(
        self,
        length: int,
        plain: Callable[[], list[Point]],
        *,
        columns: Mapping[str, Column | Texts] = MappingProxyType({}),
        rows: Sequence[Any] = (),
        attributes: Mapping[str, str] = MappingProxyType({}),
        mentions: Callable[[str], bool] = lambda field: True,
        lines: Callable[[], list[bytes]] | None = None,
        timeless: Callable[[], list[bytes]] | None = None,
        extends: str | None = None,
        origin: Origin | None = None,
        numbers: Sequence[int] = (),
    ) -> None:
        self._length = length
        self._columns = columns
        self._rows = rows
        self._attributes = attributes
        self.plain = plain
        self.mentions = mentions
        self.lines = lines
        self.timeless = timeless
        self.extends = extends
        self.origin = origin
        self.numbers = numbers

    def __len__(self) -> int:
        return self._length

    def column(self, field: str) -> Column:
        """The values of a field; they are not to be changed."""
        if field == "time" and self.zoned:
            self._settle()
        values = self._columns.get(field)
        if values is None:
            return self.attribute(field)
        return values.values() if isinstance(values, Texts) else values

    def last(self, field: str) -> Any:
        """The last value of a field; others need not be made for it."""
        values = self._columns.get(field)
        return values.last() if isinstance(values, Texts) else self.column(field)[-1]

    def spelt(self, field: str) -> Column:
        """The same as the parser found it: text where values are yet to be made of it."""
        values = self._columns.get(field)
        return values.texts if isinstance(values, Texts) else self.column(field)

    def attribute(self, field: str) -> Column:
        """The values of a field as the rows hold them."""
        attribute = self._attributes.get(field)
        return [None] * self._length if attribute is None else list(map(attrgetter(attribute), self._rows))

    @property
    def fields(self) -> list[str]:
        """The fields whose values are here."""
        return list(dict.fromkeys([*self._attributes, *self._columns]))

    @property
    def changed(self) -> Collection[str]:
        """The fields that have other values than the rows hold."""
        return self._columns.keys()

    def _settle(self) -> None:
        """Have all times in UTC."""
        self.zoned = False
        times = self.attribute("time")
        self._columns = {**self._columns, "time": [t if t.tzinfo is UTC else t.astimezone(UTC) for t in times]}

    def loop(self, fields: Sequence[str], *, zoned: bool = False) -> tuple[Loop, Iterable[Any]]:
        """How code goes over the table to read *fields*, and what it goes over.

        *zoned*: it only compares times, and does not care for their zones.
        """
        if self.zoned and not zoned and "time" in fields:
            self._settle()
        over: dict[str, Iterable[Any]] = {}
        reads = []
        for number, field in enumerate(fields):
            attribute = self._attributes.get(field)
            if field in self._columns:
                over[f"x{number}"] = self.column(field)
                reads.append(f"x{number}")
            elif attribute is not None:
                over["p"] = self._rows
                reads.append(f"p.{attribute}")
            else:
                reads.append("None")
        if not over:
            return Loop("p", tuple(reads)), self._rows or range(self._length)
        points = zip(*over.values(), strict=True) if len(over) > 1 else next(iter(over.values()))
        return Loop(", ".join(over), tuple(reads)), points

    @property
    def whole(self) -> bool:
        """Whether the rows hold all its values, and no more is wanted of them than these."""
        return bool(self._rows) and not self._columns and self.lines is None

    def points(self, fields: Collection[str]) -> list[Point]:
        """The points with just these fields, with null for what is missing."""
        if not fields:
            return [{} for _ in range(self._length)]
        columns = [self.column(field) for field in fields]
        return [dict(zip(fields, values, strict=True)) for values in zip(*columns, strict=True)]

    def _copy(self) -> Table:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)  # copy.copy does the same, ten times as slowly
        return other

    def given(self, columns: Mapping[str, Column], *, timed: bool | None = None) -> Table:
        """The same points with other values of some fields."""
        changed = self._copy()
        changed._columns = {**self._columns, **columns}
        changed.timed = self.timed if timed is None else timed
        changed.zoned = self.zoned and "time" not in columns
        return changed

    def only_rows(self, rows: Sequence[Any]) -> Table:
        """The points of some of the rows, where no field but those of the rows has a value."""
        chosen = self._copy()
        chosen._rows, chosen._length, chosen.numbers = rows, len(rows), ()
        plain, all_rows = self.plain, self._rows

        def picked() -> list[Point]:
            wanted = set(map(id, rows))
            return [point for row, point in zip(all_rows, plain(), strict=True) if id(row) in wanted]

        chosen.plain = picked
        return chosen

    def altered(
        self,
        columns: Mapping[str, Column],
        *,
        points: Callable[[list[Point]], list[Point]],
        hidden: Callable[[str], bool] = lambda field: False,
    ) -> Table:
        """What a step makes of the points: other values of some fields, and none of those that are *hidden*.

        *points* does the same to the points themselves; *hidden* is not asked of *columns*.
        """
        plain, mentions = self.plain, self.mentions
        altered = self._copy()
        shown = {field: values for field, values in self._columns.items() if not hidden(field)}
        altered._columns = {**shown, **columns}
        altered._attributes = {field: name for field, name in self._attributes.items() if not hidden(field)}
        altered.plain = lambda: points(plain())
        altered.mentions = lambda field: field in columns or (not hidden(field) and mentions(field))
        altered.lines = None if self.extends is None else self.lines
        altered.put = tuple(dict.fromkeys([*self.put, *columns]))
        altered.timed = self.timed and "time" not in columns and not hidden("time")
        altered.zoned = self.zoned and altered.timed
        return altered

    def only(self, mask: Sequence[Any]) -> Table:
        """The points for which *mask* is true; where they were read is forgotten."""
        if all(mask):
            return self
        chosen = self._copy()
        chosen._columns = {
            field: values.only(mask) if isinstance(values, Texts) else list(compress(values, mask))
            for field, values in self._columns.items()
        }
        chosen._rows = list(compress(self._rows, mask))
        counted: list[Sized] = [chosen._rows] if self._rows else list(chosen._columns.values())
        chosen._length = len(counted[0]) if counted else sum(map(bool, mask))
        plain, lines, timeless = self.plain, self.lines, self.timeless
        chosen.plain = lambda: list(compress(plain(), mask))
        chosen.lines = None if lines is None else lambda: list(compress(lines(), mask))
        chosen.timeless = None if timeless is None else lambda: list(compress(timeless(), mask))
        chosen.numbers = ()
        return chosen

    def reject(self, index: int, reason: str) -> None:
        """Keep the record of this point out of the stream; it is the caller's to leave the point out."""
        assert self.origin is not None
        self.origin.reject(self.numbers[index], reason)

    def before_refused(self) -> Table:
        """The points that stand before the first bad record."""
        first = None if self.origin is None else self.origin.first_refused()
        if first is None:
            return self
        before = self.only([number < first for number in self.numbers])
        before.numbers = self.numbers[: len(before)]
        return before


def example_loop(fields: Sequence[str], needed: Collection[str]) -> Loop:
    """How code goes over tables with the *needed* fields in rows, and those that steps have made in columns.

    >>> example_loop(['status', 'n'], {'status'})
    Loop(each='p, x1', reads=('p.status', 'x1'))
    """
    made: dict[str, Column] = {field: [] for field in fields if field not in needed}
    return Table(0, list, columns=made, attributes=attributes(needed)).loop(fields)[0]


def attributes(fields: Iterable[str]) -> dict[str, str]:
    """A name of an attribute for each field: its own, where that is a name in Python.

    >>> attributes(['status', '@timestamp', 'class'])
    {'@timestamp': 'field_0', 'class': 'field_1', 'status': 'status'}
    """
    names = {}
    for number, field in enumerate(sorted(fields)):
        plain = field.isascii() and field.isidentifier() and not keyword.iskeyword(field)
        plain = plain and not field.startswith(("_", "field_"))
        names[field] = field if plain else f"field_{number}"
    return names


def can_be_columns(fields: Iterable[str]) -> bool:
    """Whether the fields stand at the top of a point: a dotted name may mean a field inside of another."""
    return not any("." in field for field in fields)
