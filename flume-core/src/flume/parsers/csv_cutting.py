"""Cutting lines of csv into columns, all lines of a block at once.

That takes lines each of which is a row with just the cells that the header has.  Others are odd: what they are, and
what becomes of the lines behind them, is for `csv_rows` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple

from flume.parsers.csv_rows import Dialect
from flume.parsing import decode, encode

_BETWEEN = "\x1f"  # cells that were found by a pattern


class Cut(NamedTuple):
    """The columns of a block, a cell for each of its *lines*; those of *odd* lines mean nothing."""

    columns: list[list[str]]
    lines: int
    odd: list[int]


class Cutter:
    """Cuts blocks of whole lines.

    :param width: how many cells a row has. :param places: the columns that are wanted, in order, one or more.
    """

    def __init__(self, dialect: Dialect, width: int, places: Sequence[int]) -> None:
        self._dialect = dialect
        self._width = width
        self._places = places
        self._patterns = {quoted: _pattern(dialect, width, tuple(places), quoted) for quoted in (False, True)}

    def cut(self, block: bytes) -> Cut | None:
        """The columns of a block that ends with a line end; None where it is no matter for a cutter."""
        quoted = b'"' in block
        pattern = self._patterns[quoted]
        # what splits makes text of each cell, a pattern of those that are wanted but for more a letter
        if pattern is None or not (quoted or 3 * self._width > 4 * len(self._places) + 3):
            return None if quoted and pattern is None else self._split(decode(block))
        return self._by_pattern(pattern, block, quoted)

    def _by_pattern(self, pattern: _Pattern, block: bytes, quoted: bool) -> Cut | None:
        if _BETWEEN.encode() in block:
            return None if quoted else self._split(decode(block))
        found = pattern(block)
        if found is None:
            return None
        text = decode(found)
        if quoted and '""' in text:
            text = text.replace('""', '"')
        step = len(self._places)
        cells = text.split(_BETWEEN)
        columns = [cells[place:-1:step] for place in range(step)]
        # an odd line stands before the first of its cells, which are empty
        odd = [number for number, cell in enumerate(columns[0]) if cell.endswith("\n")] if "\n" in text else []
        return Cut(columns, len(columns[0]), odd)

    def _split(self, text: str) -> Cut | None:
        """The columns of lines, mostly without quotes."""
        odd: list[int] = []
        comment = self._dialect.comment
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        suspect = '"' in text or "\r" in text or (comment is not None and comment in text)
        columns = None if suspect else self._cells(text)
        if columns is None:
            lines = text.split("\n")
            lines.pop()
            delimiters = self._width - 1
            for number, count in enumerate(map(str.count, lines, repeat(self._dialect.delimiter))):
                if count != delimiters or (suspect and self._is_odd(lines[number])):
                    odd.append(number)
                    lines[number] = delimiters * self._dialect.delimiter
            lines.append("")
            columns = self._cells("\n".join(lines))
            assert columns is not None
        if self._width == 1:  # nothing at all is no row
            odd = [number for number, cell in enumerate(columns[0]) if not cell]
        return Cut(columns, len(columns[0]), odd)

    def _is_odd(self, line: str) -> bool:
        comment = self._dialect.comment
        return '"' in line or "\r" in line or (comment is not None and line.startswith(comment))

    def _cells(self, text: str) -> list[list[str]] | None:
        """The columns, where every line has just so many cells."""
        delimiter, step = self._dialect.delimiter, self._width + 1
        cells = text.replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)
        # each line end is a cell now: so many, each behind the cells of a row, are all of them
        lines = text.count("\n")
        if len(cells) != lines * step + 1 or cells[self._width :: step] != ["\n"] * lines:
            return None
        return [cells[place:-1:step] for place in self._places]


_Pattern = Callable[[bytes], bytes | None]


@cache
def _pattern(dialect: Dialect, width: int, places: tuple[int, ...], quoted: bool) -> _Pattern | None:
    """What makes of each line its cells, each with a separator behind it; None where there is no such thing here."""
    try:
        import pcre2
    except ImportError:
        return None
    if not dialect.delimiter.isascii() or dialect.delimiter == _BETWEEN:
        return None
    delimiter = b"\\x%02x" % ord(dialect.delimiter)
    letters = b'[^%b"\r\n]' % delimiter
    bare = letters + (b"*+" if width > 1 else b"++")  # nothing at all is no row
    inside = b'"([^"\n]*+(?:""[^"\n]*+)*+)"'
    cells, template = [], b""
    groups = 0
    for place in range(width):
        if place not in places:
            cells.append(b"(?:%b|%b)" % (inside.replace(b"([", b"(?:[", 1), bare) if quoted else bare)
        elif quoted:
            cells.append(b"(?:%b|(%b))" % (inside, bare))
            template += b"${%d}${%d}\x1f" % (groups + 1, groups + 2)
            groups += 2
        else:
            cells.append(b"(%b)" % bare)
            template += b"${%d}\x1f" % (groups + 1)
            groups += 1
    comment = b"" if dialect.comment is None else b"(?!%b)" % re.escape(encode(dialect.comment))
    # one or the other matches at the beginning of each line, up to its end
    row = comment + delimiter.join(cells) + b"\r?+\n"
    try:
        compiled: Any = pcre2.compile(row + b"|([^\n]*+\n)")
        compiled.jit_compile()
    except pcre2.PatternError:  # of a table with thousands of columns
        return None
    template = b"${%d}" % (groups + 1) + template

    def pattern(block: bytes) -> bytes | None:
        try:
            text, _ = compiled.subn(template, block)
        except pcre2.LibraryError:  # a limit was met
            return None
        return text  # type: ignore[no-any-return]

    return pattern
