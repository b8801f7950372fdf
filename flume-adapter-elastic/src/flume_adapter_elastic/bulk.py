"""Bulk: documents to the server, many a request, each of them once.

A document keeps its id over all attempts, so that one whose answer was lost is known when it is sent again: the server
says that it is there (409), which is what was wanted.  Only those that failed are sent again, and only where the server
may take them later; those that it refuses are handed back with its reason.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from flume.errors import FlumeError
from flume.flow import Batch, Point
from flume.run import Clock
from flume_adapter_elastic.connection import Lost, Refused
from flume_adapter_elastic.patience import pause

if TYPE_CHECKING:
    from flume_adapter_elastic.connection import Connection

AT_ONCE = 2  # requests that are under way
BYTES = 5_000_000
DOCUMENTS = 10_000  # of a request

_STOPPING = 3  # attempts once the run is to stop
_NEVER = threading.Event()
_FOR_SHARDS = 5.0  # seconds that the server may wait for a shard: by itself it waits longer than we do for its answer
_PASSING = frozenset({429, 502, 503, 504})


class Document(NamedTuple):
    """What is to be written: where, under which id, as which JSON, the point that it was, and which that came with."""

    name: str
    id: str
    data: bytes
    point: Point
    batch: Batch


@dataclass
class Outcome:
    """What became of the documents of a request.

    :param there: those that were there before. :param retried: attempts beyond the first, a document each.
    :param refused: with the reason of the server. :param error: what has stopped it, with documents left.
    """

    written: int = 0
    there: int = 0
    retried: int = 0
    refused: list[tuple[Document, str]] = field(default_factory=list)
    error: FlumeError | None = None


class _Error(msgspec.Struct):
    type: str = ""
    reason: str = ""
    caused_by: dict[str, object] | None = None


class _Answer(msgspec.Struct):
    status: int
    error: _Error | None = None


class _Answers(msgspec.Struct):
    items: list[dict[str, _Answer]] = []


_ANSWERS = msgspec.json.Decoder(_Answers)
_ENCODER = msgspec.json.Encoder()


class Bulk:
    """Collects documents, and sends them from threads of its own.

    :param retries: attempts beyond the first, one after the other, of which the server takes nothing.
    :param most: documents of a request. :param stop: set where the run is to end soon.
    """

    def __init__(self, connection: Connection, *, retries: int, most: int, clock: Clock, stop: threading.Event) -> None:
        self._connection = connection
        self._retries = retries
        self._most = most
        self._largest = BYTES
        self._clock = clock
        self._stop = stop
        self._waiting: list[Document] = []
        self._bytes = 0
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="flume-elastic")
        self._sent: deque[Future[Outcome]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, documents: Iterable[Document]) -> Iterator[Outcome]:
        """Take documents; what became of others meanwhile."""
        for document in documents:
            self._waiting.append(document)
            self._bytes += len(document.data)
            if len(self._waiting) >= self._most or self._bytes >= self._largest:
                yield from self.send()

    def send(self) -> Iterator[Outcome]:
        """Send what was collected, once there is room for it."""
        yield from self.answered()
        while len(self._sent) >= AT_ONCE:
            yield self._sent.popleft().result()
        if self._waiting:
            documents, self._waiting, self._bytes = self._waiting, [], 0
            self._sent.append(self._threads.submit(self._write, documents))

    def answered(self) -> Iterator[Outcome]:
        """What became of what was sent, as far as is known."""
        while self._sent and self._sent[0].done():
            yield self._sent.popleft().result()

    def finish(self) -> Iterator[Outcome]:
        """Send the rest, and wait for all."""
        yield from self.send()
        yield from self.wait()

    def wait(self) -> Iterator[Outcome]:
        """Wait for what is under way, and send nothing more."""
        while self._sent:
            yield self._sent.popleft().result()

    def close(self) -> None:
        """Release the threads; what was not sent is not sent any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    # -- in a thread ------------------------------------------------------------------------------

    def _write(self, documents: Sequence[Document]) -> Outcome:
        outcome = Outcome()
        try:
            self._write_all(documents, outcome)
        except FlumeError as error:  # what was written until then is told with it
            outcome.error = error
        return outcome

    def _write_all(self, documents: Sequence[Document], outcome: Outcome) -> None:
        attempt, first = 0, True
        while True:
            left, why = self._attempt(documents, outcome, first=first)
            if not left:
                return
            stopping = self._stop.is_set()
            if len(left) < len(documents) and not stopping:
                attempt = 0  # a queue that is full takes a few at a time: only what is in vain is counted
            if attempt >= (min(self._retries, _STOPPING) if stopping else self._retries):
                if isinstance(why, Refused):
                    raise self._connection.error(why)
                raise self._connection.failed(why)
            # a stop ends the pause that it comes in, and not those behind it: the server is as busy as it was
            self._clock.wait(pause(attempt), _NEVER if stopping else self._stop)
            attempt += 1
            outcome.retried += len(left)
            documents, first = left, False

    def _attempt(
        self, documents: Sequence[Document], outcome: Outcome, *, first: bool
    ) -> tuple[list[Document], Refused | Lost | None]:
        """Send documents once: those that are to be sent again, and why."""
        lines = [line for document in documents for line in (_action(document), document.data)]
        body = b"\n".join(lines) + b"\n"
        patience = f"{min(self._connection.settings.timeout / 2, _FOR_SHARDS) * 1000:.0f}ms"
        shown = "items.*.status,items.*.error"
        try:
            data = self._connection.try_to("POST", "/_bulk", body, timeout=patience, filter_path=shown)
        except Refused as refused:
            if refused.status == 413 and len(documents) > 1:  # each half may be small enough
                self._largest = min(self._largest, len(body) // 2)
                return self._halves(documents, outcome, first=first)
            if refused.status == 413:
                outcome.refused.append((documents[0], _too_large(len(body))))
                return [], None
            if not refused.passes:
                raise self._connection.error(refused) from None
            return list(documents), refused
        except Lost as lost:
            return list(documents), lost
        answers = _ANSWERS.decode(data).items
        if len(answers) != len(documents):
            return list(documents), Lost("the answer of the server is not whole")
        left: list[Document] = []
        why: Refused | None = None
        for document, answer in zip(documents, answers, strict=True):
            (done,) = answer.values()
            if done.status < 300:
                outcome.written += 1
            elif done.status == 409:
                outcome.written += not first
                outcome.there += first
            else:
                error = done.error or _Error()
                why_not = Refused(done.status, error.type, error.reason, None)
                if done.status in _PASSING:
                    left.append(document)
                    why = why_not
                elif done.status in (401, 403):  # of the index or the key, and so of all that come
                    raise self._connection.error(why_not)
                else:
                    outcome.refused.append((document, _reason(error)))
        return left, why

    def _halves(
        self, documents: Sequence[Document], outcome: Outcome, *, first: bool
    ) -> tuple[list[Document], Refused | Lost | None]:
        half = len(documents) // 2
        left, why = self._attempt(documents[:half], outcome, first=first)
        more, other = self._attempt(documents[half:], outcome, first=first)
        return left + more, why or other


def _action(document: Document) -> bytes:
    return b"".join((_create(document.name), _ENCODER.encode(document.id), b"}}"))


@lru_cache(maxsize=1000)
def _create(name: str) -> bytes:
    return b'{"create":{"_index":%b,"_id":' % _ENCODER.encode(name)


def _too_large(size: int) -> str:
    limit = "http.max_content_length is its limit, and a proxy before it may have a lower one"
    return f"the document is too large for the server, as a request of {size:,} bytes; {limit}"


def _reason(error: _Error) -> str:
    """What the server says of a document, with what it says of the cause."""
    cause = (error.caused_by or {}).get("reason")
    return f"{error.reason}: {cause}" if cause and str(cause) not in error.reason else error.reason or error.type
