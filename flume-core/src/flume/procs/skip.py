"""skip: all but the first points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from flume.errors import OptionError
from flume.flow import Batch, Needed, Proc, Stage
from flume.point import grouping
from flume.run import Run
from flume.value import Fields, check_fields, field_list


class skip(Proc):
    """Pass on all but the first *n* points.

    :param n: how many points to leave out; 0 leaves out none.
    :param by: a field or a list of fields: all but the first *n* points of each group.
    :raises OptionError: *n* is negative.

    >>> from flume.testing import run
    >>> points = [{'host': 'a', 'n': 1}, {'host': 'b', 'n': 2}, {'host': 'a', 'n': 3}]
    >>> run(points, skip(2))
    [{'host': 'a', 'n': 3}]
    >>> run(points, skip(by='host'))
    [{'host': 'a', 'n': 3}]
    """

    n: int = 1
    by: Fields = None

    def check(self) -> None:
        if self.n < 0:
            raise OptionError(f"skip: n is {self.n}; give 0 or more")
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
        return _SkipBy(self.n, by) if by else _Skip(self.n)


class _Skip(Stage):
    cause = "limited"

    def __init__(self, n: int) -> None:
        self._left = n

    def push(self, batch: Batch) -> Batch:
        if not self._left:
            return batch
        passed = batch[self._left :]
        self._left -= len(batch) - len(passed)
        return passed


class _SkipBy(Stage):
    cause = "limited"

    def __init__(self, n: int, by: Sequence[str]) -> None:
        self._n = n
        self._group = grouping(by)
        self._skipped: Counter[Hashable] = Counter()

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        for point in batch:
            group = self._group(point)
            if self._skipped[group] < self._n:
                self._skipped[group] += 1
            else:
                passed.append(point)
        return passed
