"""Marks: what an index cannot tell of a document, kept beside it.

A mapping does not say whether a field holds lists, text where numbers are mapped, 1.7 in a field of whole numbers
(which is indexed as 1), or text that is too long to be indexed.  So each document that flume writes into an index that
it has made has one more field, `flume_types`: an empty text, and for each field the kind of its value, as
`status:long`.  The mapping keeps it out of `_source`, so that nobody sees it who reads documents; who writes them
otherwise leaves it out, and then it is known that nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import msgspec

from flume.flow import Point

FIELD = "flume_types"
LONGEST = 256
"""Letters that a text may have to be found by its keyword: Elasticsearch's own `ignore_above`."""

_ENCODER = msgspec.json.Encoder()
_KNOWN = 10_000  # signatures that are kept
_LARGEST = 2**63 - 2  # 2**63 - 1 is what a sort shows where there is no value


class Marks:
    """The marks of documents, worked out once for all that look alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], bytes] = {}

    def of(self, point: Point) -> bytes:
        """The marks of a point, as the JSON of a list.

        >>> from flume_adapter_elastic.marks import Marks
        >>> Marks().of({'host': 'web1', 'took': 1.5, 'tags': ['a'], 'user': {'id': 3}})
        b'["","host:text","took:double","tags:odd","user.id:long"]'
        """
        signature = (*point, *map(type, point.values()))
        if not all(map(_is_plain, point.values())):
            return _ENCODER.encode(["", *_marks("", point)])
        found = self._known.get(signature)
        if found is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            found = self._known[signature] = _ENCODER.encode(["", *_marks("", point)])
        return found


def _is_plain(value: Any) -> bool:
    """Whether its kind is that of its type."""
    kind = value.__class__
    if kind is str:
        return len(value) <= LONGEST // 2 or (len(value) <= LONGEST and value.isascii())
    if kind is int:
        return bool(-(2**63) <= value <= _LARGEST)
    if kind is datetime:
        return bool(value.tzinfo is UTC and value.microsecond % 1000 == 0)
    return value is None or kind is bool or (kind is float and isfinite(value))


def _marks(prefix: str, point: Mapping[str, Any]) -> Iterator[str]:
    for name, value in point.items():
        path = f"{prefix}{name}"
        if value.__class__ is dict and value and "." not in name and name:
            yield from _marks(f"{path}.", value)
        else:
            yield f"{path}:{kind_of(path, value)}"


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
