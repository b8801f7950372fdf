"""Watermark: how far time has passed on a stream that does not say so itself, and what is due then."""

from __future__ import annotations

from datetime import datetime, timedelta

from flume.duration import BEGINNING, Duration, duration
from flume.flow import Batch
from flume.report import Account
from flume.run import Run


class Watermark:
    """The latest time seen, less *lateness*.  On a live stream, what is far ahead of the clock does not move it."""

    def __init__(self, run: Run, lateness: str | int | float | None) -> None:
        self.lateness = timedelta(0) if lateness is None else duration(lateness).delta
        self._run = run
        self._seen: datetime | None = None
        self._horizon: datetime | None = None

    def see(self, time: datetime) -> datetime | None:
        """The watermark that a point moves it to; None where it stays."""
        if self._seen is not None and time <= self._seen:
            return None
        if self._run.live and (self._horizon is None or time > self._horizon):
            self._horizon = self._run.horizon
            if self._horizon is not None and time > self._horizon:
                return None
        self._seen = time
        return self.less(time)

    def less(self, time: datetime) -> datetime:
        """The time less *lateness*; never before the first there is."""
        try:
            return time - self.lateness
        except OverflowError:
            return BEGINNING


class Early:
    """Moments of stream time at which results of open windows are due: *every* after its start, and so on."""

    def __init__(self, every: Duration) -> None:
        self._every = every
        self._start: datetime | None = None
        self._next: datetime | None = None

    def begin(self, start: datetime) -> None:
        """The stream starts here."""
        if self._start is None:
            self._start, self._next = start, self._every.after(start)

    def due(self, watermark: datetime) -> bool:
        """Whether such a moment has come; several of them between two points count as one."""
        if self._start is None or self._next is None or watermark < self._next:
            return False
        self._next = self._every.after(self._start, self._every.index(self._start, watermark) + 1)
        return True


def marked(results: Batch) -> Batch:
    """Results of windows to which more may come."""
    for point in results:
        point.setdefault("final", False)
    return results


def timed_of(account: Account, batch: Batch, piece: str = "window") -> Batch:
    """The points of a batch that have a time; the others are booked, as they are in no *piece*."""
    timed = [point for point in batch if isinstance(point.get("time"), datetime)]
    if len(timed) < len(batch):
        account.take("timeless", len(batch) - len(timed))
        for point in batch:
            time = point.get("time")
            if not isinstance(time, datetime):
                account.note(f"had no time and went into no {piece}", f"time={time!r}"[:80])
    return timed
