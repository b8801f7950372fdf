"""The arithmetic of expressions: Python's, with durations, and with a bound on the size of what comes out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from flume.duration import Duration

LONGEST: Final = 1 << 20
"""Characters of text, or values of a list (with all inside of it), that are made of shorter ones at most."""

_MOST_BITS = 14_000  # of a whole number: Python prints no more than 4,300 digits


def grows(size: int, given: int) -> None:
    """An `OverflowError` where something of this size would be made of something much smaller."""
    if size > max(LONGEST, given):
        raise OverflowError(f"the result would be {size:,} long; {LONGEST:,} is the most")


def add(left: Any, right: Any) -> Any:
    """The sum; a calendar duration may be added to a time.

    >>> from flume.duration import EPOCH, duration
    >>> f"{add(EPOCH, duration('1 month')):%d %b}"
    '01 Feb'
    """
    if isinstance(right, Duration) and isinstance(left, datetime):
        return right.after(left)
    if isinstance(left, Duration) and isinstance(right, datetime):
        return left.after(right)
    return left + right


def subtract(left: Any, right: Any) -> Any:
    """The difference; a calendar duration may be taken from a time."""
    if isinstance(right, Duration) and isinstance(left, datetime):
        return right.after(left, -1)
    return left - right


def multiply(left: Any, right: Any) -> Any:
    """The product; text and lists are repeated up to a bound.

    >>> multiply('ab', 2)
    'abab'
    """
    for many, times in ((left, right), (right, left)):
        if isinstance(many, (str, list)) and isinstance(times, int):
            grows(_size(many) * times, len(many))
    return left * right


def _size(value: Any) -> int:
    """How many characters and values there are in a value; it stops to count where they are too many."""
    size, inside = 0, [value]
    while inside and size <= LONGEST:
        value = inside.pop()
        size += len(value)
        if not isinstance(value, str):
            values = value.values() if isinstance(value, dict) else value
            inside.extend([each for each in values if isinstance(each, (str, list, dict))])
    return size


def modulo(left: Any, right: Any) -> Any:
    """The remainder; `%` formats no text."""
    if isinstance(left, str):
        raise TypeError("text has no remainder")
    return left % right


def power(left: Any, right: Any) -> Any:
    """The power, where it is a number of a sensible size.

    >>> power(2, 10)
    1024
    """
    if isinstance(left, int) and isinstance(right, int) and abs(left) > 1 and left.bit_length() * right > _MOST_BITS:
        raise OverflowError("the power is too large")
    result = left**right
    if isinstance(result, complex):
        raise ValueError("the root of a negative number is no number here")
    return result


def shift(left: Any, right: Any) -> Any:
    """The whole number shifted to the left, up to a bound."""
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right > _MOST_BITS:
        raise OverflowError("the number is shifted too far")
    return left << right


def item(container: Any, index: Any) -> Any:
    """One value of a list, character of a text or field of a dict; None where there is none at that place.

    >>> item(['a', 'b'], -1), item('ab', 5), item({'x': 1}, 'y')
    ('b', None, None)
    """
    if isinstance(container, dict):
        return container.get(index)
    if not isinstance(container, (str, list)):
        raise TypeError("only lists, text and dicts have items")
    try:
        return container[index]
    except IndexError:
        return None


def cut(container: Any, start: Any, stop: Any, step: Any) -> Any:
    """A slice of a list or text.

    >>> cut('flume', None, 2, None)
    'fl'
    """
    if not isinstance(container, (str, list)):
        raise TypeError("only lists and text are cut")
    return container[start:stop:step]


def within(value: Any, container: Any) -> bool:
    """Whether the container has the value in it; None is in no text."""
    if value is None and isinstance(container, str):
        return False
    return value in container


BINARY: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": modulo,
    "**": power,
    "<<": shift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
UNARY: Final[Mapping[str, Callable[[Any], Any]]] = {"-": operator.neg, "+": operator.pos}
COMPARING: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "is": operator.is_,
    "is not": operator.is_not,
}
