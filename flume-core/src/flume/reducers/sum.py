"""sum: numbers added up, exactly."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from math import isfinite, isinf
from typing import Any, TypeAlias

from flume.exact import expanded, rounded
from flume.reducing import NUMBERS, Reducer
from flume.value import check_fields

State: TypeAlias = tuple[int, int, Sequence[float] | None]
"""How many numbers; the sum of whole ones; floats that have the sum of floats, None where there was none."""

_FEW = 32  # floats that are kept as they are


class Total(Reducer[State]):
    """Adds numbers up without rounding, so that it does not matter how the input was cut."""

    field: str

    takes = NUMBERS

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> State:
        return 0, 0, None

    def add(self, state: State, value: Any) -> State:
        return self.fold(state, (value,))

    def fold(self, state: State, values: Sequence[Any]) -> State:
        count, whole, parts = state
        count += len(values)
        kinds = set(map(type, values))
        if float not in kinds:
            return count, whole + builtins.sum(values), parts
        if int in kinds:
            whole += builtins.sum([value for value in values if type(value) is int])
            values = [value for value in values if type(value) is float]
        floats = [*(parts or ()), *values]
        return (count, whole, floats) if len(floats) < _FEW else (count, *expanded(whole, floats))

    def answer(self, state: State, note: Callable[[str], None]) -> int | float | None:
        """The result; null where finite numbers make one that is too large for a float."""
        result: int | float | None = self.result(state)
        _, parts = settled(state)
        if isinstance(result, float) and isinf(result) and (not parts or isfinite(parts[0])):
            note(f"{self!r} is too large for a float")
            return None
        return result

    def merge(self, left: State, right: State) -> State:
        count, whole = left[0] + right[0], left[1] + right[1]
        if left[2] is None and right[2] is None:
            return count, whole, None
        floats = [*(left[2] or ()), *(right[2] or ())]
        return (count, whole, floats) if len(floats) < _FEW else (count, *expanded(whole, floats))


def settled(state: State) -> tuple[int, Sequence[float] | None]:
    """The sum of whole numbers, and an expansion of that of floats."""
    _, whole, parts = state
    return (whole, None) if parts is None else expanded(whole, list(parts))


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
    """

    def result(self, state: State) -> int | float:
        whole, parts = settled(state)
        return whole if parts is None else rounded(whole, parts)
