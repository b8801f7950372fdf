"""The whole stream as one window, or its last hour."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from itertools import repeat
from typing import Any

from flume.duration import duration
from flume.filling import Filling
from flume.flow import Batch, Stage
from flume.folding import State
from flume.groups import Folded, Groups, Reduction
from flume.point import time_of
from flume.run import Run
from flume.tables import Table
from flume.windows.watermark import Early, Watermark, marked


class Whole(Stage):
    """One result a group, at the end of the stream."""

    def __init__(self, step: Reduction, run: Run) -> None:
        self.account = run.account
        self.groups = Groups(step, run)
        self.exposes = self.groups.exposes
        self.early = None if step.early is None else Early(duration(step.early))
        self.watermark = Watermark(run, step.lateness)
        self.judges = bool(self.early and (run.live or run.ordered))
        self.holds = not self.judges
        self.fresh = False  # whether points came since results were given early
        self.states: dict[Hashable, State] = {}
        self.time: datetime | None = None
        self.filling = Filling(run, lambda: (self.states,))
        self.gathering = self.groups.gathering(None, self._states_of, self.filling.check)

    def _states_of(self, window: None, group: Hashable) -> State:
        states = self.states.get(group)
        if states is None:
            states = self.states[group] = self.groups.fold.start()
            self.filling.begun()
        return states

    def push(self, batch: Batch) -> Batch:
        self.account.take("merged", len(batch))
        self.gathering.fold()
        if self.time is None:
            self.time = next((time for point in batch if (time := time_of(point)) is not None), None)
            if self.early is not None and self.time is not None:
                self.early.begin(self.time)
        if not self.judges:
            self._take(batch)
            return []
        out: Batch = []
        taken: Batch = []
        for point in batch:
            time = time_of(point)
            moved = None if time is None else self.watermark.see(time)
            if moved is not None and self.early is not None and self.early.due(moved):
                self._take(taken)
                taken = []
                out += self._so_far()
            taken.append(point)
        self._take(taken)
        return out

    def _take(self, batch: Batch) -> None:
        for group, points in self.groups.split(batch).items():
            self.groups.fold.fold(self._states_of(None, group), points)
            self.fresh = True
        self.filling.check()

    def push_table(self, table: Table) -> Batch:
        if self.judges:
            return self.push(table.points({"time", *self.groups.by, *self.groups.fold.fields}))
        self.account.take("merged", len(table))
        if self.time is None:
            self.time = next((t for t in table.column("time") if isinstance(t, datetime)), None)
        self.gathering.push(table)
        return []

    def advance(self, watermark: datetime) -> Batch:
        if self.early is None or not self.early.due(watermark):
            return []
        return self._so_far()

    def low(self, watermark: datetime) -> datetime | None:
        return self.time if self.judges else None

    def part(self) -> Any:
        self.gathering.end()
        self.groups.fold.settle(self.states.values())
        part = self.states, self.groups.shown, self.time
        self.states, self.groups.shown, self.time = {}, {}, None
        return part

    def join(self, part: Any) -> None:
        states, shown, time = part
        self.gathering.fold()
        self.filling.begun(self.groups.join(self.states, states, shown))
        self.filling.check()
        self.time = time if self.time is None else self.time

    def take(self, folded: Iterable[Folded]) -> None:
        """Take what was folded elsewhere, in order of first sight."""
        for one in folded:
            self.time = one.time if self.time is None else self.time
            self.states[self.groups.group_of(one.by)] = one.states
            self.filling.begun()
        self.filling.check()

    def end(self) -> Batch:
        self.gathering.fold()
        if not self.states and not self.groups.by:
            self.states[()] = self.groups.fold.start()
        out = self._results()
        self.states = {}
        return out

    def _so_far(self) -> Batch:
        """The results of a stream that goes on."""
        if not self.fresh:
            return []
        self.fresh = False
        return marked(self._results())

    def _results(self) -> Batch:
        out = self.groups.results(self.states, list(self.states.values()), repeat(self.time))
        self.account.made += len(out)
        return out
