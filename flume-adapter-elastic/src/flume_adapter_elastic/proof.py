"""Proof: whether what the index has of fields is what the documents hold.

Documents that flume writes are marked with the kinds of their values.  Where none is without marks, and none is marked
with another kind than that of the mapping, the index has the values themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from flume_adapter_elastic.connection import Connection
from flume_adapter_elastic.mapping import (
    KEYWORD,
    SENTENCE,
    is_ours,
    is_told_by_documents,
    is_worked_out,
    key_of_text,
)
from flume_adapter_elastic.marks import FIELD
from flume_adapter_elastic.point_in_time import Counted, PointInTime

Kind = Literal["long", "double", "text", "boolean", "date"]
KINDS = ("long", "double", "text", "boolean", "date", "null", "odd")
"""Of which kinds a document's value may be."""

_PLAIN: dict[Kind, dict[str, Any]] = {
    "long": {"type": "long"},
    "double": {"type": "double"},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
}


class Indexed(NamedTuple):
    """Under which name an index has the values of a field, and of which kind they are."""

    key: str
    kind: Kind


class _Index(msgspec.Struct):
    """What is said of an index."""

    mappings: dict[str, Any]


def indexed(connection: Connection, index: str, fields: Collection[str]) -> dict[str, Indexed | None] | None:
    """How the indices have each of the *fields* (None: not at all); None where that tells nothing.

    It does only where flume made all of them, and they have each field as it is mapped where nobody said how.
    """
    found: dict[str, Indexed | None] = dict.fromkeys(fields)
    answer = msgspec.json.decode(connection.ask("GET", f"/{index}/_mapping"), type=dict[str, _Index])
    for one in answer.values():
        if not is_ours(one.mappings) or not is_told_by_documents(one.mappings):
            return None
        for field in fields:
            if is_worked_out(key_of_text(field), one.mappings):
                return None
            mapping = _mapping_of(field, one.mappings)
            if mapping is None:
                continue
            here = _indexed(field, mapping)
            if here is None:
                return None
            if found[field] not in (None, here):
                return None
            found[field] = here
    return found


def _indexed(field: str, mapping: Mapping[str, Any]) -> Indexed | None:
    """How an index has a field; None where somebody has said how."""
    key = key_of_text(field)
    if mapping == (KEYWORD if key == field else SENTENCE):
        return Indexed(key, "text")
    kind = next((kind for kind, plain in _PLAIN.items() if mapping == plain), None)
    return None if kind is None or (kind == "date") != (field == "time") else Indexed(field, kind)


def _mapping_of(field: str, mapping: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is said of a field, dotted where it is nested; None where it has never been seen."""
    found: Mapping[str, Any] | None = mapping
    for name in field.split("."):
        found = None if found is None else found.get("properties", {}).get(name)
    return found


def proven(
    pit: PointInTime,
    query: Mapping[str, Any] | None,
    fields: Mapping[str, Indexed | None],
    *,
    nulls: bool = False,
) -> bool:
    """Whether of all documents that *query* finds the index has the very values of the *fields*.

    *nulls*: whether these may be null, which is as if they were missing there.
    """
    others = [
        f"{field}:{kind}"
        for field, here in fields.items()
        for kind in KINDS
        if (here is None or kind != here.kind) and not (nulls and kind == "null")
    ]
    # what is inside of a list is indexed too, and is no field of the point
    around = {field[:place] for field in fields for place, letter in enumerate(field) if letter == "."}
    others += [f"{field}:odd" for field in sorted(around)]
    unmarked = {"bool": {"must_not": {"term": {FIELD: ""}}}}
    odd: list[Any] = [unmarked, {"terms": {FIELD: others}}]
    filters: Sequence[Any] = [{"bool": {"should": odd}}, *([] if query is None else [query])]
    body = {"size": 0, "query": {"bool": {"filter": filters}}, "track_total_hits": 1, "terminate_after": 1}
    counted = msgspec.json.decode(pit.search(body, "hits.total"), type=Counted)
    return pit.checked(counted).hits.total.value == 0
