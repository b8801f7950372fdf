"""Pushed: a reader that has the server do steps, where its answer is exactly that of flume."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from flume.absorbing import Unabsorbed
from flume.flow import Batch, Source, Step
from flume.folding import Fold
from flume.groups import Folded
from flume.procs.filter import filter
from flume.procs.head import head
from flume.procs.reduce import reduce
from flume.procs.tail import tail
from flume.run import Run
from flume_adapter_elastic.aggregating import (
    PAGE,
    Aggregation,
    Bucket,
    Seen,
    can_aggregate,
    fields_of,
    first_of,
    guessed,
    leaves_of,
    moment,
)
from flume_adapter_elastic.choosing import Chosen, can_choose
from flume_adapter_elastic.columns import Columns, column_search, decode_rows
from flume_adapter_elastic.estimating import can_estimate
from flume_adapter_elastic.narrowed import Narrowed
from flume_adapter_elastic.pages import pages
from flume_adapter_elastic.point_in_time import Checked, PointInTime
from flume_adapter_elastic.proven_search import Inexact, proven_search, query_of_filters
from flume_adapter_elastic.query import Query, as_lines, fields_guessed
from flume_adapter_elastic.time_order import NO_TIME, order_by

if TYPE_CHECKING:
    from flume_adapter_elastic.reader import ReadElastic

MOST_PAGES = 50
"""Where there is more than so many pages, reading the documents is as fast."""


class _Hit(msgspec.Struct):
    """A document."""

    sort: list[Any]


class _Hits(msgspec.Struct):
    hits: list[_Hit] = []


class _Found(Checked, kw_only=True):
    """What a search gives."""

    hits: _Hits = msgspec.field(default_factory=_Hits)
    aggregations: dict[str, Any] = msgspec.field(default_factory=dict)


def absorbed(reader: ReadElastic, steps: Sequence[Step], step: Step) -> Source | None:
    """The reader that does *step* behind *steps* too, as far as can be told before the server is asked."""
    if reader.follow:
        return None
    if can_choose(steps, step):
        return Pushed(reader, (*steps, step))
    if not all(isinstance(one, filter) for one in steps):
        return None
    if isinstance(step, filter):
        can = step.parsed() is not None
    else:
        known = query_of_filters(steps, fields_guessed, datetime.now(UTC)) is not None
        can = known and isinstance(step, reduce) and can_aggregate(step, nearly=reader.optimize == "approx")
    return Pushed(reader, (*steps, step)) if can else None


class Pushed(Source):
    """What *reader* reads, with *steps* done by the server: filters, and the reduce behind them."""

    reader: ReadElastic
    steps: tuple[Step, ...]

    timed = True

    def absorb(self, step: Step) -> Source | None:
        return absorbed(self.reader, self.steps, step)

    def settle(self) -> tuple[Source, Sequence[Step]]:
        last = self.steps[-1]
        filters = tuple([step for step in self.steps if isinstance(step, filter)])
        if isinstance(last, reduce):
            return PushedReduce(self.reader, filters, last), ()
        if isinstance(last, (head, tail)):
            return Chosen(self.reader, filters, self.steps[len(filters) :]), self.steps
        return Narrowed(self.reader, filters) if filters else self.reader, self.steps


class PushedReduce(Source):
    """What *step* makes of what *filters* pass of what *reader* reads, done by the server."""

    reader: ReadElastic
    filters: tuple[filter, ...]
    step: reduce

    timed = True

    def explained(self) -> Iterable[str]:
        reader, step = self.reader, self.step
        queries = query_of_filters(self.filters, fields_guessed, datetime.now(UTC)) or []
        aggregation = Aggregation(step, _leaves(step, Run()), guessed(step))
        body = aggregation.body([*reader.filters(), *queries], None, None)
        yield "asked of the server, if the marks of all documents prove that it has their values; else done here:"
        if estimated := [repr(leaf) for leaf in leaves_of(step) if can_estimate(leaf)]:
            yield f"only nearly, as the server estimates it: {', '.join(estimated)}"
        yield f"POST /{reader.path}/_search"
        yield from as_lines(body)

    def start(self, run: Run) -> Iterator[Batch]:
        try:
            folded = self._folded(run)
        except Inexact:
            reader = Narrowed(self.reader, self.filters) if self.filters else self.reader
            raise Unabsorbed(reader) from None
        yield self.step.of_folded(folded, run)

    def _folded(self, run: Run) -> list[Folded]:
        with proven_search(self.reader, self.filters, fields_of(self.step), run) as (pit, here, filters):
            return _Asking(pit, Aggregation(self.step, _leaves(self.step, run), here), filters).folded()


def _leaves(step: reduce, run: Run) -> list[Any]:
    return Fold(step.fields, run).leaves


class _Asking:
    """Asks for an aggregation of the documents that *filters* find."""

    def __init__(self, pit: PointInTime, aggregation: Aggregation, filters: Sequence[Query]) -> None:
        self._pit = pit
        self._aggregation = aggregation
        self._filters = filters

    def folded(self) -> list[Folded]:
        """What it gives, in order of first sight."""
        if not self._aggregation.split:
            (bucket,) = self._buckets(None)
            return [self._aggregation.folded(bucket)] if bucket["doc_count"] else []
        first = self._first()
        if first is None:
            return []
        buckets = sorted(self._buckets(moment(first)), key=first_of)
        if self._aggregation.grouped:
            buckets = self._in_order(buckets)
        return list(map(self._aggregation.folded, buckets))

    def _first(self) -> int | None:
        """The time of the first document, in milliseconds; None where there is no document.  All must have one."""
        body = {
            "size": 1,
            "_source": False,
            "query": {"bool": {"filter": list(self._filters)}},
            "sort": [order_by("time")],
        }
        hits = self._search(body, "hits.hits.sort").hits.hits
        if not hits:
            return None
        if hits[0].sort[0] == NO_TIME:
            raise Inexact  # what is timeless is told of, and stands before all others
        first: int = hits[0].sort[0]
        return first

    def _buckets(self, first: datetime | None) -> Iterator[Bucket]:
        after: Mapping[str, Any] | None = None
        for _ in range(MOST_PAGES):
            body = self._aggregation.body(self._filters, first, after)
            found = self._search(body, self._aggregation.shown).aggregations["all"]
            if not self._aggregation.split:
                yield found
                return
            yield from found["buckets"]
            if len(found["buckets"]) < PAGE:
                return
            after = found["after_key"]
        raise Inexact

    def _in_order(self, buckets: list[Bucket]) -> list[Bucket]:
        """The buckets, sorted by time, in order of first sight: documents tell it of groups whose first are of one."""
        times = list(map(first_of, buckets))
        tied = {time for time, other in pairwise(times) if time == other}
        if not tied:
            return buckets
        group_of = self._aggregation.group_of
        wanted = {(time, group_of(bucket)) for time, bucket in zip(times, buckets, strict=True) if time in tied}
        ranks = self._ranks(sorted(tied), wanted)
        return sorted(buckets, key=lambda bucket: ((time := first_of(bucket)), ranks.get((time, group_of(bucket)), 0)))

    def _ranks(self, times: list[int], wanted: Set[Seen]) -> dict[Seen, int]:
        """Groups of documents of some *times*, numbered as they come, until all that are *wanted* are there."""
        if len(times) > PAGE:
            raise Inexact
        by = self._aggregation.by
        query = {"bool": {"filter": [*self._filters, {"terms": {"time": times}}]}}
        found = pages(self._pit, column_search(query, by), decode_rows, PAGE, after=[times[0] - 1, 0])
        ranks: dict[Seen, int] = {}
        for rows in islice(found, MOST_PAGES):
            table = Columns(rows, by).table()
            groups = zip(*map(table.column, by), strict=True)
            for row, group in zip(rows, groups, strict=True):
                ranks.setdefault((row.sort[0], group), len(ranks))
            if wanted <= ranks.keys():
                return ranks
        raise Inexact

    def _search(self, body: Mapping[str, Any], shown: str) -> _Found:
        return self._pit.checked(msgspec.json.decode(self._pit.search(body, shown), type=_Found))
