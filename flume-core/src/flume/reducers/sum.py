"""sum: numbers added up, exactly."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from math import fsum, inf, isfinite, nan
from typing import TYPE_CHECKING, Any, TypeAlias

from flume.reducing import NUMBERS, Reducer
from flume.value import check_fields

if TYPE_CHECKING:
    from fractions import Fraction  # it takes decimal with it, and is rarely used

_State: TypeAlias = tuple[int, int, Sequence[float] | None]
"""How many numbers; the sum of whole ones; an expansion of the sum of floats, None where there was none."""

_WHOLE = 2.0**53  # floats from here on are whole numbers


class _Total(Reducer[_State]):
    """Adds numbers up without rounding, so that it does not matter how the input was cut."""

    field: str

    takes = NUMBERS

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> _State:
        return 0, 0, None

    def add(self, state: _State, value: Any) -> _State:
        return self.fold(state, (value,))

    def fold(self, state: _State, values: Sequence[Any]) -> _State:
        count, whole, parts = state
        count += len(values)
        kinds = set(map(type, values))
        if float not in kinds:
            return count, whole + builtins.sum(values), parts
        if int in kinds:
            whole += builtins.sum([value for value in values if type(value) is int])
            values = [value for value in values if type(value) is float]
        return count, *_expanded(whole, [*(parts or ()), *values])

    def merge(self, left: _State, right: _State) -> _State:
        count, whole = left[0] + right[0], left[1] + right[1]
        if left[2] is None and right[2] is None:
            return count, whole, None
        return count, *_expanded(whole, [*(left[2] or ()), *(right[2] or ())])


class sum(_Total):
    """The sum of a field; 0 where it has no values.

    It is exact and rounded once, so the same whatever the order of the points. It is a whole number, of any size,
    where all values are; with an infinity it is infinite, with a NaN or both infinities NaN.

    :param field: the field to add up.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 0.1}] * 10, reduce(total=sum('a')))
    [{'total': 1.0}]
    """

    def result(self, state: _State) -> int | float:
        _, whole, parts = state
        return whole if parts is None else _rounded(whole, parts)


def _expanded(whole: int, values: list[float]) -> tuple[int, Sequence[float]]:
    """The whole number, and the fewest floats, that are together *whole* and all *values*, exactly.

    Each float is the one nearest to what is left of the sum: J. R. Shewchuk, "Adaptive Precision Floating-Point
    Arithmetic and Fast Robust Geometric Predicates" (1997), calls this an expansion.
    """
    try:
        total = fsum(values)
    except ValueError:  # both infinities
        return whole, (nan,)
    except OverflowError:  # on the way, if not in the end
        if not all(map(isfinite, values)):
            return whole, (builtins.sum(value for value in values if not isfinite(value)),)
        whole += builtins.sum(int(value) for value in values if abs(value) >= _WHOLE)
        return _expanded(whole, [value for value in values if abs(value) < _WHOLE])
    parts: list[float] = []
    while total:
        parts.append(total)
        if not isfinite(total):
            break
        total = fsum([*values, *(-part for part in parts)])
    return whole, parts


def _rounded(whole: int, parts: Sequence[float]) -> float:
    """The float that is nearest to the sum of *whole* and an expansion; infinite where no float is as large."""
    if parts and not isfinite(parts[0]):
        return parts[0]
    if abs(whole) <= _WHOLE:
        try:
            return fsum((whole, *parts))
        except OverflowError:
            pass
    return _nearest(_exact(whole, parts))


def _exact(whole: int, parts: Sequence[float]) -> Fraction:
    from fractions import Fraction

    return builtins.sum(map(Fraction, parts), Fraction(whole))


def _nearest(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        return inf if exact > 0 else -inf
