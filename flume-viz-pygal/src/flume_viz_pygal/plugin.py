"""What this package offers.  flume imports this to learn the names: keep it light."""

from __future__ import annotations

from flume.hookspecs import Offer, hookimpl

FLUME_API = 1


@hookimpl
def flume_views() -> Offer:
    """The view `pygal`."""
    return {"pygal": "flume_viz_pygal.view:pygal"}
