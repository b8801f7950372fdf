"""Time order: documents come in the order of their times as the server knows them, and leave in that of flume's.

The server knows times to the millisecond: those within one are put in order here.  A document whose time the server
reads as another one than flume does stands in a wrong place, and is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from flume.duration import BEGINNING, EPOCH
from flume.errors import MomentError, SourceError
from flume.flow import Batch, Point
from flume.moment import reader, render
from flume.parsers.json_encoding import shown
from flume.parsing import decode
from flume.point import MISSING, find
from flume.run import Run
from flume_adapter_elastic.documents import Document

NO_TIME = -(2**63)
"""What stands for no time where documents are sorted by one, those without it first."""

LATEST_NANOS = 9223372036854  # milliseconds: in 2262
"""The last time that fits into nanoseconds."""

BEFORE_ALL = str(1 - 2**63)
"""A time before all that the server knows, some of which are before the year 1."""

_ZONELESS = "1970-01-01T00:00:00"
_MILLISECOND = timedelta(milliseconds=1)


def order_by(field: str) -> dict[str, Any]:
    """The key that sorts by a field of times, those of indices that lack it, or keep it in nanoseconds, among them."""
    return {field: {"order": "asc", "missing": "_first", "unmapped_type": "date", "numeric_type": "date"}}


def spelt(field: str) -> dict[str, Any]:
    """The key that has the server send the same times as texts."""
    text = {"unmapped_type": "date", "numeric_type": "date", "format": "strict_date_optional_time||epoch_millis"}
    return {field: {"order": "desc", "missing": "_first", **text}}


class TimeOrder:
    """Makes points of documents, in order of their times in *field*.

    *dated*: whether the server knows these as times (then documents were sorted by `order_by`, and have the same
    `spelt` as their third value); else it knows them as numbers or texts, whose order has to be theirs.
    """

    def __init__(self, run: Run, field: str, *, dated: bool) -> None:
        self._run = run
        self._field = field
        self._dated = dated
        self._parse = run.read_time or reader(run.now)
        self._parse_utc = reader(run.now)
        # else two times of one millisecond of the server may be hours apart
        self._whole = dated and self._parse(_ZONELESS) == self._parse_utc(_ZONELESS)
        self._key: Any = None  # the server's, of the documents that wait for others of the same millisecond
        self._waiting: list[tuple[datetime | None, Document, str | None]] = []
        self._last: datetime | None = None

    def push(self, documents: Sequence[Document]) -> Iterator[Batch]:
        """The points that none of later documents comes before; the last ones may wait."""
        points = None if self._waiting or not self._dated else self._as_spelt(documents)
        if points is not None:
            yield points
            return
        out: Batch = []
        for document in documents:
            if self._waiting and document.sort[0] != self._key:
                yield from self._settle(out)
            self._key = document.sort[0]
            self._waiting.append(self._looked_at(document))
        if self._whole and all(self._is_first(time) for time, _, _ in self._waiting):
            yield from self._settle(out)
        if out:
            yield out

    def end(self) -> Iterator[Batch]:
        """The points that still wait."""
        out: Batch = []
        yield from self._settle(out)
        if out:
            yield out

    def _as_spelt(self, documents: Sequence[Document]) -> Batch | None:
        """The points, where all spell their times as the server does, or all lack them; None where they do not."""
        field = self._field
        try:
            points: Batch = list(map(attrgetter("source"), documents))
            values = [point.get(field) for point in points]
            if "." in field:
                values = [find(point, field) for point in points]
        except (AttributeError, TypeError):  # of a document that is refused
            return None
        if documents[-1].sort[0] == NO_TIME:
            return points if all(value is None or value is MISSING for value in values) else None
        if values != [document.sort[2] for document in documents]:
            return None
        try:
            first, last = self._parse(values[0]), self._parse(values[-1])
        except MomentError:  # the server knows more years
            return None
        if [milliseconds(first), milliseconds(last)] != [documents[0].sort[0], documents[-1].sort[0]]:
            return None
        if self._last is not None and first < self._last:
            return None
        self._last = last
        return points

    def _looked_at(self, document: Document) -> tuple[datetime | None, Document, str | None]:
        """The document with its time, or with why it is rejected."""
        source = source_of(document)
        if source is None:
            return None, document, document.refused
        value = find(source, self._field)
        time: datetime | None = None
        if value is not MISSING and value is not None:
            try:
                time = self._parse(value)
            except MomentError as error:
                return None, document, f"{self._field} is no time: {error}"
        if not self._dated or self._is_that(time, value, document.sort[0]):
            return time, document, None
        ours = "as none" if time is None else f"as {render(time)}"
        theirs = "none" if document.sort[0] == NO_TIME else document.sort[2]
        found = f"{self._field} is read {ours}, and by the server as {theirs}"
        return None, document, f"{found}, which is not its place in time"

    def _is_that(self, time: datetime | None, value: object, server: int) -> bool:
        """Whether the server reads the time as it is read here, but for the zone of one that names none."""
        if time is None or server == NO_TIME:
            return time is None and server == NO_TIME
        return server in (milliseconds(time), milliseconds(self._parse_utc(value)))

    def _is_first(self, time: datetime | None) -> bool:
        """Whether no other of the same millisecond comes before it."""
        return time is None or time.microsecond % 1000 == 0

    def _settle(self, out: Batch) -> Iterator[Batch]:
        """Add the points that wait; what was added before leaves first where a rejected document is an error."""
        waiting, self._waiting = self._waiting, []
        if len(waiting) > 1:
            waiting.sort(key=lambda one: one[0] or BEGINNING)
        for time, document, reason in waiting:
            if reason is None and time is not None and self._last is not None and time < self._last:
                reason = f"{self._field} is {render(time)}, and comes behind {render(self._last)}: out of order"
            if reason is None:
                self._last = time or self._last
                out.append(document.source)  # type: ignore[arg-type]
                continue
            if out and self._run.policy.errors == "raise":
                yield out[:]
                out.clear()
            reject(self._run, document, reason)


def source_of(document: Document) -> Point | None:
    """The fields of a document; None where it is refused, and a `SourceError` where its index keeps none."""
    if document.source is None and document.refused is None:
        found = f"the index {document.index} keeps no _source"
        raise SourceError(f"read('elastic'): {found}, so its documents can be searched, and not be read")
    return document.source


def timeless(run: Run, documents: Sequence[Document]) -> Iterator[Batch]:
    """The points of documents as they come."""
    out: Batch = []
    for document in documents:
        source = source_of(document)
        if source is not None:
            out.append(source)
            continue
        if run.policy.errors == "raise":
            yield out
            out = []
        reject(run, document, document.refused or "")
    yield out


def reject(run: Run, document: Document, reason: str) -> None:
    """Keep a document out of the stream."""
    raw = document.raw if document.source is None else decode(shown(document.source))
    run.reject(reason, file=f"{document.index}/{document.id}", raw=raw)


def milliseconds(time: datetime) -> int:
    """How the server keeps a time.

    >>> milliseconds(EPOCH + timedelta(seconds=1, microseconds=2999))
    1002
    """
    return (time - EPOCH) // _MILLISECOND
