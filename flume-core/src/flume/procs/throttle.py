"""throttle: not more than so many points in a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from datetime import datetime

from flume.duration import Duration, duration
from flume.errors import OptionError
from flume.flow import Batch, Needed, Proc, Stage
from flume.point import time_of
from flume.run import Run


class throttle(Proc):
    """Pass on at most *n* points in any span of so long a time, by the times of the points; drop the others.

    A point passes where fewer than *n* that have passed are less than *every* away from it in time, so that alerts or
    requests that come in bursts leave at a pace that someone can bear. Points without a time pass. Memory is that of
    *n* times where the points come in order of time or live.

    :param n: how many points, 1 or more.
    :param every: the time: `'1m'`, or a number of seconds.
    :raises OptionError: *n* is less than 1, or *every* is not positive.
    :raises MomentError: *every* is no duration.

    >>> from flume.testing import run
    >>> points = [{'time': f'2016-07-17 10:{time}Z'} for time in ('00:00', '00:01', '00:59', '01:00', '01:01', '01:02')]
    >>> [point['time'][14:19] for point in run(points, throttle(2, '1m'))]
    ['00:00', '00:01', '01:00', '01:01']

    At most one mail an hour, however often it fails:

    >>> from flume import filter
    >>> points = [{'time': f'2016-07-17 10:{m}0Z', 'status': status} for m, status in enumerate((500, 200, 503, 200))]
    >>> [point['status'] for point in run(points, filter('status >= 500') | throttle(1, '1h'))]
    [500]
    """

    n: int
    every: str | float

    def check(self) -> None:
        if self.n < 1:
            raise OptionError(f"throttle: n is {self.n}; give 1 or more")
        if not duration(self.every):
            raise OptionError(f"throttle: every takes a duration longer than nothing, not {self.every!r}")

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | {"time"}

    def makes(self) -> frozenset[str]:
        return frozenset()

    def start(self, run: Run) -> Stage:
        return _Throttle(self.n, duration(self.every))


class _Throttle(Stage):
    cause = "limited"

    def __init__(self, n: int, every: Duration) -> None:
        self._n = n
        self._every = every
        self._passed: list[datetime] = []  # when points were that have passed, in order

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        times, every = self._passed, self._every
        for point in batch:
            time = time_of(point)
            if time is None:
                passed.append(point)
                continue
            near = bisect_left(times, every.after(time)) - bisect_right(times, every.after(time, -1))
            if near < self._n:
                insort(times, time)
                passed.append(point)
        return passed

    def advance(self, watermark: datetime) -> Batch:
        del self._passed[: bisect_right(self._passed, self._every.after(watermark, -1))]
        return []
