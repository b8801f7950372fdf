"""Lines of JSON that are spelt as flume spells them: they are not decoded, and what steps put goes behind them.

A pattern tells of a whole block whether each of its lines is an object of fields that are known by name, in a known
order (so that none stands there twice), whose values would be written in just the same letters, all with spaces or all
without.  It needs the library pcre2.  A block of which that is not known is read the plain way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import msgspec

from flume.parsers.json_blocks import LARGE
from flume.parsers.json_decoding import TROUBLES
from flume.parsers.json_encoding import encode_name, encode_values
from flume.parsers.pcre import compiled, substituted
from flume.parsing import Origin
from flume.tables import Extension, Table
from flume.timestamps import DAY

COMPACT = "compact"
SPACED = "spaced"

_LOOKED_AT = 100  # lines of a block, for the names of fields
_MOST = 100  # fields of a pattern
_TRIES = 8  # patterns for one input
_CUT = b"\0"  # no line of JSON has it

_decoder = msgspec.json.Decoder()
_object_decoder = msgspec.json.Decoder(dict[str, Any])

# with no escapes but those that are written, too
_TEXT = rb'"[^"\\\x00-\x1f]*+(?:\\["\\bfnrt][^"\\\x00-\x1f]*+)*+"'
_INTEGER = rb"(?:0|-?[1-9][0-9]{0,17}+)(?![.0-9])"
# up to fifteen digits, without a zero at the end, are the shortest ones for their float; very small ones are written
# with an exponent
_FLOAT = rb"-?(?=[0-9.]{3,16}+(?![0-9.]))(?!0\.00000)(?:0|[1-9][0-9]*+)\.(?:0(?![0-9])|[0-9]*+(?<![.0]))"
_SCALAR = b"(?:%b|%b|%b|true|false|null)" % (_TEXT, _INTEGER, _FLOAT)
_LEAP = rb"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE = rb"(?!0000)(?:[0-9]{4}-(?:%b)|%b-02-29)" % (DAY.encode(), _LEAP)
_TIME = rb'"%bT(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}(?:[0-9]{3}(?<!000))?+Z"' % _DATE

Finder = Callable[[bytes], tuple[bytes, int]]
"""Gives the values that are read of each line at the beginning of a block, with a comma behind each, and how many lines
there are, up to one that is spelt in another way."""


class SpeltLines:
    """Makes tables of the blocks of *origin* whose lines are spelt as flume spells them."""

    def __init__(self, origin: Origin, extension: Extension) -> None:
        self._origin = origin
        self._extension = extension
        self._spelling = COMPACT
        self._fields: list[str] = []  # in the order in which they stand on the lines
        self._tries = _TRIES

    def table(self) -> Table | None:
        """The table of the present block; None where it is to be read the plain way."""
        origin = self._origin
        block = origin.block if origin.block.endswith(b"\n") else origin.block + b"\n"
        if len(block) < LARGE or not (self._fields or self._tries) or not _is_text(block):
            return None
        lines = origin.lines()
        texts, count = self._found(block)
        while count < len(lines):
            if not self._learns(lines[count : count + _LOOKED_AT]):
                return None
            texts, count = self._found(block)
        read = [field for field in self._fields if field in self._extension.read]
        values = _decoder.decode(b"[%b]" % texts[:-1])
        columns = {field: [None] * count for field in self._extension.read}
        columns |= {field: values[place :: len(read)] for place, field in enumerate(read)}
        return Table(
            count,
            partial(_object_decoder.decode_lines, block),
            columns=columns,
            mentions=frozenset(self._fields).__contains__,
            lines=partial(list, lines),
            extends=self._spelling,
            origin=origin,
            numbers=range(origin.first, origin.first + count),
        )

    def _found(self, block: bytes) -> tuple[bytes, int]:
        find = _finder(tuple(self._fields), self._extension.read, self._spelling) if self._fields else None
        return (b"", 0) if find is None else find(block)

    def _learns(self, lines: Sequence[bytes]) -> bool:
        """Whether *lines* have fields or a spelling that were not known: a pattern of these may find more."""
        if not self._tries:
            return False
        self._tries -= 1
        known = len(self._fields), self._spelling
        self._spelling = SPACED if b'": ' in lines[0] else COMPACT
        for line in lines:
            try:
                names = _object_decoder.decode(line)
            except TROUBLES:
                continue
            place = 0
            for name in names:
                if name in self._fields:
                    place = self._fields.index(name) + 1
                else:
                    self._fields.insert(place, name)
                    place += 1
        if len(self._fields) > _MOST or not self._extension.made.isdisjoint(self._fields):
            self._fields.clear()  # what is put stands where the field stood before
            self._tries = 0
        return (len(self._fields), self._spelling) != known


def _is_text(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=64)
def _finder(fields: tuple[str, ...], wanted: frozenset[str], spelling: str) -> Finder | None:
    """What finds lines with some of *fields*, in this order; None where pcre2 is not installed."""
    colon, comma = (b":", b",") if spelling == COMPACT else (b": ", b", ")
    value = rb"(?:%b|\[(?:(?1)(?:%b(?1))*+)?+\])" % (_SCALAR, comma)
    members = b""
    for field in fields:
        found = _TIME if field == "time" else b"(%b)" % _SCALAR if field in wanted else value
        members += rb"(?:%b%b%b(?:%b|(?=\})))?+" % (re.escape(encode_name(field)), colon, found, comma)
    read = sum(field in wanted for field in fields)
    # the group 1 is for lists, which are rarer: as often as there are fields, it makes a pattern too long
    pattern = compiled(rb'(?(DEFINE)(%b))\G\{%b(?<=["0-9el\]])\}\n' % (_SCALAR, members))
    if pattern is None:
        return None
    template = b"".join([b"${%d:-null}," % group for group in range(2, read + 2)])

    def find(block: bytes) -> tuple[bytes, int]:
        return substituted(pattern, template, block) or (b"", 0)

    return find


def extended(table: Table, spelling: str) -> bytes:
    """The lines of a table in this spelling, with the fields that were put.

    Raises what an encoder does for values that take a closer look.
    """
    assert table.lines is not None
    lines = table.lines()
    if table.extends != spelling:
        lines = [msgspec.json.format(line, indent=-1 if spelling == COMPACT else 0) for line in lines]
    if not table.put:
        lines.append(b"")
        return b"\n".join(lines)
    step = len(table.put) + 1
    parts = [b""] * (step * len(lines))
    parts[::step] = [line[:-1] for line in lines]
    for place, field in enumerate(table.put, 1):
        parts[place::step] = _members(field, table.column(field), spelling, b"}\n" if place == step - 1 else b"")
    return b"".join(parts)


def _members(field: str, values: Sequence[Any], spelling: str, end: bytes) -> list[bytes]:
    """The member of the object on each line, with the comma before it and the *end* behind it."""
    begin = (b",%b:" if spelling == COMPACT else b", %b: ") % encode_name(field)
    between = end + _CUT + begin
    return (begin + encode_values(values, field, between, compact=spelling == COMPACT) + end).split(_CUT)
