"""Columns: the values of fields as the index has them, in place of documents.

Values behind those that documents are sorted by come cheaply: nothing else of a document is looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import msgspec

from flume.duration import EPOCH
from flume.flow import Point
from flume.tables import Column, Table, Texts
from flume_adapter_elastic.pages import Answer, Search
from flume_adapter_elastic.proof import Indexed, Kind
from flume_adapter_elastic.time_order import order_by

_ABSENT = 2**63 - 1  # stands for a number that is not there
_LEAST: dict[Kind, Any] = {"long": -(2**63), "double": -1.7976931348623157e308, "boolean": -1, "text": ""}
_TYPES: dict[Kind, str] = {"long": "long", "double": "double", "boolean": "boolean", "text": "keyword"}


class Row(msgspec.Struct, gc=False):
    """What is sent of a document: its time, its place among those of one time, and its values."""

    sort: list[Any]


_decoder = msgspec.json.Decoder(Answer[Row])
decode_rows: Callable[[bytes], Answer[Row]] = _decoder.decode
"""The answer to a search for columns."""


def column_search(query: Mapping[str, Any] | None, fields: Mapping[str, Indexed | None]) -> Search:
    """The search for the values of *fields*, of documents that all have a time."""
    keys = [here for field, here in fields.items() if here is not None and field != "time"]
    return Search(
        query,
        [order_by("time"), "_shard_doc"],
        [(_key(here), _LEAST[here.kind]) for here in keys],
        {"_source": False, "stored_fields": "_none_"},
        "hits.hits.sort",
    )


class Columns(NamedTuple):
    """A page of them: a row of each document, and which fields these have."""

    rows: Sequence[Row]
    fields: Mapping[str, Indexed | None]

    def table(self) -> Table:
        """The points."""
        times, _, *values = map(list, zip(*(row.sort for row in self.rows), strict=True))
        columns: dict[str, Column | Texts] = {"time": Texts(times, _instants)}
        for field, here in self.fields.items():
            if here is None:
                columns[field] = [None] * len(self.rows)
            elif field != "time":
                columns[field] = _values(values.pop(0), here.kind)
        table = Table(len(self.rows), partial(_points, columns), columns=columns, mentions=lambda field: False)
        table.timed = True
        return table


def _key(here: Indexed) -> dict[str, Any]:
    # none comes before all others, and what stands behind them all is the least: see `Search`
    return {here.key: {"order": "desc", "missing": "_first", "unmapped_type": _TYPES[here.kind]}}


def _instants(milliseconds: Column) -> Column:
    return [EPOCH + timedelta(0, 0, 0, time) for time in milliseconds]


def _values(column: Column, kind: Kind) -> Column:
    if kind == "boolean":
        return [None if value == _ABSENT else bool(value) for value in column]
    absent = _ABSENT if kind == "long" else "Infinity" if kind == "double" else None
    if absent is not None and absent in column:
        return [None if value == absent else value for value in column]
    return column


def _points(columns: Mapping[str, Column | Texts]) -> list[Point]:
    rows = zip(*(each.values() if isinstance(each, Texts) else each for each in columns.values()), strict=True)
    return [{field: value for field, value in zip(columns, row, strict=True) if value is not None} for row in rows]
