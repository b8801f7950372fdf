"""Panes: what a run draws on the terminal again and again, charts and tables, one above the other.

Text for the terminal goes above them, and they are drawn anew below it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from flume.screen import screen_of

if TYPE_CHECKING:
    from flume.viewing import Screen

_standing: Panes | None = None


class Pane:
    """The lines of one picture, in its place among the others of the run; *rows*: how many, where that is given."""

    def __init__(self, panes: Panes, rows: int | None) -> None:
        self._panes = panes
        self._rows = rows
        self.lines: Sequence[bytes] = ()

    def screen(self) -> Screen | None:
        """The part of the terminal that it may take; None where there is no terminal any more."""
        return self._panes.share() if self._rows is None else screen_of(sys.stdout)

    def show(self, lines: Sequence[bytes]) -> bytes:
        """What draws all panes anew, this one with *lines*."""
        self.lines = lines
        return self._panes.frame(self)

    def finish(self, data: bytes | None = None) -> bytes:
        """What writes *data*, whole lines, in the place of what was drawn, above the panes that are still drawn.

        None: what was drawn.
        """
        if data is None:
            data = b"".join([line + b"\n" for line in self.lines])
        return self._panes.above(data, finished=self)


class Panes:
    """The panes of a run, in the order of its program."""

    def __init__(self) -> None:
        self._panes: list[Pane] = []
        self._rows: list[int | None] = []  # of all that there were: others do not grow where one has finished
        self._screen: Screen | None = None
        self._drawn = 0  # lines that stand above the cursor

    def add(self, rows: int | None = None) -> Pane:
        """A pane below the others; *rows*: how many it takes, where that is given, else a share of what is left."""
        self._rows.append(rows)
        self._panes.append(Pane(self, rows))
        return self._panes[-1]

    def share(self) -> Screen | None:
        """The part of the terminal that each of them may take whose rows are not given."""
        screen = screen_of(sys.stdout)
        if screen is None:
            return None
        left = screen.rows - 1 - sum(rows for rows in self._rows if rows is not None)
        rows = left // max(1, self._rows.count(None))
        return screen._replace(rows=max(rows, 1) + 1)  # one is the cursor's, which each view leaves free

    def frame(self, new: Pane | None = None) -> bytes:
        """What draws all of them in their place, the one that is *new* too, without a half of it being seen."""
        global _standing
        _standing = self
        return _at_once(self._again(new=new))

    def above(self, data: bytes, *, finished: Pane | None = None) -> bytes:
        """What writes *data*, whole lines, above them; a pane that is *finished* takes no part any more."""
        self._panes = [pane for pane in self._panes if pane is not finished]
        return _at_once(self._again(data)) if self._drawn else data

    def _again(self, above: bytes = b"", new: Pane | None = None) -> bytes:
        screen = screen_of(sys.stdout)
        resized, self._screen = self._screen not in (None, screen), screen
        start = _up(self._drawn)
        if resized:  # what stood there may be broken, and what was drawn for another size is drawn anew by its owner
            start = b"\x1b[2J\x1b[H" if self._drawn else b""
            for pane in self._panes:
                pane.lines = pane.lines if pane is new else ()
        lines = [line for pane in self._panes for line in pane.lines]
        if screen is not None:  # what is above the terminal cannot be drawn again
            lines = lines[-max(1, screen.rows - 1) :]
        self._drawn = len(lines)
        return start + (b"\x1b[J" + above if above else b"") + _all(lines)

    def settle(self) -> None:
        """Nothing is drawn any more: what stands there stays."""
        self._panes.clear()
        self._rows.clear()
        self._drawn = 0

    def typed(self, rows: int) -> None:
        """Somebody has typed so many lines below them: they are drawn over these, too."""
        if self._drawn:
            self._drawn += rows

    def lift(self) -> None:
        """Take them off the terminal: something else is written there now, and they are drawn below it next time."""
        if self._drawn:
            _write(_up(self._drawn) + b"\x1b[J")
            self._drawn = 0

    def restore(self) -> None:
        """Draw them again, below what was written."""
        if not self._drawn and any(pane.lines for pane in self._panes):
            _write(self.frame())


def restore() -> None:
    """Draw again what was taken off."""
    if _standing is not None:
        _standing.restore()


def clear() -> None:
    """Take what is drawn off the terminal, if anything is; see `Panes.lift`."""
    if _standing is not None:
        _standing.lift()


def _write(data: bytes) -> None:
    with suppress(OSError, ValueError, AttributeError):  # nobody looks any more
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _up(lines: int) -> bytes:
    """To the beginning of so many lines above the cursor.

    >>> _up(2), _up(0)
    (b'\\x1b[2F', b'')
    """
    return b"\x1b[%dF" % lines if lines else b""


def _all(lines: Sequence[bytes]) -> bytes:
    """The lines, over what stands there: what else is on a line goes, and all behind the last."""
    return b"".join([line + b"\x1b[K\n" for line in lines]) + b"\x1b[J"


def _at_once(data: bytes) -> bytes:
    """Synchronized output: terminals that know it show nothing before the end of it.

    It is a convention of terminals: https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
    """
    return b"\x1b[?2026h" + data + b"\x1b[?2026l"
