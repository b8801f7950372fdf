"""Reading and comparing what contenders say: points as JSON lines, however they spell times and numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.job import Point


class Differs(Exception):
    """Two answers are not the same."""


def read(path: Path) -> Iterator[Point]:
    """The points of an answer, one at a time."""
    decode = msgspec.json.Decoder(Point).decode
    with path.open("rb") as file:
        for line in file:
            yield spelt_alike(decode(line))


def spelt_alike(point: Point) -> Point:
    """The point with its time as `2024-03-01 00:00:00.01`: each contender has a spelling of its own."""
    time = point.get("time")
    if isinstance(time, str):
        time = time.replace("T", " ").removesuffix("Z").removesuffix("+00").removesuffix("+00:00")
        point["time"] = time.rstrip("0").removesuffix(".") if "." in time else time
    return point


def equal(one: Any, other: Any) -> bool:
    """Equality of values; of floats to a relative 1e-9, as sums depend on their order."""
    if float in (type(one), type(other)) and isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-9)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[name]) for name, value in one.items())
    return bool(one == other)


def in_order(ours: Iterable[Point], theirs: Iterable[Point]) -> None:
    """The same points in the same order."""
    for number, (one, other) in enumerate(zip_longest(ours, theirs), 1):
        if one != other and not equal(one, other):
            raise Differs(f"point {number}: {one} is not {other}")


def by(*fields: str) -> Callable[[Iterable[Point], Iterable[Point]], None]:
    """One point a group, in any order."""

    def grouped(points: Iterable[Point]) -> dict[tuple[Any, ...], Point]:
        groups: dict[tuple[Any, ...], Point] = {}
        for point in points:
            key = tuple(point.get(name) for name in fields)
            if key in groups:
                raise Differs(f"{key} comes twice")
            groups[key] = point
        return groups

    def same(ours: Iterable[Point], theirs: Iterable[Point]) -> None:
        one, other = grouped(ours), grouped(theirs)
        for key in one.keys() | other.keys():
            if not equal(one.get(key), other.get(key)):
                raise Differs(f"{key}: {one.get(key)} is not {other.get(key)}")

    return same


def sorted_by(field: str) -> Callable[[Iterable[Point], Iterable[Point]], None]:
    """The same points in order of a field; where it is the same, in any order, as not every peer's sort is stable."""

    def same(ours: Iterable[Point], theirs: Iterable[Point]) -> None:
        surplus: Counter[str] = Counter()
        for number, (one, other) in enumerate(zip_longest(ours, theirs), 1):
            if one is None or other is None or one[field] != other[field]:
                raise Differs(f"point {number}: {one} does not stand where {other} does")
            if one != other:
                surplus[repr(sorted(one.items()))] += 1
                surplus[repr(sorted(other.items()))] -= 1
                if number % 100_000 == 0:
                    surplus = Counter({text: times for text, times in surplus.items() if times})
        if any(surplus.values()):
            raise Differs(f"not the same points: {next(text for text, times in surplus.items() if times)}")

    return same
