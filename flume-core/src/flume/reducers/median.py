"""median: the value in the middle."""

from __future__ import annotations

from typing import Any

from flume.reducers.percentile import Ranked, State, between, in_order
from flume.reducing import NUMBERS


class median(Ranked):
    """The value in the middle of all values of a field, or the mean of the middle two; null where it has none.

    It is `percentile(field, 50, interpolate=True)`. NaN is passed over.

    :param field: the field to look at.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 5}, {'a': 1}, {'a': 3}], reduce(a=median('a')))
    [{'a': 3}]
    >>> run([{'a': 5}, {'a': 1}, {'a': 3}, {'a': 2}], reduce(a=median('a')))
    [{'a': 2.5}]
    """

    field: str

    takes = NUMBERS

    def result(self, state: State) -> Any:
        values = in_order(state)
        return between(values, 50) if values else None
