"""pygal pictures for flume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flume_viz_pygal.view import pygal as pygal

__all__ = ["pygal"]


def __getattr__(name: str) -> Any:
    if name != "pygal":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from flume_viz_pygal.view import pygal

    return pygal


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
