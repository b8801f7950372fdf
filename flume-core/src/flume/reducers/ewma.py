"""ewma: the exponentially weighted moving average."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from flume.errors import OptionError
from flume.reducing import NUMBERS, Reducer
from flume.value import check_fields


class ewma(Reducer[float | None]):
    """The exponentially weighted moving average of a field; null where it has no values.

    It begins with the first value; each further one makes it `alpha * value + (1 - alpha) * average` (S. W. Roberts,
    "Control Chart Tests Based on Geometric Moving Averages", 1959; `ewm(alpha=…, adjust=False)` in pandas). Every step
    is rounded, so parts of a stream cannot be put together: it has no merge, and one process folds all points. A whole
    number that is too large for a float counts as infinite.

    :param field: the field to take the average of.
    :param alpha: how much a new value counts, more than 0 and up to 1. Of n points, 2 / (n + 1) is usual.
    :raises OptionError: *alpha* is not from there.

    >>> from flume import put
    >>> from flume.testing import run
    >>> run([{'a': 1}, {'a': 2}, {'a': 4}], put(smooth=ewma('a', 0.5)))
    [{'a': 1, 'smooth': 1.0}, {'a': 2, 'smooth': 1.5}, {'a': 4, 'smooth': 2.75}]

    What is far from what was usual so far:

    >>> from flume import filter
    >>> points = [{'ms': value} for value in (10, 12, 11, 90, 12)]
    >>> run(points, put(usual=ewma('ms', 0.1)) | filter('ms > 2 * usual'))
    [{'ms': 90, 'usual': 18.252}]
    """

    field: str
    alpha: float

    takes = NUMBERS

    def check(self) -> None:
        check_fields(type(self), "field", self.field)
        if not 0 < self.alpha <= 1:
            raise OptionError(f"ewma: alpha takes a number more than 0 and up to 1, not {self.alpha!r}")

    def start(self) -> float | None:
        return None

    def add(self, state: float | None, value: Any) -> float | None:
        return self.fold(state, (value,))

    def fold(self, state: float | None, values: Sequence[Any]) -> float | None:
        try:
            floats = list(map(float, values))
        except OverflowError:
            floats = list(map(_float, values))
        alpha, rest = self.alpha, 1 - self.alpha
        for value in floats:
            state = value if state is None or not rest else alpha * value + rest * state
        return state

    def result(self, state: float | None) -> float | None:
        return state


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf
