"""What this package offers.  flume imports this to learn the names: keep it light."""

from __future__ import annotations

from flume.hookspecs import Offer, hookimpl

FLUME_API = 1


@hookimpl
def flume_adapters() -> Offer:
    """Nothing yet: the adapter `elastic` is still to be written."""
    return {}
