"""A source of given points, in batches of a given size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from flume.flow import Batch, Point, Source
from flume.run import Run
from flume.value import freeze, thaw


class listed(Source):  # noqa: N801 - a word
    """The points given, *batch* at a time; times may be text."""

    points: tuple[Point, ...]
    batch: int | None
    in_order: bool | None

    def __init__(self, points: Iterable[Point], batch: int | None = None, in_order: bool | None = None) -> None:
        self._set(points=freeze(tuple(points)), batch=batch, in_order=in_order)

    def _points(self) -> Batch:
        from flume.moment import date

        points: Batch = [thaw(point) for point in self.points]
        for point in points:
            if isinstance(point.get("time"), str):
                point["time"] = date(point["time"])
        return points

    def ordered(self, before: bool = False) -> bool:
        if self.in_order is not None:
            return self.in_order
        times = [point["time"] for point in self._points() if point.get("time") is not None]
        return all(a <= b for a, b in pairwise(times))

    def start(self, run: Run) -> Iterator[Batch]:
        points = self._points()
        size = self.batch or max(1, len(points))
        for first in range(0, len(points), size):
            yield points[first : first + size]
