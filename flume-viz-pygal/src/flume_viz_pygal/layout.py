"""Where the parts of a chart stand: pygal's own layout clips titles, legends and labels that are long.

Its charts are told the frame by the axes of `Chart`, to the pixel, and the margins by the room that texts take.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, cos, radians, sin
from typing import Any

from flume.viewing import Axis, Chart
from flume_viz_pygal.lettering import cut, widest, width
from flume_viz_pygal.look import BOX, LABEL, MARGIN, SPACING, TITLE

_NONE = 1e-9
"""The air around the values; with none at all pygal takes the uppermost tick for absent."""

_NAME = 170
"""The most room for a name in the legend, in pixels."""

_SHARE = 36
"""The room that a share takes on the ring of a pie."""

_LINE = LABEL + SPACING

_LEAST = 40
"""What is left for the frame, even where texts then stand on each other."""


class Layout:
    """Goes before a class of pygal's that draws *chart*."""

    chart: Chart
    tick_room: float = 1e9
    name_room: float = _NAME
    every: int = 1
    every_upwards: int = 1
    """Of the ticks from left to right (from below upwards) one in so many is labelled."""

    def __init__(self, chart: Chart, **options: Any) -> None:
        super().__init__(**options)
        self.chart = chart

    @property
    def _across(self) -> Axis:
        """The axis that is drawn from left to right."""
        return self.chart.y if self.chart.horizontal else self.chart.x

    @property
    def _upwards(self) -> Axis:
        return self.chart.x if self.chart.horizontal else self.chart.y

    @property
    def _wide(self: Any) -> float:
        """How wide the frame is."""
        return max(float(self.width - self.margin_box.left - self.margin_box.right), _LEAST)

    @property
    def _high(self: Any) -> float:
        return max(float(self.height - self.margin_box.top - self.margin_box.bottom), _LEAST)

    def _compute(self: Any) -> None:
        super()._compute()  # type: ignore[misc]
        self._box.margin = _NONE
        if self.chart.kind == "pie":
            return
        self._box.ymin, self._box.ymax = self.chart.y.low, self.chart.y.high
        if self._dual:
            self._box.xmin, self._box.xmax = self.chart.x.low, self.chart.x.high

    def _compute_y_labels_major(self: Any) -> None:
        major: list[float] = []  # they look as the others do, and pygal finds none of numbers that are very large
        self._y_labels_major = major

    def _compute_margin(self: Any) -> None:
        margin = self.margin_box
        self._legend_at_left_width = 0
        self._title = _lines(self.chart.title, self.width - 2 * MARGIN)
        margin.top = MARGIN + len(self._title) * _LINE
        self._x_title = self._y_title = []
        pie = self.chart.kind == "pie"
        if not pie:
            self._upward_margins()
        self._x_labels_height = 0 if pie else self._across_margins()
        self._x_title_height = 0
        if label := self.x_title:
            self._x_title = [cut(label, LABEL, self._wide)]
            self._x_title_height = _LINE
        below = MARGIN + self._x_labels_height + self._x_title_height
        margin.bottom = below + self._legend_height(min(0.4 * self.height, self.height - margin.top - below - 90))
        if self.print_values:
            self._make_room_for_values()
        if margin.left + margin.right > self.width - _LEAST:
            margin.left = margin.right = max(0, (self.width - _LEAST) // 2)
        if margin.top + margin.bottom > self.height - _LEAST:
            margin.top = margin.bottom = max(0, (self.height - _LEAST) // 2)
        if label := self.y_title:
            middle = margin.top + self._high / 2
            self._y_title = [cut(label, LABEL, 2 * min(middle, self.height - middle) - 16)]
        if pie:
            self.print_labels = min(self._wide, self._high) / 2 * (0.9 - self.inner_radius) > _SHARE
        else:
            self.every_upwards = _every(self._upwards, self._high, LABEL)

    def _upward_margins(self: Any) -> None:
        """The ticks and the label at the left."""
        margin = self.margin_box
        self.tick_room = max(0.4 * self.width - MARGIN, 40)
        ticks = [cut(tick.text, LABEL, self.tick_room) for tick in self._upwards.ticks]
        margin.left = MARGIN + widest(ticks, LABEL) + 8
        if self.y_title:
            margin.left += LABEL + 6
        if self.chart.horizontal and self.print_values:
            self.print_values = self._wide > 4 * self._widest_value()
            margin.right += self._widest_value() if self.print_values else 0

    def _make_room_for_values(self: Any) -> None:
        """Values that are written below the last tick would stand on what is written there."""
        least = min(_numbers(self.chart))
        if self.chart.horizontal:
            inside, room = self._wide, self._widest_value() + 12
        else:
            inside, room = self._high, LABEL + 8
        if least < 0 < inside - room:
            span = self.chart.y.high - self.chart.y.low
            self._box.ymin = min(self._box.ymin, least - span * room / (inside - room))

    def _widest_value(self: Any) -> float:
        return widest(map(self.chart.text, _numbers(self.chart)), LABEL)

    def _across_margins(self: Any) -> float:
        """The ticks below; their height."""
        margin = self.margin_box
        axis: Axis = self._across
        if not axis.ticks:
            return 0
        level = LABEL + 8
        if axis.scale != "category":
            last = axis.ticks[-1]
            margin.right = max(margin.right, 8 + width(last.text, LABEL) / 2)
            self.every = _every(axis, self._wide, widest([tick.text for tick in axis.ticks], LABEL) + 10)
            return level
        slot = self._wide / len(axis.ticks)
        self.print_values = self.print_values and self._widest_value() < slot
        longest: float = widest([tick.text for tick in axis.ticks], LABEL)
        if longest <= slot - 6:
            return level
        angle = 30 if slot >= 28 else 60 if slot >= 18 else 90
        self.every = ceil(14 / slot)
        self.tick_room = min(0.3 * self.height, 160)
        longest = min(longest, self.tick_room)
        self.x_label_rotation = 360 - angle
        if angle < 90:
            margin.left = max(margin.left, 8 + longest * cos(radians(angle)) - slot / 2)
        return 8 + longest * sin(radians(angle)) + LABEL * cos(radians(angle))

    def _legend_height(self: Any, room: float) -> float:
        """Choose the columns of the legend, and which names it has *room* for; its height."""
        if not self.show_legend:
            return 0
        names = self._legends
        inside = self._wide
        self.name_room = max(min(_NAME, inside - BOX - 5), 20)
        one = BOX + 5 + SPACING + min(widest(names, LABEL), self.name_room)
        columns = self.legend_at_bottom_columns = max(1, min(int(inside // max(one, 90)), 8))
        rows = ceil(len(names) / columns)
        most = int(room / (1.5 * LABEL))
        if most * columns < min(2, len(names)):
            self.show_legend = False
            return 0
        if rows > most:
            shown = most * columns - 1
            names[shown:] = [f"… {len(names) - shown} more"] + [None] * (len(names) - shown - 1)
            rows = most
        return SPACING + (rows - 1) * 1.5 * LABEL + LABEL


def _lines(title: str, room: float) -> list[str]:
    """A title in at most two lines."""
    if not title:
        return []
    first = cut(title, TITLE, room)
    if first == title:
        return [title]
    first = first.removesuffix("…")
    first = first.rpartition(" ")[0] or first
    return [first, cut(title[len(first) :].lstrip(), TITLE, room)]


def _every(axis: Axis, length: float, room: float) -> int:
    """Of ticks that need so much *room* on an axis of a *length*, one in so many can be labelled."""
    values = [tick.value for tick in axis.ticks]
    gap = min((after - value for value, after in pairwise(values)), default=axis.high - axis.low)
    return max(1, ceil(room / (gap * length / (axis.high - axis.low)) - 1e-6))


def _numbers(chart: Chart) -> list[float]:
    return [y for series in chart.series for y in series.ys if y is not None]
