"""differing: where two lists part, said in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

_NOTHING = object()


def same(one: object, other: object) -> bool:
    """Whether two values are equal and of the same types all through; a NaN equals itself.

    >>> same([1, float("nan")], [1, float("nan")]), same(1, 1.0)
    (True, False)
    """
    return repr(one) == repr(other)


def shown(value: object, most: int = 200) -> str:
    """A value as text of a bearable length.

    >>> shown(list(range(1000)), 20)
    '[0, 1, 2, 3, 4, 5, …'
    """
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def difference(found: Sequence[Any], wanted: Sequence[Any]) -> str:
    """Where *found* is not what was *wanted*.

    >>> difference([1, 2, 3], [1, 5, 3]), difference([1], [1, 2]), difference([1], [])
    ('number 2 is 2, not 5', 'number 2 is missing: 2', 'number 1 is too much: 1')
    """
    for number, (one, other) in enumerate(zip_longest(found, wanted, fillvalue=_NOTHING), 1):
        if one is _NOTHING:
            return f"number {number} is missing: {shown(other)}"
        if other is _NOTHING:
            return f"number {number} is too much: {shown(one)}"
        if not same(one, other):
            return f"number {number} is {shown(one)}, not {shown(other)}"
    return "nothing differs"
