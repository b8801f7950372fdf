"""How much room text takes, as far as that can be told without its font."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import combining, east_asian_width

_NARROW = frozenset("iIjlt.,:;'`|!()[]{}/\\ frJ-\"")
_BROAD = frozenset("mwMWQOGD@%—…")


def width(text: str, size: float) -> float:
    """The width of *text* in pixels, in letters of *size* pixels; rather too much than too little.

    >>> width("iii", 10) < width("nnn", 10) < width("日本語", 10)
    True
    """
    return size * sum(map(_em, text))


def widest(texts: Iterable[str], size: float) -> float:
    """The width of the widest, 0 of none."""
    return max((width(text, size) for text in texts), default=0)


def cut(text: str, size: float, room: float) -> str:
    """As much of *text* as there is *room* for, with … where something is missing.

    >>> cut("short", 13, 100), cut("a very long name of a series", 13, 100)
    ('short', 'a very long n…')
    """
    if len(text) * size / 4 <= room and width(text, size) <= room:
        return text
    left = room - size * _em("…")
    for index, letter in enumerate(text):
        left -= size * _em(letter)
        if left < 0:
            return f"{text[:index].rstrip()}…"
    return text


def _em(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _BROAD:
        return 0.9
    if letter.isascii():
        return 0.7 if letter.isupper() else 0.58
    if combining(letter):
        return 0
    return 1 if east_asian_width(letter) in "WF" else 0.7
