"""Pages: what a search finds, page after page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from flume_adapter_elastic.point_in_time import Checked, PointInTime

FIRST = 500
"""Documents of the first page, at most: enough to see what they have, and soon there."""


class Found(Protocol):
    """What is known of every document that is found."""

    sort: list[Any]


H = TypeVar("H", bound=Found)


class Hits(msgspec.Struct, Generic[H]):
    """The documents of a page."""

    hits: list[H] = []


class Answer(Checked, Generic[H], kw_only=True):
    """A page as the server sends it."""

    hits: Hits[H] = msgspec.field(default_factory=Hits)


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for.

    :param query: in the query DSL; None finds all.
    :param order: the keys that sort; no two documents are alike in all of them.
    :param values: keys behind these, which only have the server send values, each with one that stands behind all that
        it may have: else a page would begin with the document that the one before it ended with.
    :param returned: what else is sent of each document; not of those of the first page, which are sent whole, so that a
        misspelt field can be told from its neighbours.
    :param shown: what of a document is sent, as a path.
    """

    query: Mapping[str, Any] | None
    order: Sequence[Any]
    values: Sequence[tuple[Any, Any]] = ()
    returned: Mapping[str, Any] = field(default_factory=dict)
    shown: str = "hits.hits"


def pages(
    pit: PointInTime,
    search: Search,
    decode: Callable[[bytes], Answer[H]],
    size: int,
    *,
    after: Sequence[Any] | None = None,
) -> Iterator[list[H]]:
    """The documents that *search* finds, in pages of *size*; *decode* makes an answer of its bytes.

    *after*: what the document before the first one was sorted by; without it, the first page is a short one.
    """
    keys = [*search.order, *(key for key, _ in search.values)]
    body: dict[str, Any] = {"sort": keys, "size": size if after is not None else min(size, FIRST)}
    if search.query is not None:
        body["query"] = search.query
    while True:
        if after is not None:
            body |= {"size": size, "search_after": [*after, *(least for _, least in search.values)], **search.returned}
        answer = pit.checked(decode(pit.search(body, search.shown)))
        hits = answer.hits.hits
        pit.read += len(hits)
        if hits:
            yield hits
        if len(hits) < body["size"]:
            return
        after = hits[-1].sort[: len(search.order)]
