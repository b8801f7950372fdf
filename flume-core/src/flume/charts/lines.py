"""Lines: the last points of each series, in order of x; and the points of a scatter chart."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from flume.charts import ticks
from flume.charts.labels import clean, label
from flume.charts.plot import OTHER, Asked, Plot, largest, number_of, spread
from flume.charts.thinning import thinned
from flume.flow import Batch
from flume.point import key
from flume.report import Account
from flume.viewing import Axis, Chart, Series

Pair = tuple[float, float | None]


class Lines(Plot):
    """Points whose x is no number and no time cannot be drawn: they are counted."""

    def __init__(self, asked: Asked, account: Account) -> None:
        super().__init__(asked, account)
        self._names: dict[Hashable, Any] = {}
        self._points: dict[Hashable, deque[Pair]] = {}
        self._timed: bool | None = None  # whether x is a time
        self._last = float("-inf")

    def take(self, batch: Batch) -> None:
        kept = self.asked.kept
        xs, ys = self._xs(batch), self._numbers(list(map(self._of_value(batch), batch)))
        for x, y, series in zip(xs, ys, map(self._of_series, batch), strict=True):
            if x is None:
                continue
            name = key(series)
            points = self._points.get(name)
            if points is None:
                self._names[name] = series
                points = self._points[name] = deque(maxlen=kept if isinstance(kept, int) else None)
            points.append((x, y))
        if isinstance(kept, timedelta):
            self._last = max([self._last, *(x for x in xs if x is not None)])
            self._forget(self._last - kept.total_seconds())

    def _xs(self, batch: Batch) -> Sequence[float | None]:
        values = list(map(self._of_x, batch))
        if self._timed is not False and set(map(type, values)) == {datetime}:  # as nearly always: at once
            self._timed = True
            return [value.timestamp() for value in values]
        return list(map(self._x, values))

    def _x(self, value: Any) -> float | None:
        """Where a point stands; None where it cannot be drawn."""
        is_time = isinstance(value, datetime)
        x = value.timestamp() if is_time else number_of(value)
        if x is not None and self._timed is None:
            self._timed = is_time
        if x is None or is_time is not self._timed:
            self._account.note("had no x to be drawn at", f"{self.asked.x}={value!r}"[:80])
            return None
        return x

    def _forget(self, low: float) -> None:
        """Let go what is older; it may have come late."""
        for name, points in list(self._points.items()):
            if points and points[0][0] < low:
                kept = [pair for pair in points if pair[0] >= low]
                self._points[name] = deque(kept)
                if not kept:
                    del self._points[name], self._names[name]

    def chart(self, columns: int) -> Chart | None:
        asked = self.asked
        many = len(self._points) > asked.max_series
        totals = {name: sum(abs(y or 0) for _, y in points) if many else 0 for name, points in self._points.items()}
        shown, rest = largest(totals, asked.max_series)
        self.folded = len(rest)
        lines = [(self._name(name), list(self._points[name])) for name in shown]
        if rest:
            lines.append((OTHER, self._other([self._points[name] for name in rest])))
        series = [self._series(name, points, columns) for name, points in lines]
        xs = [x for one in series for x in one.xs]
        ys = [y for one in series for y in one.ys if y is not None]
        if not ys:
            return None
        x, label = self._x_axis(*spread(xs, zero=False)), clean(asked.ylabel or (self._y or ""))
        draft = Chart(asked.kind, clean(asked.title), x, x, tuple(series), asked.form, palette=asked.palette)
        y = ticks.numbers(label, spread(ys, zero=False), draft.text, asked=asked.yrange)
        return Chart(asked.kind, draft.title, x, y, tuple(series), asked.form, palette=asked.palette)

    def _x_axis(self, low: float, high: float) -> Axis:
        asked = self.asked
        if self._timed:
            return ticks.times(clean(asked.xlabel or ""), *(asked.xrange or (low, high)))
        text = clean(asked.xlabel or asked.x)
        return ticks.numbers(text, (low, high), lambda value: f"{value:,.12g}", asked=asked.xrange, rounded=False)

    def _series(self, name: str, points: list[Pair], columns: int) -> Series:
        if self.asked.kind == "scatter":
            known = [(x, y) for x, y in points if y is not None]
            return Series(name, tuple(x for x, _ in known), tuple(y for _, y in known))
        points.sort(key=itemgetter(0))
        if self.asked.gap is not None:
            points = list(_broken(points, self.asked.gap))
        return Series(name, *thinned([x for x, _ in points], [y for _, y in points], columns))

    def _other(self, lines: Sequence[deque[Pair]]) -> list[Pair]:
        """Many lines as one: their points, or, of lines, the sums of those at the same x."""
        if self.asked.kind == "scatter":
            return [pair for line in lines for pair in line]
        sums: dict[float, float | None] = {}
        for line in lines:
            for x, y in line:
                before = sums.get(x)
                sums[x] = before if y is None else y + (before or 0)
        return list(sums.items())

    def _name(self, name: Hashable) -> str:
        value = self._names[name]
        return "" if value is None and len(self._names) == 1 else label(value)


def _broken(points: list[Pair], gap: float) -> Iterator[Pair]:
    """The points, with a hole where the next is further away than *gap*."""
    before: float | None = None
    for x, y in points:
        if before is not None and x - before > gap:
            yield (before + x) / 2, None
        yield x, y
        before = x
