"""barchart: a bar for each category."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from flume.charts.bars import Bars
from flume.charts.charting import Charting
from flume.viewing import FORM


class barchart(Charting):
    """Draw a bar for each category, side by side for each series; a later point replaces its bar.

    :param category: the field whose values stand along the axis, in order of first sight.
    :param value: the field of heights; without it `value`, or else the only field that is a number.
    :param series: the field whose values have bars of their own colour; a chart without it has one series.
    :param orientation: `'horizontal'` for long names.

    What is no number is a hole, and counted.

    >>> from flume import emit
    >>> points = [{'month': 'Jan', 'days': 31}, {'month': 'Feb', 'days': 28}]
    >>> report = (emit(points=points) | barchart(category='month', value='days', title='2015', size='40x8')).execute()
                      2015
       │   ▃▃▃▃▃▃▃▃▃▃▃▃
    30 ┤   ████████████      ████████████
    20 ┤   ████████████      ████████████
       │   ████████████      ████████████
    10 ┤   ████████████      ████████████
     0 └────────────────────────────────────
               Jan               Feb

    Bars of two series that lie, for names that are long:

    >>> from flume import split
    >>> pages = emit(points=[{'page': '/shop', 'before': 40, 'now': 12}, {'page': '/cart', 'before': 55, 'now': 50}])
    >>> chart = barchart(category='page', value='value', orientation='horizontal', size='44x7')
    >>> report = (pages | split('before', 'now') | chart).execute()
    /shop │██████████████████████▋ 40
          │▒▒▒▒▒▒▊ 12
          │
    /cart │███████████████████████████████▏ 55
          │▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▍ 50
                 ██ before  ▒▒ now
    """

    kind = "bar"
    axes = ("category", "value")
    plot = Bars

    category: str
    value: str | None
    series: str
    orientation: str

    def __init__(
        self,
        view: str = "terminal",
        *,
        category: str = "time",
        value: str | None = None,
        series: str = "name",
        orientation: str = "vertical",
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
