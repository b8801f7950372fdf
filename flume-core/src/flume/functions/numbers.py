"""Functions of numbers.  Where mathematics has no answer (`sqrt(-1)`) the value is None, and counted."""

from __future__ import annotations

import builtins
import math
from typing import Any

from flume.functions.registry import built_in

_MOST_DIGITS = 400  # no float has more; Python takes minutes to round to a thousand million


@built_in(alone=builtins.abs)
def abs(number: Any) -> Any:
    """The size of a number (or of a timedelta), without its sign.

    >>> abs(-3)
    3
    """
    return builtins.abs(number)


@built_in()
def round(number: float, digits: int = 0) -> float:
    """The number rounded to so many digits, half to even; a whole number where *digits* is 0.

    >>> round(2.5)
    2
    >>> round(3.14159, 2)
    3.14
    >>> round(1234, -2)
    1200
    """
    if not -_MOST_DIGITS <= digits <= _MOST_DIGITS:
        raise ValueError(f"digits={digits} is too many")
    return builtins.round(number, digits) if digits else builtins.round(number)


@built_in()
def floor(number: float) -> int:
    """The largest whole number that is not larger.

    >>> floor(2.7)
    2
    >>> floor(-2.7)
    -3
    """
    return math.floor(number)


@built_in()
def ceil(number: float) -> int:
    """The smallest whole number that is not smaller.

    >>> ceil(2.1)
    3
    """
    return math.ceil(number)


@built_in()
def trunc(number: float) -> int:
    """The whole number towards zero.

    >>> trunc(-2.7)
    -2
    """
    return math.trunc(number)


@built_in()
def sqrt(number: float) -> float:
    """The square root.

    >>> sqrt(9)
    3.0
    """
    return math.sqrt(number)


@built_in()
def exp(number: float) -> float:
    """e to that power.

    >>> round(exp(1), 5)
    2.71828
    """
    return math.exp(number)


@built_in()
def log(number: float, base: float = math.e) -> float:
    """The logarithm, natural or to a base.

    >>> log(1)
    0.0
    >>> round(log(8, 2), 9)
    3.0
    """
    return math.log(number) if base == math.e else math.log(number, base)


@built_in()
def log10(number: float) -> float:
    """The logarithm to base 10.

    >>> log10(1000)
    3.0
    """
    return math.log10(number)


@built_in()
def log2(number: float) -> float:
    """The logarithm to base 2.

    >>> log2(8)
    3.0
    """
    return math.log2(number)


@built_in()
def sin(angle: float) -> float:
    """The sine of an angle in radians.

    >>> sin(pi() / 2)
    1.0
    """
    return math.sin(angle)


@built_in()
def cos(angle: float) -> float:
    """The cosine of an angle in radians.

    >>> cos(pi())
    -1.0
    """
    return math.cos(angle)


@built_in()
def tan(angle: float) -> float:
    """The tangent of an angle in radians.

    >>> round(tan(pi() / 4), 9)
    1.0
    """
    return math.tan(angle)


@built_in()
def asin(number: float) -> float:
    """The angle, in radians, with that sine.

    >>> round(asin(1), 4)
    1.5708
    """
    return math.asin(number)


@built_in()
def acos(number: float) -> float:
    """The angle, in radians, with that cosine.

    >>> round(acos(-1), 4)
    3.1416
    """
    return math.acos(number)


@built_in()
def atan(number: float) -> float:
    """The angle, in radians, with that tangent.

    >>> round(atan(1), 4)
    0.7854
    """
    return math.atan(number)


@built_in()
def atan2(y: float, x: float) -> float:
    """The angle, in radians, from the x axis to the point (x, y).

    >>> round(atan2(1, -1), 4)
    2.3562
    """
    return math.atan2(y, x)


@built_in()
def pi() -> float:
    """The number π.  It is called, since a name that is not called is a field.

    >>> round(pi(), 5)
    3.14159
    """
    return math.pi


@built_in()
def e() -> float:
    """The number e.  It is called, since a name that is not called is a field.

    >>> round(e(), 5)
    2.71828
    """
    return math.e
