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
    >>> points = emit(points=[{'x': x, 'y': x % 3} for x in range(7)])
    >>> report = (points | scatterchart(xvalue='x', yvalue='y', size='40x8')).execute()
    y
      2 ┤           •                 •
        │
      1 ┤      •                •
      0 ┤•                •                •
        └┬─────┬────┬─────┬─────┬────┬─────┬
         0     1    2     3     4    5     6
                          x

    Do large answers take longer, and of which host?

    >>> answers = ((1, 2, 'web1'), (5, 14, 'web2'), (7, 19, 'web2'), (9, 15, 'web1'))
    >>> points = emit(points=[{'kb': kb, 'ms': ms, 'host': host} for kb, ms, host in answers])
    >>> report = (points | scatterchart(xvalue='kb', yvalue='ms', series='host', size='44x8')).execute()
    ms
      15 ┤                   ■        ■        ●
     7.5 ┤
       0 ┤●
         └─────┬────────┬────────┬────────┬─────
               2        4        6        8
                            kb
                   ● web1  ■ web2
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
