"""Keeping: many values in little room, in parts that are never changed: a state with more values is a new one."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence, Sized
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T", bound=Sized)

Column: TypeAlias = "array[Any] | list[Any]"

HELD = {"q": int, "d": float}


def stacked(parts: tuple[T, ...], part: T, join: Callable[[T, T], T]) -> tuple[T, ...]:
    """*parts* with one more on top, each longer than the next: those that are not are joined, so none is copied often.

    >>> stacked(([1, 2, 3], [4]), [5], list.__add__)
    ([1, 2, 3], [4, 5])
    """
    while parts and len(parts[-1]) <= len(part):
        part = join(parts[-1], part)
        parts = parts[:-1]
    return (*parts, part)


def column(values: Sequence[Any]) -> Column:
    """Values, none of them a bool, as they are kept: in the least room that gives them back as they are."""
    try:
        return array("q", values)
    except (TypeError, OverflowError):
        return array("d", values) if set(map(type, values)) == {float} else list(values)


def joined(left: Column, right: Column) -> Column:
    """One column behind another."""
    if isinstance(left, array) and isinstance(right, array) and left.typecode == right.typecode:
        return left + right
    return [*left, *right]


def types_of(column: Column) -> set[type]:
    """The types of the values in a column."""
    return {HELD[column.typecode]} if isinstance(column, array) else set(map(type, column))
