"""rate: how fast a counter grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import inf
from typing import Any, TypeAlias

from flume.duration import duration
from flume.errors import OptionError
from flume.exact import added, expanded, ratio
from flume.reducing import NUMBERS, TIMES, Reducer, Takes
from flume.value import check_fields

State: TypeAlias = tuple[datetime, Any, int, tuple[float, ...], datetime, Any] | None
"""The first time and value; the sum of what the counter had before it started again, as `exact.expanded` gives it; the
last time and value."""

_INFINITE = -inf, inf
_UNIT = timedelta(microseconds=1)


class rate(Reducer[State]):
    """How much a counter grows in a time; null where it has no two values at different times.

    It is what it has grown by from the first value to the last, by the time between them. A value less than the one
    before it has been counted from 0 on, as where a server was started again. That is the `rate` of Prometheus without
    its extrapolation to the ends of the window. The points are to be in order of time; those without a time are passed
    over, and so is NaN. From point to point it is
    `put(d=delta('n', wrap=0), t=delta('time'), rate=expr('d / seconds(t)'))`.

    :param of: the field of the counter.
    :param per: the time that the rate is for, a duration of fixed length.
    :raises OptionError: *per* is not longer than nothing, or of months.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> points = [{'time': f'2024-01-01T00:00:{n}0Z', 'bytes': value} for n, value in enumerate((100, 400, 60))]
    >>> run(points, reduce(a_second=rate('bytes'), a_minute=rate('bytes', per='1m')))
    [{'a_second': 18.0, 'a_minute': 1080.0, 'time': '2024-01-01T00:00:00.000Z'}]

    At each point, over the last half minute; a counter that has begun anew is no fall:

    >>> from flume import keep, put
    >>> run(points, put(rate=rate('bytes'), over='30s'), keep('bytes', 'rate'))
    [{'bytes': 100, 'rate': None}, {'bytes': 400, 'rate': 30.0}, {'bytes': 60, 'rate': 18.0}]
    """

    of: str
    per: str | int | float = "1s"

    def check(self) -> None:
        check_fields(type(self), "of", self.of)
        span = duration(self.per)
        if not span.fixed or not span:
            raise OptionError(f"rate: per takes a duration of fixed length, longer than nothing, not {self.per!r}")

    @property
    def inputs(self) -> Sequence[tuple[str, Takes]]:
        return (self.of, NUMBERS), ("time", TIMES)

    def start(self) -> State:
        return None

    def add(self, state: State, value: tuple[Any, datetime]) -> State:
        counted, time = value
        return self.merge(state, (time, counted, 0, (), time, counted)) if counted == counted else state

    def result(self, state: State) -> float | None:
        return self.answer(state, lambda why: None)

    def answer(self, state: State, note: Callable[[str], None]) -> float | None:
        """The result; null where finite numbers make one that is too large for a float."""
        if state is None:
            return None
        begin, first, whole, parts, end, last = state
        if end <= begin:
            return None
        grown = added([last, -first, whole, *parts])
        per = duration(self.per).delta
        span = end - begin
        found = ratio(grown * (per // _UNIT), span // _UNIT) if isinstance(grown, int) else grown * (per / span)
        if found in _INFINITE and not any(number in _INFINITE for number in (first, *parts, last)):
            note(f"{self!r} is too large for a float")
            return None
        return found

    def merge(self, left: State, right: State) -> State:
        if left is None or right is None:
            return left or right
        begin, first, whole, parts, _, before = left
        _, value, more, other_parts, end, last = right
        whole += more
        floats = (*parts, *other_parts)
        if value < before:
            whole, floats = (whole + before, floats) if isinstance(before, int) else (whole, (*floats, before))
        if len(floats) > 1:
            whole, expansion = expanded(whole, floats)
            floats = tuple(expansion)
        return begin, first, whole, floats, end, last
