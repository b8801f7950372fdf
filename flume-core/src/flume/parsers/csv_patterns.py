"""Patterns of rows of csv, which find what is wanted in many lines at once: with pcre2, where that is installed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from flume.parsers.csv_rows import Dialect
from flume.parsers.pcre import compiled, substituted
from flume.parsing import encode

INSIDE = rb'[^"\n]*+(?:""[^"\n]*+)*+'
"""What may stand in quotes on a line."""

Finder = Callable[[bytes], bytes | None]
"""Rewrites a block of whole lines; None where a limit was met."""


class Wanted(NamedTuple):
    """A cell that is wanted: what it must be, bare and in quotes, and what is written for it, `%b` being the cell.

    *otherwise*: what is written for one that is empty; without, such a cell may not be empty unless its patterns match.
    """

    place: int
    bare: bytes
    inside: bytes
    template: bytes = b""
    otherwise: bytes = b""


def bare(dialect: Dialect, width: int) -> bytes:
    """What a cell without quotes may be."""
    # a row of one cell is not empty: nothing at all is no row
    return b'[^%b"\r\n]%b' % (escaped(dialect.delimiter), b"*+" if width > 1 else b"++")


def escaped(delimiter: str) -> bytes:
    """A delimiter of ASCII, as it is written in a pattern."""
    return b"\\x%02x" % ord(delimiter)


@cache
def finder(
    dialect: Dialect,
    width: int,
    wanted: tuple[Wanted, ...],
    *,
    quoted: bool,
    all_lines: bool,
    refused: tuple[Wanted, ...] = (),
) -> Finder | None:
    """What writes the *wanted* cells of each line that is a row of *width* cells; None where there is no such thing.

    *quoted*: some cells are in quotes.  *all_lines*: each other line stays, with nothing for the cells behind it;
    without, nothing is rewritten from the first such line on, and if there is none, what is written for empty cells,
    without a line end, is the end.  *refused*: rows with such cells, if there are any, are left out then.
    """
    if not dialect.delimiter.isascii():
        return None
    template, groups = b"", 0
    for cell in wanted:
        reference = cell.otherwise
        for group in range(groups + 1 + quoted, groups, -1):
            reference = b"${%d:-%b}" % (group, reference) if cell.otherwise else b"${%d}%b" % (group, reference)
        template += cell.template % reference
        groups += 1 + quoted
    pattern = _row(dialect, width, wanted, b"(%b)", quoted)
    if all_lines:  # one or the other matches at the beginning of each line, up to its end
        pattern += b"\n|([^\n]*+\n)"
        template = b"${%d}%b" % (groups + 1, template)
    else:
        others = b"(?:%b\n)*+" % _row(dialect, width, refused, b"(?:%b)", quoted) if refused else b""
        pattern = rb"\G%b(?:%b(\n)|\z)" % (others, pattern)
        template += b"${%d}" % (groups + 1)
    rows = compiled(pattern)
    if rows is None:
        return None

    def find(block: bytes) -> bytes | None:
        found = substituted(rows, template, block)
        return None if found is None else found[0]

    return find


def _row(dialect: Dialect, width: int, cells: tuple[Wanted, ...], group: bytes, quoted: bool) -> bytes:
    """The pattern of a row with these cells, each in such a *group*, up to its line end."""
    row = [b'(?:"%b"|%b)' % (INSIDE, bare(dialect, width)) if quoted else bare(dialect, width)] * width
    for cell in cells:
        may_be = group + b"?+" if cell.otherwise else group
        bare_cell = may_be % cell.bare
        row[cell.place] = b'(?:"%b"|%b)' % (may_be % cell.inside, bare_cell) if quoted else bare_cell
    comment = b"" if dialect.comment is None else b"(?!%b)" % re.escape(encode(dialect.comment))
    return comment + escaped(dialect.delimiter).join(row) + b"\r?+"
