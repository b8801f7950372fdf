"""dedup: no point twice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable
from datetime import datetime

from flume.duration import Duration, duration
from flume.errors import OptionError
from flume.filling import Filling
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.point import time_of
from flume.procs.uniq import comparing
from flume.run import Run
from flume.value import check_fields


class dedup(Proc):
    """Drop a point that is equal to any that came before it.

    Values are compared by value and type: 1 equals 1.0, but neither `'1'` nor true. A missing field and null differ.

    All that is compared is kept in memory. With *within* it is only that of so long a time, where the points come in
    order of time or live. To see a point again counts also where that is dropped: what comes again and again passes
    once, and once more when it has been away for *within*. Points without a time pass then.

    :param fields: what is compared; all fields but `time` where none is named.
    :param within: drop a point only where an equal one is less than this away in time: `'1h'`, or a number of seconds.
    :raises OptionError: *within* is not positive.
    :raises MomentError: *within* is no duration.
    :raises LimitError: more different points came than the step may hold, as the run goes.

    >>> from flume.testing import run
    >>> run([{'id': 1, 'n': 1}, {'id': 2, 'n': 2}, {'id': 1, 'n': 3}], dedup('id'))
    [{'id': 1, 'n': 1}, {'id': 2, 'n': 2}]
    >>> points = [{'time': f'2016-07-17T{time}:00Z', 'up': False} for time in ('10:00', '10:05', '10:11', '10:30')]
    >>> [point['time'][11:16] for point in run(points, dedup(within='10m'))]
    ['10:00', '10:30']
    """

    fields: tuple[str, ...]
    within: str | float | None

    def __init__(self, *fields: str, within: str | float | None = None) -> None:
        self._set(fields=fields, within=within)

    def check(self) -> None:
        check_fields(type(self), "fields", self.fields)
        if self.within is not None and not duration(self.within):
            raise OptionError(f"dedup: within takes a duration longer than nothing, not {self.within!r}")

    def needs(self, wanted: Needed) -> Needed:
        if wanted is None or not self.fields:
            return None
        return wanted | self.names() | (set() if self.within is None else {"time"})

    def names(self) -> frozenset[str]:
        return frozenset(self.fields)

    def makes(self) -> frozenset[str]:
        return frozenset()

    def start(self, run: Run) -> Stage:
        compared = comparing(self.fields)
        return _Dedup(compared, run) if self.within is None else _Within(compared, duration(self.within), run)


class _Dedup(Stage):
    cause = "filtered"

    def __init__(self, compared: Callable[[Point], Hashable], run: Run) -> None:
        self._compared = compared
        self._seen: dict[Hashable, None] = {}
        fewer = "within= keeps only those of some time, where the points are in order of time"
        self._filling = Filling(run, lambda: (self._seen,), "different points", fewer)

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        compared, seen = self._compared, self._seen
        for point in batch:
            key = compared(point)
            if key not in seen:
                seen[key] = None
                passed.append(point)
        self._filling.begun(len(passed))
        self._filling.check()
        return passed


class _Within(Stage):
    cause = "filtered"

    def __init__(self, compared: Callable[[Point], Hashable], within: Duration, run: Run) -> None:
        self._compared = compared
        self._within = within
        # of each key the spans, from its first point to its last, in which it is never away for long: in order of
        # time, and keys in the order in which they were last seen
        self._seen: dict[Hashable, list[tuple[datetime, datetime]]] = {}
        fewer = "a shorter within= keeps fewer, where the points are in order of time"
        self._filling = Filling(run, lambda: (self._seen,), "different points", fewer)

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        for point in batch:
            time = time_of(point)
            if time is None or not self._is_seen(self._compared(point), time):
                passed.append(point)
        self._filling.begun(len(passed))
        self._filling.check()
        return passed

    def advance(self, watermark: datetime) -> Batch:
        while self._seen:
            key, spans = next(iter(self._seen.items()))
            while spans and self._within.after(spans[0][1]) <= watermark:
                del spans[0]
            if spans:
                break
            del self._seen[key]
        return []

    def _is_seen(self, key: Hashable, time: datetime) -> bool:
        """Whether the key is near this time; from now on it is."""
        spans = self._seen.pop(key, [])
        self._seen[key] = spans
        place = bisect_right(spans, time, key=lambda span: span[0])
        first = last = place  # the spans that are near
        if place and time < self._within.after(spans[place - 1][1]):
            first -= 1
        if place < len(spans) and spans[place][0] < self._within.after(time):
            last += 1
        near = spans[first:last]
        times = [time, *(end for span in near for end in span)]
        spans[first:last] = [(min(times), max(times))]
        return bool(near)
