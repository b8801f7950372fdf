"""Rows of csv: text to rows of cells, whatever is in it; what is no row is rejected."""

from __future__ import annotations

import csv as csv_module
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from flume.parsing import Origin, decode

if TYPE_CHECKING:
    from _csv import Reader

SHORT = 1 << 16  # characters of an open row; a longer one is not looked at again with each block
LONGEST = 1 << 26  # characters that a quote may open before it is taken for a mistake
_END = "end"
csv_module.field_size_limit(1 << 30)


class Dialect(NamedTuple):
    """How rows are written."""

    delimiter: str
    comment: str | None


class Found(NamedTuple):
    """Rows that have a cell or more and no more than the header, and the number of each one's first line."""

    rows: list[list[str]]
    numbers: list[int]


class Rows:
    """Reads rows; one with a cell that is still open at the end of a block waits for the next.

    :param header: the names of the fields; None where the first row has them.
    """

    def __init__(self, dialect: Dialect, header: list[str] | None, origin: Origin | None) -> None:
        self.dialect = dialect
        self.origin = origin
        self.header = header
        self.refused = 0  # the number of the line that should have been the header
        self.waiting: list[str] = []
        self._begins = 1  # the number of the first line that waits
        self._fresh = True  # whether the next line begins a row
        self._wanted = 0  # characters to come before what waits is looked at again

    @property
    def is_long(self) -> bool:
        """Whether what waits is too long to be looked at often."""
        return self._wanted != 0

    def silent(self) -> Rows:
        """What reads on from here by itself, and rejects nothing."""
        other = copy(self)
        other.waiting, other.origin = list(self.waiting), None
        return other

    def read(self, text: str, begins: int) -> Found:
        """The rows of whole lines, whose first has the number *begins*."""
        is_open = bool(self.waiting)
        if not is_open:
            self._begins = begins
        elif self.origin is not None:
            begun = tuple(self.waiting)
            self.origin.open = self._begins, lambda: "".join(begun).replace("\r\n", "\n").removesuffix("\n")
        self.waiting.append(text)
        self._wanted -= len(text)
        # a long cell is read on by as much again: it is not to be read over and over
        if is_open and ('"' not in text or self._wanted > 0):
            return Found([], [])
        return self._read(LONGEST)

    def end(self) -> Found:
        """What waits, when nothing more comes."""
        return self._read(0)

    def _read(self, longest: int) -> Found:
        text = "".join(self.waiting)
        lines = [line + "\n" for line in text.split("\n")]
        lines[-1] = lines[-1][:-1]  # the last one has no end of its own
        if not lines[-1]:
            lines.pop()
        found = Found([], [])
        rest = "" if self._at_once(lines, found) else "".join(self._one_by_one(lines, found, longest))
        self.waiting = [rest] if rest else []
        self._wanted = len(rest) if len(rest) > SHORT else 0
        return found

    def _at_once(self, lines: Sequence[str], found: Found) -> bool:
        """Whether each of these lines is a row, or empty, and their rows were added."""
        if self.header is None or self.dialect.comment is not None:
            return False
        try:
            rows = list(self._reader([*lines, _END]))
        except csv_module.Error:
            return False
        # rows are lines or longer: so many, and the one behind them is by itself
        if len(rows) != len(lines) + 1 or max(map(len, rows)) > len(self.header):
            return False
        rows.pop()
        numbers: Iterable[int] = range(self._begins, self._begins + len(rows))
        if not all(rows):
            numbers = [number for number, row in zip(numbers, rows, strict=True) if row]
            rows = [row for row in rows if row]
        found.rows.extend(rows)
        found.numbers.extend(numbers)
        return True

    def _one_by_one(self, lines: list[str], found: Found, longest: int) -> list[str]:
        """Add the rows of these lines; those of one that is open at the end are left."""
        while True:
            start = self._rows(lines, found)
            rest = lines[start:]
            self._begins += start
            if sum(map(len, rest)) <= longest:
                return rest
            # the lines after the one with the quote are rows again
            self._reject(0, "opens a quote that is never closed", rest[:1])
            lines = rest[1:]
            self._begins += 1

    def _rows(self, lines: list[str], found: Found) -> int:
        """Add the rows of these lines; the index of the line where a row begins that is open at the end."""
        # a line after the last one: only where no cell is open is it a row of its own
        reader = self._reader(self._spoken([*lines, _END]))
        start = 0
        while True:
            self._fresh = True
            try:
                row = next(reader)
            except csv_module.Error as error:
                if reader.line_num > len(lines):
                    return start
                self._reject(start, self._reason(str(error), reader.line_num - start), lines[start : reader.line_num])
            else:
                if reader.line_num > len(lines):
                    return start
                if self.header is None and row and not self.refused:
                    self.header = unique(row)
                elif self.header is None and row:
                    reason = f"has no header: line {self.refused} was refused; name the fields with fields=[…]"
                    self._reject(start, reason, lines[start : reader.line_num])
                elif row and len(row) > len(self.header or ()):
                    reason = f"has {len(row)} cells where the header has {len(self.header or ())}"
                    self._reject(start, reason, lines[start : reader.line_num])
                elif row:
                    found.rows.append(row)
                    found.numbers.append(self._begins + start)
            start = reader.line_num

    def _reader(self, lines: Iterable[str]) -> Reader:
        return csv_module.reader(lines, delimiter=self.dialect.delimiter, strict=True)

    def _reason(self, said: str, lines: int) -> str:
        """Why a row of so many lines cannot be read, as *said* by Python."""
        if "expected after" not in said:
            return "has a carriage return outside of quotes"
        return f"has text behind a closing quote{f', {lines - 1} lines below' if lines > 1 else ''}"

    def _reject(self, start: int, reason: str, lines: Sequence[str]) -> None:
        number = self._begins + start
        if self.header is None:
            self.refused = self.refused or number
        if self.origin is not None:
            self.origin.reject(number, reason, "".join(lines).rstrip("\r\n"))

    def _spoken(self, lines: list[str]) -> Iterator[str]:
        """The lines, with comments empty: those that begin a row, not those inside of a cell."""
        comment = self.dialect.comment
        if comment is None:
            yield from lines
            return
        for line in lines:
            fresh, self._fresh = self._fresh, False
            yield "\n" if fresh and line.startswith(comment) else line


def length(dialect: Dialect, lines: Iterable[str]) -> int:
    """How many of these lines are the first row."""
    reader = csv_module.reader((f"{line}\n" for line in lines), delimiter=dialect.delimiter, strict=True)
    with suppress(csv_module.Error, StopIteration):
        next(reader)
    return reader.line_num


def header_of(dialect: Dialect, beginning: bytes) -> list[str] | None:
    """The names in the header of a file with this beginning.

    None where it has none, or where a cell has more than one line: the file had better be read in one piece.
    """
    rows = Rows(dialect, None, None)
    found = rows.read(decode(beginning[: beginning.rfind(b"\n") + 1]), 1)
    return None if rows.refused or any("\n" in cell for row in found.rows for cell in row) else rows.header


def unique(row: Sequence[str]) -> list[str]:
    """Names of fields: none empty, none twice."""
    names: dict[str, None] = {}
    counts: dict[str, int] = {}
    for number, cell in enumerate(row, 1):
        name = base = cell.strip() or f"column_{number}"
        while name in names:
            counts[base] = counts.get(base, 1) + 1
            name = f"{base}_{counts[base]}"
        names[name] = None
    return list(names)
