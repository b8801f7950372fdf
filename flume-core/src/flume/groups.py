"""Groups: points that belong together, what stands for each group, and what it looks like in a result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence, Sized
from datetime import datetime
from itertools import repeat
from typing import Any, NamedTuple, Protocol

from flume.duration import Span
from flume.flow import Batch, Point
from flume.folding import Fold, Named, State, exposes
from flume.gathering import Gathering, Waiting, Window
from flume.point import get, grouping, key, own, with_field
from flume.run import Run
from flume.value import Fields, field_list

_TEXT = frozenset({str})


class Reduction(Protocol):
    """The options of reduce."""

    @property
    def every(self) -> Span: ...

    @property
    def on(self) -> Span: ...

    @property
    def by(self) -> Fields: ...

    @property
    def reset(self) -> bool: ...

    @property
    def forget(self) -> bool: ...

    @property
    def lateness(self) -> Span: ...

    @property
    def over(self) -> Span: ...

    @property
    def partial(self) -> bool: ...

    @property
    def gap(self) -> Span: ...

    @property
    def early(self) -> Span: ...

    @property
    def zone(self) -> str: ...

    @property
    def fields(self) -> Named: ...


class Folded(NamedTuple):
    """Points of a group, and of one window where there are windows, that were folded elsewhere.

    :param time: of the first of them. :param by: what it has in the fields of `by`, in their order; None where missing.
    :param states: one for each of `Fold.leaves`.
    """

    time: datetime | None
    by: tuple[Any, ...]
    states: State


class Groups:
    """Groups of points: the key of each, and what its `by` fields are shown as."""

    def __init__(self, step: Reduction, run: Run) -> None:
        self.by = field_list(step.by)
        self.fold = Fold(step.fields, run)
        self.exposes = any(exposes(value) for _, value in step.fields)
        self._group = grouping(self.by)
        self.shown: dict[Hashable, tuple[Any, ...]] = {}  # the fields of a group's first point, if not all are texts

    def keys(self, points: Sequence[Point]) -> Iterable[Hashable]:
        """The key of the group of each point."""
        return map(self._group, points) if self.by else repeat((), len(points))

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
                self.show(group, tuple([get(members[0], field) for field in self.by]))
        return split

    def meet(self, points: Sequence[Point]) -> None:
        """Keep what the fields of groups are at the first of these points, which are not split in their order."""
        for group, point in zip(map(self._group, points), points, strict=True) if self.by else ():
            if group.__class__ is not str and group not in self.shown:
                self.show(group, tuple([get(point, field) for field in self.by]))

    def group_of(self, by: tuple[Any, ...]) -> Hashable:
        """The key of the group whose first point has these in the fields of `by`."""
        keys = tuple(map(key, by))
        group = keys[0] if len(keys) == 1 else keys
        self.show(group, by)
        return group

    def show(self, group: Hashable, shown: tuple[Any, ...]) -> None:
        """Keep what the fields of a group are, where the key does not say it: a text is its own key."""
        if not _TEXT.issuperset(map(type, shown)):
            self.shown.setdefault(group, shown)

    def shown_of(self, group: Any) -> tuple[Any, ...]:
        """What the fields of a group are."""
        found = self.shown.get(group)
        if found is not None:
            return found
        return (group,) if len(self.by) == 1 else group

    def gathering(
        self,
        window_of: Callable[[datetime], Window] | None,
        states_of: Callable[[Any, Hashable], State],
        check: Callable[[], None],
    ) -> Gathering:
        """What takes tables, and brings the states of their groups forward; *check* is called behind that."""

        def begin(window: Any, group: Hashable, shown: tuple[Any, ...]) -> State:
            self.show(group, shown)
            return states_of(window, group)

        def fold(states: Sequence[State], points: Sequence[Sized], columns: Sequence[Sequence[Waiting]]) -> None:
            self.fold.fold_groups(states, points, columns)
            check()

        return Gathering(self.by, self.fold.fields, window_of, begin, fold)

    def join(
        self, states: dict[Hashable, State], more: dict[Hashable, State], shown: dict[Hashable, tuple[Any, ...]]
    ) -> int:
        """Bring the states of groups forward by those of the points behind, and say how many are new.

        *shown*: what the fields of the groups were there, where the key does not say it.
        """
        before = len(states)
        for group in more if shown else ():
            if group in shown:
                self.shown.setdefault(group, shown[group])
        both = [(states[group], one) for group, one in more.items() if states.setdefault(group, one) is not one]
        for number, leaf in enumerate(self.fold.leaves):
            merge = leaf.merge
            for mine, one in both:
                mine[number] = merge(mine[number], one[number])
        return len(states) - before

    def forget(self, windows: Iterable[Iterable[Hashable]]) -> None:
        """Keep only what the groups of *windows* look like, so that an endless stream does not fill the memory."""
        self.shown = {group: self.shown[group] for window in windows for group in window if group in self.shown}

    def results(self, groups: Collection[Hashable], states: Sequence[State], times: Iterable[datetime | None]) -> Batch:
        """The points of groups: of each its key, its states, and the time of its window."""
        columns = self.fold.results(states)
        points: Batch = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        points = points or [{} for _ in groups]
        shown = list(map(self.shown_of, groups))
        for number, field in enumerate(self.by):
            values = [own(fields[number]) for fields in shown]
            if "." in field:
                points = [
                    point if field in point else with_field(point, field, value)
                    for point, value in zip(points, values, strict=True)
                ]
            else:
                for point, value in zip(points, values, strict=True):
                    point.setdefault(field, value)
        for point, time in zip(points, times, strict=False):
            if time is not None:
                point.setdefault("time", time)
        return points
