"""The layout of aligned text: the names in its header, and which cell of a row stands below which.

Places are columns of a terminal, so that wide characters stand where they are seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import islice, pairwise
from operator import attrgetter
from typing import NamedTuple

from flume.parsers.csv_rows import unique
from flume.parsing import BadRecord
from flume.width import padded, width

_TAB = 8  # columns from one stop to the next


class Cell(NamedTuple):
    """A text in a line, from the column *start* to *end*, and the offset of its first character."""

    text: str
    start: int
    end: int
    offset: int


def cells(line: str, gap: int) -> Iterator[Cell]:
    """The cells of a line without tabs, which have *gap* spaces between them, or more.

    >>> [cell.text for cell in cells('web-1  12 (5m ago)   2d', 2)]
    ['web-1', '12 (5m ago)', '2d']
    """
    narrow = line.isascii() and line.isprintable()
    end = index = 0
    for match in _cell(gap).finditer(line):
        start = end + match.start() - index
        index = match.end()
        end = index if narrow else start + width(match[0])
        yield Cell(match[0], start, end, match.start())


@lru_cache(maxsize=16)
def _cell(gap: int) -> re.Pattern[str]:
    return re.compile("[^ ]+" if gap == 1 else f"[^ ]+(?: {{1,{gap - 1}}}[^ ]+)*")


def without_tabs(line: str) -> str:
    """The line with spaces up to the next stop in place of each tab, and none at its end.

    >>> without_tabs('a\\t日本\\tb ')
    'a       日本    b'
    """
    *before, last = line.split("\t")
    return "".join([padded(part, width(part) // _TAB * _TAB + _TAB) for part in before] + [last]).rstrip(" ")


def in_order(line: str, gap: int, count: int) -> list[str] | None:
    """The texts of so many cells one after another, the last of which takes the rest; None where there are fewer."""
    found = list(islice(cells(line, gap), count))
    return [*(cell.text for cell in found[:-1]), line[found[-1].offset :]] if len(found) == count else None


class Layout:
    """Where the columns are.

    :param names: the names in the header. :param gap: how many spaces stand between cells at least.
    """

    def __init__(self, names: Sequence[Cell], gap: int) -> None:
        indented = names[0].start > 0
        texts = unique([*([""] if indented else []), *(name.text for name in names)])
        self._before = texts.pop(0) if indented else None  # what a cell is called that stands before the first name
        self._names = texts
        self._places = names
        self._gap = gap

    def read(self, line: str) -> dict[str, str]:
        """The text in each column but the last ones where nothing stands; `BadRecord` for a line that is no row."""
        row = self._below(cells(line, self._gap), line)
        if row is None and self._gap > 1:
            row = self._below(cells(line, 1), line)
        if row is not None:
            return row
        # a cell that is longer than its column has moved those behind it
        texts = in_order(line, self._gap, len(self._names))
        if texts is None:
            raise BadRecord(f"has cells that do not stand each below one of the {len(self._names)} names of the header")
        return dict(zip(self._names, texts, strict=True))

    def _below(self, found: Iterable[Cell], line: str) -> dict[str, str] | None:
        """The row, if each of its cells stands below a name of its own."""
        names, places = self._names, self._places
        row: dict[str, str] = {}
        at = 0
        for cell in found:
            if self._before is not None and not row and cell.end <= places[0].start:
                row[self._before] = cell.text
                continue
            while at < len(places) and places[at].end <= cell.start:
                row[names[at]] = ""
                at += 1
            if at == len(places) or places[at].start >= cell.end:
                return None
            if at == len(places) - 1:
                row[names[at]] = line[cell.offset :]
                break
            if places[at + 1].start < cell.end:
                return None
            row[names[at]] = cell.text
            at += 1
        return row


def layout(header: str, row: str, gap: int | None) -> Layout | None:
    """The layout that a header has; None where *row*, the first one, has too few cells to show it.

    Names may have single spaces inside, or between them.  A single space in the header stands between two names if a
    cell of the row stands just below the second, and inside of one name if a cell runs on below the space.

    :param gap: how many spaces stand between names at least; None: as it looks.
    """
    if gap is not None:
        return Layout(list(cells(header, gap)), gap)
    words, names = list(cells(header, 1)), list(cells(header, 2))
    singles = [(one, two) for one, two in pairwise(words) if two.start - one.end == 1]
    if not singles:
        return Layout(names, 2)
    below = list(cells(row, 1))
    if len(below) < len(names):
        return None
    starts, ends = {cell.start for cell in below}, {cell.end for cell in below}
    inside = {two for one, two in singles if _runs_on(below, one.end)}
    apart = {two for _, two in singles if two.start in starts or two.end in ends} - inside
    if not apart:
        return Layout(names, 2)
    # where the row shows nothing: as in the `Mounted on` of df, and not as in a header without capitals
    inside |= {two for one, two in singles if two not in apart and two.text[0].islower() and not one.text.islower()}
    return Layout(_joined(words, inside, header), 1)


def _runs_on(row: Sequence[Cell], column: int) -> bool:
    """Whether one of the cells covers the column."""
    place = bisect_right(row, column, key=attrgetter("start")) - 1
    return place >= 0 and row[place].end > column


def _joined(words: Sequence[Cell], inside: Set[Cell], header: str) -> list[Cell]:
    """The names that the words are, where those that stand *inside* of a name go on with the word before them."""
    begins = [place for place, word in enumerate(words) if word not in inside]
    names = []
    for place, following in pairwise([*begins, len(words)]):
        first, last = words[place], words[following - 1]
        names.append(Cell(header[first.offset : last.offset + len(last.text)], first.start, last.end, first.offset))
    return names
