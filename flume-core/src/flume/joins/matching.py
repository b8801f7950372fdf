"""Matching: which points of several branches belong together, by equal keys or by how near they are in time.

What is found is a `Match`: of each branch one point, or None. Its branches are as they stand before the step; the first
of them is the one that the others are matched with.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product, zip_longest
from operator import attrgetter
from typing import TypeAlias

from flume.flow import Point

FOREVER = timedelta.max


@dataclass(slots=True, eq=False)
class Held:
    """A point, and what it is matched by.

    :param number: how many points of its branch came before it.
    :param key: what equal points have equal; None where it equals no other, not even itself.
    """

    branch: int
    number: int
    time: datetime | None
    key: Hashable
    point: Point
    used: bool = False  # whether it is in a match
    gone: bool = False  # whether nothing will be matched with it any more


Match: TypeAlias = tuple[Held | None, ...]

PASSES: dict[str, Callable[[Sequence[object]], bool]] = {
    "inner": lambda match: None not in match,
    "left": lambda match: match[0] is not None,
    "outer": lambda match: True,
}
"""Which matches there are to be, by the kind of a join."""

_time: Callable[[Held], datetime] = attrgetter("time")


def equal(points: Iterable[Held], branches: int, passes: Callable[[Match], bool], *, once: bool) -> Iterator[Match]:
    """Points of one key: each with each of the other branches, or, *once*, the first with the first and so on."""
    keys: dict[Hashable, list[list[Held]]] = {}
    for held in points:
        key = object() if held.key is None else held.key
        keys.setdefault(key, [[] for _ in range(branches)])[held.branch].append(held)
    for lists in keys.values():
        if once:
            yield from filter(passes, zip_longest(*lists))
        elif passes(tuple([of_branch[0] if of_branch else None for of_branch in lists])):
            columns: list[list[Held | None]] = [[*of_branch] or [None] for of_branch in lists]
            yield from product(*columns)


class Near:
    """Matches each point of the first branch with the one of each other that is nearest to it in time.

    Points are taken in order of time. Of those of one time that come last wins, of two as near that before; where each
    is matched *once*, the first that is left, by points of the first branch in their order.

    :param within: how far apart in time they may be. :param later: whether those later than the first one count.
    :param alone: whether those without a match are wanted.
    """

    def __init__(
        self,
        branches: int,
        passes: Callable[[Match], bool],
        *,
        within: timedelta,
        later: bool,
        once: bool,
        alone: bool,
    ) -> None:
        self._passes = passes
        self._within = within
        self._later = later
        self._once = once
        self._alone = alone
        self._matchable = 0  # of the others
        self._firsts: deque[Held] = deque()  # of which it is not known yet what is nearest to them
        self._others: list[dict[Hashable, list[Held]]] = [{} for _ in range(branches - 1)]
        self._aging: deque[Held] = deque()  # the others, to be forgotten when they are too old
        self._single: deque[Held] = deque()  # the others that are in no match so far, where these are wanted

    def __len__(self) -> int:
        """How many points it holds."""
        return len(self._firsts) + max(len(self._single), len(self._aging), self._matchable)

    def take(self, held: Held) -> None:
        """One more point; all that is known of the time before it was asked for."""
        if held.branch == 0:
            self._firsts.append(held)
            return
        if self._alone:
            self._single.append(held)
        if held.key is None:
            held.gone = True
            return
        entries = self._others[held.branch - 1].setdefault(held.key, [])
        if not self._later and not self._once:  # whatever comes from now on is nearer to this one
            for earlier in entries:
                earlier.gone = True
            self._matchable -= len(entries)
            entries.clear()
        entries.append(held)
        self._matchable += 1
        if self._within is not FOREVER:
            self._aging.append(held)

    def decided(self, watermark: datetime | None) -> Iterator[Match]:
        """The matches that are certain, as no point earlier than *watermark* will come; None: none at all."""
        firsts = self._firsts
        while firsts and (watermark is None or self._is_certain(firsts[0], watermark)):
            first = firsts.popleft()
            match: Match = (first, *[self._nearest(of_branch, first) for of_branch in self._others])
            if self._passes(match):
                if self._once:
                    for held in match[1:]:
                        if held is not None:
                            self._forget(held)
                yield match

    def leaving(self, watermark: datetime | None) -> Iterator[Held]:
        """The points of other branches that are in no match, and never will be; asked for behind `decided`."""
        now = self._firsts[0].time if self._firsts else watermark
        aging = self._aging
        while aging and (now is None or now - _time(aging[0]) > self._within):
            held = aging.popleft()
            if not held.gone:
                self._forget(held)
        single = self._single
        while single and (single[0].used or single[0].gone or watermark is None):
            held = single.popleft()
            if not held.used:
                yield held

    def low(self, watermark: datetime) -> datetime:
        """No point that is found later will be earlier than this."""
        return min([watermark, *(_time(waiting[0]) for waiting in (self._firsts, self._single) if waiting)])

    def _is_certain(self, first: Held, watermark: datetime) -> bool:
        """Whether nothing can come any more that is nearer to it."""
        time = _time(first)
        if not self._later or first.key is None or watermark <= time or watermark - time > self._within:
            return watermark > time
        found = [of_branch.get(first.key) for of_branch in self._others]
        return all(entries and _time(entries[-1]) >= time for entries in found)

    def _nearest(self, of_branch: dict[Hashable, list[Held]], first: Held) -> Held | None:
        entries = of_branch.get(first.key) if first.key is not None else None
        if not entries:
            return None
        time = _time(first)
        place = bisect_right(entries, time, key=_time)
        found = None
        for candidate in (place - 1, place) if self._later else (place - 1,):
            if 0 <= candidate < len(entries):
                apart = abs(_time(entries[candidate]) - time)
                if apart <= self._within and (found is None or apart < found[0]):
                    found = apart, _time(entries[candidate])
        if found is None:
            return None
        if self._once:
            return entries[bisect_left(entries, found[1], key=_time)]
        return entries[bisect_right(entries, found[1], key=_time) - 1]

    def _forget(self, held: Held) -> None:
        """Match nothing with it any more."""
        held.gone = True
        of_branch = self._others[held.branch - 1]
        entries = of_branch[held.key]
        entries.remove(held)
        self._matchable -= 1
        if not entries:
            del of_branch[held.key]
