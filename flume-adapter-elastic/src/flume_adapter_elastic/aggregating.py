"""Aggregating: a reduce as aggregations, and what comes of them as if its points had been folded here.

Groups and windows are the buckets of a composite aggregation, which unlike others leaves none out, and is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from flume.duration import EPOCH, duration
from flume.groups import Folded
from flume.procs.reduce import reduce
from flume.reducers.avg import avg
from flume.reducers.count import count
from flume.reducers.first import first
from flume.reducers.last import last
from flume.reducers.maximum import maximum
from flume.reducers.minimum import Extreme, minimum
from flume.reducers.sum import State as Sum
from flume.reducers.sum import Total, sum
from flume.reducing import Reducer
from flume.value import field_list
from flume_adapter_elastic.estimating import aggregation, can_estimate, percents, state
from flume_adapter_elastic.proof import Indexed, Kind
from flume_adapter_elastic.proven_search import Inexact
from flume_adapter_elastic.query import Query, fields_guessed
from flume_adapter_elastic.time_order import milliseconds

Bucket: TypeAlias = Mapping[str, Any]
"""A group, and window, as the server sends it."""

Seen: TypeAlias = tuple[int, tuple[Any, ...]]
"""A time, in milliseconds, and a group whose first point has it."""

PAGE = 10_000
"""Buckets, or documents, that are asked for at once."""

_ANY: tuple[Kind, ...] = ("long", "double", "text", "boolean", "date")
_ENDS: dict[type, str] = {first: "asc", last: "desc"}
_METRICS: dict[type, str] = {count: "value_count", minimum: "min", maximum: "max", sum: "stats", avg: "stats"}
_METRICS |= _ENDS
_TAKES: dict[type, frozenset[Kind]] = {
    count: frozenset(_ANY),
    minimum: frozenset({"long", "double", "date"}),
    maximum: frozenset({"long", "double", "date"}),
    sum: frozenset({"long"}),
    avg: frozenset({"long"}),
    first: frozenset(_ANY),
    last: frozenset(_ANY),
}
_NUMBERS: frozenset[Kind] = frozenset({"long", "double"})
_GROUPED: frozenset[Kind] = frozenset({"long", "text", "boolean"})
_PARTS = ("value", "count", "min", "max", "sum", "values", "end.hits.hits")
_EXACT = 2**53
"""Up to here the server, whose numbers are floats there, counts without rounding."""
_MILLISECOND = timedelta(milliseconds=1)


def can_aggregate(step: reduce, *, nearly: bool = False) -> bool:
    """Whether the server may be able to do it (*nearly*, perhaps), as far as the step itself tells."""
    if not step.splits() or step.over is not None:
        return False
    if step.every is not None:
        every = duration(step.every)
        if step.zone != "UTC" or not every.elapses() or every.delta % _MILLISECOND:
            return False
        if step.on is not None and (not duration(step.on).fixed or duration(step.on).delta % _MILLISECOND):
            return False
    by = field_list(step.by)
    known = (
        all(type(leaf) in _METRICS or (nearly and can_estimate(leaf)) for leaf in leaves_of(step))
        and "time" not in by
        and len(set(by)) == len(by)
    )
    return known and not any("*" in field for field in fields_of(step))


def leaves_of(step: reduce) -> list[Reducer[Any]]:
    """The reducers of which its fields are made."""
    return [leaf for _, value in step.fields if isinstance(value, Reducer) for leaf in value.leaves()]


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
        if not all(indexed[field].kind in _TAKES.get(type(leaf), _NUMBERS) for leaf, field in asked):
            raise Inexact
        # numbered, as a name cannot have every letter that a field's may have
        self._names = {one: f"m{number}" for number, one in enumerate(dict.fromkeys(map(_metric, leaves)))}
        ranked = {field for leaf, field in asked if can_estimate(leaf)}
        self._percents = {field: percents(leaves_of(step), field) for field in ranked}
        self._keys = [f"by{number}" for number in range(len(self._by))]
        self._states = list(map(self._state_of, leaves))

    @property
    def grouped(self) -> bool:
        """Whether there are groups, whose order is that of their first points."""
        return bool(self._by)

    @property
    def split(self) -> bool:
        """Whether there is more than one bucket."""
        return self.grouped or self._step.every is not None

    def body(self, filters: Sequence[Query], begin: datetime | None, after: Mapping[str, Any] | None) -> Query:
        """The search for the buckets behind *after*, of what all *filters* find.

        *begin* is the time of the first point, where there are windows.
        """
        all_: Query = {"filter": {"match_all": {}}}
        if self.split:
            composite: Query = {"size": PAGE, "sources": self._sources(begin)}
            all_ = {"composite": composite if after is None else {**composite, "after": after}}
        return {
            "size": 0,
            "query": {"bool": {"filter": list(filters)}},
            "aggs": {"all": {**all_, "aggs": self._metrics()}},
        }

    @property
    def shown(self) -> str:
        """What of the answer is of use, as paths."""
        around = "aggregations.all."
        if not self.split:
            return f"{around}*"
        found = [
            "doc_count",
            "key",
            *(f"{name}.{part}" for name in ("first", *self._names.values()) for part in _PARTS),
        ]
        return ",".join([f"{around}after_key", *(f"{around}buckets.{part}" for part in found)])

    @property
    def by(self) -> dict[str, Indexed]:
        """The fields that make the groups, in their order."""
        return {field: self._indexed[field] for field in field_list(self._step.by)}

    def _sources(self, begin: datetime | None) -> list[dict[str, Any]]:
        """What a bucket is one of: the windows, aligned to the first point, and the fields of `by`."""
        sources: list[dict[str, Any]] = []
        if self._step.every is not None:
            every = duration(self._step.every)
            length = every.delta // _MILLISECOND
            window = {"field": "time", "fixed_interval": f"{length}ms"}
            if begin is not None:
                anchor = begin if self._step.on is None else every.floor(begin, duration(self._step.on))
                window["offset"] = f"{milliseconds(anchor) % length}ms"
            sources.append({"window": {"date_histogram": window}})
        for name, here in zip(self._keys, self._by, strict=True):
            sources.append({name: {"terms": {"field": here.key, "missing_bucket": True}}})
        return sources

    def _metrics(self) -> Query:
        """What is asked of each bucket."""
        asked: Query = {"first": {"min": {"field": "time"}}}
        for leaf in self._leaves:
            field = getattr(leaf, "field", None)
            if field is not None:
                here = self._indexed[field]
                estimated = can_estimate(leaf)
                asked[self._names[_metric(leaf)]] = (
                    aggregation(self._percents[field], here) if estimated else _asked(leaf, here)
                )
        return asked

    def group_of(self, bucket: Bucket) -> tuple[Any, ...]:
        """The fields of a bucket's group."""
        key = bucket.get("key", {})
        return tuple([key[name] for name in self._keys])

    def folded(self, bucket: Bucket) -> Folded:
        """What it says, as folded points."""
        states = [state(bucket) for state in self._states]
        time = None if bucket["first"]["value"] is None else moment(first_of(bucket))
        return Folded(time, self.group_of(bucket), states)

    def _state_of(self, leaf: Reducer[Any]) -> Callable[[Bucket], Any]:
        """What makes the state of a reducer of a bucket."""
        field = getattr(leaf, "field", None)
        name = self._names[_metric(leaf)]
        if isinstance(leaf, Total):
            return lambda bucket: _total(leaf, bucket[name])
        if isinstance(leaf, Extreme):
            kind = self._indexed[leaf.field].kind
            return lambda bucket: leaf.fold(leaf.start(), _value(bucket[name]["value"], kind))
        if field is None:
            return lambda bucket: leaf.fold(leaf.start(), range(bucket["doc_count"]))
        here = self._indexed[field]
        if can_estimate(leaf):
            return lambda bucket: state(leaf, self._percents[field], bucket[name], here)
        if type(leaf) in _ENDS:
            return lambda bucket: leaf.fold(leaf.start(), _end(bucket[name]["end"]["hits"]["hits"], here))
        return lambda bucket: leaf.fold(leaf.start(), range(bucket[name]["value"]))


def first_of(bucket: Bucket) -> int:
    """The time of the first point, in milliseconds."""
    return int(bucket["first"]["value"])


def moment(time: int) -> datetime:
    """The moment that is so many milliseconds from 1970."""
    return EPOCH + timedelta(milliseconds=time)


def guessed(step: reduce) -> dict[str, Indexed]:
    """How an index of flume's would have the fields that the step reads."""
    numbers = {getattr(leaf, "field", None) for leaf in leaves_of(step) if type(leaf) is not count}
    found = {field: fields_guessed(field, 0 if field in numbers else "") for field in fields_of(step)}
    found |= {field: fields_guessed(field, "") for field in field_list(step.by)}
    return {field: here for field, here in found.items() if here is not None}


def _metric(leaf: Reducer[Any]) -> tuple[str, str | None]:
    """The aggregation that it is made of, and its field."""
    return _METRICS.get(type(leaf), "percentiles"), getattr(leaf, "field", None)


def _asked(leaf: Reducer[Any], here: Indexed) -> Query:
    """The aggregation of the field's values."""
    order = _ENDS.get(type(leaf))
    if order is None:
        return {_METRICS[type(leaf)]: {"field": here.key}}
    value = {"field": here.key, "format": "epoch_millis"} if here.kind == "date" else {"field": here.key}
    by_time = {"time": {"order": order, "missing": "_first" if order == "asc" else "_last"}}  # as documents are read
    hits = {"size": 2, "_source": False, "docvalue_fields": [value], "sort": [by_time]}
    return {"filter": {"exists": {"field": here.key}}, "aggs": {"end": {"top_hits": hits}}}


def _end(hits: Sequence[Mapping[str, Any]], here: Indexed) -> tuple[Any, ...]:
    """The value of the first of the documents at one end, if any; of two of one time it is not known which is."""
    if not hits:
        return ()
    if len(hits) > 1 and hits[0]["sort"] == hits[1]["sort"]:
        raise Inexact
    (value,) = hits[0]["fields"][here.key]
    if here.kind == "date":
        return (moment(int(value)),)
    return (float(value) if here.kind == "double" else value,)


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


def _total(leaf: Total, found: Mapping[str, Any]) -> Sum:
    points = found["count"]
    if not points:
        return leaf.start()
    if max(abs(found["min"]), abs(found["max"])) * points >= _EXACT:
        raise Inexact
    return leaf.summed(points, int(found["sum"]))
