"""Look: the characters and the colours that pictures on a terminal are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from flume.viewing import Chart
from flume.views.terminal_colours import FAINT, Colours

Style = Literal["braille", "block", "ascii"]


class Lines(NamedTuple):
    """What axes are drawn with."""

    upright: str
    tick: str  # of the upright axis
    level: str
    mark: str  # of the level axis
    corner: str
    cross: str
    grid: str
    ellipsis: str


class Pen(NamedTuple):
    """What a series is drawn with.

    :param style: its colour. :param fill: what its bars are filled with. :param mark: what stands for one of its
        points. :param marked: whether its line needs marks, to be told from others.
    """

    style: str
    fill: str
    mark: str
    marked: bool


_UNICODE = Lines("│", "┤", "─", "┬", "└", "┼", "┈", "…")
_ASCII = Lines("|", "+", "-", "+", "+", "+", ".", "...")
_FILLS = "█▒░▓"
_POINT = "•"
_MARKS = "●■▲◆○□△◇"
_ASCII_FILLS = "#=o+%x@:"
_ASCII_MARKS = "*+ox#%@="


@dataclass(frozen=True)
class Look:
    """Which characters and colours there are."""

    style: Style
    colours: Colours

    @property
    def ascii(self) -> bool:
        """Whether the picture is drawn in ASCII."""
        return self.style == "ascii"

    @property
    def lines(self) -> Lines:
        """What axes are drawn with."""
        return _ASCII if self.ascii else _UNICODE

    @property
    def faint(self) -> str:
        """The style of what is not to catch the eye."""
        return self.colours.with_(FAINT)

    def pens(self, chart: Chart, count: int) -> Sequence[Pen]:
        """A pen for each of *count* series (slices): different characters where colours do not tell them apart."""
        each = len(chart.palette) if self.colours.bits and not self.ascii else 1  # series that a character serves
        marked = count > each
        fills, marks = _FILLS, _MARKS
        if self.ascii:
            fills, marks = _ASCII_FILLS, _ASCII_MARKS
        elif not marked:
            marks = _POINT
        elif self.colours.bits:
            marks = _POINT + _MARKS
        return [
            Pen(self.colours.of(chart.colour(number)), _at(fills, number // each), _at(marks, number // each), marked)
            for number in range(count)
        ]


def _at(characters: str, number: int) -> str:
    return characters[number % len(characters)]
