"""Proven search: what exactly the documents are found by that filters pass, where that is proven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flume.flow import Step
from flume.procs.filter import filter
from flume.run import Run
from flume_adapter_elastic.point_in_time import PointInTime
from flume_adapter_elastic.proof import Indexed, indexed, proven
from flume_adapter_elastic.query import Fields, Query, query_of
from flume_adapter_elastic.searching import TimeField
from flume_adapter_elastic.time_order import milliseconds

if TYPE_CHECKING:
    from flume_adapter_elastic.reader import ReadElastic

_TIMES = TimeField("time", frozenset({"date"}))

Searched = tuple[PointInTime, Mapping[str, Indexed], list[Query]]
"""A state of the indices, how they have fields, and what finds the documents."""


class Inexact(Exception):
    """The answer that the server has is perhaps not that of flume."""


@contextmanager
def proven_search(
    reader: ReadElastic, filters: Sequence[filter], fields: Iterable[str], run: Run
) -> Iterator[Searched]:
    """What finds what *filters* pass of what *reader* reads within the bounds; `Inexact` where that is not proven.

    It is of the time, the *fields*, and those of the filters, that the indices are proven to have the values.
    """
    if run.time_field != "time":
        raise Inexact
    read = frozenset(["time", *fields]).union(*(one.needs(frozenset()) or () for one in filters))
    connection = reader.connect()
    try:
        with PointInTime(connection, reader.path) as pit:
            found = indexed(connection, reader.path, read)
            here = {field: one for field, one in (found or {}).items() if one is not None}
            queries = query_of_filters(filters, lambda name, value: here.get(name), run.now)
            if len(here) < len(read) or queries is None:
                raise Inexact
            within = _TIMES.within(run.bounds)
            everything = [*reader.filters(), *([] if within is None else [within])]
            if not proven(pit, {"bool": {"filter": everything}}, here, nulls=True):
                raise Inexact
            yield pit, here, [*reader.filters(), *_bounds(run), *queries]
    finally:
        connection.close()


def query_of_filters(steps: Iterable[Step], fields: Fields, now: datetime) -> list[Query] | None:
    """What finds the documents that all *steps* pass; None where there is none that surely does."""
    queries: list[Query] = []
    for step in steps:
        parsed = step.parsed() if isinstance(step, filter) else None
        query = None if parsed is None or _has_star(parsed.fields) else query_of(parsed.tree, fields, now)
        if query is None:
            return None
        queries.append(query)
    return queries


def _has_star(fields: frozenset[str] | None) -> bool:
    """Whether a name would stand for others too, where the server looks it up."""
    return fields is None or any("*" in field for field in fields)


def _bounds(run: Run) -> list[Query]:
    """What finds exactly the times within the bounds, as these are whole milliseconds."""
    low, high = run.bounds
    span: dict[str, Any] = {}
    if low is not None:
        span["gte"] = milliseconds(low) + (low.microsecond % 1000 > 0)
    if high is not None:
        span["lt"] = milliseconds(high) + (high.microsecond % 1000 > 0)
    return [{"range": {"time": {**span, "format": "epoch_millis"}}}] if span else []
