"""Sweeping: what belongs together of branches that are there as a whole, by columns of their times and keys.

What is found are `Rows`: for each branch a column of places of its points, beside each other what is together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import compress, product, zip_longest
from math import inf
from operator import sub
from typing import Protocol, TypeAlias

from flume.duration import BEGINNING
from flume.joins.branch import at
from flume.joins.matching import FOREVER, PASSES

Place: TypeAlias = int | None
"""Of a point in its branch; None where none of the branch is in it."""

Rows: TypeAlias = list[Sequence[Place]]


class Side(Protocol):
    """A branch: the times of its points (`BEGINNING` where there is none), and their keys (None equals no other)."""

    times: list[datetime]
    keys: list[Hashable]


def near(sides: Sequence[Side], kind: str, within: timedelta, *, later: bool) -> Rows:
    """Each point of the first side with the one of each other that is nearest to it in time, or the latest before."""
    first, *others = sides
    found = [_nearest(first, other, within, later=later) for other in others]
    rows: Rows = [range(len(first.times)), *found]
    if kind == "inner":
        together = [None not in row for row in zip(*found, strict=True)] if len(found) != 1 else None
        if together is None:
            together = [place is not None for place in found[0]]
        rows = rows if all(together) else [list(compress(column, together)) for column in rows]
    if kind == "outer":
        for number, (other, places) in enumerate(zip(others, found, strict=True), 1):
            used = set(places)
            left = [place for place in range(len(other.times)) if place not in used]
            rows = [[*column, *(left if n == number else [None] * len(left))] for n, column in enumerate(rows)]
    return rows


def equal(sides: Sequence[Side], kind: str, *, once: bool, made: Callable[[int], None]) -> Rows:
    """Each point with all of the other sides that have the same key; *once*, the first with the first and so on.

    *made* is told from time to time how many rows there are.
    """
    rows: list[tuple[Place, ...]] = []
    for row in _grouped(sides, kind, once=once) if once or kind == "outer" else _of_first(sides, kind):
        rows.append(row)
        if not len(rows) % 1000:
            made(len(rows))
    if once or kind == "outer":
        rows.sort(key=lambda row: [inf if place is None else place for place in row])
    return list(zip(*rows, strict=True)) or [[] for _ in sides]


def in_order(rows: Rows, sides: Sequence[Side]) -> tuple[Rows, list[datetime]]:
    """The rows in order of time, each having the latest of its points' times; and these times."""
    times = _times(rows, sides)
    order = sorted(range(len(times)), key=times.__getitem__)
    if all(map(int.__eq__, order, range(len(order)))):
        return rows, times
    return [list(map(column.__getitem__, order)) for column in rows], list(map(times.__getitem__, order))


def _times(rows: Rows, sides: Sequence[Side]) -> list[datetime]:
    columns = [at(side.times, places, BEGINNING) for side, places in zip(sides, rows, strict=True)]
    return list(map(max, *columns)) if len(columns) > 1 else columns[0]


def _nearest(first: Side, other: Side, within: timedelta, *, later: bool) -> list[Place]:
    count = len(other.times)
    times = other.times + first.times  # of equal times, the other side's points come first
    order = sorted(range(len(times)), key=times.__getitem__)
    found = _before(first, other, order, count)
    if later:
        behind = _behind(first, other, order, count)
        found = list(map(_nearer, first.times, found, behind, [other.times] * len(found)))
    if within is FOREVER:
        return found
    return [
        place if place is not None and abs(time - other.times[place]) <= within else None
        for time, place in zip(first.times, found, strict=True)
    ]


def _before(first: Side, other: Side, order: Sequence[int], count: int) -> list[Place]:
    """For each point of the first side the last of the other that is not later."""
    keys, firsts = other.keys, first.keys
    found: list[Place] = [None] * len(firsts)
    last: dict[Hashable, int] = {}
    get = last.get
    for place in order:
        if place < count:
            last[keys[place]] = place
        else:
            place -= count
            found[place] = get(firsts[place])
    return _keyed(found, firsts)


def _behind(first: Side, other: Side, order: Sequence[int], count: int) -> list[Place]:
    """For each point of the first side the next of the other that is later; of several at that time the last."""
    keys, firsts, times = other.keys, first.keys, other.times
    found: list[Place] = [None] * len(firsts)
    following: dict[Hashable, int] = {}
    for place in reversed(order):
        if place >= count:
            place -= count
            found[place] = following.get(firsts[place])
            continue
        known = following.get(keys[place])
        if known is None or times[known] != times[place]:
            following[keys[place]] = place
    return _keyed(found, firsts)


def _keyed(found: list[Place], keys: Sequence[Hashable]) -> list[Place]:
    """What was found but for points without a key."""
    if None not in keys:
        return found
    return [None if key is None else place for key, place in zip(keys, found, strict=True)]


def _nearer(time: datetime, before: Place, behind: Place, times: Sequence[datetime]) -> Place:
    """Of two places the one that is nearer in time; the earlier, where both are as near."""
    if before is None or behind is None:
        return behind if before is None else before
    return behind if sub(times[behind], time) < sub(time, times[before]) else before


def _of_first(sides: Sequence[Side], kind: str) -> Iterator[tuple[Place, ...]]:
    """The rows in order of the first side's points, then of those of the second, and so on."""
    first, *others = sides
    tables = [_places(other.keys) for other in others]
    for place, key in enumerate(first.keys):
        found = [None if key is None else table.get(key) for table in tables]
        if kind == "left" or None not in found:
            yield from product([place], *[places or [None] for places in found])


def _grouped(sides: Sequence[Side], kind: str, *, once: bool) -> Iterator[tuple[Place, ...]]:
    tables = [_places(side.keys) for side in sides]
    for key in dict.fromkeys(key for table in tables for key in table):
        lists = [table.get(key) for table in tables]
        rows = zip_longest(*[places or [] for places in lists]) if once else product(*[p or [None] for p in lists])
        yield from filter(PASSES[kind], rows)
    for number, side in enumerate(sides):
        alone = [None] * len(sides)
        for place in [place for place, key in enumerate(side.keys) if key is None]:
            row = (*alone[:number], place, *alone[number + 1 :])
            if PASSES[kind](row):
                yield row


def _places(keys: Sequence[Hashable]) -> dict[Hashable, list[Place]]:
    places: dict[Hashable, list[Place]] = {}
    for place, key in enumerate(keys):
        if key is not None:
            places.setdefault(key, []).append(place)
    return places
