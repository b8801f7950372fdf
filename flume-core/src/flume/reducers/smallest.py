"""smallest: what the point has that is least by another field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from flume.point import own
from flume.reducing import ANYTHING, ORDERED, Reducer, Takes
from flume.value import check_fields

State: TypeAlias = tuple[Any, Any] | None
"""What the points are compared by, and the value of the one that is taken."""

_KINDS: dict[type, int] = {int: 0, float: 0, str: 1, datetime: 2}


class Taken(Reducer[State]):
    """The value of one field of the point that is extreme by another; of several, of the first."""

    of: str
    by: str

    def check(self) -> None:
        check_fields(type(self), "of", self.of)
        check_fields(type(self), "by", self.by)

    @property
    def inputs(self) -> Sequence[tuple[str, Takes]]:
        return (self.of, ANYTHING), (self.by, ORDERED)

    def before(self, one: tuple[int, Any], other: tuple[int, Any]) -> bool:
        """Whether a point with *one* is taken rather than one with *other*: numbers are 0, text is 1, times are 2."""
        raise NotImplementedError

    def start(self) -> State:
        return None

    def add(self, state: State, value: tuple[Any, Any]) -> State:
        of, by = value
        if by != by:
            return state
        new = by, of
        return (by, own(of)) if self.merge(state, new) is new else state

    def result(self, state: State) -> Any:
        return None if state is None else state[1]

    def merge(self, left: State, right: State) -> State:
        if left is None or right is None:
            return left or right
        return right if self.before(_rank(right[0]), _rank(left[0])) else left


class smallest(Taken):
    """The value of a field in the point that has the least of another; null where no point has both.

    Numbers are less than text, text (by code point) is less than times; points where *by* is NaN are passed over. Of
    equal ones it is the first.

    :param of: the field whose value is given.
    :param by: the field that the points are compared by.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> points = [{'host': 'a', 'ms': 30}, {'host': 'b', 'ms': 10}, {'host': 'c'}]
    >>> run(points, reduce(fastest=smallest('host', by='ms')))
    [{'fastest': 'b'}]

    In each group, where it was first seen:

    >>> seen = [{'user': 'ann', 'day': 2, 'from': 'mail'}, {'user': 'ann', 'day': 1, 'from': 'search'}]
    >>> run(seen, reduce(first=smallest('from', by='day'), by='user'))
    [{'first': 'search', 'user': 'ann'}]
    """

    def before(self, one: tuple[int, Any], other: tuple[int, Any]) -> bool:
        return one < other


def _rank(value: Any) -> tuple[int, Any]:
    return _KINDS[type(value)], value
