"""Point in time: one state of the indices, that the server keeps for a reader whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self, TypeVar

import msgspec

from flume.errors import FlumeError, SourceError
from flume_adapter_elastic.connection import Connection, Lost, Refused, Unavailable

KEPT = "5m"
"""For how long the server keeps it when nobody asks for anything."""


_PARTING = 2.0  # seconds that the server has to hear that it is not needed any more


class Failure(msgspec.Struct):
    """What went wrong with a shard."""

    index: str | None = None
    shard: int | None = None
    reason: dict[str, Any] = {}


class Shards(msgspec.Struct):
    """How many of them gave no answer."""

    failed: int = 0
    failures: list[Failure] = []


class Checked(msgspec.Struct, kw_only=True):
    """What an answer says of itself."""

    pit_id: str | None = None
    timed_out: bool = False
    shards: Shards = msgspec.field(name="_shards", default_factory=Shards)


class Total(msgspec.Struct):
    """How many there are."""

    value: int


class Totalled(msgspec.Struct):
    """The documents, of which nothing else is sent."""

    total: Total


class Counted(Checked, kw_only=True):
    """How many documents were found."""

    hits: Totalled


A = TypeVar("A", bound=Checked)


class _Opened(Checked, kw_only=True):
    """A point in time that was opened."""

    id: str


class PointInTime:
    """The present state of the indices *index* (the names as they stand in a path), for as long as the block lasts.

    An answer that lacks the documents of a shard is a `SourceError`, never less data.
    """

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._index = index
        self._id: str | None = None
        self.read = 0
        """How many documents were read, as errors say."""

    def __enter__(self) -> Self:
        opened = self._asked(f"/{self._index}/_pit", keep_alive=KEPT, allow_no_indices="false")
        self._id = self.checked(msgspec.json.decode(opened, type=_Opened)).id
        return self

    def __exit__(self, *raised: object) -> None:
        if self._id is not None:
            with suppress(FlumeError, Lost, Refused):  # the server forgets it by itself a little later
                self._connection.try_to("DELETE", "/_pit", {"id": self._id}, patience=_PARTING)

    def search(self, body: Mapping[str, Any], shown: str) -> bytes:
        """The answer to a search; *shown*: what of it is sent, as paths, but for what `checked` looks at."""
        whole: dict[str, Any] = {"pit": {"id": self._id, "keep_alive": KEPT}, "track_total_hits": False, **body}
        paths = f"pit_id,timed_out,_shards.failed,_shards.failures,{shown}"
        return self._asked("/_search", whole, filter_path=paths, allow_partial_search_results="false")

    def touch(self) -> None:
        """Have the server keep it, while what was read is worked on for long."""
        self.search({"size": 0}, "_shards.failed")

    def _asked(self, path: str, body: dict[str, Any] | None = None, **params: str) -> bytes:
        connection = self._connection
        try:
            tries = connection.settings.retries
            return connection.try_to("POST", path, body, retries=tries, patience=None, **params)
        except Lost as lost:
            raise connection.failed(lost) from None
        except Refused as refused:
            if refused.kind == "search_context_missing_exception":
                found = f"the server has lost the state of the indices that was read, after {self.read:,} documents"
                advice = "it was restarted, or had no room for it; what was not read may have changed, so read again"
                raise Unavailable(f"read('elastic'): {found}: {advice}") from None
            if refused.kind == "search_phase_execution_exception" and not refused.reason:
                cause = refused.body["error"].get("caused_by", {})
                raise self._partial(f"shards gave no answer ({cause.get('reason')})") from None
            raise connection.error(refused) from None

    def _partial(self, found: str) -> Unavailable:
        advice = "less data is never given for all: see to the health of the cluster, and read again"
        return Unavailable(f"read('elastic'): {found} after {self.read:,} documents; {advice}")

    def checked(self, answer: A) -> A:
        """The answer, if it is a whole one."""
        shards = answer.shards
        if shards.failed:
            first = shards.failures[0] if shards.failures else Failure()
            where = f" ({first.index}[{first.shard}]: {first.reason.get('reason')})" if first.index else ""
            raise self._partial(f"{shards.failed} shards gave no answer{where}")
        if answer.timed_out:
            found = f"the server gave up a search after {self.read:,} documents"
            raise SourceError(f"read('elastic'): {found}; a smaller batch= takes less long")
        self._id = answer.pit_id or self._id
        return answer
