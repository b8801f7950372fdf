"""What this package offers.  flume imports this to learn the names: keep it light."""

from __future__ import annotations

from flume.hookspecs import Offer, hookimpl

FLUME_API = 1


@hookimpl
def flume_views() -> Offer:
    """What `barchart('gnuplot', …)` draws with."""
    return {"gnuplot": "flume_viz_gnuplot.view:gnuplot"}
