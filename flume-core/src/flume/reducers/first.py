"""first: the first value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flume.point import own
from flume.reducing import Reducer
from flume.value import check_fields


class first(Reducer[Any]):
    """The first value of a field that is neither missing nor null; null where there is none.

    :param field: the field to take it of.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{}, {'a': 1}, {'a': 2}], reduce(a=first('a')))
    [{'a': 1}]

    How each visit began, and how it ended:

    >>> from flume import last
    >>> points = [{'user': u, 'page': p} for u, p in (('ann', '/'), ('bob', '/shop'), ('ann', '/cart'))]
    >>> run(points, reduce(came=first('page'), left=last('page'), by='user'))
    [{'came': '/', 'left': '/cart', 'user': 'ann'}, {'came': '/shop', 'left': '/shop', 'user': 'bob'}]
    """

    field: str

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> Any:
        return None

    def add(self, state: Any, value: Any) -> Any:
        return own(value) if state is None else state

    def fold(self, state: Any, values: Sequence[Any]) -> Any:
        return own(values[0]) if state is None and values else state

    def result(self, state: Any) -> Any:
        return state

    def merge(self, left: Any, right: Any) -> Any:
        return right if left is None else left
