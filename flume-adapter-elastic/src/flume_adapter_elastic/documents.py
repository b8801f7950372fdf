"""Documents: what the server sends of each, decoded as flume decodes JSON."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from flume.errors import SourceError
from flume.flow import Needed, Point
from flume.parsers.json_decoding import TROUBLES, decode_fields, decode_object
from flume.parsing import decode
from flume.point import DEEPEST, is_too_deep
from flume_adapter_elastic.pages import Answer, Hits

_AROUND = 8  # brackets around all documents of a page
_EACH = 3  # and around each


class Document(msgspec.Struct, gc=False):
    """A document that was found.

    :param sort: the values of the keys that it was sorted by.
    :param source: its fields, which become a point; None where it is refused, or its index keeps none.
    :param refused: why it is no point; *raw* is its text then.
    """

    sort: list[Any]
    index: str = msgspec.field(name="_index", default="")
    id: str = msgspec.field(name="_id", default="")
    source: Point | None = msgspec.field(name="_source", default=None)
    refused: str | None = None
    raw: str | None = None


class _Undecoded(msgspec.Struct):
    """The same with its fields as they were sent."""

    sort: list[Any]
    index: str = msgspec.field(name="_index", default="")
    id: str = msgspec.field(name="_id", default="")
    source: msgspec.Raw = msgspec.field(name="_source", default_factory=partial(msgspec.Raw, b"null"))


_decoder = msgspec.json.Decoder(Answer[Document])
_raw_decoder = msgspec.json.Decoder(Answer[_Undecoded])


def decode_page(data: bytes, needed: Needed) -> Answer[Document]:
    """The answer that *data* holds; a `SourceError` where it is none.

    A document that is no valid JSON is refused, unless the trouble is in fields that are not *needed*.
    """
    try:
        answer = _decoder.decode(data)
    except TROUBLES:
        return _closely(data, needed)
    hits = answer.hits.hits
    inside = data.count(b"{") + data.count(b"[") - _EACH * len(hits) - _AROUND
    if inside > DEEPEST and any(is_too_deep(value) for hit in hits for value in (hit.source or {}).values()):
        return _closely(data, needed)
    return answer


def _closely(data: bytes, needed: Needed) -> Answer[Document]:
    """The same, one document after the other."""
    try:
        answer = _raw_decoder.decode(data)
    except TROUBLES as error:
        advice = "see whether what answers is Elasticsearch"
        raise SourceError(f"read('elastic'): the answer is none to a search ({error}); {advice}") from None
    hits = [_decoded(hit, needed) for hit in answer.hits.hits]
    return Answer(hits=Hits(hits), pit_id=answer.pit_id, timed_out=answer.timed_out, shards=answer.shards)


def _decoded(hit: _Undecoded, needed: Needed) -> Document:
    document = Document(hit.sort, hit.index, hit.id)
    source = bytes(hit.source)
    try:
        if source != b"null":
            document.source = decode_object(source)
    except ValueError as error:
        document.source = None if needed is None else decode_fields(source, needed)
        if document.source is None:
            document.refused, document.raw = str(error), decode(source)
    return document
