"""math: functions of numbers in the last point, as in `put(height=math.sin('angle'))`.

Arguments are the names of fields, or numbers. The result is null where an argument is missing or no number, and where
the function has no value for it.

>>> from flume import emit, math, put, reduce
>>> points = emit(points=[{'x': 1, 'y': 1}, {'x': 0, 'y': 2}])
>>> [point['degrees'] for point in points | put(angle=math.atan2('y', 'x'), degrees=math.degrees('angle'))]
[45.0, 90.0]

Arithmetic between reducers takes them in; in `reduce` they are of the last point of each group:

>>> sizes = emit(points=[{'file': 'a', 'bytes': 700}, {'file': 'b', 'bytes': 5000}, {'file': 'a', 'bytes': 900}])
>>> list(sizes | reduce(kib=math.ceil('bytes') / 1024, by='file'))
[{'kib': 0.87890625, 'file': 'a'}, {'kib': 4.8828125, 'file': 'b'}]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flume.reducers.funcr import OfLast as _OfLast
from flume.value import check_fields

_LARGEST = 1000  # of factorial: more takes long, and has more digits than Python prints


class _Math(_OfLast):
    """A function of numbers."""

    fn: ClassVar[Callable[..., Any]]

    def check(self) -> None:
        for each in self.arguments():
            if isinstance(each, str):
                check_fields(type(self), "a field", each)

    def call(self, *values: Any) -> Any:
        if any(type(value) not in (int, float) for value in values):
            raise TypeError("not a number")
        return type(self).fn(*values)


class _Math1(_Math):
    x: str | float

    def arguments(self) -> Sequence[Any]:
        return (self.x,)


class ceil(_Math1):
    """The whole number at or above *x*.

    >>> ceil('x').result({'x': 1.2})
    2
    """

    word = "math.ceil"
    fn = math.ceil


class fabs(_Math1):
    """*x* without its sign, as a float.

    >>> fabs('x').result({'x': -2})
    2.0
    """

    word = "math.fabs"
    fn = math.fabs


class floor(_Math1):
    """The whole number at or below *x*.

    >>> floor('x').result({'x': -1.2})
    -2
    """

    word = "math.floor"
    fn = math.floor


class factorial(_Math1):
    """The product of the whole numbers up to *x*; null where *x* is negative, no whole number, or over 1000.

    >>> factorial('x').result({'x': 5})
    120
    """

    word = "math.factorial"

    @staticmethod
    def fn(x: float) -> int:
        """The factorial, within bounds."""
        if x > _LARGEST:
            raise OverflowError("too large")
        return math.factorial(x)  # type: ignore[arg-type]


class fmod(_Math):
    """The remainder of *x* / *y*, with the sign of *x*.

    >>> fmod('x', 3).result({'x': -7})
    -1.0
    """

    word = "math.fmod"
    fn = math.fmod

    x: str | float
    y: str | float

    def arguments(self) -> Sequence[Any]:
        return self.x, self.y


class trunc(_Math1):
    """*x* without what comes after the point.

    >>> trunc('x').result({'x': -1.7})
    -1
    """

    word = "math.trunc"
    fn = math.trunc


class isinf(_Math1):
    """Whether *x* is infinite.

    >>> isinf('x').result({'x': float('-inf')})
    True
    """

    word = "math.isinf"
    fn = math.isinf


class isnan(_Math1):
    """Whether *x* is NaN.

    >>> isnan('x').result({'x': float('nan')})
    True
    """

    word = "math.isnan"
    fn = math.isnan


class exp(_Math1):
    """*e* to the power of *x*.

    >>> exp('x').result({'x': 0})
    1.0
    """

    word = "math.exp"
    fn = math.exp


class expm1(_Math1):
    """*e* to the power of *x*, minus 1; exact where *x* is small.

    >>> expm1('x').result({'x': 1e-20})
    1e-20
    """

    word = "math.expm1"
    fn = math.expm1


class log(_Math):
    """The logarithm of *x*, natural or to a *base*.

    >>> log('x', 2).result({'x': 8})
    3.0
    """

    word = "math.log"
    fn = math.log

    x: str | float
    base: str | float | None = None

    def arguments(self) -> Sequence[Any]:
        return (self.x,) if self.base is None else (self.x, self.base)


class log1p(_Math1):
    """The natural logarithm of 1 + *x*; exact where *x* is small.

    >>> log1p('x').result({'x': 1e-20})
    1e-20
    """

    word = "math.log1p"
    fn = math.log1p


class log10(_Math1):
    """The logarithm of *x* to base 10.

    >>> log10('x').result({'x': 1000})
    3.0
    """

    word = "math.log10"
    fn = math.log10


class pow(_Math):
    """*x* to the power of *y*, as a float.

    >>> pow('x', 2).result({'x': 3})
    9.0
    """

    word = "math.pow"
    fn = math.pow

    x: str | float
    y: str | float

    def arguments(self) -> Sequence[Any]:
        return self.x, self.y


class sqrt(_Math1):
    """The square root of *x*; null where *x* is negative.

    >>> sqrt('x').result({'x': 9})
    3.0
    """

    word = "math.sqrt"
    fn = math.sqrt


class acos(_Math1):
    """The angle in radians whose cosine is *x*.

    >>> acos('x').result({'x': 1})
    0.0
    """

    word = "math.acos"
    fn = math.acos


class asin(_Math1):
    """The angle in radians whose sine is *x*.

    >>> asin('x').result({'x': 0})
    0.0
    """

    word = "math.asin"
    fn = math.asin


class atan(_Math1):
    """The angle in radians whose tangent is *x*.

    >>> atan('x').result({'x': 0})
    0.0
    """

    word = "math.atan"
    fn = math.atan


class atan2(_Math):
    """The angle in radians of the point (*x*, *y*): `y` comes first.

    >>> atan2('y', 1).result({'y': 0})
    0.0
    """

    word = "math.atan2"
    fn = math.atan2

    y: str | float
    x: str | float

    def arguments(self) -> Sequence[Any]:
        return self.y, self.x


class cos(_Math1):
    """The cosine of *x* radians.

    >>> cos('x').result({'x': 0})
    1.0
    """

    word = "math.cos"
    fn = math.cos


class sin(_Math1):
    """The sine of *x* radians.

    >>> sin('x').result({'x': 0})
    0.0
    """

    word = "math.sin"
    fn = math.sin


class tan(_Math1):
    """The tangent of *x* radians.

    >>> tan('x').result({'x': 0})
    0.0
    """

    word = "math.tan"
    fn = math.tan


class degrees(_Math1):
    """*x* radians in degrees.

    >>> degrees('x').result({'x': math.pi})
    180.0
    """

    word = "math.degrees"
    fn = math.degrees


class radians(_Math1):
    """*x* degrees in radians.

    >>> radians('x').result({'x': 0})
    0.0
    """

    word = "math.radians"
    fn = math.radians
