"""reorder: points that come a little late, back in order of time."""

from __future__ import annotations

from datetime import datetime
from heapq import heappop, heappush

from flume.duration import BEGINNING, Duration, duration
from flume.errors import OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.point import time_of
from flume.run import Run


class reorder(Proc):
    """Hold points for a while of stream time, and pass them on in order of time.

    A point leaves once one came that is *delay* later (or, on a live stream that is quiet, once that time has passed);
    points of the same time keep their order. A point that comes later than *delay* is late, as is one earlier than a
    point that has left: reported and dropped. Points without a time pass at once.

    :param delay: how much later than others a point may come: `'5s'`, or a number of seconds.
    :param limit: how many points to hold at most; of more, the earliest leave before their delay is over.
    :raises OptionError: a negative *delay* or *limit*.
    :raises MomentError: a *delay* that is no duration.

    >>> from flume.testing import run
    >>> points = [{'time': f'2016-07-17T00:00:{s}Z'} for s in ('01', '03', '02', '09', '02')]
    >>> [point['time'][17:19] for point in run(points, reorder('2s'))]
    ['01', '02', '03', '09']

    What two servers wrote, one a little behind the other, counted as if they had been one:

    >>> from flume import count, put
    >>> points = [{'time': f'2016-07-17T00:00:{s}Z', 'n': n} for s, n in (('01', 1), ('04', 3), ('03', 2), ('05', 4))]
    >>> [(point['n'], point['before']) for point in run(points, reorder('5s') | put(before=count()))]
    [(1, 1), (2, 2), (3, 3), (4, 4)]
    """

    delay: str | float = "5s"
    limit: int | None = None

    def check(self) -> None:
        delay = duration(self.delay)
        if not delay and delay != Duration():
            raise OptionError(f"reorder: delay is {self.delay!r}; give 0s or more")
        if self.limit is not None and self.limit < 0:
            raise OptionError(f"reorder: limit is {self.limit}; give 0 or more")

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | {"time"}

    def ordered(self, before: bool) -> bool:
        return True

    def renews(self) -> bool:
        return True

    def start(self, run: Run) -> Stage:
        return _Reorder(duration(self.delay), self.limit, run)


class _Reorder(Stage):
    def __init__(self, delay: Duration, limit: int | None, run: Run) -> None:
        self._delay = delay
        self._limit = float("inf") if limit is None else limit
        self._run = run
        self._held: list[tuple[datetime, int, Point]] = []
        self._count = 0  # tells points of the same time apart
        self._seen = BEGINNING
        self._due = BEGINNING  # what is not later than this leaves
        self._passed = BEGINNING  # the time of the last point that left

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        held = self._held
        for point in batch:
            time = time_of(point)
            if time is None:
                passed.append(point)
                continue
            if time < self._due or time < self._passed:  # the latter where a limit let one go early
                self._run.late(point, "delay")
                continue
            self._count += 1
            heappush(held, (time, self._count, point))
            if time > self._seen:
                self._see(time)
            while held and (held[0][0] <= self._due or len(held) > self._limit):
                self._passed, _, point = heappop(held)
                passed.append(point)
        return passed

    def advance(self, watermark: datetime) -> Batch:
        # The delay counts here too: on a live stream a watermark is the latest time seen, or the clock.
        if watermark > self._seen:
            self._see(watermark)
        return self._leave(self._due)

    def end(self) -> Batch:
        return self._leave(None)

    def low(self, watermark: datetime) -> datetime:
        low = self._delay.after(watermark, -1)
        if self._held:
            low = min(low, self._held[0][0])
        return max(low, self._passed)

    def _see(self, time: datetime) -> None:
        self._seen = time
        self._due = self._delay.after(time, -1)

    def _leave(self, due: datetime | None) -> Batch:
        passed: Batch = []
        while self._held and (due is None or self._held[0][0] <= due):
            self._passed, _, point = heappop(self._held)
            passed.append(point)
        return passed
