"""Sliding: the laws of a reducer whose points leave a window again."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from flume.reducing import Reducer
from flume.sliding import sliding, sliding_values
from flume.testing.differing import same, shown


def shares_nothing(reducer: Reducer[Any], values: Sequence[Any], more: Sequence[Any]) -> None:
    """An `AssertionError` where two states and what `merge` makes of them are not each a state of its own."""
    right, alone = _folded(reducer, more), _of(reducer, more)
    merged = reducer.merge(_folded(reducer, values), right)
    reducer.fold(merged, more)
    found = reducer.result(right)
    assert same(found, alone), (
        f"merged with one that goes on, a state has become {shown(found)}, and was {shown(alone)}"
    )
    merged = reducer.merge(_folded(reducer, values), right)
    reducer.fold(right, more)
    found, both = reducer.result(merged), _of(reducer, [*values, *more])
    assert same(found, both), (
        f"as one of two goes on, what they were merged to is {shown(found)}, and was {shown(both)}"
    )


def removes(reducer: Reducer[Any], values: Sequence[Any], more: Sequence[Any], last: Sequence[Any]) -> None:
    """An `AssertionError` where `remove` leaves anything else than the state of the other points."""
    gone = _folded(reducer, values)
    rest = reducer.remove(reducer.merge(_folded(reducer, values), _folded(reducer, more)), gone)
    found = [reducer.result(rest), reducer.result(gone), reducer.result(reducer.fold(rest, last))]
    whole = [_of(reducer, each) for each in (more, values, [*more, *last])]
    assert same(found, whole), (
        f"what is left, what is gone, and what is left with more are {shown(found)}, not {shown(whole)}; "
        "leave remove out where it cannot be told"
    )


def slides(reducer: Reducer[Any], steps: Sequence[tuple[Sequence[Any], int]]) -> None:
    """An `AssertionError` where a window says anything else than the points in it.

    *steps*: values that come, and how many then leave; or how many panes do, where those that come make one each time.
    """
    for panes in (False, True) if reducer.mergeable else (False,):
        window = sliding(reducer) if panes else sliding_values(reducer)
        held: deque[Sequence[Any]] = deque()
        for values, leaving in steps:
            for pane in [values] if panes else [[value] for value in values]:
                window.push(_folded(reducer, pane) if panes else pane[0])
                held.append(pane)
            for _ in range(min(leaving, len(held))):
                window.pop()
                held.popleft()
            there = [value for pane in held for value in pane]
            found = [reducer.result(state) for state in (window.look(), window.state())]
            found.append(reducer.result(reducer.fold(window.state(), values)))
            whole = [_of(reducer, each) for each in (there, there, [*there, *values])]
            assert same(found, whole), f"in a window it says {shown(found)}, of its points {shown(whole)}"


def _folded(reducer: Reducer[Any], values: Sequence[Any]) -> Any:
    return reducer.fold(reducer.start(), values)


def _of(reducer: Reducer[Any], values: Sequence[Any]) -> Any:
    return reducer.result(_folded(reducer, values))
