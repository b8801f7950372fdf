"""join: points of several branches that belong together become one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from heapq import heappop, heappush
from itertools import groupby
from math import inf
from operator import itemgetter

from flume.duration import BEGINNING, Duration, duration
from flume.errors import OptionError
from flume.flow import Batch, Flow, Fork, Joining, Point, Stage
from flume.holding import Holding
from flume.joins.joining import Whole
from flume.joins.keyed import OnFields
from flume.joins.lookup import Lookup
from flume.joins.matching import FOREVER, PASSES, Held, Match, Near, equal
from flume.joins.sweeping import Rows, Side, near
from flume.joins.sweeping import equal as equal_rows
from flume.point import copied, grouping, has_null, time_of
from flume.run import Run
from flume.tables import can_be_columns


class join(OnFields):
    """Make one point of points that belong together, one of each branch before it.

    Points belong together where all *fields* are equal; with *nearest* or *asof* the points of the other branches are
    besides those that are nearest in time to a point of the first branch. Without them each point is joined with each
    of its equals. Values are equal as JSON says: `1` and `1.0`, not `'1'`. A point where one of the fields is null or
    missing is joined with none, and so is one without a time where times are compared.

    The result has the fields of all, those of the first branch first, which win where names are the same; its time is
    the latest of their times. A point that is joined with none leaves as it came, where *kind* says so. What leaves is
    in order of time, points without one first; of one time in the order of the points of the first branch, and so on.

    Memory: of input in order of time, or live input, only the points are held that others may still belong to: those
    of one time; with *nearest* and *asof* those of such a span (with `asof='forever'` one for each key, where kind is
    no `'outer'` and there is no *zip*). Of a table all is held. All others are held until the end, as columns: of keys
    without a time, and of files in no known order, which `sort()` in each branch puts in order. Of a live stream, a
    point that comes after its time has been dealt with is late: reported and dropped.

    :param fields: the fields whose equality counts. Where none is named, `time`, or with *nearest* and *asof* none.
    :param kind: `'inner'`: only what has a point of every branch; `'left'`: all points of the first branch, with
        whatever belongs to them; `'outer'`: all points of all branches.
    :param nearest: how far apart in time points may be at most, earlier or later: `'2s'`, or a number of seconds;
        `'forever'` for any. Of two equally near the earlier is taken, of several at one time the last.
    :param asof: the same, of points at or before the time of the one of the first branch: the latest of them.
    :param zip: use each point once: of equal points the first of a branch with the first of the others, and so on; with
        *nearest* and *asof* a point is no more there for those behind the one it was joined with.
    :param table: a lookup table, as a pipeline or the number of a branch, from 0. Each point of the others is joined
        with its points whose fields are equal, whatever their times, and keeps its own time and place. A table that
        ends is read before the first of them; a live one is as it was at the time of each. Of points with the same key
        those of the latest time count, all of them (all, where they have none): later ones take their place.
    :raises OptionError: another *kind*, both *nearest* and *asof*, one of them negative or in months, or with `time`
        among the fields; a *table* beside them, or beside *zip* or `'outer'`, or of a branch that is not there.
    :raises MomentError: *nearest* or *asof* is no duration.
    :raises LimitError: when it runs, more is held than fits into the memory that a step may fill (`--memory`).

    >>> from flume import emit
    >>> users = emit(points=[{'id': 1, 'name': 'Ann'}, {'id': 2, 'name': 'Bob'}])
    >>> visits = emit(points=[{'id': 2, 'page': '/'}, {'id': 2, 'page': '/a'}, {'id': 3, 'page': '/'}])
    >>> list((visits, users) | join('id'))
    [{'id': 2, 'page': '/', 'name': 'Bob'}, {'id': 2, 'page': '/a', 'name': 'Bob'}]
    >>> list((visits, users) | join('id', kind='left', zip=True))
    [{'id': 2, 'page': '/', 'name': 'Bob'}, {'id': 2, 'page': '/a'}, {'id': 3, 'page': '/'}]

    A table that knows more of each:

    >>> list(visits | join('id', table=users, kind='left'))
    [{'id': 2, 'page': '/', 'name': 'Bob'}, {'id': 2, 'page': '/a', 'name': 'Bob'}, {'id': 3, 'page': '/'}]

    Two streams of metrics, by host and time:

    >>> cpu = emit(points=[{'time': f'2016-07-17T00:00:0{s}Z', 'host': 'a', 'cpu': s} for s in (0, 5)])
    >>> load = emit(points=[{'time': f'2016-07-17T00:00:0{s}Z', 'host': 'a', 'load': s} for s in (0, 4)])
    >>> [(point['cpu'], point['load']) for point in (cpu, load) | join('host', 'time')]
    [(0, 0)]
    >>> [(point['cpu'], point['load']) for point in (cpu, load) | join('host', asof='2s')]
    [(0, 0), (5, 4)]
    """

    kind: str
    nearest: str | float | None
    asof: str | float | None
    zip: bool
    table: Flow | int | None

    def __init__(
        self,
        *fields: str,
        kind: str = "inner",
        nearest: str | float | None = None,
        asof: str | float | None = None,
        zip: bool = False,
        table: Flow | Sequence[Flow] | int | None = None,
    ) -> None:
        if isinstance(table, tuple) and table and all(isinstance(branch, Flow) for branch in table):
            table = Fork(table)
        self._set(fields=fields, kind=kind, nearest=nearest, asof=asof, zip=zip, table=table)

    def check(self) -> None:
        super().check()
        if self.kind not in PASSES:
            hint = "; put the other branch first" if self.kind == "right" else ""
            raise OptionError(f"join: kind takes 'inner', 'left' or 'outer', not {self.kind!r}{hint}")
        if self.nearest is not None and self.asof is not None:
            raise OptionError("join takes nearest or asof, not both; nearest looks at what comes later, too")
        for option, given in (("nearest", self.nearest), ("asof", self.asof)):
            if given is None:
                continue
            span = duration(given)
            if span.months or (not span and span != Duration()):
                raise OptionError(f"join: {option} is {given!r}; give 0s or more, in days or less, or 'forever'")
            if "time" in self.fields:
                raise OptionError(f"join: {option} compares times, which are not to be equal too; leave out 'time'")

        if self.table is not None:
            self._check_table()

    def _check_table(self) -> None:
        table = self.table
        if isinstance(table, bool) or not isinstance(table, (int, Flow)):
            raise OptionError(f"join: table takes a pipeline, or the number of a branch, from 0, not {table!r}")
        if self.kind == "outer":
            raise OptionError("join: kind takes 'inner' or 'left' beside a table, not 'outer': its points never leave")
        for option, is_given in (("nearest", self.nearest), ("asof", self.asof), ("zip", self.zip or None)):
            if is_given is not None:
                raise OptionError(
                    f"join: a table knows no time, so {option} makes no sense with it; "
                    f"join({option}=…) | join(table=…) does one after the other"
                )

    def check_branches(self, branches: int) -> None:
        if isinstance(self.table, int) and not (branches > 1 and 0 <= self.table < branches):
            there = f"there are {branches}, from 0" if branches > 1 else "there are none before it"
            raise OptionError(f"join: table is branch {self.table}, and {there}; or give a pipeline, table=read(…)")

    def beside(self) -> Flow | None:
        return self.table if isinstance(self.table, Flow) else None

    def ordered(self, before: bool) -> bool:
        return self.table is None or before  # looked up, points leave as they came

    def start(self, run: Run) -> Stage:
        if self.table is None:
            return self._joining(run)
        number = self.table if isinstance(self.table, int) else None
        left = self.kind == "left"
        return Lookup(self.fields, run, number=number, others=lambda: self._joining(run), left=left)

    def joins_tables(self) -> bool:
        return self.table is None and not self._one_after_another and can_be_columns(self.fields)

    @property
    def _one_after_another(self) -> bool:
        """Whether what a point is joined with depends on what those before it are."""
        return self.zip and self.within() is not None

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields that equal points have equal."""
        return self.fields if self.within() is not None else self.fields or ("time",)

    @property
    def timed(self) -> bool:
        """Whether times are compared."""
        return self.within() is not None or "time" in self.keys

    def _joining(self, run: Run) -> Joining:
        streams = self.timed and (run.ordered or run.live)
        if streams or self._one_after_another or not run.optimize:
            return _Join(self, run)
        return Whole(self.keys, run, self._found, timed=self.timed, wanted=run.needed, advice=self.advice(streams))

    def _found(self, sides: Sequence[Side], holding: Holding) -> Rows:
        """What is together of branches that are there as a whole."""
        within, count = self.within(), sum(len(side.times) for side in sides)
        if within is not None:
            return near(sides, self.kind, within, later=self.nearest is not None)
        return equal_rows(sides, self.kind, once=self.zip, made=lambda rows: holding.check(count, rows))

    def advice(self, streams: bool) -> str:
        """What makes it hold fewer points."""
        if streams and self.within() is not None:
            return "a shorter nearest= or asof= holds fewer"
        if self.timed:
            return "of points in order of time few are held: sort() in each branch puts them in order"
        return "nearest=, asof= or 'time' among the fields holds few of points in order of time"

    def within(self) -> timedelta | None:
        """How far apart in time points may be; None where their times are not compared so."""
        given = self.nearest if self.nearest is not None else self.asof
        if given is None:
            return None
        span = duration(given)
        return FOREVER if span.forever else span.delta


class _Join(Joining):
    cause = "filtered"

    def __init__(self, step: join, run: Run) -> None:
        self._step = step
        self._run = run
        self._within = step.within()
        self._key = grouping(step.keys)
        self._timed = step.timed
        self._streams = self._timed and (run.ordered or run.live)
        self.holds = not self._streams
        self._passes = PASSES[step.kind]
        self._holding = Holding(run, step.advice(self._streams))
        self._counts: dict[int, int] = {}  # of the points of each branch
        self._now = BEGINNING  # where it streams: all before it has been dealt with
        self._waiting: list[tuple[datetime, int, int, Held]] = []
        self._made: list[tuple[datetime, list[float], Point]] = []  # to leave in order of time

    @cached_property
    def _near(self) -> Near | None:
        if self._within is None:
            return None
        step = self._step
        return Near(
            self.branches,
            self._passes,
            within=self._within,
            later=step.nearest is not None,
            once=step.zip,
            alone=step.kind == "outer",
        )

    def push_branch(self, branch: int, batch: Batch) -> Batch:
        passed: Batch = []
        number = self._counts.get(branch, 0)
        for point in batch:
            time = time_of(point)
            if self._streams and time is not None:
                if time < self._now:
                    self._run.late(point, "delay")
                    continue
                if self._run.ordered and time > self._now:
                    passed += self.advance(time)
            number += 1
            key = self._key(point) if time is not None or not self._timed else None
            held = Held(branch, number, time, None if has_null(key) else key, point)
            if time is None and self._timed:
                passed += self._untimed(held)
            else:
                heappush(self._waiting, (time or BEGINNING, branch, number, held))
        self._counts[branch] = number
        self._holding.came(batch)
        self._look()
        return passed

    def advance(self, watermark: datetime) -> Batch:
        if not self._streams or watermark <= self._now:
            return []
        self._now = watermark
        self._deal(watermark)
        return self._leave(watermark if self._near is None else self._near.low(watermark))

    def end(self) -> Batch:
        self._deal(None)
        return self._leave(None)

    def low(self, watermark: datetime) -> datetime | None:
        if not self._streams:
            return None
        waiting = [watermark, *(each[0][0] for each in (self._waiting, self._made) if each)]
        return min(waiting if self._near is None else [*waiting, self._near.low(watermark)])

    def _untimed(self, held: Held) -> Batch:
        """A point without a time where times are compared: it leaves at once, or, if nothing does, first at the end."""
        alone: Match = tuple(held if branch == held.branch else None for branch in range(self.branches))
        if not self._passes(alone):
            return []
        if self._streams:
            return [held.point]
        self._make(alone)
        return []

    def _deal(self, before: datetime | None) -> None:
        """Match the points that wait, if they are earlier than this, as far as that can be done by then."""
        near = self._near
        if near is None and not self._streams:
            waiting, self._waiting = [entry[-1] for entry in sorted(self._waiting, key=itemgetter(1, 2))], []
            self._make_all(equal(waiting, self.branches, self._passes, once=self._step.zip), len(waiting))
            return
        for time, points in groupby(self._before(before), key=lambda held: held.time):
            if near is None:
                self._make_all(equal(points, self.branches, self._passes, once=self._step.zip))
                continue
            self._settle(near, time)
            for held in points:
                near.take(held)
        if near is not None:
            self._settle(near, before)

    def _before(self, time: datetime | None) -> Iterator[Held]:
        while self._waiting and (time is None or self._waiting[0][0] < time):
            yield heappop(self._waiting)[-1]

    def _settle(self, near: Near, watermark: datetime | None) -> None:
        self._make_all(near.decided(watermark))
        for held in near.leaving(watermark):
            self._make((*[None] * held.branch, held))

    def _make_all(self, matches: Iterable[Match], held: int = 0) -> None:
        for match in matches:
            if self._make(match):
                self._look(held)

    def _make(self, match: Match) -> bool:
        """The point that these are together; whether it is worth a look if there is memory for more."""
        together = [held for held in match if held is not None]
        times = [held.time for held in together if held.time is not None]
        numbers = [inf if held is None else held.number for held in match]
        if len(together) == 1:
            point = together[0].point
        else:
            point = self._joined(together)
            if times:
                point["time"] = max(times)
            self._run.account.made += 1
            self._run.account.take("merged", sum(not held.used for held in together))
        for held in together:
            held.used = True
        heappush(self._made, (max(times, default=BEGINNING), numbers, point))
        return self._holding.made(point)

    def _joined(self, together: list[Held]) -> Point:
        # what is done to one result shows in no other
        points = [held.point if self._step.zip else copied(held.point) for held in together]
        joined: Point = {}
        for point in points:  # in this order of fields
            joined.update(point)
        for point in reversed(points[:-1]):  # the first wins
            joined.update(point)
        return joined

    def _leave(self, before: datetime | None) -> Batch:
        passed: Batch = []
        while self._made and (before is None or self._made[0][0] < before):
            passed.append(heappop(self._made)[-1])
        return passed

    def _look(self, held: int = 0) -> None:
        self._holding.check(held + len(self._waiting) + len(self._near or ()), len(self._made))
