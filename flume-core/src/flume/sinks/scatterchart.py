"""scatterchart: a dot for each point."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from flume.charts.charting import Charting
from flume.charts.lines import Lines
from flume.viewing import FORM


class scatterchart(Charting):
    """Draw a dot for each point.

    :param xvalue: the field of x: times or numbers.
    :param yvalue: the field of y; without it `value`, or else the only field that is a number.
    :param series: the field whose values have dots of their own colour; a chart without it has one series.

    >>> from flume import emit
    >>> pipeline = emit(points=[{'x': 0, 'y': 0}, {'x': 1, 'y': 0.8}]) | scatterchart(xvalue='x', yvalue='y')
    """

    kind = "scatter"
    axes = ("xvalue", "yvalue")
    plot = Lines

    xvalue: str
    yvalue: str | None
    series: str

    def __init__(
        self,
        view: str = "terminal",
        *,
        xvalue: str = "time",
        yvalue: str | None = None,
        series: str = "name",
        title: str = "",
        xlabel: str | None = None,
        ylabel: str | None = None,
        file: str | os.PathLike[str] | None = None,
        format: str | None = None,
        size: str | tuple[int, int] | None = None,
        every: str | float = "1s",
        last: int | str = 1000,
        max_series: int = 20,
        xrange: tuple[float, float] | None = None,
        yrange: tuple[float, float] | None = None,
        number: str = FORM,
        palette: Sequence[str] | None = None,
        open: bool = False,
        filename: str | os.PathLike[str] | None = None,
        width: int | None = None,
        height: int | None = None,
        **options: Any,
    ) -> None:
        self._chart(locals())
