"""piechart: shares of a whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from flume.charts.bars import Bars
from flume.charts.charting import Charting
from flume.viewing import FORM


class piechart(Charting):
    """Draw the share that each category has of the whole, the largest first; a later point replaces its category's.

    :param category: the field whose values are the slices.
    :param value: the field of their sizes; without it `value`, or else the only field that is a number.

    A value that is no number, or below 0, is no slice, and counted.

    >>> from flume import emit
    >>> report = (emit(points=[{'name': 'a', 'value': 3}, {'name': 'b', 'value': 1}]) | piechart(size='40x3')).execute()
    a │████████████████████████████ 75.0%  3
      │
    b │█████████▍ 25.0%  1

    How often each page was asked for; what is rare stands together:

    >>> from flume import count, reduce
    >>> visits = emit(points=[{'page': page} for page in ('/', '/shop', '/', '/cart', '/', '/help', '/shop')])
    >>> chart = piechart(category='page', value='n', max_series=3, size='40x5')
    >>> report = (visits | reduce(n=count(), by='page') | chart).execute()
        / │████████████████████████ 42.9%  3
          │
    /shop │████████████████ 28.6%  2
          │
    other │████████████████ 28.6%  2
    """

    kind = "pie"
    axes = ("category", "value")
    plot = Bars

    category: str
    value: str | None

    def __init__(
        self,
        view: str = "terminal",
        *,
        category: str = "name",
        value: str | None = None,
        title: str = "",
        xlabel: str | None = None,
        ylabel: str | None = None,
        file: str | os.PathLike[str] | None = None,
        format: str | None = None,
        size: str | tuple[int, int] | None = None,
        every: str | float = "1s",
        last: int | str = 1000,
        max_series: int = 7,
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
