"""Searching: what has the server find the documents that are read, in which order, and what of them it sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from flume.errors import SourceError
from flume.flow import Needed
from flume_adapter_elastic.connection import Connection
from flume_adapter_elastic.pages import Search
from flume_adapter_elastic.time_order import BEFORE_ALL, LATEST_NANOS, milliseconds, order_by, spelt

_DATES = frozenset({"date", "date_nanos"})
_TIE = "_shard_doc"  # documents that are alike but for it would be lost between pages

Bounds = tuple[datetime | None, datetime | None]


class _Type(msgspec.Struct):
    """Where a field has a type."""

    indices: list[str] = []


class _Fields(msgspec.Struct):
    """The types of fields."""

    fields: dict[str, dict[str, _Type]] = {}


class TimeField(NamedTuple):
    """How the server knows the times that are read.

    :param field: what it sorts them by; None where there are no times.
    :param types: the types of that field in the indices, of which there may be several only where these are dates.
    """

    field: str | None
    types: frozenset[str]

    @property
    def dated(self) -> bool:
        """Whether as times, or not at all; else as numbers or texts."""
        return self.types <= _DATES

    def order(self) -> list[Any]:
        """The keys that sort by it, and let no two documents be alike."""
        if self.field is None:
            return [_TIE]
        if self.dated:
            return [order_by(self.field), _TIE]
        (type,) = self.types
        return [{self.field: {"order": "asc", "missing": "_first", "unmapped_type": type}}, _TIE]

    def spelt(self) -> list[tuple[Any, Any]]:
        """The key that has the server send its times as texts, and the value behind all that it has."""
        return [(spelt(self.field), BEFORE_ALL)] if self.field is not None and self.dated else []

    def before(self, until: datetime) -> Mapping[str, Any]:
        """A query for all that is before a moment, and for all that has no time."""
        return {"bool": {"must_not": {"range": {self.field: {"gte": milliseconds(until), "format": "epoch_millis"}}}}}

    def between(self, since: datetime, until: datetime) -> Mapping[str, Any]:
        """A query for all between two moments."""
        span = {"gte": milliseconds(since), "lt": _above(until), "format": "epoch_millis"}
        return {"range": {self.field: span}}

    def within(self, bounds: Bounds) -> Mapping[str, Any] | None:
        """A query for all that is within the bounds, and little else; None where that cannot be told."""
        low, high = bounds
        if self.field is None or not self.types or not self.dated or bounds == (None, None):
            return None
        span: dict[str, Any] = {}
        since = None if low is None else milliseconds(low)
        until = None if high is None else _above(high)
        nanos = "date_nanos" in self.types  # which has no times but those from 1970 until 2262
        if since is not None and not (nanos and since < 0):
            span["gte"] = since
        if until is not None and not (nanos and not 0 <= until <= LATEST_NANOS):
            span["lt"] = until
        if not span:
            return {"exists": {"field": self.field}}
        return {"range": {self.field: {**span, "format": "epoch_millis"}}}


def _above(time: datetime) -> int:
    """The first whole millisecond that no time before *time* is in."""
    return milliseconds(time) + (time.microsecond % 1000 > 0)


def time_field(connection: Connection, index: str, time: str | None) -> TimeField:
    """How the server knows the field *time* in the indices that are read.

    A `SourceError` where it cannot sort by it.
    """
    if time is None:
        return TimeField(None, frozenset())
    text = f"{time}.keyword"
    data = connection.ask(
        "GET", f"/{index}/_field_caps", fields=quote(f"{time},{text}", safe=""), allow_no_indices="false"
    )
    fields = msgspec.json.decode(data, type=_Fields).fields
    types = fields.get(time, {})
    if set(types) == {"text"} and set(fields.get(text, {})) == {"keyword"}:
        return TimeField(text, frozenset({"keyword"}))
    if not _DATES.issuperset(types) and (len(types) > 1 or "text" in types or "object" in types):
        mapped = " and ".join(f"{type} in {', '.join(where.indices[:3]) or index}" for type, where in types.items())
        advice = "so it has no order; map it as date, name another field by time=, or read as it comes by time=None"
        raise SourceError(f"read('elastic'): {time!r} is mapped as {mapped}, {advice}")
    return TimeField(time, frozenset(types))


def document_search(filters: Sequence[Mapping[str, Any]], times: TimeField, needed: Needed) -> Search:
    """The search for the documents that all *filters* find, with those of their fields that are *needed*."""
    return Search(
        {"bool": {"filter": list(filters)}} if filters else None,
        times.order(),
        times.spelt(),
        {} if needed is None else {"_source": sorted(needed)},
        ",".join(f"hits.hits.{part}" for part in ("_index", "_id", "_source", "sort")),
    )
