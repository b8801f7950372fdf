"""memory: keeps the points of a run."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from flume.errors import OptionError
from flume.flow import Batch, Point, Sink, Stage
from flume.run import Run


class memory(Sink):
    """Keep the points: the report of the run holds them as `points`, and *into* gets them as they come.

    *into*: a list that is appended to.

    >>> from flume import emit
    >>> report = (emit(limit=1, start='2020-01-01') | memory()).execute()
    >>> len(report.points)
    1

    Into a list of one's own, which others look at:

    >>> from flume import filter
    >>> alerts = []
    >>> report = (emit(points=[{'ms': 3}, {'ms': 900}]) | filter('ms > 500') | memory(alerts)).execute()
    >>> alerts
    [{'ms': 900}]
    """

    into: Any = field(default=None, compare=False)

    def __init__(self, into: list[Point] | None = None) -> None:
        if into is not None and not isinstance(into, list):
            raise OptionError(f"memory: into takes a list, not {into!r}")
        object.__setattr__(self, "into", into)

    def start(self, run: Run) -> Stage:
        return _Memory(run, run.report.points if self.into is None else self.into)


class _Memory(Stage):
    holds = True
    exposes = True

    def __init__(self, run: Run, points: list[Point]) -> None:
        self.account = run.account
        self.points = points

    def push(self, batch: Batch) -> Batch:
        self.points += batch
        self.account.take("written", len(batch))
        return []
