"""maximum: the greatest value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flume.reducers.minimum import _extreme
from flume.reducing import ORDERED, Reducer
from flume.value import check_fields


class maximum(Reducer[Any]):
    """The greatest value of a field: a number, text or a time; null where it has none.

    Times are greater than text, text (by code point) is greater than numbers. Of equal values, as 1 and 1.0 are, it is
    the first. NaN is neither less nor greater than anything, and passed over.

    :param field: the field to look at.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'author': {'count': 3}}, {'author': {'count': 7}}], reduce(most=maximum('author.count')))
    [{'most': 7}]
    """

    field: str

    takes = ORDERED

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    def start(self) -> Any:
        return None

    def add(self, state: Any, value: Any) -> Any:
        return self.fold(state, (value,))

    def fold(self, state: Any, values: Sequence[Any]) -> Any:
        return _extreme(max, state, values)

    def result(self, state: Any) -> Any:
        return state

    def merge(self, left: Any, right: Any) -> Any:
        return left if right is None else self.fold(left, (right,))
