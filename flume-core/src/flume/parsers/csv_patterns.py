"""Patterns of rows of csv, which find what is wanted in many lines at once: with pcre2, where that is installed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from flume.parsers.csv_rows import Dialect
from flume.parsing import encode

INSIDE = rb'[^"\n]*+(?:""[^"\n]*+)*+'
"""What may stand in quotes on a line."""

Finder = Callable[[bytes], tuple[bytes, int] | None]
"""Rewrites a block of whole lines; how many lines it found.  None where a limit was met."""


class Wanted(NamedTuple):
    """A cell that is wanted: what it must be, bare and in quotes, and what is written for it, `%b` being the cell."""

    place: int
    bare: bytes
    inside: bytes
    template: bytes


def bare(dialect: Dialect, width: int) -> bytes:
    """What a cell without quotes may be."""
    # a row of one cell is not empty: nothing at all is no row
    return b'[^%b"\r\n]%b' % (escaped(dialect.delimiter), b"*+" if width > 1 else b"++")


def escaped(delimiter: str) -> bytes:
    """A delimiter of ASCII, as it is written in a pattern."""
    return b"\\x%02x" % ord(delimiter)


@cache
def finder(dialect: Dialect, width: int, wanted: tuple[Wanted, ...], *, quoted: bool, all_lines: bool) -> Finder | None:
    """What writes the *wanted* cells of each line that is a row of *width* cells; None where there is no such thing.

    *quoted*: some cells are in quotes.  *all_lines*: each other line stays, with nothing for the cells behind it;
    without, nothing is rewritten from the first such line on.
    """
    try:
        import pcre2
    except ImportError:
        return None
    if not dialect.delimiter.isascii():
        return None
    cells = [b'(?:"%b"|%b)' % (INSIDE, bare(dialect, width)) if quoted else bare(dialect, width)] * width
    template, groups = b"", 0
    for cell in wanted:
        cells[cell.place] = b'(?:"(%b)"|(%b))' % (cell.inside, cell.bare) if quoted else b"(%b)" % cell.bare
        references = range(groups + 1, groups + 2 + quoted)
        template += cell.template % b"".join([b"${%d}" % reference for reference in references])
        groups += len(references)
    comment = b"" if dialect.comment is None else b"(?!%b)" % re.escape(encode(dialect.comment))
    pattern = comment + escaped(dialect.delimiter).join(cells) + b"\r?+\n"
    if all_lines:  # one or the other matches at the beginning of each line, up to its end
        pattern += b"|([^\n]*+\n)"
        template = b"${%d}%b" % (groups + 1, template)
    else:
        pattern = rb"\G" + pattern
    try:
        compiled: Any = pcre2.compile(pattern)
        compiled.jit_compile()
    except pcre2.PatternError:  # of a table with thousands of columns
        return None

    def find(block: bytes) -> tuple[bytes, int] | None:
        try:
            return compiled.subn(template, block)  # type: ignore[no-any-return]
        except pcre2.LibraryError:
            return None

    return find
