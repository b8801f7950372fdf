"""reduce: many points into one, in groups and windows of time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any

from flume import gathering
from flume.duration import check_on, duration
from flume.errors import OptionError
from flume.filling import Filling
from flume.flow import Batch, Needed, Proc, Stage
from flume.folding import Named, State, check_named, check_options, given, needed_of, takes_tables
from flume.groups import Folded, Groups
from flume.reducing import Reducer
from flume.run import Run
from flume.tables import Table, can_be_columns, example_loop
from flume.turns import Turns
from flume.value import Fields, check_fields, field_list
from flume.windows import Windows

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
            fields=given("reduce", fields),
        )

    def check(self) -> None:
        for name, value in self.fields:
            if name in _LATER and not isinstance(value, Reducer):
                raise OptionError(f"reduce: this version has no {name}= yet")
        check_fields(type(self), "by", self.by)
        check_named("reduce", self.fields)
        check_options("reduce", self.fields, ("every", "lateness", "over", "early"), ("reset", "forget"))
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

    def batched(self, before: bool) -> bool:
        return before and self.every is None

    def renews(self) -> bool:
        return self.every is None

    def splits(self) -> bool:
        leaves = [leaf for _, value in self.fields if isinstance(value, Reducer) for leaf in value.leaves()]
        anew = self.reset and all(leaf.resets for leaf in leaves)
        only_reducers = all(isinstance(value, Reducer) for _, value in self.fields)
        return self.lateness is None and anew and only_reducers and all(leaf.mergeable for leaf in leaves)

    def takes_tables(self) -> bool:
        return self.splits() and takes_tables(self.fields) and can_be_columns(field_list(self.by))

    def code(self, needed: Needed) -> str | None:
        leaves = [leaf for _, value in self.fields if isinstance(value, Reducer) for leaf in value.leaves()]
        values = dict.fromkeys(field for leaf in leaves if (field := getattr(leaf, "field", None)) is not None)
        by, timed = field_list(self.by), self.every is not None
        if needed is None or not (timed or values or len(by) > 1):  # points of one field's groups are counted at once
            return None
        loop = example_loop([*(["time"] if timed else []), *by, *values], needed)
        return gathering.source(loop, len(by), timed) + "\n"

    def start(self, run: Run) -> Stage:
        return Turns(self, run) if run.batched and self.every is None else self._stage(run)

    def of_folded(self, folded: Iterable[Folded], run: Run) -> Batch:
        """The results, where the points were folded elsewhere: by a server that a source reads of.

        It comes in order of first sight (which is that of time), each group once a window, and only where it `splits`.
        The states are those that the points of the group would have made of the `Fold.leaves` of *fields*.
        """
        run = run.at(self, ordered=True)
        stage = self._stage(run)
        stage.take(folded)
        results = stage.end()
        run.account.points_out += len(results)
        return results

    def _stage(self, run: Run) -> _Whole | Windows:
        return _Whole(self, run) if self.every is None else Windows(self, run)


class _Whole(Stage):
    """One result a group, at the end of the stream."""

    holds = True

    def __init__(self, step: reduce, run: Run) -> None:
        self.account = run.account
        self.groups = Groups(step, run)
        self.exposes = self.groups.exposes
        self.states: dict[Hashable, State] = {}
        self.time: datetime | None = None
        self.filling = Filling(run, lambda: (self.states,))
        self.gathering = self.groups.gathering(None, self._states_of, self.filling.check)

    def _states_of(self, window: None, group: Hashable) -> State:
        states = self.states.get(group)
        if states is None:
            states = self.states[group] = self.groups.fold.start()
            self.filling.begun()
        return states

    def push(self, batch: Batch) -> Batch:
        self.account.take("merged", len(batch))
        self.gathering.fold()
        if self.time is None:
            self.time = next((t for point in batch if isinstance(t := point.get("time"), datetime)), None)
        for group, points in self.groups.split(batch).items():
            self.groups.fold.fold(self._states_of(None, group), points)
        self.filling.check()
        return []

    def push_table(self, table: Table) -> Batch:
        self.account.take("merged", len(table))
        if self.time is None:
            self.time = next((t for t in table.column("time") if isinstance(t, datetime)), None)
        self.gathering.push(table)
        return []

    def low(self, watermark: datetime) -> None:
        return None

    def part(self) -> Any:
        self.gathering.end()
        self.groups.fold.settle(self.states.values())
        part = self.states, self.groups.shown, self.time
        self.states, self.groups.shown, self.time = {}, {}, None
        return part

    def join(self, part: Any) -> None:
        states, shown, time = part
        self.gathering.fold()
        self.filling.begun(self.groups.join(self.states, states, shown))
        self.filling.check()
        self.time = time if self.time is None else self.time

    def take(self, folded: Iterable[Folded]) -> None:
        """Take what was folded elsewhere, in order of first sight."""
        for one in folded:
            self.time = one.time if self.time is None else self.time
            self.states[self.groups.group_of(one.by)] = one.states
            self.filling.begun()
        self.filling.check()

    def end(self) -> Batch:
        self.gathering.fold()
        if not self.states and not self.groups.by:
            self.states[()] = self.groups.fold.start()
        out = self.groups.results(self.states, self.time)
        self.account.made += len(out)
        self.states = {}
        return out
