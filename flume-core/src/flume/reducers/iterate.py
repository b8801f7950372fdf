"""iterate: given values in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flume.errors import OptionError
from flume.reducing import Reducer
from flume.value import thaw


class iterate(Reducer[int]):
    """Give each point the next of some values, over and over; a new window goes on where the last one stopped.

    :param values: a list of values.
    :raises OptionError: it is empty, or no list.

    >>> from flume import put
    >>> from flume.testing import run
    >>> run([{}, {}, {}], put(shift=iterate(['day', 'night'])))
    [{'shift': 'day'}, {'shift': 'night'}, {'shift': 'day'}]

    Points dealt out to workers, those of each queue in turn:

    >>> points = [{'queue': 'a'}, {'queue': 'b'}, {'queue': 'a'}]
    >>> run(points, put(worker=iterate([1, 2]), by='queue'))
    [{'queue': 'a', 'worker': 1}, {'queue': 'b', 'worker': 1}, {'queue': 'a', 'worker': 2}]
    """

    values: Sequence[Any]

    resets = False

    def check(self) -> None:
        if not isinstance(self.values, tuple):
            raise OptionError(f"iterate takes a list of values, not {self.values!r}")
        if not self.values:
            raise OptionError("iterate has no values to give; give one or more")

    def start(self) -> int:
        return 0

    def add(self, state: int, value: Any) -> int:
        return state + 1

    def fold(self, state: int, values: Sequence[Any]) -> int:
        return state + len(values)

    def result(self, state: int) -> Any:
        return thaw(self.values[(state - 1) % len(self.values)]) if state else None

    def merge(self, left: int, right: int) -> int:
        return left + right
