"""median: the value in the middle."""

from __future__ import annotations

from typing import ClassVar

from flume.reducers.percentile import Quantile
from flume.reducing import NUMBERS


class median(Quantile):
    """The value in the middle of all values of a field, or the mean of the middle two; null where it has none.

    It is `percentile(field, 50, interpolate=True)`. NaN is passed over.

    :param field: the field to look at.
    :param approx: keep a sketch of the values in place of them, as `percentile` does: of more than 2,047 the rank
        of the answer is one percent from the middle at most.
    :raises OptionError: *approx* needs `flume-core[sketches]`, which is not installed.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 5}, {'a': 1}, {'a': 3}], reduce(a=median('a')))
    [{'a': 3}]
    >>> run([{'a': 5}, {'a': 1}, {'a': 3}, {'a': 2}], reduce(a=median('a')))
    [{'a': 2.5}]
    """

    field: str
    approx: bool = False  # type: ignore[misc]

    p: ClassVar[int] = 50
    interpolate: ClassVar[bool] = True
    takes = NUMBERS
