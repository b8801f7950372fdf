"""Aggregating: a reduce as aggregations, and what comes of them as if its points had been folded here.

Groups and windows are the buckets of a composite aggregation, which unlike others leaves none out, and is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from flume.duration import EPOCH, duration
from flume.folding import State
from flume.groups import Folded
from flume.procs.reduce import reduce
from flume.reducers.avg import avg
from flume.reducers.count import count
from flume.reducers.maximum import maximum
from flume.reducers.minimum import Extreme, minimum
from flume.reducers.sum import Total, sum
from flume.reducing import Reducer
from flume.value import field_list
from flume_adapter_elastic.proof import Indexed, Kind
from flume_adapter_elastic.query import Query, fields_guessed
from flume_adapter_elastic.time_order import milliseconds, order_by

Bucket: TypeAlias = Mapping[str, Any]
"""A group, and window, as the server sends it."""

Rank: TypeAlias = tuple[datetime | None, tuple[Any, ...]]
"""A time, and a group whose first point has it."""

PAGE = 10_000
"""Buckets, or documents, that are asked for at once."""

_METRICS: dict[type, str] = {count: "value_count", minimum: "min", maximum: "max", sum: "stats", avg: "stats"}
_TAKES: dict[type, frozenset[Kind]] = {
    count: frozenset({"long", "double", "text", "boolean", "date"}),
    minimum: frozenset({"long", "double", "date"}),
    maximum: frozenset({"long", "double", "date"}),
    sum: frozenset({"long"}),
    avg: frozenset({"long"}),
}
_GROUPED: frozenset[Kind] = frozenset({"long", "text", "boolean"})
_EXACT = 2**53
"""Up to here the server, whose numbers are floats there, counts without rounding."""
_MILLISECOND = timedelta(milliseconds=1)


class Inexact(Exception):
    """The answer that the server has is perhaps not that of flume."""


def can_aggregate(step: reduce) -> bool:
    """Whether the server may be able to do it, as far as the step itself tells."""
    if not step.splits():
        return False
    if step.every is not None:
        every = duration(step.every)
        if not every.fixed or every.forever or every.delta % _MILLISECOND:
            return False
        if step.on is not None and (not duration(step.on).fixed or duration(step.on).delta % _MILLISECOND):
            return False
    leaves = [leaf for _, value in step.fields if isinstance(value, Reducer) for leaf in value.leaves()]
    known = all(type(leaf) in _METRICS for leaf in leaves) and "time" not in field_list(step.by)
    return known and not any("*" in field for field in fields_of(step))


def fields_of(step: reduce) -> Iterator[str]:
    """The fields that it reads."""
    yield from field_list(step.by)
    for _, value in step.fields:
        yield from value.reads


class Aggregation:
    """What the server is asked for in place of *step*, whose fields are *indexed* so; `Inexact` where it cannot.

    *leaves* are the reducers that have a state.
    """

    def __init__(self, step: reduce, leaves: Sequence[Reducer[Any]], indexed: Mapping[str, Indexed]) -> None:
        self._step = step
        self._leaves = leaves
        self._indexed = indexed
        self._by = [indexed[field] for field in field_list(step.by)]
        if not all(here.kind in _GROUPED for here in self._by):
            raise Inexact
        asked = [(leaf, field) for leaf in leaves if (field := getattr(leaf, "field", None)) is not None]
        if not all(indexed[field].kind in _TAKES[type(leaf)] for leaf, field in asked):
            raise Inexact
        # numbered, as a name cannot have every letter that a field's may have
        self._names = {one: f"m{number}" for number, one in enumerate(dict.fromkeys(map(_metric, leaves)))}

    @property
    def grouped(self) -> bool:
        """Whether there are groups, whose order is that of their first points."""
        return bool(self._by)

    @property
    def split(self) -> bool:
        """Whether there is more than one bucket."""
        return self.grouped or self._step.every is not None

    def body(self, filters: Sequence[Query], first: datetime | None, after: Mapping[str, Any] | None) -> Query:
        """The search for the buckets behind *after*, of what all *filters* find.

        *first* is the time of the first point, where there are windows.
        """
        all_: Query = {"filter": {"match_all": {}}}
        if self.split:
            composite: Query = {"size": PAGE, "sources": self._sources(first)}
            all_ = {"composite": composite if after is None else {**composite, "after": after}}
        return {
            "size": 0,
            "query": {"bool": {"filter": list(filters)}},
            "aggs": {"all": {**all_, "aggs": self._metrics()}},
        }

    def group_search(self, filters: Sequence[Query]) -> Query:
        """The search for documents in the order that they are read in, with the fields that make their groups."""
        return {
            "size": PAGE,
            "_source": False,
            "query": {"bool": {"filter": list(filters)}},
            "sort": [order_by("time"), "_shard_doc"],
            "docvalue_fields": [here.key for here in self._by],
        }

    def _sources(self, first: datetime | None) -> list[dict[str, Any]]:
        """What a bucket is one of: the windows, aligned to the *first* point, and the fields of `by`."""
        sources: list[dict[str, Any]] = []
        if self._step.every is not None:
            every = duration(self._step.every)
            length = every.delta // _MILLISECOND
            window = {"field": "time", "fixed_interval": f"{length}ms"}
            if first is not None:
                anchor = first if self._step.on is None else every.floor(first, duration(self._step.on))
                window["offset"] = f"{milliseconds(anchor) % length}ms"
            sources.append({"window": {"date_histogram": window}})
        for number, here in enumerate(self._by):
            sources.append({f"by{number}": {"terms": {"field": here.key, "missing_bucket": True}}})
        return sources

    def _metrics(self) -> Query:
        """What is asked of each bucket."""
        asked: Query = {"first": {"min": {"field": "time"}}}
        for leaf in self._leaves:
            field = getattr(leaf, "field", None)
            if field is not None:
                asked[self._names[_metric(leaf)]] = {_METRICS[type(leaf)]: {"field": self._indexed[field].key}}
        return asked

    def group_of_hit(self, fields: Mapping[str, Sequence[Any]]) -> tuple[Any, ...]:
        """The fields of the group of a document that `group_search` has found."""
        return tuple([fields.get(here.key, (None,))[0] for here in self._by])

    def folded(self, bucket: Bucket) -> Folded:
        """What it says, as folded points."""
        states = [self._state(leaf, bucket) for leaf in self._leaves]
        by = tuple([bucket["key"][f"by{number}"] for number in range(len(self._by))])
        first = bucket["first"]["value"]
        return Folded(None if first is None else EPOCH + int(first) * _MILLISECOND, by, states)

    def _state(self, leaf: Reducer[Any], bucket: Bucket) -> Any:
        found: Any = None
        field = getattr(leaf, "field", None)
        if field is not None:
            found = bucket[self._names[_metric(leaf)]]
        if isinstance(leaf, Total):
            return _total(leaf, found)
        if isinstance(leaf, Extreme):
            return leaf.fold(leaf.start(), _value(found["value"], self._indexed[leaf.field].kind))
        return leaf.fold(leaf.start(), range(bucket["doc_count"] if found is None else found["value"]))


def guessed(step: reduce) -> dict[str, Indexed]:
    """How an index of flume's would have the fields that the step reads."""
    asked = [leaf for _, value in step.fields for leaf in value.leaves()]
    numbers = {leaf.field for leaf in asked if type(leaf) is not count}
    found = {field: fields_guessed(field, 0 if field in numbers else "") for field in fields_of(step)}
    found |= {field: fields_guessed(field, "") for field in field_list(step.by)}
    return {field: here for field, here in found.items() if here is not None}


def in_order(folded: Iterable[Folded], ranks: Mapping[Rank, int]) -> list[Folded]:
    """What was folded, in order of first sight; *ranks* are those of groups that were first seen at one time."""

    def place(one: Folded) -> tuple[Any, int]:
        return one.time, ranks.get((one.time, one.by), 0)

    return sorted(folded, key=place)


def _metric(leaf: Reducer[Any]) -> tuple[str, str | None]:
    """The aggregation that it is made of, and its field."""
    return _METRICS[type(leaf)], getattr(leaf, "field", None)


def _value(value: float | None, kind: Kind) -> tuple[Any, ...]:
    """The value that a bucket has as its least or greatest, if any."""
    if value is None:
        return ()
    if kind == "date":
        return (EPOCH + int(value) * _MILLISECOND,)
    if kind == "double":
        if value == 0:  # -0.0 and 0.0 are equal: it is the first of them
            raise Inexact
        return (float(value),)
    if abs(value) >= _EXACT:
        raise Inexact
    return (int(value),)


def _total(leaf: Total, found: Mapping[str, Any]) -> State:
    points = found["count"]
    if not points:
        return leaf.start()  # type: ignore[return-value]
    if max(abs(found["min"]), abs(found["max"])) * points >= _EXACT:
        raise Inexact
    return leaf.summed(points, int(found["sum"]))  # type: ignore[return-value]
