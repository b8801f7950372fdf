"""Functions of values of any kind: conversions, lists and dicts, what is missing."""

from __future__ import annotations

import builtins
import math
from typing import Any

from flume.functions.registry import built_in
from flume.template import plain


@built_in()
def min(*values: Any) -> Any:
    """The smallest of the values, or of one list; None of an empty list.

    >>> min(3, 1, 2)
    1
    >>> min(['b', 'a'])
    'a'
    >>> min([])
    """
    return builtins.min(_several(values), default=None)


@built_in()
def max(*values: Any) -> Any:
    """The largest of the values, or of one list; None of an empty list.

    >>> max(3, 1, 2)
    3
    """
    return builtins.max(_several(values), default=None)


@built_in(alone=builtins.len)
def len(value: Any) -> builtins.int:
    """How many characters a text has, values a list, fields a dict.

    >>> len('abc')
    3
    >>> len([1, 2])
    2
    """
    return builtins.len(value)


@built_in()
def contains(container: Any, part: Any) -> builtins.bool:
    """Whether a text has that text in it, a list that value, a dict that field.

    >>> contains('disk error', 'err')
    True
    >>> contains(['a', 'b'], 'b')
    True
    """
    return part in container


@built_in()
def index(container: Any, part: Any) -> builtins.int | None:
    """The first place, from 0, of a text in a text or of a value in a list; None where it is not in it.

    >>> index('abc', 'c')
    2
    >>> index(['a', 'b'], 'b')
    1
    >>> index('abc', 'x')
    """
    if not isinstance(container, (builtins.str, list)):
        raise TypeError("index takes text or a list")
    return container.index(part) if part in container else None


@built_in(alone=builtins.int)
def int(value: Any, base: Any = 10) -> builtins.int:
    """The value as a whole number: of text, or of a number, cut towards zero; text may have another base.

    >>> int('12')
    12
    >>> int(3.9)
    3
    >>> int('ff', 16)
    255
    """
    return builtins.int(value) if base == 10 else builtins.int(value, base)


@built_in()
def float(value: Any) -> builtins.float:
    """The value as a number with a fraction; what is no finite number (`'NaN'`) is None.

    >>> float('1.5')
    1.5
    >>> float(2)
    2.0
    """
    number = builtins.float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is no finite number")
    return number


@built_in()
def str(value: Any) -> builtins.str:
    """The value as text, as flume prints it: times in ISO 8601, true and false, lists and dicts in JSON.

    >>> str(1.5)
    '1.5'
    >>> str(True)
    'true'
    >>> str([1, 'a'])
    '[1, "a"]'
    """
    return plain(value)


@built_in()
def bool(value: Any) -> builtins.bool:
    """Whether the value counts as true, as in Python; but the text 'false', in any case, is false.

    >>> bool(1)
    True
    >>> bool('')
    False
    >>> bool('False')
    False
    """
    return value.lower() not in ("", "false") if isinstance(value, builtins.str) else builtins.bool(value)


@built_in(strict=False)
def coalesce(*values: Any) -> Any:
    """The first of the values that is not None.

    >>> coalesce(None, 0, 1)
    0
    """
    return next((value for value in values if value is not None), None)


@built_in(strict=False)
def has(field: Any) -> builtins.bool:
    """Whether the point has that field, be it null: `has(author.name)`.

    The expression looks into the point itself, so there is nothing to call.

    >>> from flume.expression import expr
    >>> expr("has(a)")({'a': None})
    True
    >>> expr("has(b)")({'a': None})
    False
    """
    raise TypeError("has is asked of a point")


@built_in()
def keys(value: dict[builtins.str, Any]) -> list[builtins.str]:
    """The names of a dict's fields.

    >>> keys({'a': 1, 'b': 2})
    ['a', 'b']
    """
    return list(value.keys())


@built_in()
def values(value: dict[builtins.str, Any]) -> list[Any]:
    """The values of a dict's fields.

    >>> values({'a': 1, 'b': 2})
    [1, 2]
    """
    return list(value.values())


def _several(values: tuple[Any, ...]) -> Any:
    if builtins.len(values) == 1:
        if not isinstance(values[0], list):
            raise TypeError("one value is not enough: give two or more, or a list")
        return values[0]
    if not values:
        raise TypeError("no values: give two or more, or a list")
    return values
