"""linechart: a line through the points of each series."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from flume.charts.charting import Charting
from flume.charts.lines import Lines
from flume.viewing import FORM


class linechart(Charting):
    """Draw a line through the points of each series, in order of x.

    :param xvalue: the field of x: times or numbers.
    :param yvalue: the field of y; without it `value`, or else the only field that is a number.
    :param series: the field whose values have lines of their own; a chart without it has one line.
    :param gap: a longer way from one x to the next breaks the line: a duration as `'2m'`, or a number.

    A y that is no number is a hole, which breaks the line; both that and an x that is none are counted.

    >>> from flume import emit
    >>> squares = emit(points=[{'x': x, 'y': x * x} for x in range(6)])
    >>> report = (squares | linechart(xvalue='x', yvalue='y', size='40x8')).execute()
    y
    20 ┤                               ⣀⠤⠔⠒⠉
       │                         ⣀⡠⠤⠒⠊⠉
    10 ┤                  ⣀⣀⡠⠤⠔⠒⠉
     0 ┤⣀⣀⣀⡠⠤⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠊⠉⠉
       └┬──────┬──────┬──────┬──────┬──────┬
        0      1      2      3      4      5
                         x

    A line for each host, over what was asked of it:

    >>> hosts = (('web', 1), ('db', 3))
    >>> points = [{'users': users, 'host': host, 'ms': users * ms} for users in range(4) for host, ms in hosts]
    >>> report = (emit(points=points) | linechart(xvalue='users', yvalue='ms', series='host', size='44x8')).execute()
    ms
     8 ┤                             ⣀■⣀⣀⠤⠤⠤⠤⠔⠒⠒
     4 ┤               ⣀⣀⣀■⠤⠤⠔⠒⠒⠒⠉⠉⠉⠉
     0 ┤⣀⣀⣠⣤⣤⣤■⠶⠶⠶⠶⠭⠭⠭⠭⠤⠤⠤⠤⠤⠒⠒⠒⠒●⠒⠒⠒⠒⠒⠒⠒⠒⠉⠉⠉●⠉⠉⠉
       └┬─────┬──────┬──────┬─────┬─────┬──────┬
        0    0.5     1     1.5    2    2.5     3
                         users
                    ● web  ■ db
    """

    kind = "line"
    axes = ("xvalue", "yvalue")
    plot = Lines

    xvalue: str
    yvalue: str | None
    series: str
    gap: Any

    def __init__(
        self,
        view: str = "terminal",
        *,
        xvalue: str = "time",
        yvalue: str | None = None,
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
