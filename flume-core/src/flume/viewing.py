'''View: what draws a chart, and what a chart is.

Core works a chart out: whose points it has, which series, which ticks with which texts, what is left out.  A view only
draws it, so that every view shows the same.  This is a view that writes the heights of bars::

    class tally(View):
        """Bars as strokes."""

        kinds = frozenset({"bar"})
        formats = {"txt": "text/plain"}

        mark: str = "|"

        def open(self, target):
            return _Tally(self.mark)

    class _Tally(Canvas):
        def __init__(self, mark):
            self.mark = mark

        def draw(self, chart):
            (series, *_) = chart.series
            rows = [f"{tick.text} {self.mark * round(y or 0)}" for tick, y in zip(chart.x.ticks, series.ys)]
            return Picture("text/plain", "\\n".join(rows).encode())

A plugin offers it by the hook `flume_views`, and `barchart('tally', mark='#')` draws with it.  All text of a chart is
clean: no control characters, no halves of surrogate pairs, on one line.  What a format takes for markup is for the view
to escape.
'''

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from flume.value import Value

Kind: TypeAlias = Literal["bar", "line", "scatter", "pie"]
Scale: TypeAlias = Literal["category", "number", "time"]

PALETTE = ("#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#BBBBBB")
"""Colours that colour-blind people can tell apart: Paul Tol's scheme 'bright' (https://personal.sron.nl/~pault)."""


FORM = ",.6g"
"""How values are written where nothing else is asked for; large ones and whole ones without an exponent."""


class Tick(NamedTuple):
    """A place on an axis, and what is written there."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a chart.

    :param scale: what its values are: the number of a category, from 0, a number, or a time in seconds since 1970 UTC.
    :param low: where it begins. :param high: where it ends, which is more.
    :param ticks: in order; of categories, one for each.
    """

    label: str
    scale: Scale
    low: float
    high: float
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The values that belong together; as many *xs* as *ys*.

    :param name: '' where it is the only one and has none.
    :param xs: in order, but of a scatter chart. :param ys: None is a hole: a bar that is missing, a line that breaks.
    """

    name: str
    xs: tuple[float, ...]
    ys: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What there is to draw.

    Of bars, and of the slices of a pie, *x* has the categories, and each series one value for each of them.

    :param series: at least one, with at least one value that is no hole; of a pie just one, with no value below 0.
    :param form: how values are written, as Python's `format` takes it.
    :param horizontal: whether bars grow to the right. :param palette: the colours of series, `#rrggbb`, in turns; of a
        pie those of its slices.
    """

    kind: Kind
    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    form: str = FORM
    horizontal: bool = False
    palette: tuple[str, ...] = PALETTE

    @property
    def legend(self) -> bool:
        """Whether the names of series are to be shown."""
        return len(self.series) > 1 or bool(self.series[0].name)

    def text(self, value: float) -> str:
        """A value as it is to be written.

        >>> axis = Axis("", "number", 0, 1, ())
        >>> Chart("bar", "", axis, axis, ()).text(1234567.5)
        '1,234,568'
        """
        if self.form == FORM and (1e5 <= abs(value) < 1e15 or float(value).is_integer()):
            return f"{value:,.0f}" if abs(value) < 1e15 else f"{value:.6g}"
        return format(value, self.form)

    def colour(self, number: int) -> str:
        """The colour of a series (of a slice) by its number."""
        return self.palette[number % len(self.palette)]


class Screen(NamedTuple):
    """A terminal that a picture is shown on.

    :param columns: its width. :param rows: its height. :param colour: whether colours may be used. :param unicode:
        whether it shows more than ASCII.
    """

    columns: int
    rows: int
    colour: bool
    unicode: bool


@dataclass(frozen=True, slots=True)
class Target:
    """What a picture is for.

    :param format: the extension of the format that was asked for, one of the view's; None: the view's own choice.
    :param size: width and height as the user gave them, in characters or pixels; None: the view's own choice.
    :param screen: the terminal that text is to be shown on; None where there is none.
    :param live: whether picture follows picture.
    """

    format: str | None = None
    size: tuple[int, int] | None = None
    screen: Screen | None = None
    live: bool = False


class Picture(NamedTuple):
    """A picture that was drawn: its media type, as `image/png`, and its bytes."""

    media_type: str
    data: bytes


class Canvas:
    """The run-time state of a view: what draws one picture after another."""

    columns: int = 1000
    """How many values of x it can show side by side: longer lines are thinned to the highest and lowest of each."""

    def draw(self, chart: Chart) -> Picture | None:
        """Draw a chart; None where the canvas has shown it itself, in a window."""
        raise NotImplementedError

    def close(self) -> None:
        """Release everything: processes, temporary files.  A window may stay open."""


class View(Value):
    """A way to draw.  Subclasses declare their options as typed fields."""

    kinds: ClassVar[frozenset[Kind]] = frozenset({"bar", "line", "scatter", "pie"})
    """The charts that it can draw."""

    formats: ClassVar[Mapping[str, str]] = {}
    """The formats of its pictures: the extension of their files, and the media type."""

    @property
    def window(self) -> bool:
        """Whether it shows its pictures itself, in a window: live, wherever standard output goes, in no format."""
        return False

    def open(self, target: Target) -> Canvas:
        """A fresh canvas.

        :raises SinkError: what draws is not there, or cannot do what *target* asks for; the text says what to do.
        """
        raise NotImplementedError
