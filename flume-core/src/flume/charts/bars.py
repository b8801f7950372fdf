"""Bars: one for each series and category; and the slices of a pie, which are bars of one series."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Any

from flume.charts import ticks
from flume.charts.labels import clean, label, labels
from flume.charts.plot import OTHER, Asked, Plot, largest, spread
from flume.flow import Batch
from flume.point import key
from flume.report import Account
from flume.viewing import Axis, Chart, Series


class Bars(Plot):
    """A later point replaces the bar of an earlier one; series are aligned by category."""

    def __init__(self, asked: Asked, account: Account) -> None:
        super().__init__(asked, account)
        self._categories: dict[Hashable, Any] = {}
        self._names: dict[Hashable, Any] = {}
        self._bars: dict[Hashable, dict[Hashable, float | None]] = {}

    def take(self, batch: Batch) -> None:
        value_of = self._of_value(batch)
        for point in batch:
            category, series = self._of_x(point), self._of_series(point)
            place, name = key(category), key(series)
            if place not in self._categories:
                self._categories[place] = category
                self._forget(category)
            if name not in self._names:
                self._names[name] = series
                self._bars[name] = {}
            self._bars[name][place] = self._number(value_of(point))

    def _forget(self, newest: Any) -> None:
        """Let the oldest categories go."""
        kept, categories = self.asked.kept, self._categories
        while isinstance(kept, int) and len(categories) > kept:
            self._drop(next(iter(categories)))
        if isinstance(kept, timedelta) and isinstance(newest, datetime):
            while isinstance(oldest := next(iter(categories.values())), datetime) and oldest < newest - kept:
                self._drop(next(iter(categories)))

    def _drop(self, place: Hashable) -> None:
        del self._categories[place]
        for name, bars in list(self._bars.items()):
            bars.pop(place, None)
            if not bars:
                del self._bars[name], self._names[name]

    def chart(self, columns: int) -> Chart | None:
        values = [value for bars in self._bars.values() for value in bars.values() if value is not None]
        if not values:
            return None
        return self._pie() if self.asked.kind == "pie" else self._chart()

    def _chart(self) -> Chart:
        asked = self.asked
        totals = {name: sum(abs(value or 0) for value in bars.values()) for name, bars in self._bars.items()}
        shown, rest = largest(totals, asked.max_series)
        self.folded = len(rest)
        places = [float(place) for place in range(len(self._categories))]
        series = [
            Series(self._name(name), tuple(places), tuple(map(self._bars[name].get, self._categories)))
            for name in shown
        ]
        if rest:
            sums = (_sum([self._bars[name].get(place) for name in rest]) for place in self._categories)
            series.append(Series(OTHER, tuple(places), tuple(sums)))
        drawn = [y for one in series for y in one.ys if y is not None]
        x = ticks.categories(clean(asked.xlabel or ""), labels(list(self._categories.values())))
        return self._of(x, spread(drawn, zero=True), tuple(series))

    def _pie(self) -> Chart | None:
        """A slice for each category, the largest first."""
        asked = self.asked
        slices: dict[Hashable, float] = {}
        for bars in self._bars.values():
            for place, value in bars.items():
                if value is not None and value < 0:
                    self._account.note("had a number below 0, which is no share", f"{self._y}={value}")
                elif value:
                    slices[place] = slices.get(place, 0) + value
        if not slices:
            return None
        slices = dict(sorted(slices.items(), key=lambda slice: -slice[1]))
        shown, rest = largest(slices, asked.max_series)
        self.folded = len(rest)
        texts = dict(zip(slices, labels([self._categories[place] for place in slices]), strict=True))
        names = [texts[place] for place in shown] + [OTHER] * bool(rest)
        ys = [slices[place] for place in shown] + [sum(slices[place] for place in rest)] * bool(rest)
        x = ticks.categories(clean(asked.xlabel or ""), names)
        return self._of(x, (0, max(ys)), (Series("", tuple(map(float, range(len(ys)))), tuple(ys)),))

    def _of(self, x: Axis, values: tuple[float, float], series: tuple[Series, ...]) -> Chart:
        asked = self.asked
        draft = Chart(asked.kind, clean(asked.title), x, x, series, asked.form, asked.horizontal, asked.palette)
        y = ticks.numbers(clean(asked.ylabel or ""), values, draft.text, asked=asked.yrange)
        return Chart(asked.kind, draft.title, x, y, series, asked.form, asked.horizontal, asked.palette)

    def _name(self, name: Hashable) -> str:
        value = self._names[name]
        return "" if value is None and len(self._names) == 1 else label(value)


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
