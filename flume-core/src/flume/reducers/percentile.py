"""percentile: the value that a given part of all values do not exceed."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort_right
from collections.abc import Callable, Hashable, Sequence, Set
from datetime import datetime
from functools import lru_cache
from itertools import chain
from math import inf, isfinite
from typing import Any, ClassVar, TypeAlias

from flume.errors import OptionError
from flume.exact import nearest
from flume.keeping import HELD, Column, column, joined, stacked, types_of
from flume.reducing import NUMBERS, ORDERED, QUANTITIES, Reducer, Takes
from flume.sketches import Digest, check_sketches, merged, quantiles, with_values
from flume.value import check_fields, spoken

State: TypeAlias = tuple[Column, ...]
"""The values in the order they came."""


class Ordered(tuple[Column, ...]):
    """A state of one column, whose values are in order, without NaN.

    It is the only one that may be changed: that of a stream which is looked at at each point costs no more than a place
    to find there.
    """

    __slots__ = ()

    def take(self, value: Any) -> bool:
        """Put a value behind its equals; False where the column has no room for its type."""
        (values,) = self
        if isinstance(values, array) and type(value) is not HELD[values.typecode]:
            return False
        try:
            if value == value:
                insort_right(values, value)
            return True
        except (TypeError, OverflowError):  # beside values of other kinds; too large a whole number
            return False

    def drop(self, value: Any) -> None:
        """Take out the first of the values that equal this one."""
        (values,) = self
        try:
            place = bisect_left(values, value)
        except TypeError:  # beside values of other kinds
            place = values.index(value)
        del values[place]


_INFINITE = -inf, inf
_KINDS: tuple[tuple[type, ...], ...] = (int, float), (str,), (datetime,)


class Ranked(Reducer[State]):
    """Keeps all values, and looks at them in order."""

    field: str

    grows = True

    def check(self) -> None:
        check_fields(type(self), "field", self.field)

    @property
    def state_key(self) -> Hashable:
        return Ranked, self.field, self.takes

    def start(self) -> State:
        return ()

    def add(self, state: State, value: Any) -> State:
        if isinstance(state, Ordered) and state.take(value):
            return state
        return self.fold(state, (value,))

    def fold(self, state: State, values: Sequence[Any]) -> State:
        return stacked(state, column(values), joined) if values else state

    def fold_each(self, states: Sequence[State], values: Sequence[Any], kinds: Set[type]) -> Sequence[State]:
        return list(map(self.fold, states, values))

    def merge(self, left: State, right: State) -> State:
        for each in right:
            left = stacked(left, each[:] if isinstance(right, Ordered) else each, joined)
        return left

    def remove(self, state: State, gone: State) -> State:
        ordered = self.settle(state)
        if isinstance(ordered, Ordered):
            for value in in_order(gone):
                ordered.drop(value)
        return ordered

    def settle(self, state: State) -> State:
        return Ordered([column(in_order(state))]) if state and not isinstance(state, Ordered) else state

    def answer(self, state: State, note: Callable[[str], None]) -> Any:
        """The result; null where finite numbers make one that is too large for a float."""
        result = self.result(state)
        values = result if isinstance(result, list) else [result]
        if not any(value in _INFINITE for value in values) or any(value in _INFINITE for value in in_order(state)):
            return result
        note(f"{self!r} is too large for a float")
        values = [None if value in _INFINITE else value for value in values]
        return values if isinstance(result, list) else values[0]


class Quantile(Ranked):
    """The values at some ranks: of all values, or, where it is to be `approx`, of a sketch of them."""

    # options of a word, or given with it
    p: ClassVar[Any]
    interpolate: ClassVar[bool]
    approx: ClassVar[bool]

    def check(self) -> None:
        super().check()
        if self.approx:
            check_sketches(spoken(type(self)))

    @property
    def state_key(self) -> Hashable:
        return super().state_key, self.approx

    def start(self) -> Any:
        return Digest() if self.approx else super().start()

    def fold(self, state: Any, values: Sequence[Any]) -> Any:
        return with_values(state, values) if self.approx else super().fold(state, values)

    def merge(self, left: Any, right: Any) -> Any:
        return merged(left, right) if self.approx else super().merge(left, right)

    @property
    def grows(self) -> bool:  # type: ignore[override]  # a sketch does not
        return not self.approx

    @property
    def removable(self) -> bool:
        return not self.approx and super().removable

    def settle(self, state: Any) -> Any:
        return state if self.approx else super().settle(state)

    def result(self, state: Any) -> Any:
        percents = self.p if isinstance(self.p, tuple) else (self.p,)
        if isinstance(state, Digest) and not state.exact:
            found = quantiles(state, percents)
        else:
            values = in_order(_all(state))
            if not values:
                return None
            pick = between if self.interpolate else at
            found = [pick(values, p) for p in percents]
        return found if isinstance(self.p, tuple) else found[0]

    def answer(self, state: Any, note: Callable[[str], None]) -> Any:
        exact = not isinstance(state, Digest) or state.exact
        return super().answer(_all(state), note) if exact else self.result(state)


class percentile(Quantile):
    """The value below or at which *p* percent of the values of a field are; null where it has none.

    It is one of the values, as it came: the smallest whose rank is at least `p * n / 100` (0: the least, 100: the
    greatest), as `quantile_disc` of SQL and `inverted_cdf` of NumPy do. So it works for text and times too; numbers are
    less than text, text (by code point) is less than times. NaN is passed over. The values are kept until the end,
    once for all percentiles of a field: 8 bytes for each, where all are floats, or whole numbers of up to 64 bits.

    :param field: the field to look at.
    :param p: 0 to 100, or a list: then there is a list of values.
    :param interpolate: a value between the closest two, where none stands just there, for numbers alone (as pandas,
        NumPy, spreadsheets and `quantile_cont` of SQL do).
    :param approx: keep a sketch of the values, of about 40 KB, in place of them: see below.
    :raises OptionError: *p* is not from 0 to 100, or `flume-core[sketches]` is not installed.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> points = [{'ms': 20}, {'ms': 10}, {'ms': 40}, {'ms': 30}]
    >>> run(points, reduce(p50=percentile('ms', 50), some=percentile('ms', [0, 99])))
    [{'p50': 20, 'some': [10, 40]}]
    >>> run(points, reduce(p50=percentile('ms', 50, interpolate=True)))
    [{'p50': 25.0}]

    With `approx=True` it takes numbers and times, and is exact below 2,048 values. Of more it keeps a t-digest of 1,000
    centroids, about (T. Dunning and O. Ertl, "Computing Extremely Accurate Quantiles Using t-Digests", 2019, as Apache
    DataSketches has it). Its answer need not be one of the values; its rank is within p * (100 - p) * 0.0004 percent of
    the one asked for: 1 at the median, 0.04 at 1 and 99, 0.004 at 0.1 and 99.9. That is half a centroid where there are
    10**9 values, and measured, not proven: of numbers that are hundreds of orders of magnitude apart it may be more.
    Several processes give another answer than one does, which is as close. Numbers beyond 1e290 count as infinite.

    >>> run([{'ms': value} for value in range(10_000)], reduce(ms=percentile('ms', [0, 100], approx=True)))
    [{'ms': [0.0, 9999.0]}]
    """

    field: str
    p: Any  # type: ignore[misc]
    interpolate: bool = False  # type: ignore[misc]
    approx: bool = False  # type: ignore[misc]

    def check(self) -> None:
        super().check()
        if self.p == ():
            raise OptionError("percentile: p takes a number from 0 to 100, or a list of them, which is empty here")
        for p in self.p if isinstance(self.p, tuple) else (self.p,):
            if isinstance(p, bool) or not isinstance(p, (int, float)) or not 0 <= p <= 100:
                raise OptionError(f"percentile: p takes a number from 0 to 100, or a list of them, not {p!r}")

    @property
    def takes(self) -> Takes:  # type: ignore[override]  # there is nothing between two texts
        return NUMBERS if self.interpolate else QUANTITIES if self.approx else ORDERED


def _all(state: State | Digest) -> State:
    """All values of a state that has them."""
    return (state.waiting,) if isinstance(state, Digest) else state


def in_order(state: State) -> Sequence[Any]:
    """All values from the least to the greatest, of equal ones the first first; without NaN."""
    if isinstance(state, Ordered):
        return state[0]
    values = list(chain.from_iterable(state))
    types = set().union(*map(types_of, state))
    if float in types:
        values = [value for value in values if value == value]
    kinds = [kind for kind in _KINDS if not types.isdisjoint(kind)]
    if len(kinds) == 1:
        values.sort()
        return values
    return [value for kind in kinds for value in sorted(value for value in values if type(value) in kind)]


def at(values: Sequence[Any], p: float) -> Any:
    """The value at the nearest rank, of values in order.

    >>> at([1, 2, 3, 4], 50), at([1, 2, 3, 4], 50.1), at([1, 2, 3, 4], 0)
    (2, 3, 1)
    """
    part, whole = _ratio(p)
    return values[max(-(-part * len(values) // whole), 1) - 1]


def between(values: Sequence[Any], p: float) -> Any:
    """The value at its place between the least and the greatest, of numbers in order; one that stands there is it.

    >>> between([1, 2, 4], 50), between([1, 2, 4], 75)
    (2, 3.0)
    """
    part, whole = _ratio(p)
    place, rest = divmod(part * (len(values) - 1), whole)
    return stepped(values[place], values[place + 1], rest, whole) if rest else values[place]


def stepped(low: Any, high: Any, rest: int, whole: int) -> float:
    """What is *rest* of *whole* steps from *low* to *high*."""
    if infinite := [value for value in (low, high) if value in _INFINITE]:
        return float(sum(infinite))
    share = rest / whole
    try:
        step = high - low
        value: float = low + step * share if share < 0.5 else high - step * (1 - share)
        if isfinite(value):
            return value
    except OverflowError:
        pass
    from fractions import Fraction  # it takes decimal with it, and is rarely used

    return nearest(Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(rest, whole))


@lru_cache(maxsize=256)
def _ratio(p: float) -> tuple[int, int]:
    """Two whole numbers whose ratio is the part of all that *p* says, as it is written: 99.9 is 999 of 1000."""
    if isinstance(p, int) or p.is_integer():
        return int(p), 100
    from decimal import Decimal

    part, whole = Decimal(repr(p)).as_integer_ratio()
    return part, whole * 100
