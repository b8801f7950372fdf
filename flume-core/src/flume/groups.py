"""Groups: points that belong together, what stands for each group, and what it looks like in a result."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from flume.flow import Batch, Point
from flume.folding import Fold, Named, State, exposes
from flume.gathering import Columns, Gathering, Window
from flume.point import get, grouping, own, with_field
from flume.run import Run
from flume.value import Fields, field_list


class Reduction(Protocol):
    """The options of reduce."""

    @property
    def every(self) -> str | int | float | None: ...

    @property
    def on(self) -> str | int | float | None: ...

    @property
    def by(self) -> Fields: ...

    @property
    def reset(self) -> bool: ...

    @property
    def forget(self) -> bool: ...

    @property
    def lateness(self) -> str | int | float | None: ...

    @property
    def fields(self) -> Named: ...


class Groups:
    """Groups of points: the key of each, and what its `by` fields are shown as."""

    def __init__(self, step: Reduction, run: Run) -> None:
        self.by = field_list(step.by)
        self.fold = Fold(step.fields, run)
        self.exposes = any(exposes(value) for _, value in step.fields)
        self._group = grouping(self.by)
        self.shown: dict[Hashable, tuple[Any, ...]] = {}  # what the fields of a group's first point were

    def split(self, points: Sequence[Point]) -> dict[Hashable, Batch]:
        """The points of each group, groups in order of first sight."""
        if not self.by:
            return {(): list(points)} if points else {}
        split: dict[Hashable, Batch] = {}
        for group, point in zip(map(self._group, points), points, strict=True):
            if group in split:
                split[group].append(point)
            else:
                split[group] = [point]
        for group, members in split.items():
            if group not in self.shown:
                self.shown[group] = tuple([get(members[0], field) for field in self.by])
        return split

    def gathering(
        self, window_of: Callable[[datetime], Window] | None, states_of: Callable[[Any, Hashable], State]
    ) -> Gathering:
        """What takes tables, and brings the states of their groups forward."""

        def fold(window: Any, group: Hashable, shown: tuple[Any, ...], count: int, columns: Columns) -> None:
            self.shown.setdefault(group, shown)
            self.fold.fold_columns(states_of(window, group), count, columns)

        return Gathering(self.by, self.fold.fields, window_of, fold)

    def join(
        self, states: dict[Hashable, State], more: dict[Hashable, State], shown: dict[Hashable, tuple[Any, ...]]
    ) -> int:
        """Bring the states of groups forward by those of the points behind, and say how many are new.

        *shown*: what the fields of the groups were there.
        """
        before = len(states)
        for group, one in more.items():
            if group in shown:
                self.shown.setdefault(group, shown[group])
            if group not in states:
                states[group] = one
                continue
            mine = states[group]
            for number, leaf in enumerate(self.fold.leaves):
                mine[number] = leaf.merge(mine[number], one[number])
        return len(states) - before

    def forget(self, windows: Iterable[Iterable[Hashable]]) -> None:
        """Keep only what the groups of *windows* look like, so that an endless stream does not fill the memory."""
        self.shown = {group: self.shown[group] for window in windows for group in window if group in self.shown}

    def result(self, group: Hashable, states: State, time: datetime | None) -> Point:
        """The point of one group."""
        point: Point = self.fold.results(states)
        for field, value in zip(self.by, self.shown.get(group, ()), strict=True):
            if "." in field and field not in point:
                point = with_field(point, field, own(value))
            else:
                point.setdefault(field, own(value))
        if time is not None:
            point.setdefault("time", time)
        return point
