"""Rows: points as bare objects that hold nothing but the fields that are read.

A parser gives rows instead of points where every step up to a fold can take them (`Step.takes_rows`) and where it can
tell that they say the same; else it gives points.  A row has an attribute for each field; a field that is missing is
None there, so only steps to which missing and null are the same take rows.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from flume.flow import Batch, Point

SCALAR: TypeAlias = str | int | float | bool | None
"""What a row holds before its time is read: lists and dicts are only in points."""


class Rows(Batch):
    """A batch of rows.  Their times are all read, or all None.

    *attributes*: the name of the attribute of each field.  *plain*: gives the batch as the parser gives it otherwise.
    """

    __slots__ = ("attributes", "plain")

    def __init__(self, rows: Iterable[Any], attributes: Mapping[str, str], plain: Callable[[], Batch]) -> None:
        super().__init__(rows)
        self.attributes = attributes
        self.plain = plain

    def only(self, rows: Iterable[Any]) -> Rows:
        """Some of the rows."""
        some = Rows(rows, self.attributes, lambda: list(some.points()))
        return some

    def points(self) -> Iterator[Point]:
        """The rows as points, with null for what is missing."""
        return (self.point(row) for row in self)

    def point(self, row: Any) -> Point:
        """One row as a point."""
        return {field: getattr(row, attribute) for field, attribute in self.attributes.items()}


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


@lru_cache(maxsize=64)
def row_type(names: tuple[tuple[str, str], ...]) -> type[Any]:
    """The type of rows with these fields and attributes."""
    import msgspec

    return msgspec.defstruct(
        "Row",
        [(attribute, SCALAR, None) for _, attribute in names],
        rename={attribute: field for field, attribute in names},
        gc=False,
    )


@lru_cache(maxsize=64)
def setter(attribute: str) -> Callable[[Iterable[Any], Iterable[Any]], None]:
    """A function that sets this attribute of rows.

    >>> class Row: pass
    >>> row = Row()
    >>> setter('time')([row], [1])
    >>> row.time
    1
    """
    names: dict[str, Any] = {"__builtins__": {"zip": zip}}
    code = f"def store(rows, values):\n    for p, value in zip(rows, values):\n        p.{attribute} = value\n"
    exec(code, names)  # an attribute that was made here
    return names["store"]  # type: ignore[no-any-return]


def can_be_attributes(fields: Iterable[str]) -> bool:
    """Whether the fields stand at the top of a point: a dotted name may mean a field inside of another."""
    return not any("." in field for field in fields)
