"""Holding: whether the points that a step holds, and those that it has made of them, fit into memory."""

from __future__ import annotations

from collections.abc import Sequence
from sys import getsizeof

from flume.budget import EVERY, footprint, too_much
from flume.flow import Point
from flume.run import Run

_BESIDE = 300  # bytes of a point in what leads to it
_FEW = 1000  # points that always fit, and results that are made between two looks


class Holding:
    """Weighs some of the points that come, and takes the others to be as heavy.

    :param advice: what makes a step hold fewer of them, said where they do not fit.
    """

    def __init__(self, run: Run, advice: str) -> None:
        self._memory = run.memory
        self._advice = advice
        self._came = self._weighed = self._weight = 0
        self._made = self._made_weight = 0

    def came(self, points: Sequence[Point]) -> None:
        """These have come, and are held."""
        places = range(-self._came % EVERY, len(points), EVERY)  # one in so many, however they are cut into batches
        self._came += len(points)
        if places:
            self._weighed += len(places)
            self._weight += footprint([points[place] for place in places], every=1)

    def weighed(self, points: int, size: int) -> None:
        """So many have come, and fill so many bytes."""
        self._came += points
        self._weighed += points
        self._weight += size

    def made(self, point: Point) -> bool:
        """This was made, whose values are those of points that are held; whether it is worth a look again."""
        self._made += 1
        self._made_weight += getsizeof(point)
        return not self._made % _FEW

    def check(self, points: int, made: int) -> None:
        """A `LimitError` where so many of those that came, and so many of those that were made, are too many."""
        if points + made < _FEW:
            return
        size = points * (self._weight // max(1, self._weighed) + _BESIDE)
        size += made * (self._made_weight // max(1, self._made) + _BESIDE)
        if size > self._memory:
            raise too_much(f"{points + made:,} points", size, self._memory, self._advice)
