"""Mapping: how an index that flume makes keeps what is written, and what the mapping of any index says."""

from __future__ import annotations

from typing import Any

from flume_adapter_elastic.marks import FIELD

OURS = "flume"
"""What says, in the `_meta` of a mapping, that flume has made it."""

MAPPING: dict[str, Any] = {
    "_meta": {OURS: 1},
    "_source": {"excludes": [FIELD]},
    "date_detection": False,
    "dynamic_templates": [
        # the server would keep them with the 24 bits of a float
        {"floats": {"match_mapping_type": "double", "mapping": {"type": "double"}}},
    ],
    "properties": {"time": {"type": "date"}, FIELD: {"type": "keyword", "doc_values": False}},
}
"""Text is kept as the server does by itself, to be searched and as a keyword; what looks like a date stays text."""


def is_ours(mapping: dict[str, Any]) -> bool:
    """Whether flume has made the index of this mapping, so that documents are marked.

    >>> is_ours(MAPPING), is_ours({'properties': {}})
    (True, False)
    """
    return (mapping.get("_meta") or {}).get(OURS) == 1 and FIELD in mapping.get("properties", {})
