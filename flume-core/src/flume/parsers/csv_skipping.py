"""Skipping: rows of csv that are not read, as the next step drops all those with certain texts in one of the fields."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flume.flow import Batch
from flume.parsers.csv_patterns import Wanted
from flume.parsing import encode
from flume.table import Table

MANY = 64  # distinct texts: a pattern of more is slow

# Such a time can be read, whatever its figures are; of those that it leaves out some can be, as the 29th of February.
_TIME = (
    rb"[12][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    rb"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6}+)?+(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_reads = re.compile(_TIME.decode()).fullmatch
_QUOTED = re.compile(r'["\r\n]')


@dataclass(frozen=True)
class Skipped:
    """Rows with one of these *texts* in *field*, and with a time without surprises in the field *time*."""

    field: str
    texts: tuple[str, ...]
    time: str | None

    def cells(self, places: Mapping[str, int]) -> tuple[Wanted, ...]:
        """What such a row is known by."""
        spelt = {self.field: b"|".join([re.escape(encode(text)) for text in self.texts])}
        if self.time is not None:
            spelt[self.time] = _TIME
        return tuple(Wanted(places[field], cell, cell) for field, cell in spelt.items())

    def left(self, table: Table) -> Batch:
        """The points of the other rows of a table, whose times are still text."""
        texts, times = (table.spelt(field or "") for field in (self.field, self.time))
        return [
            point
            for point, text, time in zip(table.plain(), texts, times, strict=True)
            if text not in self.texts or not (self.time is None or _reads(time))
        ]

    def timed(self, table: Table) -> Table:
        """A table of rows with times without surprises, with these times."""
        if self.time is None:
            return table
        times = [datetime.fromisoformat(text).astimezone(UTC) for text in table.spelt(self.time)]
        return table.given({"time": times}, timed=True)


def to_skip(
    table: Table,
    field: str,
    time: str | None,
    delimiter: str,
    are_dropped: Callable[[list[str]], Iterable[bool]],
) -> Skipped | None:
    """The rows that can be skipped, where a file begins with this table; None where that would be of little use."""
    counts = Counter(table.spelt(field))
    if len(counts) > MANY:
        return None
    bare = [text for text in counts if text is not None and delimiter not in text and not _QUOTED.search(text)]
    dropped = tuple(text for text, is_one in zip(bare, are_dropped(bare), strict=True) if is_one)
    return Skipped(field, dropped, time) if 2 * sum(counts[text] for text in dropped) > len(table) else None
