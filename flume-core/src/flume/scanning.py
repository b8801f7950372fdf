"""Scanning: reducers that run over a stream, and say something at each of its points."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flume.filling import Filling
from flume.flow import Point
from flume.folding import Fold, Named, State
from flume.point import grouping
from flume.reducing import Reducer
from flume.run import Run

_FEWER = "fewer fields in by= make fewer groups, and with over= those are forgotten whose time has passed"


class Scan:
    """The named values at each point: of its group, from the first of its points to this one."""

    def __init__(self, named: Named, by: Sequence[str], run: Run) -> None:
        self._fold = Fold(named, run)
        self._group = grouping(by)
        self._states: dict[Hashable, State] = {}
        self._filling = Filling(run, lambda: (self._states,), fewer=_FEWER)

    def push(self, points: Sequence[Point]) -> dict[str, list[Any]]:
        """The named values at each of these."""
        groups = list(map(self._states_of, map(self._group, points)))
        self._filling.check()
        return self._fold.scan(points, lambda number, leaf, values: running(number, leaf, values, groups))

    def clear(self) -> None:
        """Start anew, as with the first point."""
        if all(leaf.resets for leaf in self._fold.leaves):
            self._states.clear()
        for states in self._states.values():
            self._fold.restart(states)

    def advance(self, watermark: datetime) -> None:
        """No point earlier than this will come."""

    def _states_of(self, group: Hashable) -> State:
        states = self._states.get(group)
        if states is None:
            states = self._states[group] = self._fold.start()
            self._filling.begun()
        return states


def running(number: int, leaf: Reducer[Any], values: Sequence[Any], groups: Sequence[State]) -> Iterator[Any]:
    """The states with the value of each point, each in that of its group."""
    add = leaf.add
    settle: Callable[[Any], Any] | None = None if type(leaf).settle is Reducer.settle else leaf.settle
    for states, value in zip(groups, values, strict=True):
        state = states[number]
        if value is not None:
            state = add(state, value)
        if settle is not None:
            state = settle(state)
        states[number] = state
        yield state
