"""stdev: the standard deviation."""

from __future__ import annotations

from flume.exact import root
from flume.reducers.variance import Spread


class stdev(Spread):
    """The standard deviation of a field: the square root of its `variance`; null where it has no values.

    It is that of a sample, null of one value. It is rounded once, so the same whatever the order of the points.

    :param field: the field to look at.
    :param population: whether the values are all there are, and not a sample.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> points = [{'a': value} for value in (2, 4, 4, 4, 5, 5, 7, 9)]
    >>> run(points, reduce(all=stdev('a', population=True), sample=stdev('a')))
    [{'all': 2.0, 'sample': 2.138089935299395}]

    What lies more than two deviations from the average:

    >>> from flume import avg, filter, put
    >>> points = [{'ms': value} for value in (10, 11, 9, 10, 11, 10, 60)]
    >>> run(points, put(usual=avg('ms'), spread=stdev('ms')) | filter('abs(ms - usual) > 2 * spread'))
    [{'ms': 60, 'usual': 17.285714285714285, 'spread': 18.8477610139267}]
    """

    def of(self, dividend: int, divisor: int) -> float:
        return root(dividend, divisor)
