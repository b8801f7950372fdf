"""last: the last value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flume.point import own
from flume.reducing import Reducer
from flume.value import check_fields


class last(Reducer[Any]):
    """The last value of a field that is neither missing nor null; null where there is none.

    :param field: the field to take it of.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'a': 1}, {'a': 2}, {}], reduce(a=last('a')))
    [{'a': 2}]

    The state of each host, from all that it told:

    >>> points = [{'host': 'a', 'up': True}, {'host': 'b', 'up': True}, {'host': 'a', 'up': False}]
    >>> run(points, reduce(up=last('up'), by='host'))
    [{'up': False, 'host': 'a'}, {'up': True, 'host': 'b'}]
    """

    field: str

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> Any:
        return None

    def add(self, state: Any, value: Any) -> Any:
        return own(value)

    def fold(self, state: Any, values: Sequence[Any]) -> Any:
        return own(values[-1]) if values else state

    def result(self, state: Any) -> Any:
        return state

    def merge(self, left: Any, right: Any) -> Any:
        return left if right is None else right
