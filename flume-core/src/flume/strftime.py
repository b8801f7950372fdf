"""Strftime: times as text in a format of one's own, the same on any machine and in any locale."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

LONGEST: Final = 1_000  # characters of a format

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

_SAME = frozenset("CdefGgHIjklMmnRSTtUuVWwyz%")  # what the C library gives the same in every locale
_PADDED = frozenset("dmHIMSjUVWy")
_SPELLED = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "h": "%b",
    "r": "%I:%M:%S %p",
    "X": "%H:%M:%S",
    "x": "%m/%d/%y",
}  # as the C locale has them
_OWN: dict[str, Callable[[datetime], str]] = {
    "a": lambda time: _DAYS[time.weekday()][:3],
    "A": lambda time: _DAYS[time.weekday()],
    "b": lambda time: _MONTHS[time.month - 1][:3],
    "B": lambda time: _MONTHS[time.month - 1],
    "p": lambda time: "AM" if time.hour < 12 else "PM",
    "s": lambda time: str((time - _EPOCH) // _SECOND),  # the C library means the zone of this machine
    "Y": lambda time: f"{time.year:04}",  # some C libraries leave out the zeros
    "Z": lambda time: time.tzname() or "UTC",
}
_DIRECTIVE = re.compile(r"%-?.?", re.DOTALL)


def strftime(time: datetime, format: str) -> str:
    """An aware time as text, as Python's strftime gives it in the C locale.

    :raises ValueError: a directive that does not exist.

    >>> time = datetime(2016, 7, 3, 19, 5, tzinfo=UTC)
    >>> strftime(time, '%A %d %B, %-d.%-m.'), strftime(time, '%s')
    ('Sunday 03 July, 3.7.', '1467572700')
    """
    pieces = _pieces(format, time.year < 1000)
    return "".join([time.strftime(piece) if isinstance(piece, str) else piece(time) for piece in pieces])


def check_format(format: str) -> str:
    """The format, if it is one.

    :raises ValueError: a directive that does not exist.

    >>> check_format('%H:%q')
    Traceback (most recent call last):
    ValueError: '%H:%q' has no directive '%q'; write %% for a percent sign
    """
    _pieces(format)
    return format


@lru_cache(maxsize=256)
def _pieces(format: str, early: bool = False) -> tuple[str | Callable[[datetime], str], ...]:
    """What the C library is asked for, as much at once as can be, and what gives the rest."""
    if not isinstance(format, str):
        raise TypeError("a format is text")
    if len(format) > LONGEST:
        raise ValueError(f"a format has at most {LONGEST:,} characters, not {len(format):,}")
    pieces: list[str | Callable[[datetime], str]] = [""]
    end = 0
    for found in _DIRECTIVE.finditer(format):
        _append(pieces, _literal(format[end : found.start()]))
        end = found.end()
        letter = found[0][1:]
        if letter in _SAME or (letter == "Y" and not early):
            _append(pieces, found[0])
        elif letter in _SPELLED:
            for piece in _pieces(_SPELLED[letter], early):
                _append(pieces, piece)
        elif letter[:1] == "-" and letter[1:] in _PADDED:
            _append(pieces, _unpadded(f"%{letter[1:]}"))
        elif letter in _OWN:
            _append(pieces, _OWN[letter])
        else:
            from flume.caret import quoted

            raise ValueError(f"{quoted(format)} has no directive {quoted(found[0])}; write %% for a percent sign")
    _append(pieces, _literal(format[end:]))
    return tuple(piece for piece in pieces if piece)


def _append(pieces: list[str | Callable[[datetime], str]], piece: str | Callable[[datetime], str]) -> None:
    last = pieces[-1]
    if isinstance(piece, str) and isinstance(last, str):
        pieces[-1] = last + piece
    else:
        pieces.append(piece)


def _literal(text: str) -> str | Callable[[datetime], str]:
    return text if text.isascii() and "\0" not in text else lambda time: text  # C libraries differ in what they take


def _unpadded(directive: str) -> Callable[[datetime], str]:
    return lambda time: time.strftime(directive).lstrip("0") or "0"
