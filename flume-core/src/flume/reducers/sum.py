"""sum: numbers added up, exactly."""

from __future__ import annotations

import builtins
from array import array
from collections.abc import Callable, Sequence, Set
from math import isfinite, isinf
from struct import Struct
from typing import Any, TypeAlias

from flume.exact import expanded, total
from flume.reducing import NUMBERS, Reducer
from flume.value import check_fields

State: TypeAlias = tuple[int, int, bytes | None]
"""How many numbers; the sum of whole ones; floats that have the sum of floats, None where there was none."""

_MOST = 512  # bytes of floats that are kept as they are
_FEW = 128  # where they are added one by one, and asked for each time
_packed = Struct("d").pack


class Total(Reducer[State]):
    """Adds numbers up without rounding, so that it does not matter how the input was cut."""

    field: str

    takes = NUMBERS

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> State:
        return 0, 0, None

    def summed(self, count: int, total: int) -> State:
        """The state of so many whole numbers whose sum is *total*.

        >>> sum('a').result(sum('a').summed(4, 10))
        10
        """
        return count, total, None

    def add(self, state: State, value: Any) -> State:
        count, whole, parts = state
        if type(value) is int:
            return count + 1, whole + value, parts
        return _settled(count + 1, whole, (parts or b"") + _packed(value), _FEW)

    def fold(self, state: State, values: Sequence[Any]) -> State:
        count, whole, parts = state
        count += len(values)
        kinds = set(map(type, values))
        if float not in kinds:
            return count, whole + builtins.sum(values), parts
        if int in kinds:
            whole += builtins.sum([value for value in values if type(value) is int])
            values = [value for value in values if type(value) is float]
        return _settled(count, whole, (parts or b"") + array("d", values).tobytes())

    def fold_each(self, states: Sequence[State], values: Sequence[Any], kinds: Set[type]) -> Sequence[State]:
        if kinds != {float}:
            return super().fold_each(states, values, kinds)
        folded: list[State] = []
        for state, more in zip(states, values, strict=True):
            if more:
                count, whole, floats = state
                floats = (floats or b"") + array("d", more).tobytes()
                few = len(floats) < _MOST
                state = (count + len(more), whole, floats) if few else _settled(count + len(more), whole, floats)
            folded.append(state)
        return folded

    def answer(self, state: State, note: Callable[[str], None]) -> int | float | None:
        """The result; null where finite numbers make one that is too large for a float."""
        result: int | float | None = self.result(state)
        if isinstance(result, float) and isinf(result) and all(map(isfinite, expanded(state[1], floats(state))[1])):
            note(f"{self!r} is too large for a float")
            return None
        return result

    def merge(self, left: State, right: State) -> State:
        count, whole = left[0] + right[0], left[1] + right[1]
        if left[2] is None and right[2] is None:
            return count, whole, None
        return _settled(count, whole, (left[2] or b"") + (right[2] or b""))


def floats(state: State) -> Sequence[float]:
    """Floats that have the sum of floats."""
    return array("d", state[2] or b"")


def _settled(count: int, whole: int, floats: bytes, most: int = _MOST) -> State:
    """The state with few floats."""
    if len(floats) < most:
        return count, whole, floats
    whole, parts = expanded(whole, array("d", floats))
    return count, whole, array("d", parts).tobytes()


class sum(Total):
    """The sum of a field; 0 where it has no values.

    It is exact and rounded once, so the same whatever the order of the points. It is a whole number, of any size,
    where all values are; with an infinity it is infinite, with a NaN or both infinities NaN. Where floats make a sum
    that is too large for a float, it is null, and that is counted and said once.

    :param field: the field to add up.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 0.1}] * 10, reduce(total=sum('a')))
    [{'total': 1.0}]

    A share, by arithmetic between reducers; and in `put` a running total:

    >>> from flume import count, put
    >>> points = [{'kb': 3, 'hit': 1}, {'kb': 5, 'hit': 0}, {'kb': 2, 'hit': 1}, {'kb': 1, 'hit': 1}]
    >>> run(points, reduce(hits=100 * sum('hit') / count()))
    [{'hits': 75.0}]
    >>> [point['total'] for point in run(points, put(total=sum('kb')))]
    [3, 8, 10, 11]
    """

    def result(self, state: State) -> int | float:
        _, whole, parts = state
        return whole if parts is None else total(whole, floats(state))
