"""Sheet: the cells of a table, and their layout in columns of the same width."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import compress, repeat
from typing import NamedTuple

from flume.flow import Batch, Point
from flume.parsers.inferring import as_text
from flume.point import getter
from flume.width import escaped, padded, shortened, width

FIRST = ("time", "name", "value")
"""The fields that stand first where nothing else is asked for."""

_LEAST = 6  # columns that a cell keeps where a table is too wide
_BETWEEN = 2  # columns between cells


class Cell(NamedTuple):
    """The text of a value, and whether that is a number."""

    text: str
    number: bool


NOTHING = Cell("", True)  # which stands on either side


class Border(NamedTuple):
    """The characters of lines: level, upright, and how they meet in the first, the middle and the last one."""

    level: str
    upright: str
    joints: tuple[tuple[str, str, str], ...]


_UNICODE = Border("─", "│", (("┌", "┬", "┐"), ("├", "┼", "┤"), ("└", "┴", "┘")))
_ASCII = Border("-", "|", (("+", "+", "+"),) * 3)


class Sheet:
    """The rows of a table.

    :param fields: the columns; none: all fields that there are. :param cell: columns that a cell may take.
        :param most: rows that are kept, the last ones; None: all. :param ascii: whether it is to be in ASCII.
    """

    def __init__(self, fields: Sequence[str], cell: int, *, most: int | None = None, ascii: bool = False) -> None:
        self.rows: deque[dict[str, Cell]] = deque(maxlen=most)
        self.ascii = ascii
        self.ellipsis = "..." if ascii else "…"
        self._cell = cell
        self._fixed = [(field, getter(field)) for field in fields]
        self._seen = dict.fromkeys(fields)

    @property
    def fields(self) -> list[str]:
        """The columns, in their order."""
        if self._fixed:
            return list(self._seen)
        return [*(field for field in FIRST if field in self._seen), *(f for f in self._seen if f not in FIRST)]

    def add(self, points: Batch) -> None:
        """Add a row for each point; nothing has changed where one cannot be written."""
        rows = [self._row(point) for point in points]
        self.rows.extend(rows)
        if not self._fixed:
            for point in points:
                self._seen.update(zip(point, repeat(None)))

    def heads(self) -> list[str]:
        """The header."""
        return [self._text(field) for field in self.fields]

    def _row(self, point: Point) -> dict[str, Cell]:
        values = [(field, read(point)) for field, read in self._fixed] if self._fixed else point.items()
        return {
            field: Cell(self._text(as_text(value, field)), value.__class__ in (int, float))
            for field, value in values
            if value is not None
        }

    def _text(self, text: str) -> str:
        most = 10 * self._cell  # of a text of megabytes the rest need not be looked at
        text = escaped(text[:most] + self.ellipsis if len(text) > most else text)
        if self.ascii:
            text = text.encode("ascii", "replace").decode()
        return shortened(text, self._cell, self.ellipsis)


def layout(sheet: Sheet, *, last: int | None = None, room: int | None = None, border: bool = False) -> str:
    """The lines of a table; nothing where it has no columns.

    :param last: how many of the rows, the last ones; None: all. :param room: columns that it may take.
    """
    fields = sheet.fields
    if not fields:
        return ""
    shown = list(sheet.rows)[-last:] if last else sheet.rows
    columns = [[row.get(field, NOTHING) for row in shown] for field in fields]
    heads = sheet.heads()
    right = [any(cell.text for cell in column) and all(cell.number for cell in column) for column in columns]
    widths = [max(map(width, (head, *(c.text for c in column)))) for head, column in zip(heads, columns, strict=True)]
    if room is not None:
        firm = [number or field == "time" for number, field in zip(right, fields, strict=True)]  # half says nothing
        widths = _narrowed(widths, firm, room - (3 * len(fields) + 1 if border else _BETWEEN * (len(fields) - 1)))
    rows = [heads, *([cell.text for cell in row] for row in zip(*columns, strict=True))]
    filled = [
        [
            padded(shortened(text, most, sheet.ellipsis), most, right=at_right)
            for text, most, at_right in zip(row, widths, right, strict=True)
        ]
        for row in rows
    ]
    lines = _bordered(filled, widths, _ASCII if sheet.ascii else _UNICODE) if border else _plain(filled, widths)
    return "".join([f"{line if room is None else shortened(line, room, sheet.ellipsis)}\n" for line in lines])


def _narrowed(widths: Sequence[int], firm: Sequence[bool], room: int) -> list[int]:
    """The widths, cut down so that all of them fit if they can: *firm* ones only where the others are not enough."""
    stays = sum(compress(widths, firm))
    level = _level([most for most, is_firm in zip(widths, firm, strict=True) if not is_firm], room - stays)
    if level < _LEAST:
        level = max(_LEAST, _level(widths, room))
        return [min(most, level) for most in widths]
    return [most if is_firm else min(most, level) for most, is_firm in zip(widths, firm, strict=True)]


def _level(widths: Sequence[int], room: int) -> int:
    """The width that all may have at most, to fit."""
    level = max(widths, default=_LEAST)
    while level > 0 and sum(min(most, level) for most in widths) > room:
        level -= 1
    return level


def _plain(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterable[str]:
    between = " " * _BETWEEN
    head, *others = rows
    for row in (head, ["-" * most for most in widths], *others):
        yield between.join(row).rstrip(" ")


def _bordered(rows: Sequence[Sequence[str]], widths: Sequence[int], border: Border) -> Iterable[str]:
    def level(joints: tuple[str, str, str]) -> str:
        left, middle, right = joints
        return left + middle.join([border.level * (most + 2) for most in widths]) + right

    def line(row: Sequence[str]) -> str:
        return f"{border.upright} " + f" {border.upright} ".join(row) + f" {border.upright}"

    first, middle, last = map(level, border.joints)
    head, *others = rows
    yield from (first, line(head), middle, *map(line, others), last)
