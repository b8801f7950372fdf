"""minimum: the least value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flume.reducing import ORDERED, Reducer
from flume.value import check_fields


class Extreme(Reducer[Any]):
    """The value that *pick*, min or max, takes of all."""

    field: str

    takes = ORDERED
    pick: ClassVar[Callable[..., Any]]

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> Any:
        return None

    def add(self, state: Any, value: Any) -> Any:
        if state is None or value.__class__ is not state.__class__:
            return self.fold(state, (value,))
        return type(self).pick(state, value) if value == value else state

    def fold(self, state: Any, values: Sequence[Any]) -> Any:
        return _extreme(type(self).pick, state, values)

    def result(self, state: Any) -> Any:
        return state

    def merge(self, left: Any, right: Any) -> Any:
        return left if right is None else self.add(left, right)


class minimum(Extreme):
    """The least value of a field: a number, text or a time; null where it has none.

    Numbers are less than text, text (by code point) is less than times. Of equal values, as 1 and 1.0 are, it is the
    first. NaN is neither less nor greater than anything, and passed over.

    :param field: the field to look at.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 3}, {'a': 'x'}, {'a': 1.5}], reduce(a=minimum('a')))
    [{'a': 1.5}]

    How far values lie apart, in each group:

    >>> from flume import maximum
    >>> points = [{'host': 'a', 'ms': 12}, {'host': 'b', 'ms': 7}, {'host': 'a', 'ms': 30}]
    >>> run(points, reduce(range=maximum('ms') - minimum('ms'), by='host'))
    [{'range': 18, 'host': 'a'}, {'range': 0, 'host': 'b'}]
    """

    pick = staticmethod(min)


def _extreme(pick: Callable[..., Any], state: Any, values: Sequence[Any]) -> Any:
    """What *pick*, min or max, takes of a state (None: nothing so far) and further values."""
    if state is not None:
        values = [state, *values]
    try:
        best = pick(values, default=None)
        if best == best:
            return best
    except TypeError:  # values of different kinds
        pass
    values = [value for value in values if value == value]  # a NaN that comes first would win every comparison
    kind = pick(map(_kind, values), default=None)
    return pick([value for value in values if _kind(value) == kind], default=None)


def _kind(value: object) -> int:
    return 0 if isinstance(value, (int, float)) else 1 if isinstance(value, str) else 2
