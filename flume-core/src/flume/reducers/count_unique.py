"""count_unique: how many different values."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

from flume.keeping import stacked
from flume.point import keys
from flume.reducing import Reducer
from flume.value import check_fields

State: TypeAlias = tuple[frozenset[Hashable], ...]
"""The different values, each in one of the sets."""


class count_unique(Reducer[State]):
    """How many different values a field has; 0 where it has none.

    It is exact, and all different values are kept. They are compared by value and type, as JSON does: 1 and 1.0 are
    one, 1, '1' and true are three; lists and dicts are one where all in them is; a NaN equals itself.

    :param field: the field whose values are counted.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'user': 'ann'}, {'user': 'bob'}, {'user': 'ann'}, {}], reduce(users=count_unique('user')))
    [{'users': 2}]
    """

    field: str

    grows = True

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> State:
        return ()

    def add(self, state: State, value: Any) -> State:
        return self.fold(state, (value,))

    def fold(self, state: State, values: Sequence[Any]) -> State:
        return _with(state, frozenset(keys(values)))

    def result(self, state: State) -> int:
        return sum(map(len, state))

    def merge(self, left: State, right: State) -> State:
        for values in right:
            left = _with(left, values)
        return left


def _with(state: State, values: frozenset[Hashable]) -> State:
    for known in state:
        values -= known
    return stacked(state, values, frozenset.union) if values else state
