"""gnuplot pictures for flume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flume_viz_gnuplot.view import gnuplot as gnuplot

__all__ = ["gnuplot"]


def __getattr__(name: str) -> Any:
    if name != "gnuplot":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from flume_viz_gnuplot.view import gnuplot

    return gnuplot


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
