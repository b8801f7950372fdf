"""Charting: what the words that draw have in common. They collect points, and now and then have a chart drawn."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from flume.adapting import make_end
from flume.charts.plot import LARGEST, OTHER, Asked, Plot
from flume.charts.showing import ToTerminal, showing
from flume.duration import duration
from flume.errors import MomentError, OptionError
from flume.files import Written, is_path, is_special
from flume.flow import Batch, Needed, Sink, Stage
from flume.run import Run
from flume.value import check_fields, spoken, thaw
from flume.viewing import PALETTE, Canvas, Chart, Kind, Target, View

BATCH = "batch"
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")
_SIZE = re.compile(r"([0-9]+)\s*[x×,]\s*([0-9]+)")
_WIDEST = 20_000  # characters or pixels

SHARED = """
    What all charts take:

    :param view: what draws it: `'terminal'`, or that of a package, as `'gnuplot'` or `'pygal'`; *options* are its own.
    :param title: stands above.
    :param xlabel: :param ylabel: stand at the axes.
    :param file: where the picture goes, in the format that its name ends in (*filename* is the same); without one, into
        the notebook, onto the terminal or to standard output, and what a terminal cannot show into a temporary file.
    :param format: the format, where the file's name does not say it.
    :param size: width and height, as `'960x480'`, in pixels or characters (or *width* and *height*).
    :param every: how often it is drawn while a live stream goes on; `'batch'`: after each `batch`, or, where
        there is none, anew for the points of each time.
    :param last: how many points of each series, or categories, are kept, or how long, as `'5m'`.
    :param max_series: how many series (slices) are drawn; the smallest of more are added up as `other`, which is said.
    :param xrange: :param yrange: where the axes begin and end, as `(0, 100)`.
    :param number: how numbers are written, as Python's `format` has it.
    :param palette: colours, as `'#4477AA'`.
    :param open: whether a picture in a temporary file is opened in the browser.
    :raises OptionError: an option has no such value, or the view has no such option, chart or format.
    """


class Charting(Sink):
    """A word that draws."""

    kind: ClassVar[Kind]
    axes: ClassVar[tuple[str, str]]
    """The names of the options that say which fields are drawn: of categories or x, and of values."""

    plot: ClassVar[type[Plot]]

    view: str
    title: str
    xlabel: str | None
    ylabel: str | None
    file: Any
    format: str | None
    size: Any
    every: Any
    last: Any
    max_series: int
    xrange: Any
    yrange: Any
    number: str
    palette: Any
    open: bool
    filename: Any
    width: int | None
    height: int | None
    options: tuple[tuple[str, object], ...]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__doc__ = f"{cls.__doc__}\n{SHARED}"

    def _chart(self, given: Mapping[str, Any]) -> None:
        """Set the options, of which *given* has those of the word by their names and the view's under `options`."""
        own = {name: value for name, value in given.items() if name not in ("self", "options", "__class__")}
        file = own["file"] if own["file"] is not None else own["filename"]
        size = own["size"]
        if size is None and (own["width"] is not None or own["height"] is not None):
            size = own["width"], own["height"]
        own |= {"file": file, "filename": None, "size": size, "width": None, "height": None}
        self._set(**own, options=tuple(given["options"].items()))

    def check(self) -> None:
        word = spoken(type(self))
        for option in self._fields:
            check_fields(type(self), option, getattr(self, option))
        view = self._view()
        if self.kind not in view.kinds:
            raise OptionError(f"{word}: {self.view!r} draws no such chart")
        format = self.picture_format
        if format is not None and format not in view.formats:
            raise OptionError(f"{word}: {self.view!r} draws {', '.join(view.formats)}, not {format!r}")
        self.asked()
        _size_of(word, self.size)
        _interval_of(word, self.every)

    @property
    def picture_format(self) -> str | None:
        """The format that the user asked for, by its name or that of the file; None: the view's own choice."""
        by_name, file = None, self.file
        if file is not None:
            if not is_path(file):
                raise OptionError(f"{spoken(type(self))}: file takes a path, not {file!r}")
            by_name = os.path.splitext(str(os.fspath(file)))[1][1:].lower() or None
        if self.format is not None and by_name not in (None, self.format):
            asked = f"file={os.fspath(self.file)!r} and format={self.format!r}"
            raise OptionError(f"{spoken(type(self))}: {asked} do not go together; leave one of them out")
        return by_name or self.format

    def needs(self, wanted: Needed) -> Needed:
        x, y = (getattr(self, option) for option in self.axes)
        return None if y is None else frozenset({x, y, self._own("series", x)})

    def names(self) -> frozenset[str]:
        parameters = inspect.signature(type(self)).parameters
        asked = {getattr(self, option): parameters[option].default for option in parameters if option in self._fields}
        return frozenset(field for field, default in asked.items() if field not in (None, "time", default))

    @property
    def _fields(self) -> tuple[str, ...]:
        """The options that are names of fields."""
        return tuple(option for option in (*self.axes, "series") if option in vars(self))

    def _own(self, option: str, default: Any) -> Any:
        """An option that some of the words have; `getattr` would look among all words of all plugins for others."""
        return vars(self).get(option, default)

    def writes_files(self) -> Sequence[Written]:
        if self.file is None or is_special(os.fspath(self.file)):
            return ()
        return (Written(os.fspath(self.file), "replaced"),)

    def start(self, run: Run) -> Stage:
        return _Charting(self, self._view(), self.plot(self.asked(), run.account), run)

    def _view(self) -> View:
        from flume import registry

        kind = registry.default().find("view", self.view)
        view: View = make_end(type(self), self.view, kind, {name: thaw(value) for name, value in self.options})
        return view

    def asked(self) -> Asked:
        """The options, checked and read.

        :raises OptionError: one has no such value.
        """
        word = spoken(type(self))
        if self.max_series < 1:
            raise OptionError(f"{word}: max_series takes a number from 1 on, not {self.max_series}")
        x, y = (getattr(self, option) for option in self.axes)
        orientation = self._own("orientation", "vertical")
        if orientation not in ("vertical", "horizontal"):
            raise OptionError(f"{word}: orientation takes 'vertical' or 'horizontal', not {orientation!r}")
        gap = self._own("gap", None)
        return Asked(
            word=word,
            kind=self.kind,
            title=self.title,
            xlabel=self.xlabel,
            ylabel=self.ylabel,
            x=x,
            y=y,
            series=self._own("series", x),
            kept=_kept_of(word, self.last),
            max_series=self.max_series,
            xrange=_range_of(word, "xrange", self.xrange),
            yrange=_range_of(word, "yrange", self.yrange),
            form=_form_of(word, self.number),
            palette=_palette_of(word, self.palette),
            horizontal=orientation == "horizontal",
            gap=None if gap is None else _seconds_of(word, "gap", gap),
        )


class _Charting(Stage):
    holds = True

    def __init__(self, step: Charting, view: View, plot: Plot, run: Run) -> None:
        self._step = step
        self._view = view
        self._plot = plot
        self._run = run
        self._interval = _interval_of(spoken(type(step)), step.every)
        self._by_batch = step.every == BATCH
        file = None if step.file is None else os.fspath(step.file)
        self._showing = showing(file, run, each=self._by_batch, rows=self._rows(), open_it=step.open)
        self.draws = isinstance(self._showing, ToTerminal) and self._showing.in_place
        follows = view.window or self._showing.each  # whether each picture is seen
        self._follows = follows and (run.live or self.draws) and not self._by_batch
        self._live = run.live  # whether picture follows picture
        self._screen = self._showing.screen()
        self._canvases = self._open()
        self._next = run.clock.monotonic() + (0 if run.live else self._interval)  # what is over soon is drawn once
        self._time: datetime | None = None  # of the points since the last picture
        self._fresh = False  # whether there is anything that was not drawn
        self._drawn = False

    def push(self, batch: Batch) -> Batch:
        if self._by_batch and not self._run.batched:
            self._take_by_time(batch)
        else:
            self._plot.take(batch)
            self._fresh = True
            self._draw_if_due()
        self._run.account.take("written", len(batch))
        return []

    def _take_by_time(self, batch: Batch) -> None:
        """Without a `batch`, points of one time are one: so were they made, by a reduce, and so are they drawn."""
        for point in batch:
            time = point.get("time")
            if self._fresh and time != self._time:
                self._draw()
            self._time, self._fresh = time, True
            self._plot.take([point])

    def mark(self, start: datetime | None) -> Iterable[Batch]:
        if self._by_batch and self._fresh:
            self._draw()
        return ()

    def advance(self, watermark: datetime) -> Batch:
        self._draw_if_due()
        return []

    def tick(self) -> None:
        self._draw_if_due()

    def end(self) -> Batch:
        if self._fresh:
            self._draw(last=True)
        self._showing.end()
        if not self._drawn:
            self._run.warn_once("empty", f"{self._run.account.step}: there is nothing to draw")
        return []

    def close(self) -> None:
        for canvas in self._canvases:
            canvas.close()

    def _draw_if_due(self) -> None:
        """While the stream goes on, draw what is new, but no more often than was asked, and than it can be drawn."""
        clock = self._run.clock
        if not self._follows or not (self._fresh or self._drawn):
            return
        began = clock.monotonic()
        if began >= self._next and (self._fresh or self._showing.screen() != self._screen):
            self._live = True
            self._draw()
            self._next = began + max(self._interval, 2 * (clock.monotonic() - began))

    def _draw(self, *, last: bool = False) -> None:
        self._fit()
        self._fresh = False
        chart = self._plot.chart(self._canvases[0].columns)
        if chart is None:
            return
        self._say_what_is_folded(chart)
        pictures = [picture for canvas in self._canvases if (picture := canvas.draw(chart)) is not None]
        self._drawn = True
        if pictures and (last or self._showing.each):
            self._showing.show(*pictures, last=last)

    def _fit(self) -> None:
        """Draw for the terminal as it is now: somebody may have changed its size, or pictures follow from now on."""
        now = self._showing.screen(), self._live
        if now != (self._screen, self._opened_live) and self._step.size is None and not self._view.window:
            self.close()
            self._screen = now[0]
            self._canvases = self._open()

    def _say_what_is_folded(self, chart: Chart) -> None:
        if self._plot.folded:
            what = "categories" if chart.kind == "pie" else "series"
            many = f"the {self._plot.folded} smallest {what} are drawn as {OTHER!r}; max_series= draws more"
            self._run.warn_once("folded", f"{self._run.account.step}: {many}")

    def _open(self) -> tuple[Canvas, ...]:
        step = self._step
        self._opened_live = self._live
        target = Target(step.picture_format, _size_of("", step.size), self._screen, live=self._live)
        return self._showing.open(self._view, target)

    def _rows(self) -> int | None:
        """How many rows of a terminal it takes, where that is known: pictures that are no text take none."""
        if self._view.window or not any(kind.startswith("text/plain") for kind in self._view.formats.values()):
            return 0
        size = _size_of("", self._step.size)
        return None if size is None else size[1]


# -- options -----------------------------------------------------------------------------------------


def _size_of(word: str, size: Any) -> tuple[int, int] | None:
    """A size as people write it: a pair, `'1280x1024'`; one of both may be left out."""
    if size is None:
        return None
    match = _SIZE.fullmatch(size) if isinstance(size, str) else None
    pair = tuple(map(int, match.groups())) if match else size
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise OptionError(f"{word}: size takes width and height, as '960x480', not {thaw(size)!r}")
    for side in pair:
        if side is not None and (isinstance(side, bool) or not isinstance(side, int) or not 1 <= side <= _WIDEST):
            raise OptionError(f"{word}: width and height are from 1 to {_WIDEST:,}, not {side!r}")
    width, height = pair
    if width is None or height is None:
        raise OptionError(f"{word}: width and height go together; give both, or size='960x480'")
    return width, height


def _interval_of(word: str, every: Any) -> float:
    return 0.0 if every == BATCH else _seconds_of(word, "every", every)


def _seconds_of(word: str, option: str, given: Any) -> float:
    """A duration, in seconds; numbers are seconds."""
    if isinstance(given, (int, float)) and not isinstance(given, bool) and given >= 0:
        return float(given)
    if isinstance(given, str):
        try:
            return duration(given).seconds
        except MomentError as error:
            raise OptionError(f"{word}: {option}: {error}") from None
    raise OptionError(f"{word}: {option} takes a duration as '1s', not {given!r}")


def _kept_of(word: str, last: Any) -> int | timedelta:
    if isinstance(last, int) and not isinstance(last, bool) and last > 0:
        return last
    if isinstance(last, str):
        return timedelta(seconds=_seconds_of(word, "last", last))
    raise OptionError(f"{word}: last takes a number of points or a duration as '5m', not {last!r}")


def _range_of(word: str, option: str, given: Any) -> tuple[float, float] | None:
    if given is None:
        return None
    numbers = isinstance(given, tuple) and all(
        isinstance(each, (int, float)) and not isinstance(each, bool) and abs(each) < LARGEST for each in given
    )
    if not numbers or len(given) != 2 or not given[0] < given[1]:
        raise OptionError(f"{word}: {option} takes two numbers, the lower first, as (0, 100), not {thaw(given)!r}")
    return given[0], given[1]


def _form_of(word: str, form: str) -> str:
    try:
        format(1.5, form)
    except ValueError:
        raise OptionError(f"{word}: number takes a format of Python's for numbers, as ',.2f', not {form!r}") from None
    return form


def _palette_of(word: str, palette: Any) -> tuple[str, ...]:
    if palette is None:
        return PALETTE
    colours = (palette,) if isinstance(palette, str) else palette
    if not isinstance(colours, tuple) or not colours or not all(map(_is_colour, colours)):
        raise OptionError(f"{word}: palette takes colours as '#4477AA', not {thaw(palette)!r}")
    return colours


def _is_colour(text: Any) -> bool:
    return isinstance(text, str) and _COLOUR.fullmatch(text) is not None
