"""Mapping: how an index that flume makes keeps what is written, and what the mapping of any index says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flume_adapter_elastic.marks import FIELD, LONGEST

OURS = "flume"
"""What says, in the `_meta` of a mapping, that flume has made it."""

SENTENCES = ("message", "msg", "line", "text")
"""The fields whose text is there to be searched for words; wherever they stand in a document."""

KEYWORD = {"type": "keyword", "ignore_above": LONGEST}
"""How text is kept: as a whole."""

SENTENCE = {"type": "text", "fields": {"keyword": KEYWORD}}
"""How the text of `SENTENCES` is kept: word by word, and as a whole."""

MAPPING: dict[str, Any] = {
    "_meta": {OURS: 1},
    "_source": {"excludes": [FIELD]},
    "date_detection": False,
    "dynamic_templates": [
        # the server would keep them with the 24 bits of a float
        {"floats": {"match_mapping_type": "double", "mapping": {"type": "double"}}},
        {
            "sentences": {
                "match_mapping_type": "string",
                "match_pattern": "regex",
                "match": "|".join(SENTENCES),
                "mapping": SENTENCE,
            }
        },
        {"texts": {"match_mapping_type": "string", "mapping": KEYWORD}},
    ],
    "properties": {"time": {"type": "date"}, FIELD: {"type": "keyword", "doc_values": False}},
}
"""Text is a keyword, as in Elastic's own schema of logs: taking it to pieces costs the server a third of its work, and
the words of a host or a status are no use.  What looks like a date stays text."""


def is_ours(mapping: dict[str, Any]) -> bool:
    """Whether flume has made the index of this mapping, so that documents are marked.

    >>> is_ours(MAPPING), is_ours({'properties': {}})
    (True, False)
    """
    return (mapping.get("_meta") or {}).get(OURS) == 1 and FIELD in mapping.get("properties", {})


def is_told_by_documents(mapping: dict[str, Any]) -> bool:
    """Whether the index of this mapping has nothing but what documents show: a template may say otherwise.

    >>> is_told_by_documents(MAPPING), is_told_by_documents(MAPPING | {'_source': {'enabled': False}})
    (True, False)
    """
    return mapping.get("_source") == MAPPING["_source"] and not _copies(mapping)


def _copies(mapping: dict[str, Any]) -> bool:
    """Whether values of one field are indexed as those of another, too."""
    return "copy_to" in mapping or any(map(_copies, mapping.get("properties", {}).values()))


def is_worked_out(field: str, mapping: Mapping[str, Any]) -> bool:
    """Whether the server works out the values of a field when it is asked, whatever is mapped under its name."""
    return any(field == name or field.startswith(f"{name}.") for name in mapping.get("runtime", ()))


def key_of_text(field: str) -> str:
    """Under which name an index that flume has made has the text of a field as a whole.

    >>> key_of_text('host'), key_of_text('error.message')
    ('host', 'error.message.keyword')
    """
    return f"{field}.keyword" if field.rpartition(".")[2] in SENTENCES else field
