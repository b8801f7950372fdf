"""Sliding: the state of one reducer over the last elements of a stream, which leave in front as others come behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from math import isqrt
from typing import Any, Generic, TypeVar

from flume.reducing import Reducer

S = TypeVar("S")


class Sliding(Generic[S]):
    """The state of one reducer over elements, as a queue of these.

    What `push` is given is not to be changed any more; what `state` gives is fresh, and may be changed.
    """

    def __init__(self, leaf: Reducer[S], add: Callable[[S, Any], S], fold: Callable[[S, Sequence[Any]], S]) -> None:
        self._leaf = leaf
        self._add = add
        self._fold = fold

    def push(self, element: Any) -> None:
        """An element more, behind the others."""
        raise NotImplementedError

    def extend(self, elements: Sequence[Any]) -> None:
        """Many elements more, one behind the other: `push` for each, or something faster."""
        for element in elements:
            self.push(element)

    def pop(self) -> Any:
        """An element less: the first of them, which is given back."""
        raise NotImplementedError

    def held(self) -> Iterable[Any]:
        """All elements, in their order."""
        raise NotImplementedError

    def state(self) -> S:
        """The state of all elements together, in their order."""
        raise NotImplementedError

    def look(self) -> S:
        """The same, settled, where it is neither changed nor kept: it is good until something is pushed or popped."""
        return self._leaf.settle(self.state())


def sliding(leaf: Reducer[S]) -> Sliding[S]:
    """Over panes, given the state of each: the way that costs least for a reducer that is mergeable.

    Where its state is small, three merges a pane, whatever the number of panes; where it grows with the points, it is
    taken apart again by `Reducer.remove`, or, for want of that, made anew of all panes each time.
    """
    return _cheapest(leaf)(leaf, leaf.merge, lambda state, panes: reduce(leaf.merge, panes, state))


def sliding_values(leaf: Reducer[S]) -> Sliding[S]:
    """Over what `Reducer.add` is given, one by one; for a reducer that is not mergeable all are folded each time."""
    return (_cheapest(leaf) if leaf.mergeable else _Refolding)(leaf, leaf.add, leaf.fold)


def _cheapest(leaf: Reducer[S]) -> type[Sliding[S]]:
    if not leaf.grows:
        return _Stacks
    return _Removing if leaf.removable else _Refolding


class _Stacks(Sliding[S]):
    """Two stacks: the states in front are those from an element up to the middle; behind it all are one.

    K. Tangwongsan, M. Hirzel and S. Schneider, "Low-Latency Sliding-Window Aggregation in Worst-Case Constant Time"
    (2017), describe it as their starting point: each element is moved once from one stack to the other.  Here it is
    done a block at a time, so that there are as few states as the square root of the elements.
    """

    def __init__(self, leaf: Reducer[S], add: Callable[[S, Any], S], fold: Callable[[S, Sequence[Any]], S]) -> None:
        super().__init__(leaf, add, fold)
        self._elements: list[Any] = []
        self._first = 0  # the place of the first that is held
        self._front: list[S] = []  # from each element of the first block up to the middle, the first element last
        self._blocks: list[
            tuple[int, int, S]
        ] = []  # where each further one is, and the state from its end to the middle
        self._behind = leaf.start()

    def push(self, element: Any) -> None:
        self._elements.append(element)
        self._behind = self._add(self._behind, element)

    def extend(self, elements: Sequence[Any]) -> None:
        self._elements += elements
        self._behind = self._fold(self._behind, elements)

    def pop(self) -> Any:
        if not self._front:
            if not self._blocks:
                self._turn()
            self._begin_block()
        self._front.pop()
        element, self._elements[self._first] = self._elements[self._first], None
        self._first += 1
        return element

    def held(self) -> Iterable[Any]:
        return self._elements[self._first :]

    def state(self) -> S:
        merge, state = self._leaf.merge, self._leaf.start()
        if self._blocks and not self._front:
            self._begin_block()
        if self._front:
            state = merge(state, self._front[-1])
        return merge(state, self._behind)

    def look(self) -> S:
        return self._leaf.settle(self.state() if self._front or self._blocks else self._behind)

    def _turn(self) -> None:
        """What was behind the middle is in front of it."""
        leaf, fold = self._leaf, self._fold
        del self._elements[: self._first]
        self._first, end = 0, len(self._elements)
        size = isqrt(end)
        state, self._behind = leaf.start(), leaf.start()
        for begin in reversed(range(0, end, size)):
            self._blocks.append((begin, end, state))
            if begin:
                state = leaf.merge(fold(leaf.start(), self._elements[begin:end]), state)
            end = begin

    def _begin_block(self) -> None:
        merge, start, add = self._leaf.merge, self._leaf.start, self._add
        begin, end, state = self._blocks.pop()
        for element in reversed(self._elements[begin:end]):
            state = merge(add(start(), element), state)
            self._front.append(state)


class _Removing(Sliding[S]):
    """All together, of which the first is taken away again."""

    def __init__(self, leaf: Reducer[S], add: Callable[[S, Any], S], fold: Callable[[S, Sequence[Any]], S]) -> None:
        super().__init__(leaf, add, fold)
        self._elements: deque[Any] = deque()
        self._together = leaf.start()

    def push(self, element: Any) -> None:
        self._elements.append(element)
        self._together = self._add(self._together, element)

    def extend(self, elements: Sequence[Any]) -> None:
        self._elements += elements
        self._together = self._fold(self._together, elements)

    def pop(self) -> Any:
        element = self._elements.popleft()
        self._together = self._leaf.remove(self._together, self._add(self._leaf.start(), element))
        return element

    def held(self) -> Iterable[Any]:
        return self._elements

    def state(self) -> S:
        return self._leaf.merge(self._leaf.start(), self._together)

    def look(self) -> S:
        self._together = self._leaf.settle(self._together)
        return self._together


class _Refolding(Sliding[S]):
    """Folded anew whenever it is asked for."""

    def __init__(self, leaf: Reducer[S], add: Callable[[S, Any], S], fold: Callable[[S, Sequence[Any]], S]) -> None:
        super().__init__(leaf, add, fold)
        self._elements: deque[Any] = deque()

    def push(self, element: Any) -> None:
        self._elements.append(element)

    def pop(self) -> Any:
        return self._elements.popleft()

    def held(self) -> Iterable[Any]:
        return self._elements

    def state(self) -> S:
        return self._fold(self._leaf.start(), list(self._elements))
