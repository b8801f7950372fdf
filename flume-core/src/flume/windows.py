"""Windows: the time of a stream cut into pieces, closed as it passes or at the end."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from flume.duration import Duration, duration
from flume.errors import LimitError
from flume.filling import Filling
from flume.flow import Batch, Stage
from flume.folding import State
from flume.gathering import Window
from flume.groups import Folded, Groups, Reduction
from flume.run import Run
from flume.tables import Table

MOST_EMPTY = 1_000_000  # empty windows in a row: more are taken for a wrong time in the data


class Windows(Stage):
    """Windows of time, closed as time passes or at the end."""

    def __init__(self, step: Reduction, run: Run) -> None:
        assert step.every is not None
        self.run = run
        self.account = run.account
        self.groups = Groups(step, run)
        self.exposes = self.groups.exposes
        self.every = duration(step.every)
        self.on: Duration | None = None if step.on is None else duration(step.on)
        self.lateness = timedelta(0) if step.lateness is None else duration(step.lateness).delta
        # in order of time nothing is late; without any order nothing is, unless the user says how late is too late
        self.judges = step.lateness is not None or (run.live and not run.ordered)
        self.fills = not self.groups.by or not step.forget or not step.reset
        self.keeps_groups = not step.forget or not step.reset
        self.reset = step.reset
        # where states go on from window to window, points wait until their window's turn
        self.carries = not step.reset or not all(leaf.resets for leaf in self.groups.fold.leaves)
        self.anchor: datetime | None = None
        self.seen: datetime | None = None
        self.closed: int | None = None  # windows before this one are closed
        self.next: int | None = None  # the first window not yet given
        self.windows: dict[int, dict[Hashable, Any]] = {}
        self.running: dict[Hashable, State] = {}
        self.met: dict[Hashable, None] = {}
        self.filling = Filling(run, lambda: (*self.windows.values(), self.running))
        self.gathering = self.groups.gathering(self._window_of, self._states_of, self.filling.check)

    def _window_of(self, time: datetime) -> Window:
        assert self.anchor is not None
        index = self.every.index(self.anchor, time.astimezone(UTC))
        return index, self.every.after(self.anchor, index), self.every.after(self.anchor, index + 1)

    def _states_of(self, window: int, group: Hashable) -> State:
        groups = self.windows.setdefault(window, {})
        if group not in groups:
            groups[group] = self.groups.fold.start()
            self.filling.begun()
        states: State = groups[group]
        return states

    def push(self, batch: Batch) -> Batch:
        self.gathering.fold()
        timed = [point for point in batch if isinstance(point.get("time"), datetime)]
        if len(timed) < len(batch):
            self._timeless(batch, len(batch) - len(timed))
        if not timed:
            return []
        if self.anchor is None:
            first: datetime = timed[0]["time"]
            self.anchor = first if self.on is None else self.every.floor(first, self.on)
        split: dict[int, Batch] = {}
        taken: Batch = []
        for index, point in zip(self._indices(timed), timed, strict=True):
            if self.closed is not None and index < self.closed:
                self.run.late(point)
                continue
            taken.append(point)
            if index in split:
                split[index].append(point)
            else:
                split[index] = [point]
            if self.judges and (self.seen is None or point["time"] > self.seen):
                self.seen = point["time"]
                self._pass(self.seen - self.lateness)
        if len(split) > 1:
            self.groups.meet(taken)
        for index, points in split.items():
            self._add(self.windows.setdefault(index, {}), points)
            self.account.take("merged", len(points))
        return self._give(self.closed) if self.judges and self.closed is not None else []

    def push_table(self, table: Table) -> Batch:
        if not table.timed or self.judges or self.carries:
            return self.push(table.points({"time", *self.groups.by, *self.groups.fold.fields}))
        if self.anchor is None:
            first: datetime = table.column("time")[0]
            self.anchor = first if self.on is None else self.every.floor(first, self.on)
        self.gathering.push(table)
        self.account.take("merged", len(table))
        return []

    def advance(self, watermark: datetime) -> Batch:
        if self.anchor is None:
            return []
        self.gathering.fold()
        self._pass(watermark - self.lateness)
        return self._give(self.closed)

    def low(self, watermark: datetime) -> datetime | None:
        if self.anchor is None:
            return watermark if self.on is None else self.every.floor(watermark, self.on)
        return self.every.after(self.anchor, self.every.index(self.anchor, watermark - self.lateness))

    def prime(self, first: Stage) -> bool:
        assert isinstance(first, Windows)
        self.anchor = first.anchor
        return self.anchor is not None

    def part(self) -> Any:
        self.gathering.end()
        self.groups.fold.settle(states for groups in self.windows.values() for states in groups.values())
        part = self.windows, self.groups.shown
        self.windows, self.groups.shown = {}, {}
        return part

    def join(self, part: Any) -> None:
        windows, shown = part
        self.gathering.fold()
        for index, groups in windows.items():
            self.filling.begun(self.groups.join(self.windows.setdefault(index, {}), groups, shown))
        self.filling.check()

    def take(self, folded: Iterable[Folded]) -> None:
        """Take what was folded elsewhere, each with its time and in order of these: of first sight."""
        groups: dict[Hashable, Any] = {}
        end: datetime | None = None
        for one in folded:
            time = one.time
            assert time is not None
            if end is None or time >= end:
                if self.anchor is None:
                    self.anchor = time if self.on is None else self.every.floor(time, self.on)
                index, _, end = self._window_of(time)
                groups = self.windows.setdefault(index, {})
            groups[self.groups.group_of(one.by)] = one.states
            self.filling.begun()
        self.filling.check()

    def end(self) -> Batch:
        self.gathering.fold()
        return self._give(max(self.windows, default=self.next or 0) + 1) if self.windows else []

    def _indices(self, timed: Batch) -> list[int]:
        anchor, every = self.anchor, self.every
        assert anchor is not None
        if every.fixed and not every.forever:
            length = every.delta
            return [(point["time"] - anchor) // length for point in timed]
        return [every.index(anchor, point["time"]) for point in timed]

    def _timeless(self, batch: Batch, count: int) -> None:
        self.account.take("timeless", count)
        for point in batch:
            time = point.get("time")
            if not isinstance(time, datetime):
                self.account.note("had no time and went into no window", f"time={time!r}"[:80])

    def _pass(self, watermark: datetime) -> None:
        """Windows that end at or before *watermark* are closed."""
        assert self.anchor is not None
        index = self.every.index(self.anchor, watermark)
        if self.closed is None or index > self.closed:
            self.closed = index

    def _add(self, window: dict[Hashable, Any], points: Batch) -> None:
        fold = self.groups.fold
        for group, members in self.groups.split(points).items():
            if group not in window:
                window[group] = [] if self.carries else fold.start()
                self.filling.begun()
            if self.carries:
                window[group] += members
            else:
                fold.fold(window[group], members)
        self.filling.check()

    def _give(self, before: int | None) -> Batch:
        """The results of the windows before the one numbered *before*."""
        if before is None or (not self.windows and self.next is None):
            return []
        out: Batch = []
        for index in self._due(before):
            out += self._results(self.windows.pop(index, {}), index)
        self.account.made += len(out)
        if out and not self.keeps_groups and not self.carries:
            self.groups.forget(self.windows.values())
        return out

    def _due(self, before: int) -> Iterator[int]:
        if not self.fills:
            yield from sorted(index for index in self.windows if index < before)
            return
        first = min(self.windows, default=before) if self.next is None else self.next
        if not self.run.live:  # what ends with the last point, whatever was dropped on the way behind it
            before = min(before, max(self.windows, default=first - 1) + 1)
        if before <= first:
            return
        full = sorted(index for index in self.windows if first <= index < before)
        gaps = [b - a for a, b in zip([first, *full], [*full, before], strict=True)]
        if max(gaps) > MOST_EMPTY:
            raise LimitError(
                f"{max(gaps):,} empty windows of {self.every} in a row: is a time in the data wrong?"
                " from_= and to= keep such points out, by= gives only the windows that have points"
            )
        self.next = before
        yield from range(first, before)

    def _results(self, window: dict[Hashable, Any], index: int) -> Batch:
        assert self.anchor is not None
        time = self.every.after(self.anchor, index)
        fold = self.groups.fold
        if self.carries:
            for group, points in window.items():
                if group not in self.running:
                    self.running[group] = fold.start()
                fold.fold(self.running[group], points)
            present = self.running if not self.reset else {group: self.running[group] for group in window}
        else:
            present = window
        if self.keeps_groups or not self.groups.by:
            empty = () if self.groups.by else ((),)
            known = [*self._known(window), *empty]
            present = {group: present.get(group) or fold.start() for group in dict.fromkeys(known)}
        out = self.groups.results(present, time)
        if self.carries and self.reset:
            self._restart(window)
        return out

    def _known(self, window: dict[Hashable, Any]) -> list[Hashable]:
        """The groups that were in this window or in one before it, in order of first sight."""
        self.met.update(dict.fromkeys(window))
        return list(self.met)

    def _restart(self, window: dict[Hashable, Any]) -> None:
        for group in window:
            for number, leaf in enumerate(self.groups.fold.leaves):
                if leaf.resets:
                    self.running[group][number] = leaf.start()
