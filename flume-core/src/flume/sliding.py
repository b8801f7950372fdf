"""Sliding: the state of the last panes of a stream, which leave in front as others come behind."""

from __future__ import annotations

from collections import deque
from functools import reduce
from typing import Generic, TypeVar

from flume.reducing import Reducer

S = TypeVar("S")


class Sliding(Generic[S]):
    """The state of one reducer over panes, as a queue of their states.

    What `push` is given belongs to it from then on; what `state` gives is fresh, and may be changed.
    """

    def push(self, state: S) -> None:
        """A pane more, behind the others."""
        raise NotImplementedError

    def pop(self) -> None:
        """A pane less: the first of them."""
        raise NotImplementedError

    def state(self) -> S:
        """The state of all panes together, in their order."""
        raise NotImplementedError

    @property
    def held(self) -> object:
        """What is held, to be weighed."""
        raise NotImplementedError


def sliding(leaf: Reducer[S]) -> Sliding[S]:
    """The way that costs least for a reducer that is mergeable.

    Where its state is small, two merges a pane, whatever the number of panes; where it grows with the points, it is
    taken apart again by `Reducer.remove`, or, for want of that, made anew of all panes each time.
    """
    if not leaf.grows:
        return _Stacks(leaf)
    return _Removing(leaf) if leaf.removable else _Remerging(leaf)


class _Stacks(Sliding[S]):
    """Two stacks: those in front are merged with all behind them up to the middle, those behind it all together.

    K. Tangwongsan, M. Hirzel and S. Schneider, "Low-Latency Sliding-Window Aggregation in Worst-Case Constant Time"
    (2017), describe it as their starting point: each pane is moved once from one stack to the other.
    """

    def __init__(self, leaf: Reducer[S]) -> None:
        self._leaf = leaf
        self._front: list[S] = []
        self._back: list[S] = []
        self._together = leaf.start()

    def push(self, state: S) -> None:
        self._back.append(state)
        self._together = self._leaf.merge(self._together, state)

    def pop(self) -> None:
        if not self._front:
            merge, start = self._leaf.merge, self._leaf.start
            state = start()
            while self._back:
                state = merge(merge(start(), self._back.pop()), state)
                self._front.append(state)
            self._together = start()
        self._front.pop()

    def state(self) -> S:
        merge = self._leaf.merge
        state = self._leaf.start()
        if self._front:
            state = merge(state, self._front[-1])
        return merge(state, self._together)

    @property
    def held(self) -> object:
        return self._front, self._back, self._together


class _Removing(Sliding[S]):
    """All together, of which the first is taken away again."""

    def __init__(self, leaf: Reducer[S]) -> None:
        self._leaf = leaf
        self._panes: deque[S] = deque()
        self._together = leaf.start()

    def push(self, state: S) -> None:
        self._panes.append(state)
        self._together = self._leaf.merge(self._together, state)

    def pop(self) -> None:
        self._together = self._leaf.remove(self._together, self._panes.popleft())

    def state(self) -> S:
        return self._leaf.merge(self._leaf.start(), self._together)

    @property
    def held(self) -> object:
        return self._panes, self._together


class _Remerging(Sliding[S]):
    """Merged anew whenever it is asked for."""

    def __init__(self, leaf: Reducer[S]) -> None:
        self._leaf = leaf
        self._panes: deque[S] = deque()

    def push(self, state: S) -> None:
        self._panes.append(state)

    def pop(self) -> None:
        self._panes.popleft()

    def state(self) -> S:
        return reduce(self._leaf.merge, self._panes, self._leaf.start())

    @property
    def held(self) -> object:
        return self._panes
