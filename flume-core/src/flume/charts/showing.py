"""Showing: where pictures go. A file, a notebook, a terminal, standard output, or else a temporary file.

Nothing but this decides it.  A notebook is told by the IPython that runs there; it is never imported here first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flume.adapters.destinations import Atomically, Directly, StandardOutput
from flume.files import is_special
from flume.run import Run
from flume.screen import clear_progress, screen_of
from flume.viewing import Canvas, Picture, Screen, Target, View

_SIXEL = "image/x-sixel"  # pictures that some terminals show
_DRAWN = ("html", "svg")  # what a notebook shows of them is for it to choose
_FRAME = (  # as high as the page in it, which is drawn as wide as there is room
    '<iframe srcdoc="{page}" width="100%" height="520" frameborder="0"'
    ' onload="this.height = this.contentDocument.documentElement.offsetHeight"></iframe>'
)


class Showing:
    """Takes the pictures of one chart."""

    each = True
    """Whether every picture is shown, or only the last."""

    def open(self, view: View, target: Target) -> tuple[Canvas, ...]:
        """The canvases whose pictures it takes of each chart: one, but for a notebook."""
        return (view.open(target),)

    def screen(self) -> Screen | None:
        """What there is of a terminal for its pictures; None where there is none."""
        return None

    def show(self, picture: Picture, *others: Picture, last: bool) -> None:
        """Show it, in the place of the one before where that can be; *others* are the same chart in other formats."""
        raise NotImplementedError

    def end(self) -> None:
        """No picture comes any more."""


class ToFile(Showing):
    """A file that always holds a whole picture; a pipe or a device is written to, and stays what it is."""

    def __init__(self, path: str, run: Run, *, each: bool = True) -> None:
        self._path = path
        self._run = run
        self.each = each or not is_special(path)

    def show(self, picture: Picture, *others: Picture, last: bool) -> None:
        special = is_special(self._path)
        file = Directly(self._path, self._run, append=False) if special else Atomically(self._path, self._run)
        try:
            file.write(picture.data)
            file.commit()
        finally:
            file.close()


class ToNotebook(Showing):
    """The output of a cell of a notebook."""

    def __init__(self) -> None:
        self._handle: Any = None

    def open(self, view: View, target: Target) -> tuple[Canvas, ...]:
        """A notebook shows what suits the place where it is read: a page, a picture, or text."""
        from flume.views.terminal import terminal  # which the others do without, where the view is another

        if view.window:
            return super().open(view, target)
        formats = (target.format,) if target.format else notebook_formats(view.formats)
        pictures = tuple(view.open(replace(target, format=format)) for format in formats)
        return (*pictures, terminal().open(Target(live=target.live))) if formats else (view.open(target),)

    def show(self, picture: Picture, *others: Picture, last: bool) -> None:
        bundle = bundle_of(picture, *others)
        if self._handle is not None:
            self._handle.update(bundle, raw=True)
            return
        display = sys.modules["IPython"].display.display
        self._handle = display(bundle, raw=True, display_id=True)


class ToTerminal(Showing):
    """A terminal: text is drawn over the text before; other pictures go to a temporary file.

    *rows*: how many the text has, where that is known.
    """

    def __init__(self, run: Run, *, in_place: bool, rows: int | None, open_it: bool) -> None:
        self._run = run
        self._open = open_it
        self._pane = run.panes.add(rows) if in_place else None
        self._out = StandardOutput(run, panes=in_place)
        self._path: str | None = None

    @property
    def in_place(self) -> bool:
        """Whether a picture can be drawn over the one before."""
        return self._pane is not None

    def screen(self) -> Screen | None:
        return screen_of(sys.stdout) if self._pane is None else self._pane.screen()

    def show(self, picture: Picture, *others: Picture, last: bool) -> None:
        text = picture.media_type.startswith("text/plain")
        if not text and picture.media_type != _SIXEL:
            self._keep(picture)
            return
        clear_progress()
        if self._pane is None or not text:
            self._out.write(picture.data)
        elif last:
            self._out.write(self._pane.finish(picture.data))
            self._pane = None
        else:
            self._out.write(self._pane.show(picture.data.splitlines()))

    def end(self) -> None:
        if self._pane is not None:
            self._out.write(self._pane.finish())
            self._pane = None

    def _keep(self, picture: Picture) -> None:
        if self._path is None:
            import tempfile

            kind = _EXTENSIONS.get(picture.media_type, "")
            descriptor, self._path = tempfile.mkstemp(prefix="flume-", suffix=kind)
            os.close(descriptor)
            self._run.warn(f"the picture is in {self._path}")
            show_now = self._open
        else:
            show_now = False
        ToFile(self._path, self._run).show(picture, last=True)
        if show_now:
            import webbrowser

            webbrowser.open(f"file://{self._path}")


class ToStandardOutput(Showing):
    """A pipe, or a file that the shell has opened: nothing in it can be replaced."""

    def __init__(self, run: Run, *, each: bool) -> None:
        self._out = StandardOutput(run)
        self.each = each

    def show(self, picture: Picture, *others: Picture, last: bool) -> None:
        self._out.write(picture.data)


_EXTENSIONS = {
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "text/html": ".html",
    "application/pdf": ".pdf",
}


def showing(file: str | None, run: Run, *, each: bool, rows: int | None, open_it: bool) -> Showing:
    """Where the pictures of a chart go.

    *each*: every picture was asked for, one after the other; *rows*: how many it takes of a terminal, where that is
    known; *open_it*: a picture in a temporary file is opened.
    """
    if file is not None:
        return ToFile(file, run, each=each)
    if in_notebook():
        return ToNotebook()
    if screen_of(sys.stdout) is not None or (open_it and sys.stdout is sys.__stdout__):
        return ToTerminal(run, in_place=run.open_ended and not each, rows=rows, open_it=open_it)
    return ToStandardOutput(run, each=each)


def in_notebook() -> bool:
    """Whether this runs in a notebook, which shows pictures."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def notebook_formats(formats: Mapping[str, str]) -> tuple[str, ...]:
    """Those of these formats that a notebook is given: pages and drawings, else pixels; none where there is only text.

    >>> notebook_formats({'png': 'image/png', 'svg': 'image/svg+xml', 'html': 'text/html'})
    ('html', 'svg')
    """
    return tuple(format for format in _DRAWN if format in formats) or (("png",) if "png" in formats else ())


def bundle_of(*pictures: Picture) -> dict[str, Any]:
    """Pictures of one chart as notebooks take them, by media type; a page goes into a frame, so that nothing leaks.

    >>> bundle_of(Picture('image/svg+xml', b'<svg/>'), Picture('text/plain', b'x'))
    {'image/svg+xml': '<svg/>', 'text/plain': 'x'}
    """
    return dict(map(_as_taken, pictures))


def _as_taken(picture: Picture) -> tuple[str, str]:
    kind = picture.media_type.partition(";")[0]
    if kind == "text/html":
        import html  # which only notebooks need

        return kind, _FRAME.format(page=html.escape(picture.data.decode(), quote=True))
    if kind.startswith("image/") and kind != "image/svg+xml":
        import base64

        return kind, base64.b64encode(picture.data).decode()
    return kind, picture.data.decode()
