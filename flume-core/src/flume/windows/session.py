"""Session windows: a group's points that follow each other without a gap; one ends when it was quiet for so long."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import chain, count
from operator import attrgetter, eq
from typing import Any

from flume.budget import footprint
from flume.duration import BEGINNING, END, duration
from flume.filling import Filling
from flume.flow import Batch, Stage
from flume.groups import Groups, Reduction
from flume.ordering import order_of
from flume.point import get
from flume.run import Run
from flume.tables import Table
from flume.windows.session_tables import gather
from flume.windows.watermark import Early, Watermark, marked, timed_of

_FEWER = "fewer fields in by= make fewer sessions, and so does sort('time') before it: they end as time passes then"
_LAST = attrgetter("last")
_AT_A_TIME = 1024  # results that leave together
_WAITING = 500_000  # values that wait to be folded


class Session:
    """Points of one group: what was folded of them, and values, a list for each field, that were not yet."""

    __slots__ = ("first", "fresh", "group", "last", "open", "points", "states", "until", "values")

    def __init__(self, group: Hashable, time: datetime, until: datetime) -> None:
        self.group = group
        self.first = self.last = time
        self.until = until  # a point from here on begins another one
        self.states: Any = None
        self.values: list[Any] = []
        self.points: Batch = []
        self.fresh = True  # whether points came since its result was given early
        self.open = True

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + footprint([self.states, self.points], every=1)


class SessionWindows(Stage):
    """The sessions of all groups; they leave in the order of their last points."""

    def __init__(self, step: Reduction, run: Run) -> None:
        assert step.gap is not None
        self.run = run
        self.account = run.account
        self.groups = Groups(step, run)
        self.exposes = self.groups.exposes
        self.gap = duration(step.gap).delta
        self.watermark = Watermark(run, step.lateness)
        self.early = None if step.early is None else Early(duration(step.early))
        self.judges = step.lateness is not None or (run.live and not run.ordered) or bool(self.early and run.ordered)
        # where states cannot be merged, as sessions are between which a point comes, their points wait for the end
        self.carries = not all(leaf.mergeable and leaf.resets for leaf in self.groups.fold.leaves)
        self.passed: datetime | None = None
        self.newest: dict[Hashable, Session] = {}  # of each group with sessions that are open
        self.older: dict[Hashable, list[Session]] = {}  # those before it, in order of time
        self.ends: list[tuple[datetime, int, Session]] | None = None  # a heap: none closes before; None: all at the end
        self.starts: list[tuple[datetime, int, Session]] = []
        self.numbers = count()
        self.fields = self.groups.fold.fields
        self.waiting = 0
        self.filling = Filling(run, self._held, "groups with sessions", _FEWER)

    # -- which session -----------------------------------------------------------------------------

    def _begin(self, group: Hashable, shown: tuple[Any, ...], time: datetime) -> Session:
        """The first session of a group."""
        self.groups.show(group, shown)
        session = self.newest[group] = self._session(group, time)
        return session

    def _session(self, group: Hashable, time: datetime) -> Session:
        session = Session(group, time, self._until(time))
        if len(self.fields) > 1:
            session.values = [[] for _ in self.fields]
        self.filling.begun()
        if self.ends is not None:
            heappush(self.ends, (session.until, next(self.numbers), session))
            self._started(session)
        return session

    def _until(self, time: datetime) -> datetime:
        """When it has been quiet for long enough behind a point; the end of all time where that lies beyond."""
        try:
            return time + self.gap
        except OverflowError:
            return END

    def _started(self, session: Session) -> None:
        if self.ends is not None:
            heappush(self.starts, (session.first, next(self.numbers), session))

    def _fit(self, group: Hashable, time: datetime) -> Session:
        """The session that a point belongs to, which it may begin, or make of two; the group has one."""
        newest = self.newest[group]
        if time >= newest.until:
            self.older.setdefault(group, []).append(newest)
            newest = self.newest[group] = self._session(group, time)
            return newest
        if time >= newest.first:
            newest.last = max(newest.last, time)
            newest.until = self._until(newest.last)
            return newest
        sessions: list[Session] = [*self.older.get(group, ()), newest]
        session: Session
        place = len(sessions) - 1
        while place and sessions[place - 1].first > time:
            place -= 1
        before = sessions[place - 1] if place and time < sessions[place - 1].until else None
        behind = sessions[place] if sessions[place].first - time < self.gap else None
        if before is not None and behind is not None:
            session = before
            self._merge(before, behind)
            del sessions[place]
        elif before is not None:
            session = before
            session.last = max(session.last, time)
            session.until = self._until(session.last)
        elif behind is not None:
            session = behind
            session.first = time
            self._started(session)
        else:
            session = self._session(group, time)
            sessions.insert(place, session)
        self._put(group, sessions)
        return session

    def _put(self, group: Hashable, sessions: list[Session]) -> None:
        """These are the sessions of the group that are open, in order of time."""
        older = sessions[:-1]
        self.newest[group] = sessions[-1]
        if older:
            self.older[group] = older
        else:
            self.older.pop(group, None)

    def _merge(self, session: Session, behind: Session) -> None:
        """Make one session of two, the points of the later one behind those of the other."""
        if self.carries:
            session.points += behind.points
        else:
            self._fold([session, behind])
            for number, leaf in enumerate(self.groups.fold.leaves):
                session.states[number] = leaf.merge(session.states[number], behind.states[number])
        session.last, session.until = behind.last, behind.until
        session.fresh = session.fresh or behind.fresh
        behind.open = False

    def _sessions(self) -> Iterator[Session]:
        return chain(self.newest.values(), chain.from_iterable(self.older.values()))

    # -- what comes --------------------------------------------------------------------------------

    def push(self, batch: Batch) -> Batch:
        out: Batch = []
        closed: list[Session] = []
        touched: dict[Session, None] = {}
        timed = timed_of(self.account, batch)
        if self.early is not None and timed:
            self.early.begin(timed[0]["time"])
        if self.waiting:
            self._fold_all()
        for point, group in zip(timed, self.groups.keys(timed), strict=True):
            time: datetime = point["time"]
            moved = self.watermark.see(time) if self.judges else None
            if moved is not None:
                due = self.early is not None and self.early.due(moved)
                closed += self._close(moved)
                if due:
                    out += self._results(closed) + self._early()
                    closed = []
            elif self._is_late(group, time):
                self.run.late(point)
                continue
            if group in self.newest:
                session = self._fit(group, time)
            else:
                if group in self.groups.shown:  # as the session was that has just been closed
                    out += self._results(closed)
                    closed = []
                session = self._begin(group, tuple([get(point, field) for field in self.groups.by]), time)
            session.fresh = True
            session.points.append(point)
            touched[session] = None
            self.account.take("merged")
        out += self._results(closed)
        if not self.carries:
            self._fold([session for session in touched if session.open])
        self.filling.check()
        return out

    def _is_late(self, group: Hashable, time: datetime) -> bool:
        """Whether a point's session would be closed, and it belongs to none that is open."""
        gap = self.gap
        if not self.judges or self.passed is None or self._until(time) > self.passed:
            return False
        sessions = [*self.older.get(group, ()), self.newest[group]] if group in self.newest else []
        return not any(one.first - time < gap and time < one.until for one in sessions)

    def push_table(self, table: Table) -> Batch:
        if not table.timed or self.judges or self.carries:
            return self.push(table.points({"time", *self.groups.by, *self.fields}))
        by = self.groups.by
        loop, points = table.loop(["time", *by, *self.fields])
        gather(loop, len(by))(points, self.newest, self.gap, self._begin, self._fit)
        self.account.take("merged", len(table))
        self.waiting += len(table) * max(1, len(self.fields))
        if self.waiting > _WAITING:
            self._fold_all()
        self.filling.check()
        return []

    def _fold_all(self) -> None:
        self._fold(list(self._sessions()))
        self.waiting = 0

    def _fold(self, sessions: Sequence[Session]) -> None:
        """Fold what waits of these."""
        fold = self.groups.fold
        for session in sessions:
            if session.states is None:
                session.states = fold.start()
            if session.points:
                fold.fold(session.states, session.points)
                session.points = []
        several = len(self.fields) > 1
        waiting = [one for one in sessions if (one.values[0] if several else one.values)]
        if not waiting:
            return
        columns = [[one.values[place] for one in waiting] for place in range(len(self.fields))] if several else []
        points = columns[0] if several else [one.values for one in waiting]
        fold.fold_groups([one.states for one in waiting], points, columns or [points][: len(self.fields)])
        for session in waiting:
            session.values = [[] for _ in self.fields] if several else []

    def _held(self) -> Iterable[Mapping[Hashable, Any]]:
        return self.newest, self.older

    # -- what leaves -------------------------------------------------------------------------------

    def advance(self, watermark: datetime) -> Batch:
        watermark = self.watermark.less(watermark)
        due = self.early is not None and self.early.due(watermark)
        out = self._results(self._close(watermark))
        return out + self._early() if due else out

    def low(self, watermark: datetime) -> datetime | None:
        while self.starts and not (self.starts[0][2].open and self.starts[0][0] == self.starts[0][2].first):
            heappop(self.starts)
        low = self.watermark.less(watermark)
        if self.judges:  # a point that is not late may begin a session so long before
            low = low - self.gap if low - BEGINNING > self.gap else BEGINNING
        return min(low, self.starts[0][0]) if self.starts else low

    def end(self) -> Batch:
        return [point for batch in self.rest() for point in batch]

    def rest(self) -> Iterator[Batch]:
        closed = _in_order(list(self._sessions()), self.groups)
        self.newest, self.older, self.ends, self.starts = {}, {}, None, []
        closed.reverse()
        while closed:
            yield self._results([closed.pop() for _ in range(min(_AT_A_TIME, len(closed)))])

    def _close(self, watermark: datetime) -> list[Session]:
        """The sessions that end at or before *watermark*, in their order."""
        if self.passed is None or watermark > self.passed:
            self.passed = watermark
        if self.ends is None:
            self.ends = [(one.until, next(self.numbers), one) for one in self._sessions()]
            self.starts = [(one.first, next(self.numbers), one) for one in self._sessions()]
            heapify(self.ends)
            heapify(self.starts)
        closed: list[Session] = []
        while self.ends and self.ends[0][0] <= self.passed:
            _, number, session = heappop(self.ends)
            if session.open and session.until > self.passed:
                heappush(self.ends, (session.until, number, session))
            elif session.open:
                session.open = False
                closed.append(session)
                group = session.group
                sessions = [one for one in (*self.older.get(group, ()), self.newest[group]) if one is not session]
                if sessions:
                    self._put(group, sessions)
                else:
                    del self.newest[group]
        return _in_order(closed, self.groups)

    def _results(self, sessions: Sequence[Session]) -> Batch:
        if not sessions:
            return []
        self._fold(sessions)
        out = self.groups.results(
            [one.group for one in sessions], [one.states for one in sessions], [one.first for one in sessions]
        )
        self.account.made += len(out)
        for session in sessions if self.groups.shown else ():  # what groups look like is not kept for ever
            if session.group not in self.newest and self.ends is not None:
                self.groups.shown.pop(session.group, None)
        return out

    def _early(self) -> Batch:
        """Results of sessions that are open, and have points that were in none yet."""
        fresh = _in_order([one for one in self._sessions() if one.fresh], self.groups)
        kept = [(one, one.states, one.points) for one in fresh]
        out = marked(self._results(fresh))
        for session, states, points in kept:
            session.fresh = False
            if self.carries:
                session.states, session.points = states, points
        return out


def _in_order(sessions: list[Session], groups: Groups) -> list[Session]:
    """By their last points, then by their first ones, then by what their groups are called."""
    sessions = sorted(sessions, key=_LAST)
    lasts = list(map(_LAST, sessions))
    ties = [place for place, same in enumerate(map(eq, lasts[1:], lasts)) if same]
    while ties:
        start = ties.pop()
        end = start + 2
        while ties and ties[-1] == start - 1:
            start = ties.pop()
        tied = sessions[start:end]
        shown = [groups.shown_of(one.group) for one in tied]
        columns = [[one.first for one in tied], *map(list, zip(*shown, strict=True))]
        sessions[start:end] = [tied[place] for place in order_of([False] * len(columns))(columns)]
    return sessions
