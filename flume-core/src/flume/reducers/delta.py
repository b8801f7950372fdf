"""delta: how much a value differs from the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from math import inf
from typing import Any, TypeAlias

from flume.errors import OptionError
from flume.exact import added
from flume.reducing import QUANTITIES, Reducer
from flume.value import check_fields

State: TypeAlias = tuple[Any, ...]
"""The last two values, or as many as there are."""

_INFINITE = -inf, inf


class delta(Reducer[State]):
    """The last value of a field less the one before it; null where there is only one.

    In `put` it is the difference from point to point, in `reduce` that of the last two values of a window. What a value
    has changed by in a window is `last('n') - first('n')`, from window to window
    `reduce(every='1h', n=last('n')) | put(change=delta('n'))`. The difference of times is a duration. Points without a
    value are passed over, where `diff` of pandas has two holes.

    :param field: the field to look at: numbers or times.
    :param wrap: what to do where a counter has started again, so that a number is less than the one before: a number is
        added, as 2**32 for a counter of so many values; with 0 it is the new value, counted from 0 on; with True null.
    :raises OptionError: *wrap* is less than 0.

    >>> from flume import put
    >>> from flume.testing import run
    >>> run([{'n': 10}, {'n': 15}, {'n': 3}], put(d=delta('n'), sent=delta('n', wrap=0)))
    [{'n': 10, 'd': None, 'sent': None}, {'n': 15, 'd': 5, 'sent': 5}, {'n': 3, 'd': -12, 'sent': 3}]

    How many more there are than in the window before, and how long ago the point before was:

    >>> from flume import count, reduce
    >>> points = [{'time': f'2016-07-17T10:0{time}Z'} for time in ('0:10', '0:50', '1:20', '1:30', '1:40')]
    >>> [point['more'] for point in run(points, reduce(n=count(), every='1m', on='0s') | put(more=delta('n')))]
    [None, 1]
    >>> [point['since'] for point in run(points, put(since=delta('time')))][:3]
    [None, datetime.timedelta(seconds=40), datetime.timedelta(seconds=30)]
    """

    field: str
    wrap: float | bool | None = None

    takes = QUANTITIES

    def check(self) -> None:
        check_fields(type(self), "field", self.field)
        if self.wrap is not None and not 0 <= self.wrap < inf:
            raise OptionError(f"delta: wrap takes a number from 0 on, or True, not {self.wrap!r}")

    def start(self) -> State:
        return ()

    def add(self, state: State, value: Any) -> State:
        return (*state[-1:], value)

    def fold(self, state: State, values: Sequence[Any]) -> State:
        return (*state, *values[-2:])[-2:]

    def result(self, state: State) -> Any:
        return self.answer(state, lambda why: None)

    def answer(self, state: State, note: Callable[[str], None]) -> Any:
        """The result; null where finite numbers make one that is too large for a float."""
        if len(state) < 2:
            return None
        before, value = state
        if isinstance(value, datetime) or isinstance(before, datetime):
            return value - before if type(value) is type(before) else None
        numbers = [value, -before]
        if self.wrap is not None and self.wrap is not False and value < before:
            if self.wrap is True:
                return None
            numbers = [value, -before, self.wrap] if self.wrap else [value]
        difference = added(numbers)
        if difference in _INFINITE and not any(number in _INFINITE for number in state):
            note(f"{self!r} is too large for a float")
            return None
        return difference

    def merge(self, left: State, right: State) -> State:
        return (*left, *right)[-2:]
