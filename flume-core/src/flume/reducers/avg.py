"""avg: the average."""

from __future__ import annotations

from math import isfinite

from flume.reducers.sum import _exact, _nearest, _rounded, _State, _Total


class avg(_Total):
    """The average of a field (its arithmetic mean); null where it has no values.

    The sum behind it is exact, so it is the same whatever the order of the points. `mean` is another name for it.

    :param field: the field to take the average of.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 1}, {'a': 2}, {'a': None}], reduce(a=avg('a')))
    [{'a': 1.5}]
    """

    def result(self, state: _State) -> float | None:
        count, whole, parts = state
        if not count:
            return None
        total = _rounded(whole, parts or ())
        if isfinite(total) or (parts and not isfinite(parts[0])):
            return total / count
        return _nearest(_exact(whole, parts or ()) / count)  # the sum is too large for a float, the average may not be


mean = avg
