"""Session windows: a group's points that follow each other without a gap; one ends when it was quiet for so long."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from operator import attrgetter, eq, sub
from typing import Any

from flume.duration import duration
from flume.filling import Filling
from flume.flow import Batch, Stage
from flume.folding import State
from flume.gathering import Gathering, Waiting
from flume.groups import Groups, Reduction
from flume.ordering import order_of
from flume.run import Run
from flume.tables import Table
from flume.windows.watermark import Early, Watermark, marked, note_timeless

_FEWER = "fewer fields in by= make fewer sessions, and so does sort('time') before it: they end as time passes then"
_NONE = timedelta(0)
_LAST = attrgetter("last")
_MOST = 1024  # results that leave at a time


class Session:
    """Points of one group."""

    __slots__ = ("first", "fresh", "group", "last", "open", "states")

    def __init__(self, group: Hashable, time: datetime, states: Any) -> None:
        self.group = group
        self.first = self.last = time
        self.states = states
        self.fresh = True  # whether points came since its result was given early
        self.open = True


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
        self.sessions: dict[Hashable, list[Session]] = {}  # of each group those that are open, in order of time
        self.ends: list[tuple[datetime, int, Session]] | None = None  # a heap: none closes before; None: all at the end
        self.starts: list[tuple[datetime, int, Session]] = []
        self.numbers = count()
        self.points: dict[Session, Batch] = {}  # that are to be folded
        self.columns: dict[Session, list[Waiting]] = {}
        self.filling = Filling(run, self._held, "groups with sessions", _FEWER)
        self.fields = ("time", *(field for field in self.groups.fold.fields if field != "time"))
        self.gathering = Gathering(self.groups.by, self.fields, None, self._group, self._gathered)

    # -- which session -----------------------------------------------------------------------------

    def _session_of(self, group: Hashable, time: datetime) -> Session:
        """The session that a point belongs to, which it may begin, or make of two."""
        sessions = self.sessions.setdefault(group, [])
        place = len(sessions)
        while place and sessions[place - 1].first > time:
            place -= 1
        before = sessions[place - 1] if place and time - sessions[place - 1].last < self.gap else None
        behind = sessions[place] if place < len(sessions) and sessions[place].first - time < self.gap else None
        if before is not None:
            if time > before.last:
                before.last = time
            if behind is not None:
                self._merge(before, behind)
                del sessions[place]
            return before
        if behind is not None:
            behind.first = time
            self._started(behind)
            return behind
        session = Session(group, time, [] if self.carries else self.groups.fold.start())
        sessions.insert(place, session)
        self.filling.begun()
        if self.ends is not None:
            heappush(self.ends, (time + self.gap, next(self.numbers), session))
            self._started(session)
        return session

    def _started(self, session: Session) -> None:
        if self.ends is not None:
            heappush(self.starts, (session.first, next(self.numbers), session))

    def _merge(self, session: Session, behind: Session) -> None:
        """Make one session of two, the points of the later one behind those of the other."""
        self._flush()
        if self.carries:
            session.states += behind.states
        else:
            for number, leaf in enumerate(self.groups.fold.leaves):
                session.states[number] = leaf.merge(session.states[number], behind.states[number])
        session.last = max(session.last, behind.last)
        session.fresh = session.fresh or behind.fresh
        behind.open = False

    # -- what comes --------------------------------------------------------------------------------

    def push(self, batch: Batch) -> Batch:
        self.gathering.fold()
        out: Batch = []
        closed: list[Session] = []
        timed = [point for point in batch if isinstance(point.get("time"), datetime)]
        note_timeless(self.account, batch, len(timed))
        if self.early is not None and timed:
            self.early.begin(timed[0]["time"])
        self.groups.meet(timed)
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
            session = self._session_of(group, time)
            session.fresh = True
            self.points.setdefault(session, []).append(point)
            self.account.take("merged")
        self._flush()
        return out + self._results(closed)

    def _is_late(self, group: Hashable, time: datetime) -> bool:
        """Whether a point's session would be closed, and it belongs to none that is open."""
        gap = self.gap
        if not self.judges or self.passed is None or time + gap > self.passed:
            return False
        return not any(one.first - time < gap and time - one.last < gap for one in self.sessions.get(group, ()))

    def push_table(self, table: Table) -> Batch:
        if not table.timed or self.judges or self.carries:
            return self.push(table.points({"time", *self.groups.by, *self.groups.fold.fields}))
        self.gathering.push(table)
        self.account.take("merged", len(table))
        return []

    def _group(self, window: None, group: Hashable, shown: tuple[Any, ...]) -> Hashable:
        self.groups.show(group, shown)
        return group

    def _gathered(
        self, groups: Sequence[Hashable], points: Sequence[Any], columns: Sequence[Sequence[Waiting]]
    ) -> None:
        """Take the points of each group, in their order."""
        for place, (group, times) in enumerate(zip(groups, columns[0], strict=True)):
            for session, start, end in self._runs(group, times):
                whole = end - start == len(times)
                values = [column[place] if whole else column[place][start:end] for column in columns]
                if session in self.columns:
                    values = [[*before, *more] for before, more in zip(self.columns[session], values, strict=True)]
                self.columns[session] = values
        self._flush()

    def _runs(self, group: Hashable, times: Sequence[Any]) -> Iterator[tuple[Session, int, int]]:
        """Points behind one another that belong to one session: the first, and the one behind the last."""
        gap = self.gap
        behind = list(map(sub, times[1:], times))
        ends = [] if not behind else [place for place, since in enumerate(behind, 1) if not _NONE <= since < gap]
        start = 0
        for end in [*ends, len(times)]:
            session = self._session_of(group, times[start])
            if session is self.sessions[group][-1]:
                session.last = max(session.last, times[end - 1])
                yield session, start, end
            else:  # one that is older, which may reach the next one
                yield session, start, start + 1
                for place in range(start + 1, end):
                    yield self._session_of(group, times[place]), place, place + 1
            start = end

    def _flush(self) -> None:
        """Fold what was put to a session."""
        fold = self.groups.fold
        for session, points in self.points.items():
            if self.carries:
                session.states += points
            else:
                fold.fold(session.states, points)
        if self.columns:
            places = [self.fields.index(field) for field in fold.fields]
            columns = list(zip(*self.columns.values(), strict=True))
            fold.fold_groups([session.states for session in self.columns], columns[0], [columns[at] for at in places])
        self.points, self.columns = {}, {}
        self.filling.check()

    def _held(self) -> Iterable[Mapping[Hashable, Any]]:
        return ({group: [one.states for one in sessions] for group, sessions in self.sessions.items()},)

    # -- what leaves -------------------------------------------------------------------------------

    def advance(self, watermark: datetime) -> Batch:
        self.gathering.fold()
        watermark -= self.watermark.lateness
        due = self.early is not None and self.early.due(watermark)
        out = self._results(self._close(watermark))
        return out + self._early() if due else out

    def low(self, watermark: datetime) -> datetime | None:
        while self.starts and not (self.starts[0][2].open and self.starts[0][0] == self.starts[0][2].first):
            heappop(self.starts)
        low = watermark - self.watermark.lateness - (self.gap if self.judges else _NONE)
        return min(low, self.starts[0][0]) if self.starts else low

    def end(self) -> Batch:
        return [point for batch in self.rest() for point in batch]

    def rest(self) -> Iterator[Batch]:
        self.gathering.end()
        closed = self._in_order([one for sessions in self.sessions.values() for one in sessions])
        self.sessions.clear()
        self.ends, self.starts = None, []
        closed.reverse()
        while closed:
            yield self._results([closed.pop() for _ in range(min(_MOST, len(closed)))])

    def _close(self, watermark: datetime) -> list[Session]:
        """The sessions that end at or before *watermark*, in their order."""
        if self.passed is None or watermark > self.passed:
            self.passed = watermark
        if self.ends is None:
            sessions = [one for group in self.sessions.values() for one in group]
            self.ends = [(one.last + self.gap, next(self.numbers), one) for one in sessions]
            self.starts = [(one.first, next(self.numbers), one) for one in sessions]
            heapify(self.ends)
            heapify(self.starts)
        closed: list[Session] = []
        while self.ends and self.ends[0][0] <= self.passed:
            _, number, session = heappop(self.ends)
            if session.open and session.last + self.gap > self.passed:
                heappush(self.ends, (session.last + self.gap, number, session))
            elif session.open:
                session.open = False
                closed.append(session)
                sessions = self.sessions[session.group]
                sessions.remove(session)
                if not sessions:
                    del self.sessions[session.group]
        return self._in_order(closed)

    def _in_order(self, sessions: list[Session]) -> list[Session]:
        """By their last points, then by their first ones, then by what their groups are called."""
        if len(sessions) < 2:
            return sessions
        sessions = sorted(sessions, key=_LAST)
        lasts = list(map(_LAST, sessions))
        ties = [place for place, same in enumerate(map(eq, lasts[1:], lasts)) if same]
        while ties:
            end = ties.pop() + 2
            start = end - 2
            while ties and ties[-1] == start - 1:
                start = ties.pop()
            tied = sessions[start:end]
            shown = [self.groups.shown_of(one.group) for one in tied]
            columns = [[one.first for one in tied], *map(list, zip(*shown, strict=True))]
            sessions[start:end] = [tied[place] for place in order_of([False] * len(columns))(columns)]
        return sessions

    def _results(self, sessions: Sequence[Session]) -> Batch:
        if not sessions:
            return []
        self._flush()
        states: list[State] = [one.states for one in sessions]
        if self.carries:
            points, states = states, [self.groups.fold.start() for _ in sessions]
            for state, batch in zip(states, points, strict=True):
                self.groups.fold.fold(state, batch)
        out = self.groups.results([one.group for one in sessions], states, [one.first for one in sessions])
        self.account.made += len(out)
        if self.groups.shown and not sessions[0].open:
            self._forget(sessions)
        return out

    def _forget(self, closed: Sequence[Session]) -> None:
        """What groups look like is not kept where they have no session any more."""
        for session in closed:
            if session.group not in self.sessions:
                self.groups.shown.pop(session.group, None)

    def _early(self) -> Batch:
        """Results of sessions that are open, and have points that were in none yet."""
        open_ = [one for group in self.sessions.values() for one in group if one.fresh]
        for session in open_:
            session.fresh = False
        return marked(self._results(self._in_order(open_)))
