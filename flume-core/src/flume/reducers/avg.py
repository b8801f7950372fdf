"""avg: the average."""

from __future__ import annotations

from math import isfinite

from flume.exact import exact, expanded, nearest, total
from flume.reducers.sum import State, Total, floats


class avg(Total):
    """The average of a field (its arithmetic mean); null where it has no values.

    The sum behind it is exact, so it is the same whatever the order of the points. `mean` is another name for it.

    :param field: the field to take the average of.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 1}, {'a': 2}, {'a': None}], reduce(a=avg('a')))
    [{'a': 1.5}]

    In `put`, of all points so far:

    >>> from flume import put
    >>> run([{'ms': 10}, {'ms': 30}, {'ms': 20}], put(so_far=avg('ms')))
    [{'ms': 10, 'so_far': 10.0}, {'ms': 30, 'so_far': 20.0}, {'ms': 20, 'so_far': 20.0}]
    """

    def result(self, state: State) -> float | None:
        count, whole, _ = state
        if not count:
            return None
        summed = total(whole, floats(state))
        if isfinite(summed):
            return summed / count
        whole, parts = expanded(whole, floats(state))
        if parts and not isfinite(parts[0]):
            return summed / count
        return nearest(exact(whole, parts) / count)  # the sum is too large for a float, the average may not be


mean = avg
