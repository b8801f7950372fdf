"""tail: the last points."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from datetime import datetime

from flume.errors import OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.point import grouping
from flume.run import Run
from flume.value import Fields, check_fields, field_list


class tail(Proc):
    """Pass on the last *n* points, when the stream has ended.

    :param n: how many points; 0 passes none.
    :param by: a field or a list of fields: the last *n* points of each group, in the order of the stream.
    :raises OptionError: *n* is negative.

    >>> from flume.testing import run
    >>> points = [{'host': 'a', 'n': 1}, {'host': 'b', 'n': 2}, {'host': 'a', 'n': 3}]
    >>> run(points, tail(1))
    [{'host': 'a', 'n': 3}]
    >>> run(points, tail(1, by='host'))
    [{'host': 'b', 'n': 2}, {'host': 'a', 'n': 3}]
    """

    n: int = 1
    by: Fields = None

    def check(self) -> None:
        if self.n < 0:
            raise OptionError(f"tail: n is {self.n}; give 0 or more")
        check_fields(type(self), "by", self.by)

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | self.names()

    def held(self, ordered: bool) -> str | None:
        return (
            f"the last {'point' if self.n == 1 else f'{self.n:,} points'}{'' if self.by is None else ' of each group'}"
        )

    def names(self) -> frozenset[str]:
        return frozenset(field_list(self.by))

    def makes(self) -> frozenset[str]:
        return frozenset()

    def renews(self) -> bool:
        return True

    def start(self, run: Run) -> Stage:
        by = field_list(self.by)
        return _TailBy(self.n, by) if by and self.n else _Tail(self.n)


class _Tail(Stage):
    cause = "limited"
    holds = True

    def __init__(self, n: int) -> None:
        self._last: deque[Point] = deque(maxlen=n)

    def push(self, batch: Batch) -> Batch:
        self._last.extend(batch)
        return []

    def end(self) -> Batch:
        last = list(self._last)
        self._last.clear()
        return last

    def low(self, watermark: datetime) -> None:
        return None


class _TailBy(Stage):
    cause = "limited"
    holds = True

    def __init__(self, n: int, by: Sequence[str]) -> None:
        self._n = n
        self._group = grouping(by)
        self._last: dict[int, Point] = {}  # by their number in the stream, so in its order
        self._numbers: dict[Hashable, deque[int]] = {}
        self._count = 0

    def push(self, batch: Batch) -> Batch:
        for number, point in enumerate(batch, self._count):
            group = self._group(point)
            numbers = self._numbers.setdefault(group, deque())
            if len(numbers) == self._n:
                del self._last[numbers.popleft()]
            numbers.append(number)
            self._last[number] = point
        self._count += len(batch)
        return []

    def end(self) -> Batch:
        last = list(self._last.values())
        self._last.clear()
        return last

    def low(self, watermark: datetime) -> None:
        return None
