"""Writing to Elasticsearch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import count
from typing import TYPE_CHECKING, Any

from flume.adapters.secrets import shown
from flume.errors import OptionError, SinkError
from flume.flow import Batch, Point, Sink, Stage
from flume.parsing import Unwritable
from flume.point import MISSING, find
from flume.run import Run
from flume.value import check_fields, env, field_list
from flume_adapter_elastic.marks import FIELD, marks_of_all
from flume_adapter_elastic.names import DEFAULT, check_names, is_template, name_at

if TYPE_CHECKING:
    from flume_adapter_elastic.bulk import Document, Outcome

WORD = "write('elastic')"

RETRIES = 8
"""How often a document is sent again where nothing else is said: a server that is started again has half a minute."""

_MOST = 10_000
_EACH = 1.0  # seconds that points of a live stream wait for others
_LONGEST_ID = 512  # bytes
_NEXT = f',"{FIELD}":'.encode()


class WriteElastic(Sink):
    """Write the points as documents of an index.

    *index*: its name, or a template by the time of each point (`'logs-%Y.%m.%d'`).  One that is not there is made.
    *id*: the field, or the fields, that name a document: what is there under the same id stays as it is, so that
    writing again changes nothing.  Text of one field is the id, anything else is hashed.  Without it each document gets
    an id of its own.
    *url*, *hosts*: the server, or several of one cluster.
    *batch*: how many points are sent at once; else as many as are five megabytes, at most 10,000.
    *refresh*: whether the documents can be found as soon as the run has ended.
    *api_key*, *user*, *password*: whom to write as.  *ca_certs*: a file of certificates to trust; *verify*: whether the
    server's is looked at.  *timeout*: how long an answer may take; *retries*: how often what was lost, or not taken
    for the moment, is sent again, with pauses that grow to ten seconds; it is counted anew when some of it was taken.

    A point that the server refuses, or that is too large for it, is a rejected record.  Each point is written once,
    also where an answer was lost.  Values may be `env('NAME')`.

    >>> WriteElastic('logs-%Y.%m.%d', id=['host', 'time'])
    WriteElastic('logs-%Y.%m.%d', ['host', 'time'])
    """

    index: str
    id: Any
    url: Any
    hosts: Any
    batch: int | None
    refresh: bool
    api_key: Any
    user: Any
    password: Any
    ca_certs: Any
    verify: bool | None
    timeout: Any
    retries: int | None

    def __init__(
        self,
        index: str = DEFAULT,
        id: str | Sequence[str] | None = None,
        url: str | env | None = None,
        hosts: Sequence[str | env] | None = None,
        batch: int | None = None,
        refresh: bool = True,
        api_key: str | env | None = None,
        user: str | env | None = None,
        password: str | env | None = None,
        ca_certs: str | os.PathLike[str] | None = None,
        verify: bool | None = None,
        timeout: str | float | None = None,
        retries: int | None = None,
    ) -> None:
        self._set(
            index=index,
            id=id,
            url=url,
            hosts=hosts,
            batch=batch,
            refresh=refresh,
            api_key=api_key,
            user=user,
            password=password,
            ca_certs=ca_certs,
            verify=verify,
            timeout=timeout,
            retries=retries,
        )

    def __repr__(self) -> str:
        return shown(self)

    def check(self) -> None:
        check_names(WORD, [self.index], writing=True)
        check_fields(type(self), "id", self.id)
        if self.id is not None and not field_list(self.id):
            raise OptionError(f"{WORD}: id takes a field or a list of them, and there is none in it")
        if self.batch is not None and not 1 <= self.batch <= _MOST:
            raise OptionError(f"{WORD}: batch takes 1 to {_MOST:,} points, not {self.batch}")

    def names(self) -> frozenset[str]:
        return frozenset(field_list(self.id))

    def start(self, run: Run) -> Stage:
        return _Writing(self, run)


class _Writing(Stage):
    holds = True

    def __init__(self, sink: WriteElastic, run: Run) -> None:
        from flume_adapter_elastic.bulk import DOCUMENTS, Bulk, Document
        from flume_adapter_elastic.connection import Connection
        from flume_adapter_elastic.indices import Indices
        from flume_adapter_elastic.settings import NAMES, settings

        given = {name: getattr(sink, name) for name in NAMES}
        known = settings(WORD, given)
        self._run = run
        self._sink = sink
        self._fields = field_list(sink.id)
        self._template = is_template(sink.index)
        self._connection = Connection(WORD, known, SinkError)
        self._indices = Indices(self._connection)
        retries = known.retries if sink.retries is not None else max(known.retries, RETRIES)
        most = sink.batch or DOCUMENTS
        self._bulk = Bulk(self._connection, retries=retries, most=most, clock=run.clock, stop=run.stop)
        self._make = Document
        self._prefix = os.urandom(9).hex()
        self._numbers = count()
        self._since: float | None = None  # when the first of those that wait came
        self._written = self._there = self._retried = self._refused = 0

    def push(self, batch: Batch) -> Batch:
        points, lines = self._encoded(batch)
        documents = map(self._document, points, lines, marks_of_all(points))
        self._book(self._bulk.add(document for document in documents if document is not None))
        if self._run.open_ended:
            self._send_if_due()
        return []

    def advance(self, watermark: datetime) -> Batch:
        self._send_if_due()
        return []

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
            self._run.reject(f"{WORD}: {reason}", point=document.point)

    def _encoded(self, batch: Batch) -> tuple[Batch, list[bytes]]:
        """The points, and each as JSON; those that have what JSON cannot say are rejected."""
        from flume.parsers.json_encoding import encode, encode_lines

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
                    self._run.reject(f"{WORD}: the point {error}", point=point)
            return points, lines

    def _document(self, point: Point, data: bytes, marks: bytes) -> Document | None:
        index = self._sink.index
        if self._template:
            time = point.get("time")
            if not isinstance(time, datetime):
                self._run.reject(f"{WORD}: the point has no time, which index={index!r} is made of", point=point)
                return None
            index = name_at(index, time)
        name = f"{self._prefix}{next(self._numbers):08x}" if not self._fields else self._id(point)
        if name is None:
            return None
        if self._indices.is_marked(index):
            if FIELD in point:
                self._run.reject(f"{WORD}: the field {FIELD!r} is flume's own; rename it", point=point)
                return None
            data = data[:-1] + (_NEXT if point else _NEXT[1:]) + marks + b"}"
        return self._make(index, name, data, point)

    def _id(self, point: Point) -> str | None:
        """The id that the point's fields make."""
        from flume.parsers.json_encoding import encode

        values = [find(point, field) for field in self._fields]
        if any(value is MISSING or value is None for value in values):
            missing = next(
                f for f, value in zip(self._fields, values, strict=True) if value is MISSING or value is None
            )
            self._run.reject(f"{WORD}: the point has no field {missing!r}, which id= names", point=point)
            return None
        (first, *others) = values
        if not others and isinstance(first, str) and 0 < len(first.encode("utf-8", "replace")) <= _LONGEST_ID:
            return first
        text = encode(dict(zip(self._fields, values, strict=True)), compact=True)
        return blake2b(text, digest_size=20).hexdigest()
