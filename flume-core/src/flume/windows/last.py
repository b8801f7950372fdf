"""The last hour of a stream as one window."""

from __future__ import annotations

from datetime import datetime
from itertools import repeat

from flume.duration import duration
from flume.flow import Batch, Stage
from flume.folding import State
from flume.groups import Groups, Reduction
from flume.holding import Holding
from flume.run import Run
from flume.windows.watermark import timed_of

_FEW = 1000  # points that may be held beside those of the last hour


class LastWindow(Stage):
    """One result a group, of the points that are less than *over* before the latest of all."""

    holds = True

    def __init__(self, step: Reduction, run: Run) -> None:
        assert step.over is not None
        self.account = run.account
        self.groups = Groups(step, run)
        self.exposes = self.groups.exposes
        self.over = duration(step.over)
        self.zone = step.zone
        self.latest: datetime | None = None
        self.points: Batch = []
        self.kept = 0  # how many were of the last hour when it was looked at
        self.holding = Holding(run, "a shorter over= holds fewer")

    def push(self, batch: Batch) -> Batch:
        timed = timed_of(self.account, batch)
        self.account.take("merged", len(timed))
        for point in timed:
            if self.latest is None or point["time"] > self.latest:
                self.latest = point["time"]
        self.points += timed
        self.holding.came(timed)
        if len(self.points) > 2 * self.kept + _FEW:
            self._let_go()
            self.holding.check(len(self.points), 0)
        return []

    def _let_go(self) -> None:
        if self.latest is not None:
            before = self.over.after(self.latest, -1, self.zone)
            self.points = [point for point in self.points if point["time"] > before]
        self.kept = len(self.points)

    def low(self, watermark: datetime) -> datetime | None:
        return None

    def end(self) -> Batch:
        self._let_go()
        states: dict[object, State] = {} if self.groups.by else {(): self.groups.fold.start()}
        for group, points in self.groups.split(self.points).items():
            states.setdefault(group, self.groups.fold.start())
            self.groups.fold.fold(states[group], points)
        time = self.points[0]["time"] if self.points else None
        out = self.groups.results(states, list(states.values()), repeat(time))
        self.account.made += len(out)
        self.points = []
        return out
