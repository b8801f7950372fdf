"""mad: the median absolute deviation."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from flume.exact import nearest
from flume.reducers.percentile import Ranked, State, between, in_order
from flume.reducing import NUMBERS

_INFINITE = -inf, inf


class mad(Ranked):
    """The median of the distances of the values of a field from their median; null where it has none.

    Like the standard deviation it tells how far values lie apart, but few outliers do not change it. For values of a
    normal distribution 1.4826 times it is about their standard deviation (F. R. Hampel, "The Influence Curve and its
    Role in Robust Estimation", 1974). NaN is passed over. All values are kept, once for this and percentiles of the
    field.

    :param field: the field to look at.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': value} for value in (1, 1, 2, 2, 4, 6, 900)], reduce(a=mad('a')))
    [{'a': 1}]

    What lies far from all others is not seen by it, as it is by `stdev`; so it tells what is far:

    >>> from flume import expr, filter, join, median, put
    >>> points = [{'ms': ms} for ms in (20, 21, 19, 22, 20, 400)]
    >>> (usual,) = run(points, reduce(middle=median('ms'), spread=mad('ms')))
    >>> usual
    {'middle': 20.5, 'spread': 1.0}
    >>> run(points, put(**usual), filter('abs(ms - middle) > 5 * spread'))
    [{'ms': 400, 'middle': 20.5, 'spread': 1.0}]
    """

    field: str

    takes = NUMBERS

    def result(self, state: State) -> Any:
        values = in_order(state)
        if not values:
            return None
        middle = between(values, 50)
        if middle in _INFINITE:
            return nan
        return between(sorted([_distance(value, middle) for value in values]), 50)


def _distance(value: Any, middle: Any) -> Any:
    if value in _INFINITE:
        return inf
    try:
        return abs(value - middle)
    except OverflowError:
        pass
    from fractions import Fraction

    return nearest(abs(Fraction(value) - Fraction(middle)))
