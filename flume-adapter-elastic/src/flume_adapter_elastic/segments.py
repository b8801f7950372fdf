"""Segments: what is found, cut by time, so that the server works on several pages at once.

Page after page has it work on one at a time, as each begins where the last one ended.  How many documents each span of
time has tells where others begin.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import msgspec

from flume_adapter_elastic.ahead import Ahead
from flume_adapter_elastic.point_in_time import Checked, Counted, PointInTime

T = TypeVar("T")
A = TypeVar("A", bound=Checked)

AT_ONCE = 3
"""Segments that are read at the same time."""

_MOST = 5_000  # spans that the server is asked for, at most
_SPANS = 4  # of a page: where documents come unevenly, segments are not much larger than one
_LAST = 2**63 - 1  # behind all documents of a moment


class Segment(NamedTuple):
    """Documents that stand together: behind *after*, as sort values, and before *until*, in milliseconds."""

    after: Sequence[Any]
    until: int | None

    def query(self, query: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """What finds those of *query* that are in it, and perhaps those before it."""
        if self.until is None:
            return query
        before = {"range": {"time": {"lt": self.until, "format": "epoch_millis"}}}
        return {"bool": {"filter": [before, *([] if query is None else [query])]}}


class _Edge(msgspec.Struct):
    value: float | None = None


class _Edges(msgspec.Struct):
    last: _Edge


class _Left(Counted, kw_only=True):
    """How many documents there are, and the time of the last."""

    aggregations: _Edges


class _Bucket(msgspec.Struct):
    key: int
    doc_count: int


class _Buckets(msgspec.Struct):
    buckets: list[_Bucket] = []


class _Histogram(msgspec.Struct):
    spans: _Buckets


class _Spans(Checked, kw_only=True):
    """How many documents each span of time has."""

    aggregations: _Histogram


def segments(pit: PointInTime, query: Mapping[str, Any] | None, after: Sequence[Any], size: int) -> list[Segment]:
    """Those of what *query* finds behind *after*, each of about *size* documents; one where there are few."""
    first: int = after[0]
    left = [{"range": {"time": {"gte": first, "format": "epoch_millis"}}}, *([] if query is None else [query])]
    asked: dict[str, Any] = {"size": 0, "query": {"bool": {"filter": left}}}
    edges = {"track_total_hits": True, "aggs": {"last": {"max": {"field": "time"}}}}
    answer = _asked(pit, asked | edges, "hits.total,aggregations", _Left)
    total, last = answer.hits.total.value, answer.aggregations.last.value
    if last is None or total <= AT_ONCE * size:
        return [Segment(after, None)]
    spans = min(_MOST, _SPANS * -(-total // size))
    wide = max(1, (int(last) - first) // spans + 1)
    histogram = {"date_histogram": {"field": "time", "fixed_interval": f"{wide}ms", "min_doc_count": 1}}
    found = _asked(pit, asked | {"aggs": {"spans": histogram}}, "aggregations", _Spans).aggregations.spans.buckets
    return list(_cut(after, ((one.key, one.doc_count) for one in found), size))


def _cut(after: Sequence[Any], spans: Iterable[tuple[int, int]], size: int) -> Iterator[Segment]:
    """Segments of no more than *size*, where no span has more.

    >>> [segment.until for segment in _cut([0, 0], [(0, 6), (10, 3), (20, 4), (30, 9)], 10)]
    [20, 30, None]
    """
    count = 0
    for begin, documents in spans:
        if count and count + documents > size:
            yield Segment(after, begin)
            after, count = [begin - 1, _LAST], 0
        count += documents
    yield Segment(after, None)


def _asked(pit: PointInTime, body: Mapping[str, Any], shown: str, kind: type[A]) -> A:
    return pit.checked(msgspec.json.decode(pit.search(body, shown), type=kind))


def side_by_side(parts: Iterable[Generator[T, None, None]]) -> Iterator[T]:
    """What the *parts* give, one after the other; each is begun while those before it still give.

    >>> list(side_by_side((n for n in range(first, first + 2)) for first in (0, 10, 20)))
    [0, 1, 10, 11, 20, 21]
    """
    left = iter(parts)
    begun = deque(map(Ahead, islice(left, AT_ONCE)))
    try:
        while begun:
            yield from begun[0].taken()
            begun.popleft()
            begun.extend(map(Ahead, islice(left, 1)))
    finally:
        for one in begun:
            one.close()
