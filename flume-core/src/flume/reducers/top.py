"""top: the values that are there most often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from functools import reduce
from heapq import nlargest
from typing import Any, TypeAlias

from flume.errors import OptionError
from flume.keeping import stacked
from flume.point import keys, own
from flume.reducing import Reducer
from flume.value import check_fields

Tally: TypeAlias = dict[Hashable, tuple[Any, int]]
"""By the key of a value: the value as it came first, and how often it came."""

State: TypeAlias = tuple[Tally, ...]


class top(Reducer[State]):
    """The *k* values of a field that it has most often, and how often: a list of dicts; null where it has none.

    The most frequent is the first; of values that are equally frequent the one that came first. It is exact, and all
    different values are kept. They are compared by value and type, as those of `count_unique` are. For the greatest
    values there are `maximum`, `largest` and `sort('-field') | head(k)`.

    :param field: the field to look at.
    :param k: how many values to give, at most.
    :raises OptionError: *k* is less than 1.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> points = [{'status': status} for status in (404, 200, 500, 200)]
    >>> run(points, reduce(statuses=top('status', 2)))
    [{'statuses': [{'value': 200, 'count': 2}, {'value': 404, 'count': 1}]}]

    The page that each host asks for most:

    >>> pages = [{'host': host, 'page': page} for host, page in (('a', '/'), ('b', '/x'), ('a', '/'), ('a', '/y'))]
    >>> run(pages, reduce(page=top('page', 1), by='host'))
    [{'page': [{'value': '/', 'count': 2}], 'host': 'a'}, {'page': [{'value': '/x', 'count': 1}], 'host': 'b'}]
    """

    field: str
    k: int

    grows = True

    def check(self) -> None:
        check_fields(type(self), "field", self.field)
        if self.k < 1:
            raise OptionError(f"top: k takes a whole number from 1 on, not {self.k}")

    @property
    def state_key(self) -> Hashable:
        return top, self.field

    def start(self) -> State:
        return ()

    def add(self, state: State, value: Any) -> State:
        return self.fold(state, (value,))

    def fold(self, state: State, values: Sequence[Any]) -> State:
        return stacked(state, _tally(values), _joined) if values else state

    def settle(self, state: State) -> State:
        return (reduce(_joined, state),) if len(state) > 1 else state

    def result(self, state: State) -> list[dict[str, Any]] | None:
        if not state:
            return None
        (tally,) = self.settle(state)
        most = nlargest(self.k, tally.values(), key=lambda entry: entry[1])
        return [{"value": own(value), "count": count} for value, count in most]

    def merge(self, left: State, right: State) -> State:
        for tally in right:
            left = stacked(left, tally, _joined)
        return left


def _tally(values: Sequence[Any]) -> Tally:
    known = keys(values)
    firsts = dict(zip(reversed(known), reversed(values), strict=True))
    return {each: (own(firsts[each]), count) for each, count in Counter(known).items()}


def _joined(left: Tally, right: Tally) -> Tally:
    both = dict(left)
    for each, (value, count) in right.items():
        known = both.get(each)
        both[each] = (value, count) if known is None else (known[0], known[1] + count)
    return both
