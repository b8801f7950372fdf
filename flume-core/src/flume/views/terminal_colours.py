"""Colours: what tells a terminal to write in one, as far as it has them."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

BOLD = "1"
FAINT = "2"
REVERSE = "7"

_LEVELS = (0, 95, 135, 175, 215, 255)  # of red, green and blue in the 256 colours
_HUES = (31, 33, 32, 36, 34, 35)  # red, yellow, green, cyan, blue, magenta: every 60 degrees


class Colours:
    """How styles are written for a terminal that has 2 ** *bits* colours; with 0 bits none is.

    >>> Colours(24).of('#4477AA'), Colours(8).of('#4477AA'), Colours(4).of('#4477AA'), Colours(0).of('#4477AA')
    ('38;2;68;119;170', '38;5;67', '34', '')
    """

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def of(self, colour: str) -> str:
        """The style of text in this colour, `#rrggbb`."""
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        if self.bits == 24:
            return f"38;2;{red};{green};{blue}"
        if self.bits == 8:
            return f"38;5;{_of_256(red, green, blue)}"
        return str(_of_16(red, green, blue)) if self.bits else ""

    def with_(self, *styles: str) -> str:
        """Several styles at once."""
        return ";".join(filter(None, styles)) if self.bits else ""


def bits_of(environment: Mapping[str, str]) -> int:
    """How many colours the terminal of this environment has, as a power of two.

    >>> bits_of({'TERM': 'xterm-256color'}), bits_of({'COLORTERM': 'truecolor'}), bits_of({})
    (8, 24, 4)
    """
    term = environment.get("TERM", "")
    if environment.get("COLORTERM") in ("truecolor", "24bit") or term.endswith("-direct"):
        return 24
    return 8 if "256" in term else 4


def _of_256(*rgb: int) -> int:
    """The nearest of the 216 colours and the 24 greys."""
    cube = [min(range(6), key=lambda at: abs(_LEVELS[at] - part)) for part in rgb]
    grey = min(23, max(0, round((sum(rgb) / 3 - 8) / 10)))
    far = sum((_LEVELS[at] - part) ** 2 for at, part in zip(cube, rgb, strict=True))
    if sum((8 + 10 * grey - part) ** 2 for part in rgb) < far:
        return 232 + grey
    return 16 + 36 * cube[0] + 6 * cube[1] + cube[2]


def _of_16(*rgb: int) -> int:
    """The one of the nearest hue: the nearest by distance would be grey for half of a palette."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
    if saturation < 0.2:
        return 37 if value > 0.6 else 90
    return _HUES[round(hue * 6) % 6]
