"""Serializers that leave an answer as it came: who asked knows best how to read it."""

from __future__ import annotations

import json
from typing import Any

from elastic_transport import Serializer


class _Raw(Serializer):
    """Bytes to bytes; what is sent may be a dict."""

    def loads(self, data: bytes) -> bytes:
        return data

    def dumps(self, data: Any) -> bytes:
        return data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()


def raw() -> dict[str, Serializer]:
    """For each media type that a server speaks."""
    kinds = [
        f"application/{vendor}{kind}" for vendor in ("", "vnd.elasticsearch+") for kind in ("json", "x-ndjson")
    ] + ["text/plain", "text/*", "application/ndjson"]
    return {kind: _Raw() for kind in kinds}
