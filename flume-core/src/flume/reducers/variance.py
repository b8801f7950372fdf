"""variance: how far values are from their average."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from math import isfinite, isinf, nan
from operator import mul
from typing import Any, TypeAlias

from flume.exact import ratio, scaled
from flume.reducing import NUMBERS, Reducer
from flume.value import check_fields

State: TypeAlias = tuple[int, int, int, int, int]
"""How many finite numbers; how many others; their sum, once halved so often as the next says; that of their squares,
halved twice as often."""


class Spread(Reducer[State]):
    """Adds up numbers and their squares without rounding, so that it does not matter how the input was cut."""

    field: str
    population: bool = False

    takes = NUMBERS

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    @property
    def state_key(self) -> Hashable:
        return Spread, self.field

    def start(self) -> State:
        return 0, 0, 0, 0, 0

    def add(self, state: State, value: Any) -> State:
        return self.fold(state, (value,))

    def fold(self, state: State, values: Sequence[Any]) -> State:
        wholes = [value for value in values if type(value) is int]
        if wholes:
            state = _with(state, (len(wholes), 0, sum(wholes), 0, sum(map(mul, wholes, wholes))))
        if len(wholes) == len(values):
            return state
        floats = [value for value in values if type(value) is float and isfinite(value)]
        numbers, halvings = scaled(floats)
        others = len(values) - len(wholes) - len(floats)
        return _with(state, (len(floats), others, sum(numbers), halvings, sum(map(mul, numbers, numbers))))

    def merge(self, left: State, right: State) -> State:
        return _with(left, right)

    def answer(self, state: State, note: Callable[[str], None]) -> float | None:
        """The result; null where finite numbers make one that is too large for a float."""
        result: float | None = self.result(state)
        if result is None or not isinf(result):
            return result
        note(f"{self!r} is too large for a float")
        return None

    def result(self, state: State) -> float | None:
        count, others, total, halvings, squares = state
        free = count + others - (not self.population)
        if count + others == 0 or free == 0:
            return None
        if others:
            return nan
        return self.of(count * squares - total * total, count * free << 2 * halvings)

    def of(self, dividend: int, divisor: int) -> float:
        """The result, where *dividend* by *divisor* is the variance."""
        raise NotImplementedError


class variance(Spread):
    """The variance of a field: the mean of the squared distances from the average; null where it has no values.

    It is that of a sample, whose distances are divided by one less than there are: null of one value. It is exact and
    rounded once, so the same whatever the order of the points: of the sums of the values and of their squares, which
    are not rounded, the textbook's formula has none of the faults that T. F. Chan, G. H. Golub and R. J. LeVeque show
    in "Algorithms for Computing the Sample Variance: Analysis and Recommendations" (1983). With an infinity or a NaN it
    is NaN; where it is too large for a float, it is null, and that is counted and said once.

    :param field: the field to look at.
    :param population: whether the values are all there are, and not a sample: divided by as many as there are.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> points = [{'a': 1}, {'a': 2}, {'a': 4}, {'a': 5}]
    >>> run(points, reduce(sample=variance('a'), all=variance('a', population=True)))
    [{'sample': 3.3333333333333335, 'all': 2.5}]

    Which of two machines fills its bottles more evenly?

    >>> points = [{'machine': m, 'ml': ml} for m, ml in (('a', 498), ('b', 490), ('a', 502), ('b', 511))]
    >>> run(points, reduce(spread=variance('ml'), by='machine'))
    [{'spread': 8.0, 'machine': 'a'}, {'spread': 220.5, 'machine': 'b'}]
    """

    def of(self, dividend: int, divisor: int) -> float:
        return ratio(dividend, divisor)


def _with(left: State, right: State) -> State:
    count, others, total, halvings, squares = left
    more, odd, other_total, other_halvings, other_squares = right
    most = max(halvings, other_halvings)
    return (
        count + more,
        others + odd,
        (total << most - halvings) + (other_total << most - other_halvings),
        most,
        (squares << 2 * (most - halvings)) + (other_squares << 2 * (most - other_halvings)),
    )
