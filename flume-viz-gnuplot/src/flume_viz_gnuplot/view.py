"""gnuplot: charts as text, pictures or windows, drawn by the program of that name."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from flume.errors import OptionError, SinkError
from flume.viewing import Canvas, Chart, Picture, Screen, Target, View
from flume_viz_gnuplot.cells import StandIns
from flume_viz_gnuplot.fonts import drawable
from flume_viz_gnuplot.process import Process
from flume_viz_gnuplot.script import Page, script


class _Terminal(NamedTuple):
    """One of gnuplot's ways to put out; its settings take a width and a height."""

    settings: str
    format: str | None = None  # None: it shows a window

    @property
    def name(self) -> str:
        """What gnuplot calls it."""
        return self.settings.split()[0]

    @property
    def plain(self) -> bool:
        """Whether its pictures are made of characters."""
        return self.format == "txt"

    @property
    def cairo(self) -> bool:
        """Whether cairo draws its text."""
        return self.name in ("pngcairo", "pdfcairo", "wxt")

    @property
    def window(self) -> bool:
        """Whether it shows a window."""
        return self.name in ("x11", "qt", "wxt")


_FONT = "noenhanced font 'sans,11'"
_TERMINALS = {
    "dumb": _Terminal("dumb mono noenhanced size {},{} aspect 1", "txt"),
    "block": _Terminal("block noenhanced size {},{}", "txt"),
    "png": _Terminal("png truecolor " + _FONT + " size {},{}", "png"),
    "pngcairo": _Terminal("pngcairo " + _FONT + " size {},{}", "png"),
    "svg": _Terminal(
        "svg noenhanced font 'sans-serif,11' fontscale 1.3 size {},{} dynamic background rgb 'white'", "svg"
    ),
    "pdfcairo": _Terminal("pdfcairo " + _FONT + " fontscale 0.75 size {}/96.,{}/96.", "pdf"),
    "sixelgd": _Terminal("sixelgd truecolor " + _FONT + " size {},{}", "six"),
    "x11": _Terminal("x11 noenhanced noraise persist size {},{}"),
    "qt": _Terminal("qt " + _FONT + " noraise persist size {},{}"),
    "wxt": _Terminal("wxt " + _FONT + " noraise persist size {},{}"),
    "unknown": _Terminal("unknown"),
}
_USUAL = {"txt": "dumb", "png": "pngcairo", "svg": "svg", "pdf": "pdfcairo", "six": "sixelgd"}
_CHARACTERS, _PIXELS = (80, 26), (960, 480)


class gnuplot(View):  # noqa: N801 - a word of the language
    """Charts by gnuplot: text for a terminal, pictures for files, windows that follow a live stream.

    A pie becomes bars with shares: gnuplot has none.  Sizes are in characters for `dumb` and `block`, else in pixels.

    :param terminal: how gnuplot puts out where the format does not say it: 'dumb' or 'block' (text), 'x11', 'qt' or
        'wxt' (a window), 'png', 'pngcairo', 'svg', 'pdfcairo', 'sixelgd' (pictures), 'unknown' (nothing).
    :raises SinkError: gnuplot is not installed, has no such terminal, finds no display, dies or hangs.

    >>> gnuplot(terminal='x11')
    gnuplot('x11')
    >>> gnuplot('vt100')
    Traceback (most recent call last):
        ...
    flume.errors.OptionError: gnuplot: terminal is one of dumb, block, png, pngcairo, svg, pdfcairo, sixelgd, x11, qt,
    wxt, unknown, not 'vt100'
    """

    formats: ClassVar = {
        "txt": "text/plain",
        "png": "image/png",
        "svg": "image/svg+xml",
        "pdf": "application/pdf",
        "six": "image/x-sixel",
    }

    terminal: str = "dumb"

    def check(self) -> None:
        if self.terminal not in _TERMINALS:
            raise OptionError(f"gnuplot: terminal is one of {', '.join(_TERMINALS)}, not {self.terminal!r}")

    @property
    def window(self) -> bool:
        return _TERMINALS[self.terminal].window

    def open(self, target: Target) -> Canvas:
        terminal = _TERMINALS[self.terminal]
        if target.format and target.format != terminal.format:
            if self.terminal != "dumb":
                raise SinkError(
                    f"gnuplot: terminal={self.terminal!r} makes no {target.format}; leave out the one or the other"
                )
            terminal = _TERMINALS[_USUAL[target.format]]
        return _Gnuplot(terminal, target)


class _Gnuplot(Canvas):
    """One process that draws picture after picture."""

    def __init__(self, terminal: _Terminal, target: Target) -> None:
        self._terminal = terminal
        self._ascii = bool(terminal.plain and target.screen and not target.screen.unicode)
        width, height = target.size or (_on(target.screen) if terminal.plain else _PIXELS)
        self.columns = width
        self._columns, self._rows = (width, height) if terminal.plain else (width // 7, height // 15)
        mouse = "\nunset mouse" * terminal.window  # its events would draw between one picture and the next
        self._set_terminal = f"set terminal {terminal.settings.format(int(width), int(height))}{mouse}"
        if terminal.window:
            _need_display(terminal)
        self._process = Process()
        try:
            self._process.run(self._set_terminal)
        except SinkError as error:
            self._process.close()
            if "terminal type" in str(error):
                raise SinkError(
                    f"this gnuplot has no terminal {terminal.name!r}; windows come with the packages gnuplot-qt and "
                    "gnuplot-x11, 'block' with gnuplot 6"
                ) from None
            raise

    def draw(self, chart: Chart) -> Picture | None:
        terminal, stand_ins = self._terminal, StandIns()
        stand_in: Callable[[str], str] = str
        if self._ascii:
            stand_in = _as_ascii
        elif terminal.plain:
            stand_in = stand_ins.stand_in
        elif terminal.cairo:
            stand_in = drawable
        commands = script(chart, Page(self._columns, self._rows, terminal.plain, stand_in))
        if not terminal.format:
            self._process.run(commands)
            return None
        data = self._process.run(f"{self._set_terminal}\n{commands}\nset terminal unknown")  # which ends the picture
        if not data:
            raise SinkError(f"gnuplot drew nothing: {self._process.complaint}")
        if terminal.plain:
            rows = [row.rstrip() for row in data.decode("utf-8", "replace").replace("\f", "\n").split("\n")]
            data = stand_ins.restore("\n".join(rows).strip("\n") + "\n").encode()
        if terminal.format == "svg":
            data = data.replace(b"]]>", b"]]&gt;")  # the one thing that gnuplot does not escape
        return Picture(gnuplot.formats[terminal.format], data)

    def close(self) -> None:
        self._process.close()


def _on(screen: Screen | None) -> tuple[int, int]:
    """The size of text on a screen; a row is left for the prompt."""
    return (screen.columns, max(screen.rows - 1, 2)) if screen else _CHARACTERS


def _as_ascii(text: str) -> str:
    return text.replace("…", "~").encode("ascii", "replace").decode()


def _need_display(terminal: _Terminal) -> None:
    """Without a display gnuplot may end as if all were well."""
    wanted = ["DISPLAY"] if terminal.name == "x11" else ["DISPLAY", "WAYLAND_DISPLAY"]
    own = sys.platform in ("darwin", "win32") and terminal.name != "x11"  # a display that needs no name
    if not own and not any(os.environ.get(variable) for variable in wanted):
        raise SinkError(
            f"gnuplot: terminal={terminal.name!r} shows a window and there is no display: set {' or '.join(wanted)}, "
            "or leave terminal out"
        )
