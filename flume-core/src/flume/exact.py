"""exact: sums of numbers that lose nothing, so that it does not matter how the input was cut."""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp, fsum, inf, isfinite, isqrt, ldexp, nan
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


def scaled(values: Sequence[float]) -> tuple[list[int], int]:
    """Whole numbers, and how often each is to be halved to be one of *values*, which are finite.

    >>> scaled([0.75, -3.0])
    ([6755399441055744, -27021597764222976], 53)
    """
    least = min((abs(value) for value in values if value), default=1.0)
    power = max(53 - frexp(least)[1], 0)  # a float has 53 digits, and no other has some behind the last of the least
    try:
        factor = ldexp(1.0, power)
        return [int(value * factor) for value in values], power
    except OverflowError:
        ratios = map(float.as_integer_ratio, values)
        return [(whole << power) // parts for whole, parts in ratios], power


def root(dividend: int, divisor: int) -> float:
    """The float that is nearest to the square root of a ratio; infinite where no float is as large.

    >>> root(2, 1), root(1, 10**400)
    (1.4142135623730951, 1e-200)
    """
    # of the root 55 digits or more are found, the last of them odd where there are more: so it is rounded but once
    shift = max(112 - dividend.bit_length() + divisor.bit_length(), 0) // 2 + 1
    found = isqrt((dividend << 2 * shift) // divisor)
    return ratio(found | (found * found * divisor != dividend << 2 * shift), 1 << shift)


def ratio(dividend: int, divisor: int) -> float:
    """The float that is nearest to a ratio; infinite where no float is as large."""
    try:
        return dividend / divisor
    except OverflowError:
        return inf if dividend > 0 else -inf


def added(numbers: Sequence[int | float]) -> int | float:
    """The sum of some numbers, rounded once: whole where all are, infinite where no float is as large.

    >>> added([1, 2]), added([1e16, 1, -1e16])
    (3, 1.0)
    """
    floats = [number for number in numbers if isinstance(number, float)]
    whole = sum(number for number in numbers if isinstance(number, int))
    return total(whole, floats) if floats else whole
