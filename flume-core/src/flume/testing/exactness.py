"""exactness: whether points are the same, to the type of every value, and in one sentence where they are not."""

from __future__ import annotations

import reprlib
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from flume.flow import Point
from flume.moment import render

_SHOWN = reprlib.Repr()
_SHOWN.maxstring = _SHOWN.maxother = 120
_MOST = 300  # characters that can be looked through


@dataclass(frozen=True)
class Exactly:
    """What two lists of points must have in common to be the same; values must always be equal and of one type.

    *order*: the order of the points; *fields*: the order of the fields in each; *nulls*: which fields are null and
    which are missing.

    >>> Exactly().check([{'a': 1}], [{'a': 1.0}], 'read again')
    Traceback (most recent call last):
    AssertionError: read again: point 1 is {'a': 1}, not {'a': 1.0}
    >>> Exactly(order=False).check([{'a': 1}, {'a': 2}], [{'a': 2}, {'a': 1}], 'read again')
    """

    order: bool = True
    fields: bool = True
    nulls: bool = True

    def check(self, found: Sequence[Point], wanted: Sequence[Point], what: str) -> None:
        """An `AssertionError` unless the points *found* are those that were *wanted*; *what* was done to find them."""
        here, there = [list(map(self._key, points)) for points in (found, wanted)]
        if not self.order:
            self._check_any_order(found, wanted, here, there, what)
            return
        for number, (one, other) in enumerate(zip_longest(here, there), 1):
            if one != other:
                is_ = _shown(found[number - 1]) if number <= len(found) else "not there"
                not_ = f"not {_shown(wanted[number - 1])}" if number <= len(wanted) else "one too many"
                both = number <= min(len(found), len(wanted))
                field = self._difference(found[number - 1], wanted[number - 1]) if both else ""
                raise AssertionError(f"{what}: point {number} is {is_}, {not_}{field}")

    def _difference(self, one: Point, other: Point) -> str:
        """The field in which two points differ that are too large to be shown whole."""
        if max(len(repr(one)), len(repr(other))) <= _MOST:
            return ""
        for name in {**other, **one}:
            fields = [{name: point[name]} if name in point else {} for point in (one, other)]
            if self._key(fields[0]) != self._key(fields[1]):
                is_, not_ = (_shown(field) if field else "missing" for field in fields)
                return f": {is_}, not {not_}"
        return ": the order of the fields"

    def _check_any_order(
        self,
        found: Sequence[Point],
        wanted: Sequence[Point],
        here: Sequence[Hashable],
        there: Sequence[Hashable],
        what: str,
    ) -> None:
        missing, surplus = Counter(there) - Counter(here), Counter(here) - Counter(there)
        lost = next((_shown(point) for point, key in zip(wanted, there, strict=True) if key in missing), None)
        more = next((_shown(point) for point, key in zip(found, here, strict=True) if key in surplus), None)
        said = f"there is {more}, and no {lost}" if lost and more else f"there is no {lost}" if lost else None
        said = said or (f"{more} is one too many" if more else None)
        if said:
            raise AssertionError(f"{what}: {said}")

    def _key(self, value: Any) -> Hashable:
        """What is equal for values that are the same."""
        if isinstance(value, Mapping):
            items = [(name, self._key(each)) for name, each in value.items() if self.nulls or each is not None]
            return dict, tuple(items) if self.fields else frozenset(items)
        if isinstance(value, (list, tuple)):
            return list, tuple(map(self._key, value))
        if isinstance(value, datetime):
            return datetime, value.tzinfo is UTC, value.isoformat()  # whichever of two equal times by a clock it was
        return type(value), repr(value)  # so that -0.0 is not 0.0, and NaN is NaN


def _shown(point: Point) -> str:
    times = {name: render(value) if isinstance(value, datetime) else value for name, value in point.items()}
    text = repr(times)
    return text if len(text) <= _MOST else _SHOWN.repr(times)
