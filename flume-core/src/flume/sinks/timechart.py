"""timechart: a line over time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from flume.charts.charting import Charting
from flume.charts.lines import Lines
from flume.viewing import FORM


class timechart(Charting):
    """Draw how a value goes over time, a line for each series.

    :param value: the field of values; without it `value`, or else the only field that is a number.
    :param series: the field whose values have lines of their own; a chart without it has one line.
    :param gap: a longer time between two points breaks the line: a duration as `'2m'`, or seconds.

    >>> from flume import emit
    >>> points = [{'time': f'2016-07-17T10:0{m}:00Z', 'n': n} for m, n in enumerate((3, 5, 9, 4, 2))]
    >>> report = (emit(points=points) | timechart(value='n', size='50x8')).execute()
    n
    8 ┤                   ⣀⠤⠔⠊⠉⠒⠤⣀
    6 ┤             ⢀⣀⠤⠒⠊⠉        ⠉⠒⠤⢄⡀
    4 ┤    ⢀⣀⣀⡠⠤⠤⠔⠒⠊⠁                 ⠈⠑⠢⢄⣀⡀
    2 ┤⠒⠊⠉⠉⠁                               ⠈⠉⠉⠑⠒⠒⠢⠤⠤⢄⣀
      └┬─────┬─────┬────┬─────┬─────┬────┬─────┬─────┬
      10:00:00       10:01:30         10:03:00
                      2016-07-17 (UTC)

    Where nothing was told for too long, the line breaks:

    >>> told = [point for point in points if point['n'] != 9]
    >>> report = (emit(points=told) | timechart(value='n', gap='90s', size='50x8')).execute()
    n
      5 ┤       ⢀⡠⠔⠊⠁
      4 ┤   ⣀⠤⠒⠊⠁                         ⠐⠢⢄⡀
      3 ┤⠤⠒⠉                                 ⠈⠑⠢⠤⣀
      2 ┤                                         ⠉⠒⠤⣀
        └┬─────┬────┬────┬─────┬─────┬────┬────┬─────┬
        10:00:00      10:01:30         10:03:00
                       2016-07-17 (UTC)
    """

    kind = "line"
    axes = ("xvalue", "value")
    plot = Lines

    value: str | None
    series: str
    gap: Any

    xvalue = "time"

    def __init__(
        self,
        view: str = "terminal",
        *,
        value: str | None = None,
        series: str = "name",
        gap: str | float | None = None,
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
