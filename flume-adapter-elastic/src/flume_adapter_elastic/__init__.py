"""Elasticsearch for flume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flume_adapter_elastic.adapter import elastic as elastic

__all__ = ["elastic"]


def __getattr__(name: str) -> Any:
    if name != "elastic":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from flume_adapter_elastic.adapter import elastic

    return elastic


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
