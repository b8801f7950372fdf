"""Clock: a clock that a test moves by hand, so that time passes when the test says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from flume import run
from flume.duration import duration
from flume.moment import date

_LOOK = 0.01  # seconds between looks at whether a wait is to be given up


class Clock(run.Clock):
    """A clock that stands still until it is moved, for `execute(clock=…)` and `Run(clock)`.

    :param now: where it begins, as text or a datetime. :param jumps: whether a wait takes no time: the clock goes on at
        once to where it ends, so that nobody has to move it; for a program of one source that waits.
    :param patience: seconds of real time after which a wait for a clock that nobody moves is a `TimeoutError`.
    :raises MomentError: *now* is no time.

    >>> clock = Clock("2024-02-29")
    >>> clock.move("1h 30m")
    >>> clock.now().isoformat()
    '2024-02-29T01:30:00+00:00'

    A program waits as long as it would have to, in no time:

    >>> from flume import emit, memory
    >>> clock = Clock("2024-02-29", jumps=True)
    >>> report = (emit(limit=3, every="1 day") | memory()).execute(clock=clock)
    >>> [point["time"].day for point in report.points], clock.now().day
    ([29, 1, 2], 2)
    """

    def __init__(self, now: str | datetime = "2024-01-01", *, jumps: bool = False, patience: float = 10.0) -> None:
        self._began = date(now)
        self._jumps = jumps
        self._patience = patience
        self._passed = timedelta()
        self._waits: list[timedelta | None] = []  # until when; None: for ever
        self._changed = threading.Condition()

    def now(self) -> datetime:
        with self._changed:
            return self._began + self._passed

    def monotonic(self) -> float:
        with self._changed:
            return self._passed.total_seconds()

    def move(self, by: str | float | timedelta) -> None:
        """Let time pass: `'5s'`, or a number of seconds; whoever has waited for it goes on.

        :raises MomentError: *by* is no duration. :raises ValueError: it is negative, and time does not go back.
        """
        span = timedelta(seconds=duration(by).seconds)
        if span < timedelta():
            raise ValueError(f"a clock does not go back: move takes a duration of 0s or more, not {by!r}")
        with self._changed:
            self._passed += span
            self._changed.notify_all()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        with self._changed:
            until = self._passed + timedelta(seconds=seconds) if seconds < threading.TIMEOUT_MAX else None
            if self._jumps and until is not None:
                self._passed = max(self._passed, until)
                return not stop.is_set()
            self._waits.append(until)
            self._changed.notify_all()
            try:
                self._wait(until, stop)
            finally:
                self._waits.remove(until)
        return not stop.is_set()

    def wait_for_waiter(self) -> None:
        """Wait until a program waits on this clock, so that it can be moved.

        :raises TimeoutError: it does not within the clock's patience.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: any(map(self._is_ahead, self._waits)), self._patience):
                raise TimeoutError(f"nobody has waited on the clock for {self._patience:g} s; is it given to execute?")

    def move_until(self, done: Callable[[], bool], by: str | float | timedelta = "1s") -> None:
        """Move on step by step until *done* says so: a program needs a moment to see that time has passed.

        :raises TimeoutError: it does not within the clock's patience.
        """
        until = time.monotonic() + self._patience
        while not done():
            if time.monotonic() > until:
                raise TimeoutError(f"the clock was moved for {self._patience:g} s, and it is not done")
            self.move(by)
            time.sleep(_LOOK)

    def _wait(self, until: timedelta | None, stop: threading.Event) -> None:
        moved, looked = self._passed, time.monotonic()
        while self._is_ahead(until) and not stop.is_set():
            self._changed.wait(_LOOK)
            if self._passed != moved or until is None:  # who waits for ever waits for the end of the run
                moved, looked = self._passed, time.monotonic()
            elif time.monotonic() - looked > self._patience:
                raise TimeoutError(
                    f"nobody has moved the clock for {self._patience:g} s; call move from another thread, "
                    "or make it Clock(jumps=True)"
                )

    def _is_ahead(self, until: timedelta | None) -> bool:
        return until is None or until > self._passed
