"""Estimating: percentiles as the server estimates them, for `optimize='approx'`.

The server keeps a sketch of the values (a t-digest, https://arxiv.org/abs/1902.04023) and gives a value for each
percent that is asked for.  Of these a state of the reducer is made: so many values that each percentile finds its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor
from typing import Any, TypeAlias

from flume.reducers.median import median
from flume.reducers.percentile import Ranked, percentile
from flume.reducing import Reducer
from flume_adapter_elastic.proof import Indexed
from flume_adapter_elastic.proven_search import Inexact
from flume_adapter_elastic.query import Query

Percents: TypeAlias = dict[int, float]
"""The places, of `_SIZE`, where a percentile looks for its value, and which of them that is."""

_SIZE = 1000  # values of a state


def can_estimate(leaf: Reducer[Any]) -> bool:
    """Whether the server has an estimate of it."""
    return isinstance(leaf, (percentile, median))


def percents(leaves: Iterable[Reducer[Any]], field: str) -> Percents:
    """What is looked for by the percentiles of a field; `Inexact` where they are too close to each other.

    >>> percents([percentile('ms', 99), median('ms')], 'ms')
    {989: 99.0, 499: 50.0, 500: 50.0}
    """
    found: Percents = {}
    for leaf in leaves:
        if isinstance(leaf, Ranked) and getattr(leaf, "field", None) == field:
            for p, places in _looked_for(leaf):
                for place in places:
                    if found.setdefault(place, p) != p:
                        raise Inexact
    return found


def _looked_for(leaf: Ranked) -> Iterable[tuple[float, Sequence[int]]]:
    asked = getattr(leaf, "p", 50)
    between = getattr(leaf, "interpolate", True)
    for p in map(float, asked if isinstance(asked, tuple) else (asked,)):
        place = p / 100 * (_SIZE - 1)
        yield p, [floor(place), ceil(place)] if between else [max(0, ceil(p * _SIZE / 100) - 1)]


def aggregation(asked: Percents, here: Indexed) -> Query:
    """What the server is asked for."""
    return {"percentiles": {"field": here.key, "percents": sorted(set(asked.values())), "keyed": False}}


def state(leaf: Reducer[Any], asked: Percents, found: Mapping[str, Any], here: Indexed) -> Any:
    """The state of a reducer whose percentiles are those that were *found*."""
    values = {one["key"]: one["value"] for one in found["values"]}
    if None in values.values():
        return leaf.start()
    estimates: list[Any] = []
    for place in sorted(asked):  # up to there, what stands there
        value = values[asked[place]]
        value = int(value) if here.kind == "long" and value == int(value) else value
        estimates += [value] * (place + 1 - len(estimates))
    return leaf.fold(leaf.start(), estimates + estimates[-1:] * (_SIZE - len(estimates)))
