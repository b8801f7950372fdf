"""Thinning: of more points than can be shown side by side, those that the eye would see."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

Points = tuple[tuple[float, ...], tuple[float | None, ...]]


def thinned(xs: Sequence[float], ys: Sequence[float | None], columns: int) -> Points:
    """Of the points in each of so many columns, the first, the lowest, the highest and the last; holes stay.

    A line through these covers the same pixels as one through all: U. Jugel et al., "M4: A Visualization-Oriented Time
    Series Data Aggregation" (2014).

    >>> thinned(range(8), [0, 5, 1, 2, 3, -4, 3, 1], 1)
    ((0, 1, 5, 7), (0, 5, -4, 1))
    """
    if len(xs) <= 4 * columns:
        return tuple(xs), tuple(ys)
    places: list[int] = []
    width = (xs[-1] - xs[0]) / columns
    begin = 0
    for column in range(1, columns + 1):
        end = len(xs) if column == columns else bisect_left(xs, xs[0] + column * width, begin)
        places += _seen(ys, begin, end)
        begin = end
    return tuple(xs[place] for place in places), tuple(ys[place] for place in places)


def _seen(ys: Sequence[float | None], begin: int, end: int) -> Iterator[int]:
    """The places that are seen of those from *begin* to *end*."""
    part = ys[begin:end]
    if len(part) <= 4:
        yield from range(begin, end)
    elif None in part:  # a hole shows where it is
        hole = begin + part.index(None)
        yield from _seen(ys, begin, hole)
        yield hole
        after = next((place for place in range(hole, end) if ys[place] is not None), end)
        yield from _seen(ys, after, end)
    else:
        known: Sequence[float] = part  # type: ignore[assignment]
        low, high = known.index(min(known)), known.index(max(known))
        yield from sorted({begin, begin + low, begin + high, end - 1})
