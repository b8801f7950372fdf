"""Width: how many columns of a terminal a text takes, and a text that takes no more than there are."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = frozenset({"\u200c", "\u200d", *map(chr, range(0xFE00, 0xFE10))})  # and what chooses the look of an emoji
_JAMO = range(0x1160, 0x1200)  # vowels and ends of Korean syllables, which stand in the column of the beginning


def width(text: str) -> int:
    """How many columns *text* takes.

    >>> width('abc'), width('日本'), width('e\u0301')
    (3, 4, 1)
    """
    return len(text) if text.isascii() and text.isprintable() else sum(map(columns, text))


@lru_cache(maxsize=4096)
def columns(character: str) -> int:
    """How many columns one character takes: 2 of the wide ones of East Asia, 0 of accents that stand above another."""
    if unicodedata.category(character) in ("Mn", "Me", *_INVISIBLE) or ord(character) in _JAMO:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def is_visible(character: str) -> bool:
    """Whether it may be sent to a terminal: no control, nothing that turns the direction of text or joins emoji.

    >>> is_visible('a'), is_visible('\\x1b'), is_visible('\\u202e')
    (True, False, False)
    """
    return unicodedata.category(character) not in _INVISIBLE and character not in _JOINERS


def visible(text: str) -> str:
    """*text* without what is not visible.

    >>> visible('a\\x1b[2J')
    'a[2J'
    """
    return text if text.isascii() and text.isprintable() else "".join(filter(is_visible, text))


def escaped(text: str) -> str:
    r"""*text* on one line, and with nothing that a terminal would obey: that is written as in a program.

    >>> print(escaped('a\tb\x1b[2J'))
    a\tb\x1b[2J
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if is_visible(character):
        return character
    if character in _JOINERS:  # which say no more than how their neighbours look
        return ""
    return "\ufffd" if "\ud800" <= character < "\ue000" else repr(character)[1:-1]


def shortened(text: str, most: int, ellipsis: str = "…") -> str:
    """*text*, cut where it takes more than *most* columns.

    >>> shortened('a long name', 7), shortened('日本語', 5), shortened('abc', 3)
    ('a long…', '日本…', 'abc')
    """
    if width(text) <= most:
        return text
    room = most - width(ellipsis)
    if room < 0:
        return ellipsis[: max(0, most)]
    for at, character in enumerate(text):
        room -= columns(character)
        if room < 0:
            return text[:at].rstrip() + ellipsis
    raise AssertionError


def padded(text: str, to: int, *, right: bool = False) -> str:
    """*text* with spaces that make it *to* columns wide, before it where it is to stand on the *right*.

    >>> padded('日', 4), padded('1', 3, right=True)
    ('日  ', '  1')
    """
    spaces = " " * (to - width(text))
    return spaces + text if right else text + spaces
