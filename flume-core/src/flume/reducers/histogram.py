"""histogram: how many values are in which range."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Sequence
from functools import partial
from itertools import pairwise
from operator import add, sub
from typing import Any

from flume.errors import OptionError
from flume.reducers.percentile import Ranked, in_order, stepped
from flume.reducing import NUMBERS

_GREATEST = sys.float_info.max
_MOST = 10_000


class histogram(Ranked):
    """How many values of a field are in which range: a list of dicts `low`, `high`, `count`; null where it has none.

    Ranges are `[low, high)`, the last `[low, high]`, as those of NumPy. Given their edges it counts as it goes, and
    values outside of all are in none; given how many there are to be, they are equally wide, from the least value to
    the greatest, for which all values are kept, once for this and percentiles of a field. NaN is passed over; where
    ranges are found, infinities are, too, and whole numbers too large for a float.

    :param field: the field to look at.
    :param bins: the edges of the ranges, a list of rising numbers; or how many ranges, up to 10,000.
    :raises OptionError: *bins* are fewer than one, or do not rise.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> points = [{'ms': value} for value in (3, 8, 12, 40)]
    >>> run(points, reduce(ms=histogram('ms', [0, 10, 100])))
    [{'ms': [{'low': 0, 'high': 10, 'count': 2}, {'low': 10, 'high': 100, 'count': 2}]}]
    >>> run(points, reduce(ms=histogram('ms', 2)))
    [{'ms': [{'low': 3, 'high': 21.5, 'count': 3}, {'low': 21.5, 'high': 40, 'count': 1}]}]
    """

    field: str
    bins: int | Sequence[float]

    takes = NUMBERS

    def check(self) -> None:
        super().check()
        if isinstance(self.bins, tuple):
            numbers = all(isinstance(edge, (int, float)) and not isinstance(edge, bool) for edge in self.bins)
            if not numbers or len(self.bins) < 2 or not all(low < high for low, high in pairwise(self.bins)):
                raise OptionError(f"histogram: bins takes two or more rising numbers, not {list(self.bins)!r}")
        elif not isinstance(self.bins, int) or isinstance(self.bins, bool) or not 1 <= self.bins <= _MOST:
            asked = f"how many ranges (1 to {_MOST:,}), or a list of their edges"
            raise OptionError(f"histogram: bins takes {asked}, not {self.bins!r}")

    # where there are edges, a state is how many numbers there were, and how many in each range

    @property
    def state_key(self) -> Hashable:
        return super().state_key if isinstance(self.bins, int) else None

    @property
    def grows(self) -> bool:  # type: ignore[override]
        return isinstance(self.bins, int)

    def start(self) -> Any:
        return super().start() if isinstance(self.bins, int) else (0,) * len(self.bins)

    def fold(self, state: Any, values: Sequence[Any]) -> Any:
        if isinstance(self.bins, int):
            return super().fold(state, values)
        low, *inner, high = self.bins
        inside = [value for value in values if low <= value <= high]
        found = Counter(map(partial(bisect_right, inner), inside))
        numbers = sum(value == value for value in values)
        return self.merge(state, (numbers, *(found[place] for place in range(len(self.bins) - 1))))

    def merge(self, left: Any, right: Any) -> Any:
        return super().merge(left, right) if isinstance(self.bins, int) else tuple(map(add, left, right))

    def remove(self, state: Any, gone: Any) -> Any:
        return super().remove(state, gone) if isinstance(self.bins, int) else tuple(map(sub, state, gone))

    def settle(self, state: Any) -> Any:
        return super().settle(state) if isinstance(self.bins, int) else state

    def result(self, state: Any) -> list[dict[str, Any]] | None:
        if isinstance(self.bins, int):
            return _equally_wide(in_order(state), self.bins)
        number, *counts = state
        return _ranges(self.bins, counts) if number else None


def _equally_wide(values: Sequence[Any], bins: int) -> list[dict[str, Any]] | None:
    values = values[bisect_left(values, -_GREATEST) : bisect_right(values, _GREATEST)]
    if not values:
        return None
    low, high = values[0], values[-1]
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = sorted([low, *(stepped(low, high, step, bins) for step in range(1, bins)), high])  # of rounded numbers
    places = [*(bisect_left(values, edge) for edge in edges[:-1]), len(values)]
    return _ranges(edges, [behind - before for before, behind in pairwise(places)])


def _ranges(edges: Sequence[Any], counts: Sequence[int]) -> list[dict[str, Any]]:
    ranges = zip(pairwise(edges), counts, strict=True)
    return [{"low": low, "high": high, "count": count} for (low, high), count in ranges]
