"""script: a source that does what a test has written down: points, pauses, a failure, and the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flume.duration import duration
from flume.errors import OptionError
from flume.flow import Batch, Point, Source
from flume.moment import date
from flume.run import Run
from flume.value import Frozen, thaw


class script(Source):  # noqa: N801 - a word
    """A source that gives what is written down, step by step, on the clock of the run.

    :param steps: a list of points is a batch (a dict alone is one of one point); a duration, as text or in seconds, is
        a pause on the clock, `'forever'` until the run is stopped; an exception is raised. Behind the last of them the
        stream ends. The time of a point may be text, relative ones too: `'now'`, `'-5s'`, when its turn comes.
    :param live: whether points come as time goes, as of a socket: a thread waits for them, and windows close while
        nothing comes. Otherwise it is read as a file is.
    :raises OptionError: a step is none of these.
    :raises MomentError: a pause is no duration.

    >>> from flume import count, memory, reduce
    >>> from flume.testing import Clock
    >>> source = script([{"time": "now"}, {"time": "now"}], "1 minute", {"time": "now"})
    >>> report = (source | reduce(n=count(), every="1s", by="host") | memory()).execute(clock=Clock(jumps=True))
    >>> [(point["n"], point["time"].minute) for point in report.points]
    [(2, 0), (1, 1)]
    >>> (script({"n": 1}, ConnectionError("gone")) | memory()).execute()
    Traceback (most recent call last):
    ConnectionError: gone
    in step 1: script({'n': 1}, ConnectionError('gone'))
    """

    steps: tuple[Any, ...]
    live_: bool

    def __init__(self, *steps: Any, live: bool = True) -> None:
        self._set(steps=steps, live_=live)

    def check(self) -> None:
        for step in self.steps:
            if isinstance(step, str) or (isinstance(step, (int, float)) and not isinstance(step, bool)):
                if duration(step).months:
                    raise OptionError(f"script: a pause has a fixed length, not {step!r}; say it in days or less")
            elif not isinstance(step, (Frozen, BaseException)) and not _is_batch(step):
                raise OptionError(
                    f"script takes lists of points, pauses such as '5s', and exceptions to raise, not {thaw(step)!r}"
                )

    def live(self, now: datetime) -> bool:
        return self.live_

    def start(self, run: Run) -> Iterator[Batch]:
        for step in self.steps:
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, (str, int, float)):
                if not run.clock.wait(duration(step).seconds, run.stop):
                    return
            else:
                points: Batch = [thaw(step)] if isinstance(step, Frozen) else thaw(step)
                yield [_dated(point, run) for point in points]


def _is_batch(step: object) -> bool:
    return isinstance(step, tuple) and all(isinstance(point, Frozen) for point in step)


def _dated(point: Point, run: Run) -> Point:
    if point.get("time") is not None:
        point["time"] = date(point["time"], now=run.instant())
    return point
