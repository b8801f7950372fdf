"""Sifting: rows of csv that a predicate surely refuses are not read, only counted.

A row that is refused has just as many cells as the header, a time that can be read, and in the field of the predicate
a text that it refuses, whatever is in other cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flume.flow import Batch
from flume.parsers.csv_patterns import Wanted, escaped
from flume.parsers.inferring import infer
from flume.parsers.predicate_patterns import TIME, refused_numbers, refused_texts
from flume.predicate import Predicate
from flume.tables import Table

FEW = 4  # where no more than one row in so many is refused, it does not pay

_reads_time = re.compile(TIME).fullmatch


@dataclass(frozen=True)
class Refusal:
    """Rows whose text in *field* is one of *refused*, a pattern in a cell with an end `END`, with a time in *time*."""

    field: str
    refused: str
    time: str | None

    def cells(self, places: Mapping[str, int], delimiter: str) -> tuple[Wanted, ...]:
        """What such a row is known by."""
        bare, inside = (self.refused.replace("END", end) for end in (f"[{escaped(delimiter).decode()}\r\n]", '"'))
        cells = [Wanted(places[self.field], bare.encode(), inside.encode())]
        if self.time is not None:
            cells.append(Wanted(places[self.time], TIME.encode(), TIME.encode()))
        return tuple(cells)

    def left(self, table: Table) -> Batch:
        """The points of the other rows of a table whose values are still text."""
        return [point for point, is_one in zip(table.plain(), self._are_refused(table), strict=True) if not is_one]

    def pays(self, table: Table) -> bool:
        """Whether enough rows are refused, if others are as those of *table*."""
        return sum(self._are_refused(table)) * FEW > len(table)

    def _are_refused(self, table: Table) -> list[bool]:
        refuses = re.compile(self.refused.replace("END", r"\Z")).fullmatch
        refused = [text is not None and refuses(text) is not None for text in table.spelt(self.field)]
        if self.time is None:
            return refused
        times = map(_reads_time, (text or "" for text in table.spelt(self.time)))
        return [is_one and time is not None for is_one, time in zip(refused, times, strict=True)]


def refusal_of(predicate: Predicate | None, time: str | None, *, infers: bool) -> Refusal | None:
    """The rows that the predicate refuses, as far as their texts tell; *infers*: whether numbers are read as such."""
    if predicate is None or predicate.field in ("time", time):
        return None
    # no cell but that of the very text is read as this text
    meant = all(
        not infers or infer(constant) == constant for _, constant in predicate.tests if isinstance(constant, str)
    )
    refused = refused_texts(predicate, r'[^"\\,;\t|\r\n]*+', "END") if meant else None
    if refused is None and infers:
        refused = refused_numbers(predicate)
    return None if refused is None else Refusal(predicate.field, refused, time)
