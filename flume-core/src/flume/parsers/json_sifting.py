"""Sifting: lines of JSON that a predicate surely refuses are taken out of a block before any is decoded.

One pattern matches a whole line: an object with just the members of the line that it was learnt from, in their order,
each of a value that no record is refused for, and one of a value that the predicate refuses.  What it does not match
stays, so that a line that is spelt otherwise, or a bad one, is read as ever.  It needs the library pcre2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import compress
from typing import Any

import msgspec

from flume.parsers.json_decoding import TROUBLES
from flume.parsers.pcre import compiled, substituted
from flume.parsers.predicate_patterns import TIME, refused_numbers, refused_texts
from flume.predicate import Predicate

FEW = 4  # where no more than one in so many lines is taken out, it does not pay
PAUSE = 32  # blocks that are left as they are then
_MEMBERS = 100  # at most, of a line to learn from

_LETTERS = r'(?:[^"\\\x00-\x1f\x80-\xff]++|\\["\\/bfnrt]|[\xc2-\xdf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2})*+"'
_PLAIN = r'[^"\\\x00-\x1f\x80-\xff]*+'
_TEXT = f'"{_LETTERS}'
_NUMBER = r"-?+(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]{1,17}+)?+(?:[eE][+-]?+[0-9]{1,2}+)?+"
_VALUE = f"(?:{_TEXT}|{_NUMBER}|true|false|null)"


class Sifter:
    """Takes the lines that *predicate* refuses out of blocks; *time*: the field that is read as the time."""

    def __init__(self, predicate: Predicate, time: str | None) -> None:
        self._predicate = predicate
        self._time = time
        self._shape: tuple[str, ...] | None = None
        self._pause = 0

    def sift(self, block: bytes) -> Sifted | None:
        """The block without them; None where that does not pay, or cannot be."""
        if self._pause:
            self._pause -= 1
            return None
        self._shape = self._shape or _shape(block)
        pattern = None if self._shape is None else _pattern(self._shape, self._predicate, self._time)
        sifted = None if pattern is None else _sifted(block, pattern, self._shape or ())
        if sifted is None or sifted.refused * FEW < sifted.refused + sifted.block.count(b"\n"):
            self._shape, self._pause = None, PAUSE
        return sifted


class Sifted:
    """What is left of a block, how many lines were *refused*, and the *fields* that each of these had."""

    def __init__(self, block: bytes, refused: int, fields: Sequence[str], whole: bytes, pattern: Any) -> None:
        self.block = block
        self.refused = refused
        self.fields = frozenset(fields)
        self._whole = whole
        self._pattern = pattern

    @cached_property
    def places(self) -> Sequence[int]:
        """Of each line that is left, its place among those of the whole block."""
        lines = self._marked(b"")
        if all(line.strip() for line in self.block.splitlines()):  # then what is empty was refused
            return list(compress(range(len(lines)), lines))
        places = [
            place for place, (line, same) in enumerate(zip(lines, self._marked(b"x"), strict=True)) if line == same
        ]
        return places[: len(places) - self._whole.endswith(b"\n")]

    def _marked(self, mark: bytes) -> list[bytes]:
        """The lines of the whole block, with a mark in place of each that was refused."""
        lines: list[bytes] = self._pattern.sub(mark + b"\n", self._whole).split(b"\n")
        return lines


def _sifted(block: bytes, pattern: Any, fields: Sequence[str]) -> Sifted | None:
    left, refused = substituted(pattern, b"", block) or (block, 0)
    return Sifted(left, refused, fields, block, pattern) if refused else None


def _shape(block: bytes) -> tuple[str, ...] | None:
    """The fields of the first line, where it is an object with ordinary names."""
    try:
        names = tuple(_decoder.decode(block[: block.find(b"\n") + 1]))
    except TROUBLES:
        return None
    plain = all(name.isascii() and name.isprintable() and not {'"', "\\"} & {*name} for name in names)
    return names if plain and len(names) <= _MEMBERS else None


_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])


@lru_cache(maxsize=64)
def _pattern(fields: tuple[str, ...], predicate: Predicate, time: str | None) -> Any:
    """What matches a line with just these fields whose value is refused; None where there is no such thing."""
    refused = _refused(predicate)
    if refused is None or predicate.field not in fields or predicate.field in ("time", time):
        return None
    values = {time: f'"{TIME}"', predicate.field: refused}
    members = ", ?".join(f'"{re.escape(name)}": ?{values.get(name, _VALUE)}' for name in fields)
    return compiled(f"(?m)^\\{{{members}\\}}\\r?\\n".encode("latin-1"))


def _refused(predicate: Predicate) -> str | None:
    """A pattern of the values that the predicate refuses."""
    texts = refused_texts(predicate, _PLAIN, '"')
    return refused_numbers(predicate) if texts is None else f'"{texts}"'
