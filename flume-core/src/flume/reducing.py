"""Reducer: folds many points into one value.  The object never changes; the state goes in and out.

    class longest(Reducer[int]):
        field: str
        takes = TEXT
        def start(self): return 0
        def add(self, state, value): return max(state, len(value))
        def result(self, state): return state
        def merge(self, left, right): return max(left, right)

A reducer that names a `field` is given the values of that field: never null, never missing, and only
of the types it takes (others are counted and said once).  One that names several `inputs` is given tuples
of their values, one that names none the points.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence, Set
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from flume.arithmetic import BINARY, UNARY
from flume.errors import OptionError
from flume.value import Value

S = TypeVar("S")

Takes = frozenset[type] | None
ANYTHING: Takes = None
NUMBERS: Takes = frozenset({int, float})
TEXT: Takes = frozenset({str})
TIMES: Takes = frozenset({datetime})
QUANTITIES: Takes = frozenset({int, float, datetime})
ORDERED: Takes = frozenset({int, float, str, datetime})

_NOTHING = type(None)
_MOST_DIGITS = 400  # no float has more; Python takes minutes to round to a thousand million


def _unnoted(why: str) -> None:
    pass


class Reducer(Value, Generic[S]):
    """Many points folded into one value."""

    takes: ClassVar[Takes] = ANYTHING
    """The types of values that `add` is given; a bool is no number here."""

    resets: ClassVar[bool] = True
    """Whether a new window starts anew; `iterate` goes on."""

    counts: ClassVar[bool] = False
    """Whether, where it has no field, it only asks how many points there are."""

    grows: ClassVar[bool] = False
    """Whether its state grows with the values that it was given: how much a sliding window holds depends on it."""

    @property
    def inputs(self) -> Sequence[tuple[str, Takes]]:
        """The fields whose values it is given, and the types that it takes of each.

        Of one it is given the values, of several a tuple for each point that has them all, of none whole points.
        """
        field = getattr(self, "field", None)
        return () if field is None else ((field, self.takes),)

    @property
    def reads(self) -> frozenset[str]:
        """The fields that it reads of a point."""
        return frozenset([field for field, _ in self.inputs])

    @property
    def state_key(self) -> Hashable:
        """What its state depends on: those that say the same share one.  None: its state is its own."""
        return None

    def start(self) -> S:
        """The state of no points, fresh."""
        raise NotImplementedError

    def add(self, state: S, value: Any) -> S:
        """The state with one more of what it is given: a value, a tuple of them, or a point."""
        raise NotImplementedError

    def fold(self, state: S, values: Sequence[Any]) -> S:
        """The state with many more values: `add` for each, or something faster with the same result."""
        for value in values:
            state = self.add(state, value)
        return state

    def settle(self, state: S) -> S:
        """The same state, made ready for `result`: what takes long is done once for those who share it."""
        return state

    def fold_each(self, states: Sequence[S], values: Sequence[Any], kinds: Set[type]) -> Sequence[S]:
        """The states of many groups, each with more values: `fold` for each, or something faster with the same result.

        *kinds* are the types of all the values, which may be in arrays where all are floats.  Where no field is named,
        only the length of what is given counts.
        """
        return list(map(self.fold, states, map(list, values) if kinds == {float} else values))

    def result(self, state: S) -> Any:
        """The value of a state; may be asked for many times."""
        raise NotImplementedError

    def answer(self, state: S, note: Callable[[str], None]) -> Any:
        """The result as a run asks for it: null where it cannot be computed, and then *note* is told why."""
        return self.result(state)

    def merge(self, left: S, right: S) -> S:
        """The state of the points of *left* followed by those of *right*; leave it out where that cannot be told.

        *left* may be changed by it; *right* may not, and what is changed later is no part of it.
        """
        raise NotImplementedError

    @property
    def mergeable(self) -> bool:
        """Whether `merge` was given."""
        return type(self).merge is not Reducer.merge

    def remove(self, state: S, gone: S) -> S:
        """The state without its first points, which are those of *gone*, whose state is left as it is.

        Only a state that `grows` needs it in a sliding window; leave it out where that cannot be told.
        """
        raise NotImplementedError

    @property
    def removable(self) -> bool:
        """Whether `remove` was given."""
        return type(self).remove is not Reducer.remove

    # -- arithmetic between reducers: sum('a') / count() -------------------------------------------

    def leaves(self) -> tuple[Reducer[Any], ...]:
        """The reducers that are folded."""
        return (self,)

    def combine(self, results: Sequence[Any], note: Callable[[str], None] = _unnoted) -> Any:
        """The value of the results of `leaves`; *note* is told why where it cannot be computed."""
        return results[0]

    def __add__(self, other: object) -> Reducer[Any]:
        return _between("+", self, other)

    def __radd__(self, other: object) -> Reducer[Any]:
        return _between("+", other, self)

    def __sub__(self, other: object) -> Reducer[Any]:
        return _between("-", self, other)

    def __rsub__(self, other: object) -> Reducer[Any]:
        return _between("-", other, self)

    def __mul__(self, other: object) -> Reducer[Any]:
        return _between("*", self, other)

    def __rmul__(self, other: object) -> Reducer[Any]:
        return _between("*", other, self)

    def __truediv__(self, other: object) -> Reducer[Any]:
        return _between("/", self, other)

    def __rtruediv__(self, other: object) -> Reducer[Any]:
        return _between("/", other, self)

    def __floordiv__(self, other: object) -> Reducer[Any]:
        return _between("//", self, other)

    def __rfloordiv__(self, other: object) -> Reducer[Any]:
        return _between("//", other, self)

    def __mod__(self, other: object) -> Reducer[Any]:
        return _between("%", self, other)

    def __rmod__(self, other: object) -> Reducer[Any]:
        return _between("%", other, self)

    def __pow__(self, other: object) -> Reducer[Any]:
        return _between("**", self, other)

    def __rpow__(self, other: object) -> Reducer[Any]:
        return _between("**", other, self)

    def __neg__(self) -> Reducer[Any]:
        return Applied("-", self)

    def __pos__(self) -> Reducer[Any]:
        return Applied("+", self)

    def __abs__(self) -> Reducer[Any]:
        return Applied("abs", self)

    def __round__(self, digits: int | None = None) -> Reducer[Any]:
        return Applied("round", self, digits)

    # -- what Python would decide now: count() > 3, 1 if count() else 0, pluck('a')[0] ---------------

    def __bool__(self) -> bool:
        raise _known_behind(f"{self!r} as a condition", "1 if {} else 0")

    def __lt__(self, other: object) -> bool:
        raise _known_behind(f"{self!r} < {other!r}", f"{{}} < {other!r}")

    def __le__(self, other: object) -> bool:
        raise _known_behind(f"{self!r} <= {other!r}", f"{{}} <= {other!r}")

    def __gt__(self, other: object) -> bool:
        raise _known_behind(f"{self!r} > {other!r}", f"{{}} > {other!r}")

    def __ge__(self, other: object) -> bool:
        raise _known_behind(f"{self!r} >= {other!r}", f"{{}} >= {other!r}")

    def __getitem__(self, place: object) -> Any:
        raise _known_behind(f"{self!r}[{place!r}]", f"{{}}[{place!r}]")

    def __int__(self) -> int:
        raise _known_behind(f"int({self!r})", "int({})")

    def __float__(self) -> float:
        raise _known_behind(f"float({self!r})", "float({})")


class Computed(Reducer[Any]):
    """What is computed of the results of other reducers, its *operands*, once these are known."""

    @property
    def operands(self) -> tuple[object, ...]:
        """Reducers and numbers."""
        raise NotImplementedError

    def compute(self, *values: Any) -> Any:
        """The value, given those of the operands."""
        raise NotImplementedError

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(leaf.reads for leaf in self.leaves()))

    @property
    def mergeable(self) -> bool:
        return all(leaf.mergeable for leaf in self.leaves())

    def leaves(self) -> tuple[Reducer[Any], ...]:
        return tuple(leaf for operand in self.operands for leaf in _leaves(operand))

    def combine(self, results: Sequence[Any], note: Callable[[str], None] = _unnoted) -> Any:
        """None of a None, of a wrong type, and of what has no value: a division by zero, too large a number."""
        values = []
        for operand in self.operands:
            count = len(_leaves(operand))
            values.append(operand.combine(results[:count], note) if isinstance(operand, Reducer) else operand)
            results = results[count:]
        if None in values:
            return None
        try:
            return self.compute(*values)
        except (ArithmeticError, TypeError, ValueError) as error:
            note(f"{self!r}: {error}")
            return None


class Arithmetic(Computed):
    """Two reducers, or a reducer and a number, and what is between them."""

    sign: str
    left: object
    right: object

    def __repr__(self) -> str:
        return f"({self.left!r} {self.sign} {self.right!r})"

    @property
    def operands(self) -> tuple[object, ...]:
        return self.left, self.right

    def compute(self, *values: Any) -> Any:
        return BINARY[self.sign](*values)


class Applied(Computed):
    """A sign before a reducer, or `abs` or `round` of one."""

    word = "round"  # the only one with an option

    function: str
    operand: object
    digits: int | None = None

    def check(self) -> None:
        if self.digits is not None and abs(self.digits) > _MOST_DIGITS:
            raise OptionError(f"round takes at most {_MOST_DIGITS} digits, not {self.digits}")

    def __repr__(self) -> str:
        if self.function in UNARY:
            return f"({self.function}{self.operand!r})"
        return f"{self.function}({self.operand!r}{'' if self.digits is None else f', {self.digits}'})"

    @property
    def operands(self) -> tuple[object, ...]:
        return (self.operand,)

    def compute(self, *values: Any) -> Any:
        (value,) = values
        if self.function == "round":
            return round(value, self.digits)
        return abs(value) if self.function == "abs" else UNARY[self.function](value)


def _leaves(side: object) -> tuple[Reducer[Any], ...]:
    return side.leaves() if isinstance(side, Reducer) else ()


def _between(sign: str, left: object, right: object) -> Reducer[Any]:
    for side in (left, right):
        if isinstance(side, bool) or not isinstance(side, (Reducer, int, float)):
            asked = f"{left!r} {sign} {right!r}"
            why = f"reducers are computed with reducers and numbers, not {side!r}; put what else there is behind them"
            raise OptionError(f"{asked}: {why}")
    return Arithmetic(sign, left, right)


def _known_behind(asked: str, expression: str) -> OptionError:
    """The error for what Python asks of a reducer while the program is read."""
    behind = expression.format("x")
    return OptionError(f"{asked}: its value is known behind the step; name it x, and write | put(y=expr({behind!r}))")


def taken(values: Sequence[Any], takes: Takes, note: Callable[[Any], None]) -> Sequence[Any]:
    """Those of *values* that a reducer is given: no null, no missing, no wrong type (*note* is told of those)."""
    kinds = set(map(type, values))
    if _NOTHING in kinds:
        kinds.discard(_NOTHING)
        values = [value for value in values if value is not None]
    if takes is None or takes >= kinds:
        return values
    for value in values:
        if type(value) not in takes:
            note(value)
    return [value for value in values if type(value) in takes]


def taken_together(
    columns: Sequence[tuple[Sequence[Any], Takes, Callable[[Any], None]]],
) -> Sequence[tuple[Any, ...]]:
    """The tuples that a reducer of several fields is given: of the points that have a value of the right type in each.

    *columns*: for each field its values, None where missing, what is taken of them, and what is told of the others.
    """
    return [row for row in zip(*(in_place(*column) for column in columns), strict=True) if None not in row]


def in_place(values: Sequence[Any], takes: Takes, note: Callable[[Any], None]) -> Sequence[Any]:
    """The values with None in place of those that a reducer is not given; *note* is told of wrong types."""
    if takes is None or {*takes, _NOTHING}.issuperset(map(type, values)):
        return values
    for value in values:
        if value is not None and type(value) not in takes:
            note(value)
    return [value if type(value) in takes else None for value in values]
