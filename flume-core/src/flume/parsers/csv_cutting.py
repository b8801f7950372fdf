"""Cutting lines of csv into columns, all lines of a block at once.

That takes lines each of which is a row with just the cells that the header has.  Others are odd: what they are, and
what becomes of the lines behind them, is for `csv_rows` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

from flume.parsers.csv_patterns import INSIDE, Finder, Wanted, bare, finder
from flume.parsers.csv_rows import Dialect
from flume.parsing import decode

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
        cell = bare(dialect, width)
        wanted = tuple(Wanted(place, cell, INSIDE, b"%b\x1f") for place in places)
        self._finders = {
            quoted: None
            if dialect.delimiter == _BETWEEN
            else finder(dialect, width, wanted, quoted=quoted, all_lines=True)
            for quoted in (False, True)
        }

    def cut(self, block: bytes) -> Cut | None:
        """The columns of a block that ends with a line end; None where it is no matter for a cutter."""
        quoted = b'"' in block
        find = self._finders[quoted]
        # what splits makes text of each cell, a pattern of those that are wanted but for more a letter
        if find is None or not (quoted or 3 * self._width > 4 * len(self._places) + 3):
            return None if quoted and find is None else self._split(decode(block))
        return self._found(find, block, quoted)

    def _found(self, find: Finder, block: bytes, quoted: bool) -> Cut | None:
        if _BETWEEN.encode() in block:
            return None if quoted else self._split(decode(block))
        found = find(block)
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
