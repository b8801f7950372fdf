"""Lines to points one by one: right for every line, and the measure of what is faster."""

from __future__ import annotations

from flume.flow import Point
from flume.parsing import Origin, Records
from flume_adapter_grok.capturing import Match
from flume_adapter_grok.matching import MatchTimeout


def read_line(match: Match, number: int, line: str, origin: Origin, mismatch: str) -> Point | None:
    """Return the point of a line of the present block; None where it is rejected, for the reason *mismatch*.

    An empty line that does not match is passed over.
    """
    reason = mismatch
    try:
        point = match(line)
    except MatchTimeout as slow:
        point, reason = None, str(slow)
    if point is None and line:
        origin.reject(number, reason, line)
    return point


def read_lines(match: Match, lines: list[str], origin: Origin, mismatch: str) -> Records:
    """Return the points of all lines of the present block."""
    numbers = range(origin.first, origin.first + len(lines))
    try:
        found = [match(line) for line in lines]
    except MatchTimeout:
        found = [read_line(match, number, line, origin, mismatch) for number, line in zip(numbers, lines, strict=True)]
    else:
        for number, line, point in zip(numbers, lines, found, strict=True) if None in found else ():
            if point is None and line:
                origin.reject(number, mismatch, line)
    points = [point for point in found if point is not None]
    if len(points) == len(lines):
        return Records(points, origin, numbers)
    return Records(points, origin, [number for number, point in zip(numbers, found, strict=True) if point is not None])
