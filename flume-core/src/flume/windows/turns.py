"""Turns: the results of a reduce, batch by batch."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import datetime
from itertools import repeat

from flume.filling import Filling
from flume.flow import Batch, Stage
from flume.folding import State
from flume.groups import Groups, Reduction
from flume.run import Run


class Turns(Stage):
    """One result a group for each batch, with its start as time."""

    def __init__(self, step: Reduction, run: Run) -> None:
        self._account = run.account
        self._groups = Groups(step, run)
        self.exposes = self._groups.exposes
        self.fills = not self._groups.by or not step.forget or not step.reset
        self._keeps_groups = not step.forget or not step.reset
        self._reset = step.reset
        self._carries = not step.reset or not all(leaf.resets for leaf in self._groups.fold.leaves)
        self._start: datetime | None = None
        self._states: dict[Hashable, State] = {}  # of the groups in this batch
        self._running: dict[Hashable, State] = {}  # what goes on from batch to batch
        self._met: dict[Hashable, None] = {}
        self._filling = Filling(run, lambda: (self._running if self._carries else self._states,))

    def push(self, batch: Batch) -> Batch:
        self._account.take("merged", len(batch))
        for group, points in self._groups.split(batch).items():
            self._groups.fold.fold(self._states_of(group), points)
        self._filling.check()
        return []

    def mark(self, start: datetime | None) -> Iterator[Batch]:
        yield self.end()
        self._start = start

    def end(self) -> Batch:
        return [] if self._start is None else self._results()

    def low(self, watermark: datetime) -> datetime:
        return watermark if self._start is None else min(watermark, self._start)

    def _states_of(self, group: Hashable) -> State:
        states = self._states.get(group)
        if states is None:
            states = self._running.get(group) if self._carries else None
            if states is None:
                states = self._groups.fold.start()
                self._filling.begun()
            self._states[group] = states
            if self._carries:
                self._running[group] = states
        return states

    def _results(self) -> Batch:
        present = self._states if self._reset else self._running
        if self._keeps_groups or not self._groups.by:
            self._met.update(dict.fromkeys(self._states))
            known = [*self._met, *([] if self._groups.by else [()])]
            fold = self._groups.fold
            present = {group: present.get(group) or fold.start() for group in dict.fromkeys(known)}
        out = self._groups.results(present, list(present.values()), repeat(self._start))
        self._account.made += len(out)
        for states in self._states.values() if self._carries and self._reset else ():
            self._groups.fold.restart(states)
        self._states = {}
        if not self._keeps_groups and not self._carries:
            self._groups.forget([])
        return out
