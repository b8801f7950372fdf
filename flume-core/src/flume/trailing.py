"""Trailing: reducers over the last time before each point of a stream."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

from flume.budget import footprint, too_much
from flume.duration import BEGINNING, Duration
from flume.filling import FIRST
from flume.flow import Point
from flume.folding import Fold, Named
from flume.point import NESTED, copied, grouping, own, time_of
from flume.reducing import Reducer
from flume.run import Run
from flume.scanning import running
from flume.sliding import sliding_values

S = TypeVar("S")
Before: TypeAlias = Callable[[datetime], datetime]
"""When the window begins that ends at a time: just behind what it gives."""

_DAY = timedelta(days=1)
_LAG = timedelta(minutes=1)  # a group of a live stream may be so far behind the others, and is not forgotten
_GROUP = 2000  # bytes of a window, whatever is in it
_VALUE = 24  # bytes of a value and its time in what leads to them
_WEIGHED = 32
_FEWER = "a shorter over= holds fewer; in order of time, as behind reorder(), what is quiet for so long is forgotten"


class Trailing:
    """The named values at each point: of its group, over the time *over* that ends with it, which it is part of.

    A point that is earlier than one of its group before it finds what is held for the latest one: what lies within
    *over* of that.  Those without a time are in no window, and all is null there.

    :param moved: whether the times are others than those that watermarks are about.
    """

    def __init__(self, named: Named, by: Sequence[str], over: Duration, run: Run, *, moved: bool) -> None:
        self._run = run
        self._fold = Fold(named, run)
        self._group = grouping(by)
        self._calendar = over.months != 0
        self._before = _before(over)
        self._resets = all(leaf.resets for leaf in self._fold.leaves)
        self._forgets = not moved and self._resets
        self._lag = timedelta() if run.ordered else _LAG
        self._kept = [_kept_by(leaf) for leaf in self._fold.leaves]
        self._groups: dict[Hashable, _Group] = {}
        self._swept = BEGINNING
        self._came, self._next = 0, FIRST

    def push(self, points: Sequence[Point]) -> dict[str, list[Any]]:
        """The named values at each of these."""
        times = list(map(time_of, points))
        if None in times:
            return self._beside_timeless(points, times)
        groups, lows = [], []
        for key, time in zip(map(self._group, points), times, strict=True):
            group = self._groups.get(key)
            if group is None:
                group = self._groups[key] = self._begin()
            if time > group.latest:  # type: ignore[operator]  # none is None
                group.latest, group.low = time, self._before(time)  # type: ignore[assignment, arg-type]
            groups.append(group)
            lows.append(group.low)

        def follow(number: int, leaf: Reducer[Any], values: Sequence[Any]) -> Iterator[Any]:
            if not leaf.resets:
                yield from running(number, leaf, values, [group.states for group in groups])
                return
            for group, time, low, value in zip(groups, times, lows, self._kept[number](values), strict=True):
                yield group.states[number].at(time, low, value)

        columns = self._fold.scan(points, follow)
        self._came += len(points)
        if self._came >= self._next:
            self._weigh()
        return columns

    def clear(self) -> None:
        """Start anew, as with the first point."""
        self._groups = {} if self._resets else {key: self._begin(group) for key, group in self._groups.items()}

    def advance(self, watermark: datetime) -> None:
        """No point earlier than this will come: groups are forgotten whose windows will be empty."""
        until = self._before(_earlier(watermark, self._lag))
        if self._forgets and until >= self._swept:
            if self._calendar:
                until = _earlier(until, _DAY)
            self._groups = {key: group for key, group in self._groups.items() if group.latest > until}
            self._swept = watermark

    def _begin(self, before: _Group | None = None) -> _Group:
        """A group without values, where it goes on as *before* what does not reset."""
        make = _CalendarWindow if self._calendar else _Window
        return _Group(
            [
                make(leaf, self._before) if leaf.resets else leaf.start() if before is None else before.states[number]
                for number, leaf in enumerate(self._fold.leaves)
            ]
        )

    def _beside_timeless(self, points: Sequence[Point], times: Sequence[datetime | None]) -> dict[str, list[Any]]:
        for point, time in zip(points, times, strict=True):
            if time is None:
                self._run.account.note("had no time and went into no window", f"time={point.get('time')!r}"[:80])
        columns = self.push([point for point, time in zip(points, times, strict=True) if time is not None])
        for name, column in columns.items():
            values = iter(column)
            columns[name] = [None if time is None else next(values) for time in times]
        return columns

    def _weigh(self) -> None:
        """A `LimitError` where too much is held."""
        windows = [each for group in self._groups.values() for each in group.states if isinstance(each, _Window)]
        held = sum(map(len, windows))
        some = [pair for each in windows[:: len(windows) // _WEIGHED + 1] for pair in each.some()]
        value = footprint([each for pair in some for each in pair], every=1) // max(1, len(some)) + _VALUE
        size = held * value + len(windows) * _GROUP
        if size > self._run.memory:
            groups = len(self._groups)
            what = f"{held:,} values in the windows of {groups:,} group{'s' if groups != 1 else ''}"
            raise too_much(what, size, self._run.memory, _FEWER)
        self._came, self._next = 0, max(FIRST, (held + len(windows)) // 8)


class _Group:
    """What is held of a group: of each reducer a window, or, where that does not reset, its state."""

    __slots__ = ("latest", "low", "states")

    def __init__(self, states: list[Any]) -> None:
        self.latest = BEGINNING  # the latest time seen
        self.low = BEGINNING  # where the window that ends there begins
        self.states = states


class _Window(Generic[S]):
    """The values that a reducer was given of a group, from one time on, and their times, in order of these."""

    __slots__ = ("_before", "_leaf", "_slide", "_times")

    def __init__(self, leaf: Reducer[S], before: Before) -> None:
        self._leaf = leaf
        self._before = before
        self._times: deque[datetime] = deque()
        self._slide = sliding_values(leaf)

    def __len__(self) -> int:
        return len(self._times)

    def at(self, time: datetime, low: datetime, value: Any) -> S:
        """The state at a point, with what is given of it, or None; *low*: where the window of the latest begins."""
        times = self._times
        while times and times[0] <= low:
            times.popleft()
            self._slide.pop()
        if (times and times[-1] > time) or time <= low:
            return self._late(time, low, value)
        if value is not None:
            times.append(time)
            self._slide.push(value)
        return self._slide.look()

    def some(self) -> Iterable[tuple[datetime, Any]]:
        """Some times and values, to be weighed."""
        pairs = zip(self._times, self._slide.held(), strict=True)
        return islice(pairs, 0, None, len(self._times) // _WEIGHED + 1)

    def _late(self, time: datetime, low: datetime, value: Any) -> S:
        """The state at a point that is not the latest, of what is held up to its time."""
        leaf = self._leaf
        times, values = list(self._times), list(self._slide.held())
        place = bisect_right(times, time)
        window = [*values[:place], value][: place + (value is not None)]
        if value is not None and time > low:
            times.insert(place, time)
            values.insert(place, value)
            self._hold(times, values)
        return leaf.settle(leaf.fold(leaf.start(), window))

    def _hold(self, times: Iterable[datetime], values: Sequence[Any]) -> None:
        self._times = deque(times)
        self._slide = sliding_values(self._leaf)
        self._slide.extend(values)


class _CalendarWindow(_Window[S]):
    """The same where the windows of later times may begin earlier: a month before 29 March, 30 and 31 is 28 February.

    They do so by less than a day.
    """

    __slots__ = ("_past",)

    def __init__(self, leaf: Reducer[S], before: Before) -> None:
        super().__init__(leaf, before)
        self._past: deque[tuple[datetime, Any]] = deque()  # what was in the window, and may be again

    def at(self, time: datetime, low: datetime, value: Any) -> S:
        begin, least = self._before(time), _earlier(low, _DAY)
        past = self._past
        while past and past[0][0] <= least:
            past.popleft()
        if past and past[-1][0] > begin:
            again = []
            while past and past[-1][0] > begin:
                again.append(past.pop())
            again.reverse()
            times = [*(each for each, _ in again), *self._times]
            self._hold(times, [*(each for _, each in again), *self._slide.held()])
        while self._times and self._times[0] <= begin:
            past.append((self._times.popleft(), self._slide.pop()))
        return super().at(time, least, value)


def _before(over: Duration) -> Before:
    if over.months:
        return lambda time: over.after(time, -1)
    return lambda time: _earlier(time, over.delta)


def _earlier(time: datetime, delta: timedelta) -> datetime:
    try:
        return time - delta
    except OverflowError:
        return BEGINNING


def _kept_by(leaf: Reducer[Any]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """What is to be held of what the reducer is given: nothing that others may change, and no more than it reads."""
    if len(leaf.inputs) == 1:
        return lambda values: values if NESTED.isdisjoint(map(type, values)) else list(map(own, values))
    if leaf.inputs:
        return lambda rows: [row and tuple(map(own, row)) for row in rows]
    if leaf.counts:
        return lambda points: [True] * len(points)
    names = leaf.reads.union(field.partition(".")[0] for field in leaf.reads)
    if not names:
        return lambda points: list(map(copied, points))
    return lambda points: [{name: own(value) for name, value in point.items() if name in names} for point in points]
