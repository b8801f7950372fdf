"""Ordering: the order of values of any kind, which is the same wherever they are sorted.

Numbers come first, then text, times, and the rest: false and true, durations, and lists and dicts as they came; what
is None or NaN is last, in both directions.  Equal values keep the order in which they came, in both directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from operator import ne
from typing import Any

Column = list[Any]
Order = Callable[[Sequence[Column]], list[int]]
"""Given the values that points are sorted by, a column a field, the places of the points in order."""

_KINDS = {int: 0, float: 0, str: 1, datetime: 2, bool: 3, timedelta: 4, type(None): 6}
_REST, _LAST = 5, 6  # lists and dicts; no value at all


def order_of(descending: Sequence[bool]) -> Order:
    """The order by columns, the first one first, each in its direction.

    >>> order_of([False, True])([[1, 'a', 1], [2, 0, 3]])
    [2, 0, 1]
    """

    def order(columns: Sequence[Column]) -> list[int]:
        places = list(range(len(columns[0])))
        for column, down in zip(reversed(columns), reversed(descending), strict=True):
            places = _sorted(places, column, down)
        return places

    return order


def _sorted(places: list[int], values: Column, descending: bool) -> list[int]:
    """The *places* in order of their values, those without one last."""
    types = set(map(type, values))
    kinds = {_KINDS.get(each, _REST) for each in types}
    if len(kinds) == 1 and max(kinds) < _REST and not (float in types and any(map(ne, values, values))):
        return sorted(places, key=values.__getitem__, reverse=descending)
    piles: list[list[int]] = [[] for _ in range(_LAST + 1)]
    for place in places:
        value = values[place]
        piles[_KINDS.get(type(value), _REST) if value == value else _LAST].append(place)
    for pile in piles[:_REST]:
        pile.sort(key=values.__getitem__, reverse=descending)
    *piles, last = piles
    return [*chain.from_iterable(reversed(piles) if descending else piles), *last]
