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
    """

    def of(self, dividend: int, divisor: int) -> float:
        return root(dividend, divisor)
