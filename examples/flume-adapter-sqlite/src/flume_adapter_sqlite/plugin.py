"""What this package offers.  flume imports this to learn the names: keep it light."""

from __future__ import annotations

from flume.hookspecs import Offer, hookimpl

FLUME_API = 1


@hookimpl
def flume_adapters() -> Offer:
    """The adapter `sqlite`."""
    return {"sqlite": "flume_adapter_sqlite.sqlite:sqlite"}
