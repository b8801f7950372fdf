"""reduce: many points into one, in groups and windows of time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flume.duration import Duration, check_on, duration
from flume.errors import LimitError, OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.folding import Fold, Named, State, check_named, needed_of, takes_rows
from flume.gathering import Columns, Gathering, Window
from flume.point import get, grouping, with_field
from flume.reducing import Reducer
from flume.rows import Rows, can_be_attributes
from flume.run import Run
from flume.value import Fields, check_fields, field_list

MOST_EMPTY = 1_000_000  # empty windows in a row: more are taken for a wrong time in the data
_LATER = ("over", "gap", "early", "zone")


class reduce(Proc):
    """Fold the points into one a group (*by*) and window of time (*every*), at the end or as windows close.

    *fields*: reducers such as `count()`, arithmetic between them, or what the last point gives (`expr('…')`, a
    template); none gives the distinct groups.  Out come the fields, then those of *by*, then `time`.

    *every*: the length of windows, calendar ones too; they begin at the first point, or, with *on*, at the calendar
    (`on='0s'` at full hours or days, `on='30m'` at half past).  Their `time` is their start.  A window closes once
    time has passed its end; on a file, whose order is not known, at the end of it, or with *lateness* as it goes: then
    points that come later than that are late and are counted apart.  Without *every* there is one result a group, with
    the time of the first point.  *reset=False*: results go on over the windows; *forget=False*: a group that was seen
    once is in each window.  Empty windows are given where there is no *by*.

    >>> from flume import count
    >>> from flume.testing import run
    >>> run([{'a': 'x'}, {'a': 'y'}, {'a': 'x'}], reduce(n=count(), by='a'))
    [{'n': 2, 'a': 'x'}, {'n': 1, 'a': 'y'}]
    """

    every: str | int | float | None
    on: str | int | float | None
    by: Fields
    reset: bool
    forget: bool
    lateness: str | int | float | None
    fields: Named

    def __init__(
        self,
        *,
        every: str | int | float | None = None,
        on: str | int | float | None = None,
        by: Fields = None,
        reset: bool = True,
        forget: bool = True,
        lateness: str | int | float | None = None,
        **fields: Any,
    ) -> None:
        self._set(
            every=every,
            on=on,
            by=by,
            reset=reset,
            forget=forget,
            lateness=lateness,
            fields=tuple(fields.items()),
        )

    def check(self) -> None:
        for name, value in self.fields:
            if name in _LATER and not isinstance(value, Reducer):
                raise OptionError(f"reduce: this version has no {name}= yet")
        check_fields(type(self), "by", self.by)
        check_named("reduce", self.fields)
        if self.every is None:
            for name in ("on", "lateness"):
                if getattr(self, name) is not None:
                    raise OptionError(f"reduce: {name} says something of windows; give every= too")
        elif not duration(self.every):
            raise OptionError(f"reduce: every takes a duration longer than nothing, not {self.every!r}")
        elif self.on is not None:
            check_on(duration(self.every), duration(self.on))
        if self.lateness is not None and not duration(self.lateness).fixed:
            raise OptionError(f"reduce: lateness takes a duration of fixed length, not {self.lateness!r}")
        if not self.forget and (not self.reset or self.by is None):
            raise OptionError(
                "reduce: forget=False goes with by= and without reset=False (which keeps the groups anyway)"
            )

    def needs(self, wanted: Needed) -> Needed:
        needed = needed_of(self.fields)
        return None if needed is None else needed | set(field_list(self.by)) | {"time"}

    def names(self) -> frozenset[str]:
        read = [value.reads for _, value in self.fields if isinstance(value, Reducer)]
        return frozenset(field_list(self.by)).union(*read) - {"time"}

    folds = True

    def ordered(self, before: bool) -> bool:
        return True

    def takes_rows(self) -> bool:
        anew = all(leaf.resets for _, value in self.fields if isinstance(value, Reducer) for leaf in value.leaves())
        at_the_end = self.lateness is None and self.reset and anew
        return at_the_end and takes_rows(self.fields) and can_be_attributes(field_list(self.by))

    def start(self, run: Run) -> Stage:
        return _Whole(self, run) if self.every is None else _Windows(self, run)


class _Groups:
    """Groups of points: the key of each, and what its `by` fields are shown as."""

    def __init__(self, step: reduce, run: Run) -> None:
        self.by = field_list(step.by)
        self.fold = Fold(step.fields, run)
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
        """What takes rows, and brings the states of their groups forward."""

        def fold(window: Any, group: Hashable, shown: tuple[Any, ...], count: int, columns: Columns) -> None:
            self.shown.setdefault(group, shown)
            self.fold.fold_columns(states_of(window, group), count, columns)

        return Gathering(self.by, self.fold.fields, window_of, fold)

    def forget(self, windows: Iterable[Iterable[Hashable]]) -> None:
        """Keep only what the groups of *windows* look like, so that an endless stream does not fill the memory."""
        self.shown = {group: self.shown[group] for window in windows for group in window if group in self.shown}

    def result(self, group: Hashable, states: State, time: datetime | None) -> Point:
        """The point of one group."""
        point: Point = self.fold.results(states)
        for field, value in zip(self.by, self.shown.get(group, ()), strict=True):
            if "." in field and field not in point:
                point = with_field(point, field, value)
            else:
                point.setdefault(field, value)
        if time is not None:
            point.setdefault("time", time)
        return point


class _Whole(Stage):
    """One result a group, at the end of the stream."""

    holds = True

    def __init__(self, step: reduce, run: Run) -> None:
        self.account = run.account
        self.groups = _Groups(step, run)
        self.states: dict[Hashable, State] = {}
        self.time: datetime | None = None
        self.gathering = self.groups.gathering(None, self._states_of)

    def _states_of(self, window: None, group: Hashable) -> State:
        states = self.states.get(group)
        if states is None:
            states = self.states[group] = self.groups.fold.start()
        return states

    def push(self, batch: Batch) -> Batch:
        self.account.take("merged", len(batch))
        if isinstance(batch, Rows):
            if self.time is None:
                self.time = getattr(batch[0], batch.attributes["time"])
            self.gathering.push(batch)
            return []
        self.gathering.fold()
        if self.time is None:
            self.time = next((t for point in batch if isinstance(t := point.get("time"), datetime)), None)
        for group, points in self.groups.split(batch).items():
            if group not in self.states:
                self.states[group] = self.groups.fold.start()
            self.groups.fold.fold(self.states[group], points)
        return []

    def low(self, watermark: datetime) -> None:
        return None

    def end(self) -> Batch:
        self.gathering.fold()
        if not self.states and not self.groups.by:
            self.states[()] = self.groups.fold.start()
        out = [self.groups.result(group, states, self.time) for group, states in self.states.items()]
        self.account.made += len(out)
        self.states = {}
        return out


class _Windows(Stage):
    """Windows of time, closed as time passes or at the end."""

    def __init__(self, step: reduce, run: Run) -> None:
        assert step.every is not None
        self.run = run
        self.account = run.account
        self.groups = _Groups(step, run)
        self.every = duration(step.every)
        self.on: Duration | None = None if step.on is None else duration(step.on)
        self.lateness = timedelta(0) if step.lateness is None else duration(step.lateness).delta
        # in order of time nothing is late; without any order nothing is, unless the user says how late is too late
        self.judges = step.lateness is not None or (run.live and not run.ordered)
        self.fills = not self.groups.by or not step.forget or not step.reset
        self.keeps_groups = not step.forget or not step.reset
        self.reset = step.reset
        # where states go on from window to window, points wait until their window's turn
        self.carries = not step.reset or not all(leaf.resets for leaf in self.groups.fold.leaves)
        self.anchor: datetime | None = None
        self.seen: datetime | None = None
        self.closed: int | None = None  # windows before this one are closed
        self.next: int | None = None  # the first window not yet given
        self.windows: dict[int, dict[Hashable, Any]] = {}
        self.running: dict[Hashable, State] = {}
        self.met: dict[Hashable, None] = {}
        self.gathering = self.groups.gathering(self._window_of, self._states_of)

    def _push_rows(self, rows: Rows) -> Batch:
        first = getattr(rows[0], rows.attributes["time"])
        if first is None or self.judges or self.carries:
            return self.push(list(rows.points()))
        if self.anchor is None:
            self.anchor = first if self.on is None else self.every.floor(first, self.on)
        self.gathering.push(rows)
        self.account.take("merged", len(rows))
        return []

    def _window_of(self, time: datetime) -> Window:
        assert self.anchor is not None
        index = self.every.index(self.anchor, time)
        return index, self.every.after(self.anchor, index), self.every.after(self.anchor, index + 1)

    def _states_of(self, window: int, group: Hashable) -> State:
        groups = self.windows.setdefault(window, {})
        if group not in groups:
            groups[group] = self.groups.fold.start()
        states: State = groups[group]
        return states

    def push(self, batch: Batch) -> Batch:
        if isinstance(batch, Rows):
            return self._push_rows(batch)
        self.gathering.fold()
        timed = [point for point in batch if isinstance(point.get("time"), datetime)]
        if len(timed) < len(batch):
            self._timeless(batch, len(batch) - len(timed))
        if not timed:
            return []
        if self.anchor is None:
            first: datetime = timed[0]["time"]
            self.anchor = first if self.on is None else self.every.floor(first, self.on)
        split: dict[int, Batch] = {}
        for index, point in zip(self._indices(timed), timed, strict=True):
            if self.closed is not None and index < self.closed:
                self.run.late(point)
                continue
            if index in split:
                split[index].append(point)
            else:
                split[index] = [point]
            if self.judges and (self.seen is None or point["time"] > self.seen):
                self.seen = point["time"]
                self._pass(self.seen - self.lateness)
        for index, points in split.items():
            self._add(self.windows.setdefault(index, {}), points)
            self.account.take("merged", len(points))
        return self._give(self.closed) if self.judges and self.closed is not None else []

    def advance(self, watermark: datetime) -> Batch:
        if self.anchor is None:
            return []
        self.gathering.fold()
        self._pass(watermark - self.lateness)
        return self._give(self.closed)

    def low(self, watermark: datetime) -> datetime | None:
        if self.anchor is None:
            return watermark if self.on is None else self.every.floor(watermark, self.on)
        return self.every.after(self.anchor, self.every.index(self.anchor, watermark - self.lateness))

    def end(self) -> Batch:
        self.gathering.fold()
        return self._give(max(self.windows, default=self.next or 0) + 1) if self.windows else []

    def _indices(self, timed: Batch) -> list[int]:
        anchor, every = self.anchor, self.every
        assert anchor is not None
        if every.fixed and not every.forever:
            length = every.delta
            return [(point["time"] - anchor) // length for point in timed]
        return [every.index(anchor, point["time"]) for point in timed]

    def _timeless(self, batch: Batch, count: int) -> None:
        self.account.take("timeless", count)
        for point in batch:
            if not isinstance(point.get("time"), datetime):
                self.account.note("had no time and are in no window", f"{point!r}"[:80])

    def _pass(self, watermark: datetime) -> None:
        """Windows that end at or before *watermark* are closed."""
        assert self.anchor is not None
        index = self.every.index(self.anchor, watermark)
        if self.closed is None or index > self.closed:
            self.closed = index

    def _add(self, window: dict[Hashable, Any], points: Batch) -> None:
        fold = self.groups.fold
        for group, members in self.groups.split(points).items():
            if self.carries:
                window.setdefault(group, []).extend(members)
                continue
            if group not in window:
                window[group] = fold.start()
            fold.fold(window[group], members)

    def _give(self, before: int | None) -> Batch:
        """The results of the windows before the one numbered *before*."""
        if before is None or (not self.windows and self.next is None):
            return []
        out: Batch = []
        for index in self._due(before):
            out += self._results(self.windows.pop(index, {}), index)
        self.account.made += len(out)
        if out and not self.keeps_groups and not self.carries:
            self.groups.forget(self.windows.values())
        return out

    def _due(self, before: int) -> Iterator[int]:
        if not self.fills:
            yield from sorted(index for index in self.windows if index < before)
            return
        first = min(self.windows, default=before) if self.next is None else self.next
        if before <= first:
            return
        full = sorted(index for index in self.windows if first <= index < before)
        gaps = [b - a for a, b in zip([first, *full], [*full, before], strict=True)]
        if max(gaps) > MOST_EMPTY:
            raise LimitError(
                f"{max(gaps):,} empty windows of {self.every} in a row: is a time in the data wrong?"
                " from_= and to= keep such points out, by= gives only the windows that have points"
            )
        self.next = before
        yield from range(first, before)

    def _results(self, window: dict[Hashable, Any], index: int) -> Batch:
        assert self.anchor is not None
        time = self.every.after(self.anchor, index)
        fold = self.groups.fold
        if self.carries:
            for group, points in window.items():
                if group not in self.running:
                    self.running[group] = fold.start()
                fold.fold(self.running[group], points)
            present = self.running if not self.reset else {group: self.running[group] for group in window}
        else:
            present = window
        if self.keeps_groups or not self.groups.by:
            empty = () if self.groups.by else ((),)
            known = [*self._known(window), *empty]
            present = {group: present.get(group) or fold.start() for group in dict.fromkeys(known)}
        out = [self.groups.result(group, states, time) for group, states in present.items()]
        if self.carries and self.reset:
            self._restart(window)
        return out

    def _known(self, window: dict[Hashable, Any]) -> list[Hashable]:
        """The groups that were in this window or in one before it, in order of first sight."""
        self.met.update(dict.fromkeys(window))
        return list(self.met)

    def _restart(self, window: dict[Hashable, Any]) -> None:
        for group in window:
            for number, leaf in enumerate(self.groups.fold.leaves):
                if leaf.resets:
                    self.running[group][number] = leaf.start()
