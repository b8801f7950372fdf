"""Tables of the needed fields, a table a block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import compress

from flume.flow import Point
from flume.parsing import Origin, decode, split_lines
from flume.tables import Column, Table
from flume_adapter_grok.blockwise import Blockwise
from flume_adapter_grok.capturing import Match
from flume_adapter_grok.linewise import read_line, read_lines
from flume_adapter_grok.matching import MatchTimeout


class Tabling:
    """Makes tables of blocks.

    :param needed: the fields. :param mismatch: the reason why a line is rejected.
    :param whole: makes the point of a line. :param part: compiles the same for the needed fields.
    :param blockwise: does the most of a block, if there is one.
    """

    def __init__(
        self,
        origin: Origin,
        needed: frozenset[str],
        mismatch: str,
        whole: Match,
        part: Callable[[], Match],
        blockwise: Blockwise | None,
    ) -> None:
        self.origin = origin
        self.needed = sorted(needed)
        self.mismatch = mismatch
        self.whole = whole
        self.compile = part
        self.blockwise = blockwise
        self.all_match = True  # lines of the last block: most likely those of the next do

    @cached_property
    def part(self) -> Match:
        """Makes of a line a point with the needed fields; many a file can do without."""
        return self.compile()

    def table(self, block: bytes) -> Table:
        """Return the table of the present block."""
        if self.all_match and self.blockwise is not None and (matched := self.blockwise.all_columns(block)):
            columns, lines = matched
            self.origin.counted = lines
            return self._table(block, columns, range(self.origin.first, self.origin.first + lines))
        found = None if self.blockwise is None else self.blockwise.columns(block)
        if found is None:
            points = read_lines(self.part, split_lines(block), self.origin, self.mismatch)
            columns = {field: [point.get(field) for point in points] for field in self.needed}
            return self._table(block, columns, points.numbers)
        columns, ends = found
        self.origin.counted = len(ends)
        numbers = range(self.origin.first, self.origin.first + len(ends))
        self.all_match = all(ends)
        return (
            self._table(block, columns, numbers) if self.all_match else self._without_bad(block, columns, ends, numbers)
        )

    def _without_bad(self, block: bytes, columns: dict[str, Column], ends: list[str], numbers: range) -> Table:
        """Return the table where some lines did not match; those that are not easy are matched now."""
        assert self.blockwise is not None
        lines, kept = self.origin.lines(), list(map(bool, ends))
        for place in [place for place, end in enumerate(ends) if not end]:
            line = decode(lines[place])
            if not self.blockwise.easy(line):
                point = read_line(self.part, numbers[place], line, self.origin, self.mismatch)
                if point is not None:
                    kept[place] = True
                    for field, column in columns.items():
                        column[place] = point.get(field)
            elif line:
                self.origin.reject(numbers[place], self.mismatch, line)
        columns = {field: list(compress(column, kept)) for field, column in columns.items()}
        return self._table(block, columns, list(compress(numbers, kept)))

    def _table(self, block: bytes, columns: dict[str, Column], numbers: Sequence[int]) -> Table:
        first = self.origin.first

        def plain() -> list[Point]:
            lines = split_lines(block)
            return [self._whole(lines[number - first]) for number in numbers]

        return Table(
            len(numbers),
            plain,
            columns=columns,
            mentions=lambda field: False,  # nothing is null
            origin=self.origin,
            numbers=numbers,
        )

    def _whole(self, line: str) -> Point:
        """Return all fields of a line that matches."""
        try:
            return self.whole(line) or {}
        except MatchTimeout:  # it has just gone well: the machine is busy
            return {}
