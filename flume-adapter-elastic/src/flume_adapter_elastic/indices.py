"""Indices: those that are written to, made where they are not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from flume_adapter_elastic.connection import Lost, Refused
from flume_adapter_elastic.mapping import MAPPING, is_ours
from flume_adapter_elastic.names import path_of

if TYPE_CHECKING:
    from flume_adapter_elastic.connection import Connection


class Indices:
    """The indices of a run, and whether documents are marked in them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._marked: dict[str, bool] = {}

    @property
    def names(self) -> list[str]:
        """Those that were asked for."""
        return list(self._marked)

    def is_marked(self, name: str) -> bool:
        """Whether the documents of this index are marked; it is made if there is none of the name."""
        found = self._marked.get(name)
        if found is None:
            found = self._marked[name] = self._look(name)
        return found

    def _look(self, name: str) -> bool:
        path = f"/{path_of([name])}"
        connection, retries = self._connection, self._connection.settings.retries
        try:
            return self._is_marked(connection.try_to("GET", f"{path}/_mapping", retries=retries))
        except Lost as lost:
            raise connection.failed(lost) from None
        except Refused as refused:
            if refused.status == 403:  # who may only write
                return False
            if refused.status != 404:
                raise connection.error(refused) from None
        try:
            # a shard that is nowhere is waited for where it is written to
            connection.try_to("PUT", path, {"mappings": MAPPING}, retries=retries, wait_for_active_shards="0")
        except Lost as lost:
            raise connection.failed(lost) from None
        except Refused as refused:
            if refused.kind == "resource_already_exists_exception":  # by another writer, this moment
                return self._is_marked(connection.ask("GET", f"{path}/_mapping"))
            told_elsewhere = "data stream" in refused.reason or "synthetic source" in refused.reason
            if refused.status == 403 or told_elsewhere:  # the server makes it as its template says
                return False
            raise connection.error(refused) from None
        return True

    def _is_marked(self, data: bytes) -> bool:
        found: dict[str, Any] = msgspec.json.decode(data)
        return bool(found) and all(is_ours(one.get("mappings", {})) for one in found.values())
