"""count: how many."""

from __future__ import annotations

from collections.abc import Sequence, Set, Sized
from operator import add
from typing import Any

from flume.reducing import Reducer
from flume.value import check_fields


class count(Reducer[int]):
    """How many points there are, or how many have a field.

    :param field: count only points where it is neither missing nor null; all points where it is left out.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 1}, {'a': None}, {}], reduce(points=count(), with_a=count('a')))
    [{'points': 3, 'with_a': 1}]

    In `put` it numbers the points, and with `by` those of each group:

    >>> from flume import put
    >>> run([{'host': 'a'}, {'host': 'b'}, {'host': 'a'}], put(nth=count(), by='host'))
    [{'host': 'a', 'nth': 1}, {'host': 'b', 'nth': 1}, {'host': 'a', 'nth': 2}]
    """

    field: str | None = None

    counts = True

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> int:
        return 0

    def add(self, state: int, value: Any) -> int:
        return state + 1

    def fold(self, state: int, values: Sequence[Any]) -> int:
        return state + len(values)

    def fold_each(self, states: Sequence[int], values: Sequence[Sized], kinds: Set[type]) -> Sequence[int]:
        return list(map(add, states, map(len, values)))

    def result(self, state: int) -> int:
        return state

    def merge(self, left: int, right: int) -> int:
        return left + right
