"""head: the first points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from flume.errors import OptionError
from flume.flow import Batch, Needed, Proc, Stage
from flume.point import grouping
from flume.run import Run
from flume.value import Fields, check_fields, field_list


class head(Proc):
    """Pass on the first *n* points.

    The source is stopped once there are enough; with *by* it is not, as a new group may always come.

    :param n: how many points; 0 passes none.
    :param by: a field or a list of fields: the first *n* points of each group, in the order of the stream.
    :raises OptionError: *n* is negative.

    >>> from flume.testing import run
    >>> points = [{'host': 'a', 'n': 1}, {'host': 'a', 'n': 2}, {'host': 'b', 'n': 3}]
    >>> run(points, head(2))
    [{'host': 'a', 'n': 1}, {'host': 'a', 'n': 2}]
    >>> run(points, head(1, by='host'))
    [{'host': 'a', 'n': 1}, {'host': 'b', 'n': 3}]
    """

    n: int = 1
    by: Fields = None

    def check(self) -> None:
        if self.n < 0:
            raise OptionError(f"head: n is {self.n}; give 0 or more")
        check_fields(type(self), "by", self.by)

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | self.names()

    def names(self) -> frozenset[str]:
        return frozenset(field_list(self.by))

    def makes(self) -> frozenset[str]:
        return frozenset()

    def renews(self) -> bool:
        return True

    def start(self, run: Run) -> Stage:
        by = field_list(self.by)
        return _HeadBy(self.n, by) if by and self.n else _Head(self.n)


class _Head(Stage):
    cause = "limited"

    def __init__(self, n: int) -> None:
        self._left = n
        self.done = not n

    def push(self, batch: Batch) -> Batch:
        if len(batch) > self._left:
            batch = batch[: self._left]
        self._left -= len(batch)
        self.done = not self._left
        return batch


class _HeadBy(Stage):
    cause = "limited"

    def __init__(self, n: int, by: Sequence[str]) -> None:
        self._n = n
        self._group = grouping(by)
        self._seen: Counter[Hashable] = Counter()

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        for point in batch:
            group = self._group(point)
            if self._seen[group] < self._n:
                self._seen[group] += 1
                passed.append(point)
        return passed
