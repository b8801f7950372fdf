"""avg: the average."""

from __future__ import annotations

from math import isfinite

from flume.exact import exact, nearest, rounded
from flume.reducers.sum import State, Total, settled


class avg(Total):
    """The average of a field (its arithmetic mean); null where it has no values.

    The sum behind it is exact, so it is the same whatever the order of the points. `mean` is another name for it.

    :param field: the field to take the average of.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 1}, {'a': 2}, {'a': None}], reduce(a=avg('a')))
    [{'a': 1.5}]
    """

    def result(self, state: State) -> float | None:
        count = state[0]
        if not count:
            return None
        whole, parts = settled(state)
        total = rounded(whole, parts or ())
        if isfinite(total) or (parts and not isfinite(parts[0])):
            return total / count
        return nearest(exact(whole, parts or ()) / count)  # the sum is too large for a float, the average may not be


mean = avg
