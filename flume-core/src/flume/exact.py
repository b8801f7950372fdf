"""exact: sums of numbers that lose nothing, so that it does not matter how the input was cut."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, inf, isfinite, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction  # it takes decimal with it, and is rarely used

_WHOLE = 2.0**53  # floats from here on are whole numbers


def expanded(whole: int, values: Sequence[float]) -> tuple[int, Sequence[float]]:
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
            return whole, (sum(value for value in values if not isfinite(value)),)
        whole += sum(int(value) for value in values if abs(value) >= _WHOLE)
        return expanded(whole, [value for value in values if abs(value) < _WHOLE])
    parts: list[float] = []
    rest = [*values]
    while total:
        parts.append(total)
        if not isfinite(total):
            break
        rest.append(-total)
        total = fsum(rest)
    return whole, parts


def total(whole: int, values: Sequence[float]) -> float:
    """The float that is nearest to the sum of *whole* and all *values*; infinite where no float is as large."""
    if abs(whole) <= _WHOLE:
        try:
            near = fsum((whole, *values))
        except (OverflowError, ValueError):
            near = nan
        if isfinite(near):
            return near
    return rounded(*expanded(whole, values))


def rounded(whole: int, parts: Sequence[float]) -> float:
    """The float that is nearest to the sum of *whole* and an expansion; infinite where no float is as large."""
    if parts and not isfinite(parts[0]):
        return parts[0]
    if abs(whole) <= _WHOLE:
        try:
            return fsum((whole, *parts))
        except OverflowError:
            pass
    return nearest(exact(whole, parts))


def exact(whole: int, parts: Sequence[float]) -> Fraction:
    """The sum of *whole* and an expansion, as a fraction."""
    from fractions import Fraction

    return sum(map(Fraction, parts), Fraction(whole))


def nearest(exact: Fraction) -> float:
    """The float that is nearest; infinite where no float is as large."""
    try:
        return float(exact)
    except OverflowError:
        return inf if exact > 0 else -inf
