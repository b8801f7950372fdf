"""Marks: what an index cannot tell of a document, kept beside it.

A mapping does not say whether a field holds lists, text where numbers are mapped, 1.7 in a field of whole numbers
(which is indexed as 1), or text that is too long to be indexed.  So each document that flume writes into an index that
it has made has one more field, `flume_types`: an empty text, and for each field the kind of its value, as
`status:long`.  The mapping keeps it out of `_source`, so that nobody sees it who reads documents; who writes them
otherwise leaves it out, and then it is known that nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import repeat
from math import isfinite
from operator import itemgetter
from typing import Any

import msgspec

from flume.flow import Point

FIELD = "flume_types"
LONGEST = 1024
"""Letters that a text may have to be found as a whole, as in Elastic's own schema of logs."""

_ENCODER = msgspec.json.Encoder()
_LARGEST = 2**63 - 2  # 2**63 - 1 is what a sort shows where there is no value


def marks(point: Point) -> bytes:
    """The marks of a point, as the JSON of a list.

    >>> marks({'host': 'web1', 'took': 1.5, 'tags': ['a'], 'user': {'id': 3}})
    b'["","host:text","took:double","tags:odd","user.id:long"]'
    """
    kinds: dict[str, str] = {}
    for path, kind in _kinds("", point):
        # 'a.b' may stand beside a 'b' inside of 'a': the index takes them for one field, with two values
        kinds[path] = "odd" if path in kinds else kind
    return _ENCODER.encode(["", *(f"{path}:{kind}" for path, kind in kinds.items())])


def marks_of_all(points: Sequence[Point]) -> Iterable[bytes]:
    """The marks of each of some points; worked out once where all look alike.

    >>> list(marks_of_all([{'n': 1}, {'n': 2}]))
    [b'["","n:long"]', b'["","n:long"]']
    """
    if points and len(set(map(tuple, points))) == 1 and all(_is_alike(field, points) for field in points[0]):
        return repeat(marks(points[0]), len(points))
    return map(marks, points)


def _is_alike(field: str, points: Sequence[Point]) -> bool:
    """Whether the values of a field are of one type, and the kind of each is that of the type."""
    values = list(map(itemgetter(field), points))
    (kind, *others) = set(map(type, values))
    usual = _USUAL.get(kind)
    return not others and usual is not None and usual(values)


_USUAL: dict[type, Callable[[Sequence[Any]], bool]] = {
    bool: lambda values: True,
    type(None): lambda values: True,
    str: lambda texts: max(map(len, texts)) <= LONGEST // 2,  # a letter may count as two
    int: lambda numbers: min(numbers) >= -(2**63) and max(numbers) <= _LARGEST,
    float: lambda numbers: all(map(isfinite, numbers)),
    datetime: lambda times: all(time.tzinfo is UTC and time.microsecond % 1000 == 0 for time in times),
}


def _kinds(prefix: str, point: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in point.items():
        path = f"{prefix}{name}"
        if value.__class__ is dict and value and "." not in name and name:
            yield from _kinds(f"{path}.", value)
        else:
            yield path, kind_of(path, value)


def kind_of(path: str, value: Any) -> str:
    """The kind of a value: `long double text boolean date null`, or `odd` for what an index has otherwise.

    >>> kind_of('a', 1), kind_of('a', 2**63), kind_of('time', datetime(2020, 1, 1, tzinfo=UTC))
    ('long', 'odd', 'date')
    """
    kind = value.__class__
    if value is None:
        return "null"
    if kind is bool:
        return "boolean"
    if kind is int:
        return "long" if -(2**63) <= value <= _LARGEST else "odd"
    if kind is float:
        return "double" if isfinite(value) else "odd"
    if kind is str:
        # a letter outside the plane that Java's characters are of counts as two there
        return "text" if len(value.encode("utf-16-le", "surrogatepass")) <= 2 * LONGEST else "odd"
    if kind is datetime:
        if path != "time":
            return "text"  # which is what it is written as
        return "date" if value.tzinfo is UTC and value.microsecond % 1000 == 0 else "odd"
    return "odd"
