"""avg: the average."""

from __future__ import annotations

from flume.reducers.sum import _rounded, _State, _Total


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
        return _rounded(whole, parts or (), count) if count else None


mean = avg
