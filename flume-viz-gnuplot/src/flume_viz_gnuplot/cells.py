"""Cells: how much room text takes, where a character may take two columns or none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def cells(text: str) -> Iterator[tuple[str, int]]:
    """The characters of a text as they are seen, each with the number of columns that it takes.

    >>> [columns for _, columns in cells("日e\u0301")]
    [2, 1]
    """
    seen = ""
    for character in text:
        if seen and unicodedata.category(character) in ("Mn", "Me", "Cf"):
            seen += character
        else:
            if seen:
                yield seen, 1 + (unicodedata.east_asian_width(seen[0]) in "WF")
            seen = character
    if seen:
        yield seen, 1 + (unicodedata.east_asian_width(seen[0]) in "WF")


def width(text: str) -> int:
    """How many columns a text takes.

    >>> width("日本 e\u0301")
    6
    """
    return len(text) if text.isascii() else sum(columns for _, columns in cells(text))


def clip(text: str, columns: int) -> str:
    """A text that takes no more than *columns*, at least one.

    >>> clip("Saturday", 8), clip("Saturday", 4), clip("日本語", 4)
    ('Saturday', 'Sat…', '日…')
    """
    if width(text) <= columns:
        return text
    kept, left = "", columns - 1
    for seen, taken in cells(text):
        left -= taken
        if left < 0:
            break
        kept += seen
    return kept.rstrip() + "…"


class StandIns:
    """Characters of one column each, in place of what takes two or none: gnuplot counts characters.

    They are those of Unicode's private use; such ones of a text itself, and those that gnuplot's text does not
    survive, beyond U+FFFF, are stood in for too.

    >>> known = StandIns()
    >>> len(known.stand_in("日e\u0301"))
    3
    >>> known.restore(known.stand_in("日e\u0301") + "|") == "日e\u0301|"
    True
    """

    _FIRST, _FILLER = 0xE000, 0xF8FF

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def stand_in(self, text: str) -> str:
        """The text as gnuplot can count it."""
        if text.isascii():
            return text
        return "".join(self._one(seen) + chr(self._FILLER) * (columns - 1) for seen, columns in cells(text))

    def restore(self, picture: str) -> str:
        """What gnuplot has made of such texts, as it is to be seen."""
        return picture.translate({code: seen for seen, code in self._known.items()} | {self._FILLER: ""})

    def _one(self, seen: str) -> str:
        if len(seen) == 1 and not self._FIRST <= ord(seen) <= self._FILLER and ord(seen) <= 0xFFFF:
            return seen
        free = self._FIRST + len(self._known)
        if free == self._FILLER and seen not in self._known:
            return "?"  # there are more than a terminal can show
        return chr(self._known.setdefault(seen, free))
