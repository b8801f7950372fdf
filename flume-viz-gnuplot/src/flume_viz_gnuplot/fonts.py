"""Fonts: which characters can be drawn here.

A character that no font has becomes a box as large as the picture, as gnuplot scales what cairo draws: one emoji
spoils all.
"""

from __future__ import annotations

import subprocess
import unicodedata
from functools import cache


def drawable(text: str) -> str:
    """The text with '?' for the characters that no font of this machine has.

    >>> drawable("plain")
    'plain'
    """
    if text.isascii():
        return text
    return "".join(character if _has(character) else "?" for character in text)


def _has(character: str) -> bool:
    code = ord(character)
    invisible = unicodedata.category(character) == "Cf" or 0xFE00 <= code <= 0xFE0F
    return code < 0x80 or invisible or not _ranges() or any(low <= code <= high for low, high in _ranges())


@cache
def _ranges() -> frozenset[tuple[int, int]]:
    """The characters of all fonts, as fontconfig knows them; nothing where it cannot be asked."""
    try:
        asked = subprocess.run(
            ["fc-list", "-f", "%{charset} "], capture_output=True, timeout=10, check=True, stdin=subprocess.DEVNULL
        )
        pairs = [word.split("-") for word in asked.stdout.decode("ascii").split()]
        return frozenset((int(pair[0], 16), int(pair[-1], 16)) for pair in pairs)
    except (OSError, subprocess.SubprocessError, ValueError):
        return frozenset()
