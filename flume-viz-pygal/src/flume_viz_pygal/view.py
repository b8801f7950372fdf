"""pygal: charts as svg, html or png."""

from __future__ import annotations

from hashlib import blake2b

from flume.errors import OptionError, SinkError
from flume.viewing import Canvas, Chart, Picture, Target, View
from flume_viz_pygal.drawing import svg
from flume_viz_pygal.page import page
from flume_viz_pygal.png import png

_SIZE = (960, 480)
_ROW = 24
_MOST = 10_000
"""Pixels that a side may have: a png of more takes a gigabyte to draw."""


class pygal(View):  # noqa: N801 - a word of the language
    """Charts as svg, html or png, drawn with pygal.

    :param zoom: of a png: how many pixels of the picture a pixel of its size is, 0.1 to 8.
    :param hole: of a pie: the part of its radius that is empty, 0 to 0.9.

    The format is `svg` where no other is asked for; an html page is one file that needs no network, and both show
    values where the mouse is.  The size is 960x480 pixels; with many bars that lie, higher.

    >>> from flume.viewing import Axis, Series, Tick
    >>> months = Axis("", "category", 0, 2, (Tick(0, "Jan"), Tick(1, "Feb")))
    >>> days = Axis("days", "number", 0, 40, (Tick(0, "0"), Tick(20, "20"), Tick(40, "40")))
    >>> chart = Chart("bar", "2015", months, days, (Series("", (0, 1), (31, 28)),))
    >>> picture = pygal().open(Target(format="html")).draw(chart)
    >>> picture.media_type, picture.data[:15]
    ('text/html', b'<!DOCTYPE html>')
    """

    formats = {"svg": "image/svg+xml", "html": "text/html", "png": "image/png"}  # noqa: RUF012

    zoom: float = 2
    hole: float = 0.55

    def check(self) -> None:
        if not 0.1 <= self.zoom <= 8:
            raise OptionError(f"pygal: zoom is 0.1 to 8, not {self.zoom}")
        if not 0 <= self.hole <= 0.9:
            raise OptionError(f"pygal: hole is 0 to 0.9, not {self.hole}")

    def open(self, target: Target) -> Canvas:
        if target.size and not all(1 <= side <= _MOST for side in target.size):
            raise SinkError(f"pygal: a side has 1 to {_MOST:,} pixels, not {'x'.join(map(str, target.size))}")
        return _Paper(self, target)


class _Paper(Canvas):
    def __init__(self, view: pygal, target: Target) -> None:
        self.view = view
        self.format = target.format or "svg"
        self.size = target.size
        self.columns = (target.size or _SIZE)[0]

    def draw(self, chart: Chart) -> Picture:
        size = self.size or (_SIZE[0], _height(chart))
        uuid = blake2b(repr((chart, size, self.view)).encode(), digest_size=8).hexdigest()
        drawn = svg(chart, size, uuid=uuid, hole=self.view.hole, script=self.format != "png")
        if self.format == "png":
            data = png(drawn, self.view.zoom)
        elif self.format == "html":
            data = page(chart.title, drawn).encode()
        else:
            data = f'<?xml version="1.0" encoding="utf-8"?>\n{drawn}\n'.encode()
        return Picture(self.view.formats[self.format], data)


def _height(chart: Chart) -> int:
    """Bars that lie below each other need a row each."""
    if not chart.horizontal:
        return _SIZE[1]
    rows = len(chart.x.ticks) * max(1, len(chart.series) / 2)
    return min(max(_SIZE[1], round(rows * _ROW) + 130), _MOST)
