"""Writing: from points to documents, and what became of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from itertools import count, repeat

from flume.errors import SinkError
from flume.flow import Batch, Point, Stage
from flume.parsers.json_encoding import encode, encode_lines
from flume.parsing import Records, Unwritable
from flume.point import MISSING, find
from flume.run import Run
from flume.value import field_list
from flume_adapter_elastic.bulk import DOCUMENTS, Bulk, Document, Outcome
from flume_adapter_elastic.connection import Connection
from flume_adapter_elastic.indices import Indices
from flume_adapter_elastic.marks import FIELD, marks_of_all
from flume_adapter_elastic.names import is_template, name_at
from flume_adapter_elastic.patience import attempts
from flume_adapter_elastic.settings import NAMES, settings
from flume_adapter_elastic.writer import WORD, WriteElastic

_EACH = 1.0  # seconds that points of a live stream wait for others
_LONGEST_ID = 512  # bytes
_NEXT = f',"{FIELD}":'.encode()


class Writing(Stage):
    """Makes documents of points, and has them written."""

    holds = True

    def __init__(self, sink: WriteElastic, run: Run) -> None:
        given = {name: getattr(sink, name) for name in NAMES}
        known = settings(WORD, given)
        self.ticks = run.open_ended
        self._run = run
        self._sink = sink
        self._fields = field_list(sink.id)
        self._template = is_template(sink.index)
        self._connection = Connection(WORD, known, SinkError)
        self._indices = Indices(self._connection)
        retries, most = attempts(known, sink.retries), sink.batch or DOCUMENTS
        self._bulk = Bulk(self._connection, retries=retries, most=most, clock=run.clock, stop=run.stop)
        self._prefix = os.urandom(9).hex()
        self._numbers = count()
        self._since: float | None = None  # when the first of those that wait came
        self._written = self._there = self._retried = self._refused = 0

    def push(self, batch: Batch) -> Batch:
        points, lines = self._encoded(batch)
        documents = map(self._document, points, lines, marks_of_all(points), repeat(batch))
        self._book(self._bulk.add(document for document in documents if document is not None))
        if self._run.open_ended:
            self._send_if_due()
        return []

    def advance(self, watermark: datetime) -> Batch:
        self.tick()
        return []

    def tick(self) -> None:
        self._book(self._bulk.answered())
        self._send_if_due()

    def end(self) -> Batch:
        self._book(self._bulk.finish())
        if self._sink.refresh and self._written:
            names = ",".join(self._indices.names)
            self._connection.ask("POST", f"/{names}/_refresh", ignore_unavailable="true")
        if self._retried or self._refused or self._there:
            facts = [f"{self._written:,} written"]
            facts += [f"{self._there:,} were there already"] if self._there else []
            facts += [f"{self._retried:,} retried"] if self._retried else []
            facts += [f"{self._refused:,} rejected"] if self._refused else []
            self._run.warn(f"elastic: {', '.join(facts)}")
        return []

    def close(self) -> None:
        self._bulk.close()
        self._connection.close()

    def _send_if_due(self) -> None:
        now = self._run.clock.monotonic()
        if not len(self._bulk):
            self._since = None
        elif self._since is None:
            self._since = now
        elif now - self._since >= _EACH:
            self._since = None
            self._book(self._bulk.send())

    def _book(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self._count(outcome)
            if outcome.error is not None:
                for other in self._bulk.wait():
                    self._count(other)
                raise SinkError(f"{outcome.error}; {self._written:,} points were written before")

    def _count(self, outcome: Outcome) -> None:
        self._written += outcome.written
        self._there += outcome.there
        self._retried += outcome.retried
        self._refused += len(outcome.refused)
        self._run.account.take("written", outcome.written + outcome.there)
        for document, reason in outcome.refused:
            self._reject(reason, document.point, document.batch)

    def _reject(self, reason: str, point: Point, batch: Batch) -> None:
        """Keep a point of this batch out, with the place that it was read from where that is known."""
        file = line = None
        if isinstance(batch, Records):
            file = batch.origin.file
            line = next(line for line, one in zip(batch.numbers, batch, strict=True) if one is point)
        self._run.reject(f"{WORD}: {reason}", file=file, line=line, point=point)

    def _encoded(self, batch: Batch) -> tuple[Batch, list[bytes]]:
        """The points, and each as JSON; those that have what JSON cannot say are rejected."""
        try:
            return batch, encode_lines(batch, compact=True).splitlines()
        except Unwritable:
            points: Batch = []
            lines = []
            for point in batch:
                try:
                    lines.append(encode(point, compact=True))
                    points.append(point)
                except Unwritable as error:
                    self._reject(f"the point {error}", point, batch)
            return points, lines

    def _document(self, point: Point, data: bytes, marks: bytes, batch: Batch) -> Document | None:
        index = self._sink.index
        if self._template:
            time = point.get("time")
            if not isinstance(time, datetime):
                self._reject(f"the point has no time, which index={index!r} is made of", point, batch)
                return None
            index = name_at(index, time)
        name = f"{self._prefix}{next(self._numbers):08x}" if not self._fields else self._id(point, batch)
        if name is None:
            return None
        if self._indices.is_marked(index):
            if FIELD in point:
                self._reject(f"the field {FIELD!r} is flume's own; rename it", point, batch)
                return None
            data = data[:-1] + (_NEXT if point else _NEXT[1:]) + marks + b"}"
        return Document(index, name, data, point, batch)

    def _id(self, point: Point, batch: Batch) -> str | None:
        """The id that the point's fields make."""
        values = [find(point, field) for field in self._fields]
        if any(value is MISSING or value is None for value in values):
            missing = next(
                f for f, value in zip(self._fields, values, strict=True) if value is MISSING or value is None
            )
            self._reject(f"the point has no field {missing!r}, which id= names", point, batch)
            return None
        (first, *others) = values
        if not others and isinstance(first, str) and 0 < len(first.encode("utf-8", "replace")) <= _LONGEST_ID:
            return first
        text = encode(dict(zip(self._fields, values, strict=True)), compact=True)
        return blake2b(text, digest_size=20).hexdigest()
