"""Reading: from what a search finds to points, in order of time."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from flume.flow import Batch
from flume.run import Run
from flume.tables import Table
from flume_adapter_elastic.ahead import Ahead
from flume_adapter_elastic.columns import Columns, column_search, decode_rows
from flume_adapter_elastic.connection import Connection
from flume_adapter_elastic.documents import Document, decode_page
from flume_adapter_elastic.pages import FIRST, pages
from flume_adapter_elastic.point_in_time import PointInTime
from flume_adapter_elastic.proof import Indexed, indexed, proven
from flume_adapter_elastic.searching import TimeField, document_search, time_field
from flume_adapter_elastic.segments import Segment, segments, side_by_side
from flume_adapter_elastic.time_order import NO_TIME, TimeOrder, timeless

_TOUCHED = 60.0  # seconds after which the server is told that a page is still worked on


class Reading:
    """Reads the indices *index* (the names as they stand in a path) for *run*.

    *filters*: what documents are found by, all of it; *size*: of a page; *columns*: whether tables may be given where
    they hold just what the documents do.
    """

    def __init__(
        self,
        connection: Connection,
        index: str,
        run: Run,
        *,
        filters: Sequence[Mapping[str, Any]],
        size: int,
        columns: bool,
    ) -> None:
        self._columns = columns
        self._connection = connection
        self._index = index
        self._run = run
        self._filters = filters
        self._size = size

    def time_field(self) -> TimeField:
        """How the server knows the times."""
        return time_field(self._connection, self._index, self._run.time_field)

    def found(self, times: TimeField, within: Mapping[str, Any] | None) -> Iterator[list[Document] | Columns]:
        """What a query finds, page after page; the next one is asked for meanwhile."""
        pit = PointInTime(self._connection, self._index)
        filters = [*self._filters, *([] if within is None else [within])]
        # by who takes the pages: the thread that waits for one may be left behind
        with pit, Ahead(self._pages(pit, filters, times), idle=pit.touch, every=_TOUCHED) as pages:
            yield from pages

    def _pages(
        self, pit: PointInTime, filters: list[Mapping[str, Any]], times: TimeField
    ) -> Generator[list[Document] | Columns, None, None]:
        run = self._run
        search = document_search(filters, times, run.needed if run.optimize else None)
        tables = self._columns and run.tables and run.needed is not None and run.time_field == "time"
        for page in pages(pit, search, partial(decode_page, needed=run.needed), self._size):
            yield page
            if not tables or len(page) < min(self._size, FIRST) or page[-1].sort[0] == NO_TIME:
                continue
            fields = indexed(self._connection, self._index, run.needed or ())
            if fields is None or not proven(pit, search.query, fields):
                tables = False
                continue
            parts = segments(pit, search.query, page[-1].sort[:2], self._size)
            yield from side_by_side(self._columns_of(part, pit, search.query, fields) for part in parts)
            return

    def _columns_of(
        self, part: Segment, pit: PointInTime, query: Mapping[str, Any] | None, fields: Mapping[str, Indexed | None]
    ) -> Generator[Columns, None, None]:
        search = column_search(part.query(query), fields)
        for rows in pages(pit, search, decode_rows, self._size, after=part.after):
            yield Columns(rows, fields)

    def points(self, pages: Iterable[list[Document] | Columns], times: TimeField) -> Iterator[Batch | Table]:
        """The points of what is found."""
        run = self._run
        order = None if run.time_field is None else TimeOrder(run, run.time_field, dated=times.dated)
        for page in pages:
            if isinstance(page, Columns):
                if order is not None:  # documents may wait for others of their millisecond
                    yield from order.end()
                yield page.table()
            else:
                yield from timeless(run, page) if order is None else order.push(page)
        if order is not None:
            yield from order.end()

    def batches(self) -> Iterator[Batch | Table]:
        """All points that the run asks for, and perhaps some more out of its bounds."""
        times = self.time_field()
        yield from self.points(self.found(times, times.within(self._run.bounds)), times)
