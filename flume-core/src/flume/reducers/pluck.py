"""pluck: all values, in a list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeAlias

from flume.keeping import Column, column, joined, stacked
from flume.point import NESTED, own
from flume.reducing import Reducer
from flume.value import check_fields

State: TypeAlias = tuple[Column, ...]
"""The values in the order they came."""


class pluck(Reducer[State]):
    """A list of all values of a field, in the order of the points; empty where it has none.

    A value that is missing or null is not in it. All values are kept.

    :param field: the field whose values are listed.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'host': 'a'}, {'host': 'b'}, {}, {'host': 'a'}], reduce(hosts=pluck('host')))
    [{'hosts': ['a', 'b', 'a']}]

    What each visitor has looked at, in order:

    >>> visits = [{'user': 'ann', 'page': '/'}, {'user': 'bob', 'page': '/help'}, {'user': 'ann', 'page': '/cart'}]
    >>> run(visits, reduce(pages=pluck('page'), by='user'))
    [{'pages': ['/', '/cart'], 'user': 'ann'}, {'pages': ['/help'], 'user': 'bob'}]
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
        if not values:
            return state
        kinds = set(map(type, values))
        if not NESTED.isdisjoint(kinds):
            values = list(map(own, values))
        return stacked(state, list(values) if bool in kinds else column(values), joined)

    def result(self, state: State) -> list[Any]:
        return list(map(own, chain.from_iterable(state)))

    def merge(self, left: State, right: State) -> State:
        for each in right:
            left = stacked(left, each, joined)
        return left

    def remove(self, state: State, gone: State) -> State:
        count = sum(map(len, gone))
        while count and count >= len(state[0]):
            count -= len(state[0])
            state = state[1:]
        return (state[0][count:], *state[1:]) if count else state
