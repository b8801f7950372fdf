"""Tables of logfmt: of most lines only the values of fields that are read are taken, all lines of a block at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import compress
from typing import Any

from flume.flow import Batch, Point
from flume.parsers.inferring import Inferring, infer_new
from flume.parsers.pcre import compiled, substituted
from flume.parsing import BadRecord, Origin, decode, encode, split_lines
from flume.tables import Column, Table, Texts

_BETWEEN = "\x1f"
_SPACES = rb"[\x00-\x09\x0b\x0c\x0e-\x20]"
_KEY = rb'[^\x00-\x20="]++'
_BARE = rb'[^\x00-\x20"]*+'
_VALUE = rb'"[^"\\\n]*+"|' + _BARE  # one with escapes needs a closer look
_OTHER = rb'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"|' + _BARE


class LogfmtTables:
    """Makes a table of each block of *origin*; *parse* gives the point of a line."""

    def __init__(self, origin: Origin, parse: Callable[[str], Point | None], *, infer: bool) -> None:
        self._origin = origin
        self._parse = parse
        self._fields = tuple(sorted(origin.needed or ()))
        self._find = _finder(self._fields)
        self._typed = {field: Inferring(_inferred).values if infer else _texts for field in self._fields}

    def read(self) -> Table:
        """The table of the present block."""
        origin = self._origin
        block = origin.block
        lines, tokens = self._found(block if block.endswith(b"\n") else block + b"\n")
        columns: dict[str, Column | Texts]
        numbers: Sequence[int]
        origin.counted = len(lines)
        numbers = range(origin.first, origin.first + len(lines))
        odd = [place for place, line in enumerate(lines) if line] if any(lines) else []
        if odd:
            columns, numbers = self._with_odd(lines, odd, tokens, numbers)
        else:
            columns = {field: Texts(column, self._typed[field]) for field, column in tokens.items()}
        return Table(
            len(numbers),
            partial(self._plainly, block),
            columns=columns,
            mentions=lambda field: encode(field) in block,
            origin=origin,
            numbers=numbers,
        )

    def _found(self, block: bytes) -> tuple[list[str], dict[str, Column]]:
        """The odd lines, each in its place and nothing for others; the values of each field as they are written."""
        found = None if _BETWEEN.encode() in block else self._find(block)
        if found is None:
            lines = decode(block).split("\n")
            lines.pop()
            return [f"{line}\n" for line in lines], {field: [""] * len(lines) for field in self._fields}
        step = len(self._fields) + 1
        cells = decode(found).split(_BETWEEN)
        tokens = {field: cells[place:-1:step] for place, field in enumerate(self._fields, 1)}
        return cells[0:-1:step], tokens

    def _with_odd(
        self, lines: Sequence[str], odd: Sequence[int], tokens: dict[str, Column], numbers: Sequence[int]
    ) -> tuple[dict[str, Column | Texts], list[int]]:
        """The columns with what the odd lines turn out to be, and the numbers of the lines that are points."""
        columns = {field: list(self._typed[field](column)) for field, column in tokens.items()}
        is_point = bytearray(b"\1") * len(lines)
        for place in odd:
            line = lines[place][:-1].removesuffix("\r")
            try:
                point = self._parse(line)
            except BadRecord as error:
                self._origin.reject(numbers[place], str(error), line)
                point = None
            if point is None:
                is_point[place] = 0
                continue
            for field, column in columns.items():
                column[place] = point.get(field)
        found = {field: list(compress(column, is_point)) for field, column in columns.items()}
        return dict(found), list(compress(numbers, is_point))

    def _plainly(self, block: bytes) -> Batch:
        points: Batch = []
        for line in split_lines(block):
            try:
                point = self._parse(line)
            except BadRecord:
                continue
            if point is not None:
                points.append(point)
        return points


def _inferred(token: str) -> Any:
    return token[1:-1] if token.startswith('"') else infer_new(token)


def _texts(tokens: Column) -> Column:
    return [token[1:-1] if token.startswith('"') else token or None for token in tokens]


@cache
def _finder(fields: Sequence[str]) -> Callable[[bytes], bytes | None]:
    """What writes the values of *fields* of each line, each behind a separator; and a line that is odd before them."""
    # a key that is read has a value, which is fit to be taken; the last of several counts
    names = [_escaped(field) for field in fields]
    read = b"(?!(?:%b)[=\\x00-\\x20])" % b"|".join(names) if names else b""
    pairs = [*[b"%b=(%b)" % (name, _VALUE) for name in names], read + _KEY + b"(?:=(?:%b))?+" % _OTHER]
    pair = b"(?:%b)" % b"|".join(pairs)
    line = b"(?=[^=\\n]*+=)%b*+(?:%b(?=[\\x00-\\x20])%b*+)++[\\x00-\\x09\\x0b-\\x20]*+\\n" % (_SPACES, pair, _SPACES)
    pattern = line + b"|([^\\n]*+\\n)"
    groups = [len(names) + 1, *range(1, len(names) + 1)]
    lines = compiled(pattern)
    if lines is None:
        template = b"".join([b"\\g<%d>\x1f" % group for group in groups])
        return partial(re.compile(pattern).sub, template)
    template = b"".join([b"${%d}\x1f" % group for group in groups])

    def find(block: bytes) -> bytes | None:
        found = substituted(lines, template, block)
        return None if found is None else found[0]

    return find


def _escaped(field: str) -> bytes:
    return b"".join([b"\\x%02x" % byte for byte in encode(field)])
