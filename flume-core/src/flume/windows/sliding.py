"""Sliding windows: one a step, over the time before the step's end; they overlap, and share what they have in common.

Time is cut where a window starts or ends.  What lies between two cuts is a pane: its points are folded once, and the
panes of a window are merged, which `flume.sliding` does without looking at all of them again and again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flume.duration import BEGINNING, END, duration
from flume.flow import Batch
from flume.folding import Fold, State
from flume.gathering import Window
from flume.groups import Reduction
from flume.run import Run
from flume.sliding import sliding
from flume.windows.tumbling import Pane, TumblingWindows


class SlidingWindows(TumblingWindows):
    """Windows of *over*, one a step; numbered as their last step is, of which a pane is a part: a pair of numbers."""

    def __init__(self, step: Reduction, run: Run) -> None:
        assert step.over is not None
        super().__init__(step, run)
        self.over = duration(step.over)
        self.partial = step.partial
        leaves = self.groups.fold.leaves
        self.carries = not all(leaf.mergeable and leaf.resets for leaf in leaves)
        self.spans: dict[Hashable, Span] = {}
        self.cuts_of = lru_cache(maxsize=4096)(self._cuts_of)

    # -- the pieces of time ------------------------------------------------------------------------

    def from_of(self, number: int) -> datetime:
        """When a window starts: so long before the end of its last step."""
        return self.over.after(self.start_of(number + 1), -1, self.zone)

    def _cuts_of(self, number: int) -> list[datetime]:
        """The start of a step, and where in it windows start that end later."""
        start, end = self.start_of(number), self.start_of(number + 1)
        cuts = [start]
        later = max(number, self.number_of(self.over.after(start, 1, self.zone)) - 2)
        while (cut := self.from_of(later)) < end and cut > BEGINNING:
            if cut > cuts[-1]:
                cuts.append(cut)
            if self.start_of(later + 1) == END:  # no window ends later
                break
            later += 1
        return cuts

    def window_of(self, time: datetime) -> Window:
        time = time.astimezone(UTC)
        number = self.number_of(time)
        cuts = self.cuts_of(number)
        part = bisect_right(cuts, time)
        end = cuts[part] if part < len(cuts) else self.start_of(number + 1)
        return (number, part), cuts[part - 1], end

    def panes_of(self, timed: Batch) -> list[Pane]:
        panes: list[Pane] = []
        pane, low, high = self.window_of(timed[0]["time"])
        for point in timed:
            if not low <= point["time"] < high:
                pane, low, high = self.window_of(point["time"])
            panes.append(pane)
        return panes

    def first_pane(self, number: int) -> Pane:
        return number, 0

    def number_of_pane(self, pane: Pane) -> int:
        number: int = pane[0]
        return number

    def held(self) -> Iterable[Mapping[Hashable, Any]]:
        return (*super().held(), {group: span.held for group, span in self.spans.items()})

    # -- what leaves -------------------------------------------------------------------------------

    def _due(self, before: int) -> Iterator[int]:
        if self.fills:
            yield from range(*self._between(before))
            return
        numbers = sorted(set(map(self.number_of_pane, self.windows)))
        if not self.run.live:  # they end with the last point
            if not numbers:
                return
            before = min(before, numbers[-1] + 1)
        number = self.next
        while number is None or number < before:
            if number is None or not self.spans:  # nothing is left of those before: on to where something is
                number = min((one for one in numbers if number is None or one >= number), default=before)
                if number >= before:
                    return
            self.next = number + 1
            yield number
            number += 1

    def _closing(self, number: int) -> Batch:
        for part in range(1, len(self.cuts_of(number)) + 1):
            for group, held in self.windows.pop((number, part), {}).items():
                if group not in self.spans:
                    self.spans[group] = self._span()
                self.spans[group].push((number, part), held)
        start = self.from_of(number)
        first = self._pane_from(start)
        for group in [group for group, span in self.spans.items() if not span.drop(first)]:
            del self.spans[group]
        present = {group: span.states() for group, span in self.spans.items()}
        assert self.began is not None
        if self.partial or start >= self.began:
            return self._results(present, number)
        if self.keeps_groups:
            self.met.update(dict.fromkeys(present))
        return []

    def _span(self) -> Span:
        return (Refolded if self.carries else Merged)(self.groups.fold)

    def _pane_from(self, start: datetime) -> Pane:
        """The first pane that does not lie before a window's start."""
        number = self.number_of(start)
        return number, bisect_right(self.cuts_of(number), start)


class Span:
    """The panes of a group's window."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._panes: deque[Pane] = deque()

    def push(self, pane: Pane, held: Any) -> None:
        """One behind the others, and what was folded in it."""
        self._panes.append(pane)

    def drop(self, first: Pane) -> bool:
        """Those before *first* are gone; whether others are left."""
        while self._panes and self._panes[0] < first:
            self._panes.popleft()
            self._pop()
        return bool(self._panes)

    def _pop(self) -> None:
        raise NotImplementedError

    def states(self) -> State:
        """The states of them all together."""
        raise NotImplementedError

    @property
    def held(self) -> Any:
        """What is held, to be weighed."""
        raise NotImplementedError


class Merged(Span):
    """Panes whose states are merged."""

    def __init__(self, fold: Fold) -> None:
        super().__init__(fold)
        self._states = list(map(sliding, fold.leaves))

    def push(self, pane: Pane, held: State) -> None:
        super().push(pane, held)
        for states, state in zip(self._states, held, strict=True):
            states.push(state)

    def _pop(self) -> None:
        for states in self._states:
            states.pop()

    def states(self) -> State:
        return [states.state() for states in self._states]

    @property
    def held(self) -> Any:
        return [list(states.held()) for states in self._states]


class Refolded(Span):
    """Panes whose points are held, for reducers whose states cannot be merged."""

    def __init__(self, fold: Fold) -> None:
        super().__init__(fold)
        self._points: deque[Batch] = deque()

    def push(self, pane: Pane, held: Batch) -> None:
        super().push(pane, held)
        self._points.append(held)

    def _pop(self) -> None:
        self._points.popleft()

    def states(self) -> State:
        states = self._fold.start()
        self._fold.fold(states, [point for points in self._points for point in points])
        return states

    @property
    def held(self) -> Any:
        return self._points
