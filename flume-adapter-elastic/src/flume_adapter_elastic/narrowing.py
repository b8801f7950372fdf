"""Narrowing: a query that finds all documents that filters pass, of any index, so that most others are not read.

What an index has of a field may be other than what the document holds: 1.7 is a 1 where whole numbers are kept, a list
is each of its values.  So comparisons are widened until they surely find what flume finds; those that cannot be are
left out.  The filters themselves are flume's to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite, trunc
from typing import Any, NamedTuple

import msgspec

from flume.terms import Comparison, Constant, Field, Listing, Logic, Membership, Term, looks_like_date, reading
from flume_adapter_elastic.connection import Connection
from flume_adapter_elastic.mapping import is_worked_out
from flume_adapter_elastic.query import Query, all_of, any_of, links_of, value_beside
from flume_adapter_elastic.time_order import milliseconds

_DAY = timedelta(days=1)
_WHOLE = {"long": 63, "integer": 31, "short": 15, "byte": 7}
"""Types of whole numbers, and the bits of each."""
_TYPES = ("keyword", "double", "float", "boolean", "date", *_WHOLE)
_OPEN = (None, True, "true", "strict")
"""Values of `dynamic` under which every field that a document has is mapped."""


class _Index(msgspec.Struct):
    """What is said of an index."""

    mappings: dict[str, Any] = {}


class Kept(NamedTuple):
    """Under which name an index keeps the values of a field, and as what."""

    key: str
    type: str


def narrowed(connection: Connection, index: str, conditions: Iterable[Term], now: datetime) -> Query | None:
    """The query for what all *conditions* may be true of; None where that may be any document."""
    data = connection.ask("GET", f"/{index}/_mapping", allow_no_indices="false")
    mappings = [one.mappings for one in msgspec.json.decode(data, type=dict[str, _Index]).values()]
    if not all(mapping.get("dynamic") in _OPEN and "subobjects" not in mapping for mapping in mappings):
        return None
    found = [query for term in conditions if (query := _wide(term, mappings, now)) is not None]
    # a value that was too long, or malformed, was not indexed
    return any_of([all_of(found), {"exists": {"field": "_ignored"}}]) if found else None


def kept(field: str, mappings: Sequence[Mapping[str, Any]]) -> Kept | None:
    """How all indices that have a field keep it; None where not all do it alike, or none has it.

    >>> kept('host', [{'properties': {'host': {'type': 'text', 'fields': {'raw': {'type': 'keyword'}}}}}, {}])
    Kept(key='host.raw', type='keyword')
    """
    if "*" in field:
        return None
    found = {_kept(field, mapping) for mapping in mappings} - {_ABSENT}
    return found.pop() if len(found) == 1 else None


_ABSENT = Kept("", "")


def _kept(field: str, mapping: Mapping[str, Any]) -> Kept | None:
    if is_worked_out(field, mapping):
        return None
    here = mapping
    for name in field.split("."):
        if here.get("type", "object") != "object" or here.get("enabled") is False or here.get("dynamic") not in _OPEN:
            return None
        if name not in here.get("properties", {}):
            return _ABSENT
        here = here["properties"][name]
    inside = {f"{field}.{name}": one for name, one in here.get("fields", {}).items() if one.get("type") == "keyword"}
    for key, one in {field: here, **inside}.items():
        type = one.get("type", "object")
        if type in _TYPES and one.get("index", True) and "script" not in one:
            return Kept(key, type)
    return None


def _wide(term: Term, mappings: Sequence[Mapping[str, Any]], now: datetime) -> Query | None:
    if isinstance(term, Logic):
        queries = [_wide(each, mappings, now) for each in term.terms]
        found = [query for query in queries if query is not None]
        if term.operator == "and":
            return all_of(found) if found else None
        return any_of(found) if len(found) == len(queries) else None
    if isinstance(term, Comparison):
        links = [_link(left, operator, right, mappings, now) for left, operator, right in links_of(term)]
        found = [query for query in links if query is not None]
        return all_of(found) if found else None
    if isinstance(term, Membership) and not term.negated and isinstance(term.container, Listing):
        queries = [_link(term.term, "==", item, mappings, now) for item in term.container.items]
        found = [query for query in queries if query is not None]
        return any_of(found) if found and len(found) == len(queries) else None
    return None


def _link(left: Term, operator: str, right: Term, mappings: Sequence[Mapping[str, Any]], now: datetime) -> Query | None:
    """What finds at least all that one comparison is true of."""
    if not isinstance(left, Field) or operator not in _WIDE:
        return None
    here, value = kept(left.name, mappings), value_beside(right, now)
    if here is None or value is None:
        return None
    if left.name == "time":
        return _around(here, operator, right, value, now)
    if isinstance(value, bool):
        return {"term": {here.key: value}} if here.type == "boolean" and operator == "==" else None
    if isinstance(value, str):
        return {"term": {here.key: value}} if here.type == "keyword" and operator == "==" else None
    if not isinstance(value, (int, float)):
        return None
    if bits := _WHOLE.get(here.type):
        bound = trunc(value)  # as the server cuts what it keeps
        return _range(here.key, operator, bound) if -(2**bits) <= bound < 2**bits else None
    if here.type == "double" and abs(value) < 2**1023 and isfinite(value):
        number = float(value)  # as the server rounds what it keeps; it takes -0.0 for less than 0.0
        return _range(here.key, operator, number, (number or -0.0, number or 0.0))
    if here.type == "float" and abs(value) < 2**126:
        step = abs(value) * 2.0**-22 + 2.0**-126  # more than is lost of 24 bits
        return _range(here.key, operator, value, (value - step, value + step))
    return None


_WIDE = {"==": ("gte", "lte"), ">": ("gte",), ">=": ("gte",), "<": ("lte",), "<=": ("lte",)}


def _range(key: str, operator: str, value: float, around: tuple[float, float] | None = None) -> Query:
    bounds = dict(zip(("gte", "lte"), around or (value, value), strict=True))
    return {"range": {key: {name: bounds[name] for name in _WIDE[operator]}}}


def _around(here: Kept, operator: str, right: Term, value: Any, now: datetime) -> Query | None:
    """The times around those that compare so: one without a zone may be a day off."""
    if isinstance(right, Constant) and looks_like_date(value):
        value = reading(value, datetime, now)
    if here.type != "date" or not isinstance(value, datetime) or value.tzinfo is None:
        return None
    try:
        bounds = milliseconds(value - _DAY), milliseconds(value + _DAY)
    except OverflowError:
        return None
    query = _range(here.key, operator, 0, bounds)
    query["range"][here.key]["format"] = "epoch_millis"
    return query
