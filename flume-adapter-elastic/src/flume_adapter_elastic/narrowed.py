"""Narrowed: a reader of the documents that filters may pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flume.flow import Batch, Source
from flume.procs.filter import filter
from flume.run import Run
from flume.tables import Table
from flume_adapter_elastic.narrowing import narrowed
from flume_adapter_elastic.proven_search import query_of_filters
from flume_adapter_elastic.query import all_of, as_lines, fields_guessed

if TYPE_CHECKING:
    from flume_adapter_elastic.reader import ReadElastic


class Narrowed(Source):
    """What *reader* reads, without most of what *filters* would drop."""

    reader: ReadElastic
    filters: tuple[filter, ...]

    def live(self, now: datetime) -> bool:
        return self.reader.live(now)

    def ordered(self, before: bool = False) -> bool:
        return self.reader.ordered(before)

    def makes(self) -> frozenset[str] | None:
        return self.reader.makes()

    def explained(self) -> Iterable[str]:
        if query := query_of_filters(self.filters, fields_guessed, datetime.now(UTC)):
            yield "documents are searched for by what the mapping has of this, and the filter is done here again:"
            yield from as_lines(all_of(query))

    def start(self, run: Run) -> Iterator[Batch | Table]:
        conditions = [parsed.tree for step in self.filters if (parsed := step.parsed()) is not None]
        return self.reader.batches(run, lambda connection: narrowed(connection, self.reader.path, conditions, run.now))
