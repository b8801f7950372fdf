"""Reducer: folds many points into one value.  The object never changes; the state goes in and out.

    class longest(Reducer[int]):
        field: str
        takes = TEXT
        def start(self): return 0
        def add(self, state, value): return max(state, len(value))
        def result(self, state): return state
        def merge(self, left, right): return max(left, right)

A reducer that names a `field` is given the values of that field: never null, never missing, and only
of the types it takes (others are counted and said once).  One without a field is given the points.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from flume.flow import Point
from flume.value import Value

S = TypeVar("S")

Takes = frozenset[type] | None
ANYTHING: Takes = None
NUMBERS: Takes = frozenset({int, float})
TEXT: Takes = frozenset({str})
ORDERED: Takes = frozenset({int, float, str, datetime})


class Reducer(Value, Generic[S]):
    """Many points folded into one value."""

    takes: ClassVar[Takes] = ANYTHING
    """The types of values that `add` is given; a bool is no number here."""

    resets: ClassVar[bool] = True
    """Whether a new window starts anew; `iterate` goes on."""

    counts: ClassVar[bool] = False
    """Whether, where it has no field, it only asks how many points there are."""

    @property
    def reads(self) -> frozenset[str]:
        """The fields that it reads of a point."""
        field = getattr(self, "field", None)
        return frozenset() if field is None else frozenset({field})

    def start(self) -> S:
        """The state of no points, fresh."""
        raise NotImplementedError

    def add(self, state: S, value: Any) -> S:
        """The state with one more value (or point, where no field is named)."""
        raise NotImplementedError

    def fold(self, state: S, values: Sequence[Any]) -> S:
        """The state with many more values: `add` for each, or something faster with the same result."""
        for value in values:
            state = self.add(state, value)
        return state

    def result(self, state: S) -> Any:
        """The value of a state; may be asked for many times."""
        raise NotImplementedError

    def merge(self, left: S, right: S) -> S:
        """The state of the points of *left* followed by those of *right*; leave it out where that cannot be told."""
        raise NotImplementedError

    @property
    def mergeable(self) -> bool:
        """Whether `merge` was given."""
        return type(self).merge is not Reducer.merge

    # -- arithmetic between reducers: sum('a') / count() -------------------------------------------

    def leaves(self) -> tuple[Reducer[Any], ...]:
        """The reducers that are folded."""
        return (self,)

    def combine(self, results: Sequence[Any]) -> Any:
        """The value of the results of `leaves`."""
        return results[0]

    def __add__(self, other: object) -> Reducer[Any]:
        return _arithmetic("+", self, other)

    def __radd__(self, other: object) -> Reducer[Any]:
        return _arithmetic("+", other, self)

    def __sub__(self, other: object) -> Reducer[Any]:
        return _arithmetic("-", self, other)

    def __rsub__(self, other: object) -> Reducer[Any]:
        return _arithmetic("-", other, self)

    def __mul__(self, other: object) -> Reducer[Any]:
        return _arithmetic("*", self, other)

    def __rmul__(self, other: object) -> Reducer[Any]:
        return _arithmetic("*", other, self)

    def __truediv__(self, other: object) -> Reducer[Any]:
        return _arithmetic("/", self, other)

    def __rtruediv__(self, other: object) -> Reducer[Any]:
        return _arithmetic("/", other, self)


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class Arithmetic(Reducer[Any]):
    """Two reducers, or a reducer and a number, and what is between them."""

    sign: str
    left: object
    right: object

    def __repr__(self) -> str:
        return f"({self.left!r} {self.sign} {self.right!r})"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(leaf.reads for leaf in self.leaves()))

    @property
    def mergeable(self) -> bool:
        return all(leaf.mergeable for leaf in self.leaves())

    def leaves(self) -> tuple[Reducer[Any], ...]:
        return (*_leaves(self.left), *_leaves(self.right))

    def combine(self, results: Sequence[Any]) -> Any:
        """The sum, difference, product or quotient; None of a None, of a wrong type, and of a division by zero."""
        cut = len(_leaves(self.left))
        left = self.left.combine(results[:cut]) if isinstance(self.left, Reducer) else self.left
        right = self.right.combine(results[cut:]) if isinstance(self.right, Reducer) else self.right
        if left is None or right is None:
            return None
        try:
            return _OPERATORS[self.sign](left, right)
        except (ArithmeticError, TypeError):
            return None


def _leaves(side: object) -> tuple[Reducer[Any], ...]:
    return side.leaves() if isinstance(side, Reducer) else ()


def _arithmetic(sign: str, left: object, right: object) -> Reducer[Any]:
    for side in (left, right):
        if not isinstance(side, (Reducer, int, float)):
            return NotImplemented  # type: ignore[no-any-return]
    return Arithmetic(sign, left, right)


def values_of(
    points: Sequence[Point], get: Callable[[Point], Any], takes: Takes, note: Callable[[Any], None]
) -> list[Any]:
    """The values of a field that a reducer is given: no null, no missing, no wrong type (*note* is told of those)."""
    return taken([get(point) for point in points], takes, note)


def taken(values: Sequence[Any], takes: Takes, note: Callable[[Any], None]) -> list[Any]:
    """Those of *values* that a reducer is given."""
    values = [value for value in values if value is not None]
    if takes is not None and not takes.issuperset(map(type, values)):
        for value in values:
            if type(value) not in takes:
                note(value)
        return [value for value in values if type(value) in takes]
    return values
