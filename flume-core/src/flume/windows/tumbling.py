"""Tumbling windows: one behind the other, closed as time passes or at the end."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from itertools import repeat
from typing import Any, TypeAlias

from flume.duration import Duration, duration
from flume.errors import LimitError
from flume.filling import Filling
from flume.flow import Batch, Point, Stage
from flume.folding import State
from flume.gathering import Window
from flume.groups import Folded, Groups, Reduction
from flume.run import Run
from flume.tables import Table
from flume.windows.watermark import Early, Watermark, marked, timed_of

MOST_EMPTY = 1_000_000  # empty windows in a row: more are taken for a wrong time in the data

Pane: TypeAlias = Any
"""A piece of time in which points are folded together: of tumbling windows the window's number."""


class TumblingWindows(Stage):
    """Windows of time, numbered from the first; each closes once time has passed its end."""

    def __init__(self, step: Reduction, run: Run) -> None:
        assert step.every is not None
        self.run = run
        self.account = run.account
        self.groups = Groups(step, run)
        self.exposes = self.groups.exposes
        self.every = duration(step.every)
        self.on: Duration | None = None if step.on is None else duration(step.on)
        self.zone = step.zone
        self.watermark = Watermark(run, step.lateness)
        self.early = None if step.early is None else Early(duration(step.early))
        # in order of time nothing is late; without any order nothing is, unless the user says how late is too late
        self.judges = step.lateness is not None or (run.live and not run.ordered) or bool(self.early and run.ordered)
        self.fills = not self.groups.by or not step.forget or not step.reset
        self.keeps_groups = not step.forget or not step.reset
        self.reset = step.reset
        # where states go on from window to window, points wait until their window's turn
        self.carries = not step.reset or not all(leaf.resets for leaf in self.groups.fold.leaves)
        self.anchor: datetime | None = None  # the start of a window, from which all are counted
        self.began: datetime | None = None  # the start of the first
        self.closed: int | None = None  # windows before this one are closed
        self.next: int | None = None  # the first window not yet given
        self.windows: dict[Pane, dict[Hashable, Any]] = {}
        self.fresh: set[int] = set()  # windows with points since results were given early
        self.running: dict[Hashable, State] = {}
        self.met: dict[Hashable, None] = {}
        self.filling = Filling(run, self.held)
        self.gathering = self.groups.gathering(self.window_of, self._states_of, self.filling.check)

    # -- the pieces of time ------------------------------------------------------------------------

    def start_of(self, number: int) -> datetime:
        """When a window starts."""
        assert self.anchor is not None
        return self.every.after(self.anchor, number, self.zone)

    def number_of(self, time: datetime) -> int:
        """The window that a time lies in."""
        assert self.anchor is not None
        return self.every.index(self.anchor, time, self.zone)

    def window_of(self, time: datetime) -> Window:
        """The pane that a time lies in, its start and its end."""
        number = self.number_of(time.astimezone(UTC))
        return number, self.start_of(number), self.start_of(number + 1)

    def panes_of(self, timed: Batch) -> list[Pane]:
        """The pane that each point lies in."""
        assert self.anchor is not None
        anchor, every = self.anchor, self.every
        if every.elapses(self.zone):
            return [(point["time"] - anchor) // every.delta for point in timed]
        return [self.number_of(point["time"]) for point in timed]

    def first_pane(self, number: int) -> Pane:
        """The first pane of a window: those before it are of windows before it."""
        return number

    def number_of_pane(self, pane: Pane) -> int:
        """The window that a pane is the last or only one of, or goes on to."""
        number: int = pane
        return number

    def held(self) -> Iterable[Mapping[Hashable, Any]]:
        """The groups that are held, in whatever pieces of time."""
        return (*self.windows.values(), self.running)

    def _begin(self, first: datetime) -> None:
        """The windows start with the one that the stream's first time lies in."""
        if self.anchor is None:
            self.anchor = first if self.on is None else self.every.origin(first, self.on, self.zone)
            self.began = self.start_of(self.number_of(first))
            if self.early is not None:
                self.early.begin(self.began)

    # -- what comes --------------------------------------------------------------------------------

    def _states_of(self, pane: Pane, group: Hashable) -> State:
        groups = self.windows.setdefault(pane, {})
        if group not in groups:
            groups[group] = self.groups.fold.start()
            self.filling.begun()
        states: State = groups[group]
        return states

    def push(self, batch: Batch) -> Batch:
        self.gathering.fold()
        timed = timed_of(self.account, batch)
        if not timed:
            return []
        self._begin(timed[0]["time"])
        panes = self.panes_of(timed)
        if self.judges:
            return self._judged(zip(panes, timed, strict=True))
        self._take(list(zip(panes, timed, strict=True)))
        return []

    def _judged(self, pairs: Iterable[tuple[Pane, Point]]) -> Batch:
        """Take points, each with its pane, as they let time pass; what that completes."""
        out: Batch = []
        taken: list[tuple[Pane, Point]] = []
        for pane, point in pairs:
            if self.closed is not None and pane < self.first_pane(self.closed):
                self.run.late(point)
                continue
            watermark = self.watermark.see(point["time"])
            if watermark is not None:
                if self.early is not None and self.early.due(watermark):
                    self._take(taken)
                    taken = []
                    out += self._passed(watermark)
                else:
                    self._pass(watermark)
            taken.append((pane, point))
        self._take(taken)
        return out + self._give(self.closed)

    def _take(self, pairs: list[tuple[Pane, Point]]) -> None:
        """Fold points, each with its pane."""
        split: dict[Pane, Batch] = {}
        for pane, point in pairs:
            if pane in split:
                split[pane].append(point)
            else:
                split[pane] = [point]
        if len(split) > 1:
            self.groups.meet([point for _, point in pairs])
        for pane, points in split.items():
            self._add(self.windows.setdefault(pane, {}), points)
            self.account.take("merged", len(points))
            if self.early is not None:
                self.fresh.add(self.number_of_pane(pane))

    def push_table(self, table: Table) -> Batch:
        if not table.timed or self.judges or self.carries:
            return self.push(table.points({"time", *self.groups.by, *self.groups.fold.fields}))
        self._begin(table.column("time")[0])
        self.gathering.push(table)
        self.account.take("merged", len(table))
        return []

    def advance(self, watermark: datetime) -> Batch:
        if self.anchor is None:
            return []
        self.gathering.fold()
        watermark = self.watermark.less(watermark)
        if self.early is not None and self.early.due(watermark):
            return self._passed(watermark)
        self._pass(watermark)
        return self._give(self.closed)

    def low(self, watermark: datetime) -> datetime | None:
        if self.anchor is None:
            return watermark if self.on is None else self.every.floor(watermark, self.on, self.zone)
        return self.start_of(self.number_of(self.watermark.less(watermark)))

    # -- several processes, and what was folded elsewhere ------------------------------------------

    def prime(self, first: Stage) -> bool:
        assert isinstance(first, TumblingWindows)
        self.anchor, self.began = first.anchor, first.began
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
        for pane, groups in windows.items():
            self.filling.begun(self.groups.join(self.windows.setdefault(pane, {}), groups, shown))
        self.filling.check()

    def take(self, folded: Iterable[Folded]) -> None:
        """Take what was folded elsewhere, each with its time and in order of these: of first sight."""
        groups: dict[Hashable, Any] = {}
        end: datetime | None = None
        for one in folded:
            time = one.time
            assert time is not None
            if end is None or time >= end:
                self._begin(time)
                pane, _, end = self.window_of(time)
                groups = self.windows.setdefault(pane, {})
            groups[self.groups.group_of(one.by)] = one.states
            self.filling.begun()
        self.filling.check()

    def end(self) -> Batch:
        self.gathering.fold()
        return self._give(self.number_of_pane(max(self.windows)) + 1) if self.windows else []

    def _add(self, pane: dict[Hashable, Any], points: Batch) -> None:
        fold = self.groups.fold
        for group, members in self.groups.split(points).items():
            if group not in pane:
                pane[group] = [] if self.carries else fold.start()
                self.filling.begun()
            if self.carries:
                pane[group] += members
            else:
                fold.fold(pane[group], members)
        self.filling.check()

    # -- what leaves -------------------------------------------------------------------------------

    def _pass(self, watermark: datetime) -> None:
        """Windows that end at or before *watermark* are closed."""
        number = self.number_of(watermark)
        if self.closed is None or number > self.closed:
            self.closed = number

    def _passed(self, watermark: datetime) -> Batch:
        """What is given where results are due of windows that are still open, too."""
        self._pass(watermark)
        out = self._give(self.closed)
        early: Batch = []
        for number in sorted(self.fresh):
            early += marked(self._so_far(number))
        self.fresh.clear()
        self.account.made += len(early)
        return out + early

    def _give(self, before: int | None) -> Batch:
        """The results of the windows before the one numbered *before*."""
        if before is None or (not self.windows and self.next is None):
            return []
        out: Batch = []
        for number in self._due(before):
            out += self._closing(number)
        self.fresh = {number for number in self.fresh if number >= before}
        self.account.made += len(out)
        if out and not self.keeps_groups:
            self.groups.forget(self.held())
        return out

    def _due(self, before: int) -> Iterator[int]:
        if not self.fills:
            yield from sorted(number for number in self.windows if number < before)
            return
        first, before = self._between(before)
        yield from range(first, before)

    def _between(self, before: int) -> tuple[int, int]:
        """The first window that is due, and the one behind the last, where empty ones are given too."""
        numbers = sorted(set(map(self.number_of_pane, self.windows)))
        first = (numbers[0] if numbers else before) if self.next is None else self.next
        if not self.run.live:  # what ends with the last point, whatever was dropped on the way behind it
            before = min(before, (numbers[-1] if numbers else first - 1) + 1)
        if before <= first:
            return first, first
        full = [number for number in numbers if first <= number < before]
        gaps = [b - a for a, b in zip([first, *full], [*full, before], strict=True)]
        if max(gaps) > MOST_EMPTY:
            raise too_many_empty(max(gaps), "windows", self.every)
        self.next = before
        return first, before

    def _closing(self, number: int) -> Batch:
        """The results of a window that is closed."""
        window = self.windows.pop(number, {})
        return self._carried(window, number) if self.carries else self._results(window, number)

    def _so_far(self, number: int) -> Batch:
        """The results of a window that is open."""
        kept = self.running, self.met
        self.running, self.met = deepcopy(self.running) if self.carries else {}, {**self.met}
        try:
            window = self.windows.get(number, {})
            return self._carried(window, number) if self.carries else self._results(window, number)
        finally:
            self.running, self.met = kept

    def _carried(self, window: dict[Hashable, Batch], number: int) -> Batch:
        """The results of a window whose points bring forward what was in those before it."""
        fold = self.groups.fold
        for group, points in window.items():
            if group not in self.running:
                self.running[group] = fold.start()
            fold.fold(self.running[group], points)
        present = self.running if not self.reset else {group: self.running[group] for group in window}
        out = self._results(present, number)
        for group in window if self.reset else ():
            fold.restart(self.running[group])
        return out

    def _results(self, present: Mapping[Hashable, State], number: int) -> Batch:
        """The results of these groups, and of those that are there all the same."""
        if self.keeps_groups or not self.groups.by:
            self.met.update(dict.fromkeys(present if self.groups.by else ((),)))
            present = {group: present.get(group) or self.groups.fold.start() for group in self.met}
        return self.groups.results(present, list(present.values()), repeat(self.start_of(number)))


def too_many_empty(count: int, pieces: str, every: Duration) -> LimitError:
    """The error for so many windows, or batches, in a row that have no points."""
    return LimitError(
        f"{count:,} empty {pieces} of {every} in a row: is a time in the data wrong?"
        f" from_= and to= keep such points out, by= gives only the {pieces} that have points"
    )
