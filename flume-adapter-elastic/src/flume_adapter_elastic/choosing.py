"""Choosing: only those documents are read that `tail`, or `sort` and `head`, pass; the steps are flume's to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flume.absorbing import Unabsorbed
from flume.flow import Batch, Source, Step
from flume.procs.filter import filter
from flume.procs.head import head
from flume.procs.sort import sort
from flume.procs.tail import tail
from flume.run import Run
from flume_adapter_elastic.documents import decode_page
from flume_adapter_elastic.narrowed import Narrowed
from flume_adapter_elastic.proof import Kind
from flume_adapter_elastic.proven_search import Inexact, proven_search, query_of_filters
from flume_adapter_elastic.query import fields_guessed
from flume_adapter_elastic.time_order import order_by

if TYPE_CHECKING:
    from flume_adapter_elastic.reader import ReadElastic

MOST = 10_000
"""Documents that are chosen at most: more is refused by the server in one answer."""

_ORDERED: frozenset[Kind] = frozenset({"long", "text", "boolean", "date"})
_SHOWN = ",".join(f"hits.hits.{part}" for part in ("_index", "_id", "_source", "sort"))


def can_choose(steps: Sequence[Step], step: Step) -> bool:
    """Whether documents may be chosen for *step* behind *steps*: for a tail, or a sort that a head may follow."""
    *before, last = [*steps, step]
    if isinstance(last, head) and before and isinstance(before[-1], sort):
        before, sorts = before[:-1], before[-1].by is None
        fits = sorts and last.by is None and 0 < last.n <= MOST
    elif isinstance(last, tail):
        fits = last.by is None and 0 < last.n <= MOST
    else:
        fits = isinstance(last, sort) and last.by is None and last.limit is None
        fits = fits and not any("*" in field for field in last.names())
    only_filters = all(isinstance(one, filter) for one in before)
    return fits and only_filters and query_of_filters(before, fields_guessed, datetime.now(UTC)) is not None


class Chosen(Source):
    """What *reader* reads, without most of what *filters*, and the *steps* behind them, would drop."""

    reader: ReadElastic
    filters: tuple[filter, ...]
    steps: tuple[Step, ...]

    timed = True

    def ordered(self, before: bool = False) -> bool:
        return True

    def explained(self) -> Iterable[str]:
        steps = " | ".join(map(repr, self.steps))
        yield f"only what passes {steps} is read, if the marks of all documents prove what that is"

    def start(self, run: Run) -> Iterator[Batch]:
        try:
            points = self._points(run)
        except Inexact:
            raise Unabsorbed(Narrowed(self.reader, self.filters) if self.filters else self.reader) from None
        yield points

    def _points(self, run: Run) -> Batch:
        first, last = self.steps[0], self.steps[-1]
        assert isinstance(last, (head, tail))
        directions = first.directions() if isinstance(first, sort) else []
        fields = [field for field, _ in directions]
        with proven_search(self.reader, self.filters, fields, run) as (pit, here, filters):
            if not all(here[field].kind in _ORDERED for field in fields):
                raise Inexact
            order: list[Any] = [order_by("time"), "_shard_doc"]
            if isinstance(last, tail):
                order = [{"time": {"order": "desc", "missing": "_last"}}, {"_shard_doc": "desc"}]
            by = [
                {here[field].key: {"order": "desc" if down else "asc", "missing": "_last"}}
                for field, down in directions
            ]
            body: dict[str, Any] = {"size": last.n, "query": {"bool": {"filter": filters}}, "sort": [*by, *order]}
            if run.needed is not None:
                body["_source"] = sorted(run.needed)
            hits = pit.checked(decode_page(pit.search(body, _SHOWN), run.needed)).hits.hits
        hits.sort(key=lambda hit: (hit.sort[-2], hit.sort[-1]))  # as they are read
        points: Batch = []
        for hit in hits:
            if hit.source is None or run.read_time is None:
                raise Inexact
            if (time := hit.source.get("time")) is not None:
                hit.source["time"] = run.read_time(time)
            points.append(hit.source)
        return points
