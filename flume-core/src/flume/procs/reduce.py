"""reduce: many points into one, in groups and windows of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flume import gathering
from flume.duration import Span, check_on, duration, zone_of
from flume.errors import OptionError
from flume.flow import Batch, Needed, Proc, Stage
from flume.folding import Named, check_named, check_options, given, needed_of, takes_tables
from flume.groups import Folded
from flume.reducing import Reducer
from flume.run import Run
from flume.tables import can_be_columns, example_loop
from flume.value import Fields, check_fields, field_list
from flume.windows import session_tables
from flume.windows.last import LastWindow
from flume.windows.session import SessionWindows
from flume.windows.sliding import SlidingWindows
from flume.windows.tumbling import TumblingWindows
from flume.windows.turns import Turns
from flume.windows.whole import Whole


class reduce(Proc):
    """Fold the points into one a group (*by*) and window of time, at the end or as windows close.

    *fields*: reducers such as `count()`, arithmetic between them, or what the last point gives (`expr('…')`, a
    template); none gives the distinct groups.  Out come the fields, then those of *by*, then `time`.  Values of a group
    are compared as JSON does: `1` and `1.0`, not `'1'`; missing is null.

    Without a window there is one result a group, at the end of the stream, with the time of the first point.

    **Windows behind one another**, *every*: they begin at the first point, or, with *on*, at the calendar.  Their time
    is their start.  Empty ones are given where there is no *by*.  **Sliding windows**, *over* and *every*: each result
    is over so long before the step's end, with the step's start as its time.  *over* alone: one result, over the last
    of the stream.  **Sessions**, *gap*: a group's window ends when it was quiet for so long.  Its `time` is that of its
    first point; they leave in the order of their last ones.

    A window closes once time has passed its end: of a stream in order of time, that of the last point; of a live one,
    also that of the clock where nothing comes.  A file is in no known order: its windows close at its end, or, with
    *lateness*, as it goes.  A point that comes for a window that is closed is late: in none, counted, and reported.

    :param every: the length of windows, or of the steps that they slide by: `'5m'`, or `'1 month'` by the calendar.
    :param on: where in the calendar they begin: `'0s'` at full hours, days or months (weeks on Monday), `'30m'` at half
        past, `'9 days'` on the 10th.
    :param over: how far each window reaches back. Points are held in pieces that were folded already; what cannot be
        merged, such as `ewma`, is held as points, and folded anew for each window.
    :param gap: how long the quiet is that ends a session: a point just so long after the one before begins another.
        With `end=last('time')` its end is there too. Where a point makes one of two sessions, those of the later one
        stand behind.
    :param by: a field or fields whose values make groups; `'author.name'` reaches inside.
    :param reset: False: results go on over all windows, as running totals.
    :param forget: False, with *by*: a group that was there once is in each window from then on.
    :param partial: of sliding windows, also those at the beginning that are not full yet.
    :param lateness: how long a window waits for points that come late.
    :param early: how often results of windows that are still open are given, too, each marked `"final": false`, where
        points came since. Of a file in no known order there are none.
    :param zone: whose days, weeks and months these are, of 23 and 25 hours too: an IANA name.
    :raises OptionError: options that do not go together, or durations that are none or not positive.
    :raises LimitError: when it runs, more is held than fits into the memory that a step may fill (`--memory`).

    >>> from flume import avg, count, last
    >>> from flume.testing import run
    >>> run([{'a': 'x'}, {'a': 'y'}, {'a': 'x'}], reduce(n=count(), by='a'))
    [{'n': 2, 'a': 'x'}, {'n': 1, 'a': 'y'}]

    The average of two minutes, every minute; and visits, which end after half a minute of quiet:

    >>> points = [{'time': f'2024-03-01T10:0{m}:{s}Z', 'v': m} for m, s in [(0, 10), (0, 30), (1, 15), (2, '07')]]
    >>> [point['v'] for point in run(points, reduce(v=avg('v'), every='1m', over='2m', on='0s'))]
    [0.3333333333333333, 1.5]
    >>> run(points, reduce(n=count(), end=last('time'), gap='30s'))[0]
    {'n': 2, 'end': '2024-03-01T10:00:30.000Z', 'time': '2024-03-01T10:00:10.000Z'}
    """

    every: Span
    on: Span
    over: Span
    gap: Span
    by: Fields
    reset: bool
    forget: bool
    partial: bool
    lateness: Span
    early: Span
    zone: str
    fields: Named

    def __init__(
        self,
        *,
        every: Span = None,
        on: Span = None,
        over: Span = None,
        gap: Span = None,
        by: Fields = None,
        reset: bool = True,
        forget: bool = True,
        partial: bool = False,
        lateness: Span = None,
        early: Span = None,
        zone: str = "UTC",
        **fields: Any,
    ) -> None:
        self._set(
            every=every,
            on=on,
            over=over,
            gap=gap,
            by=by,
            reset=reset,
            forget=forget,
            partial=partial,
            lateness=lateness,
            early=early,
            zone=zone,
            fields=given("reduce", fields),
        )

    def check(self) -> None:
        check_fields(type(self), "by", self.by)
        check_named("reduce", self.fields)
        check_options(
            "reduce", self.fields, ("every", "over", "gap", "lateness", "early"), ("reset", "forget", "partial")
        )
        for name in ("every", "over", "gap", "early"):
            value = getattr(self, name)
            if value is not None and not duration(value):
                raise OptionError(f"reduce: {name} takes a duration longer than nothing, not {value!r}")
        for name in ("gap", "lateness"):
            value = getattr(self, name)
            if value is not None and not duration(value).fixed:
                raise OptionError(f"reduce: {name} takes a duration of fixed length, not {value!r}")
        if self.lateness is not None and duration(self.lateness).delta < timedelta():
            raise OptionError(f"reduce: lateness takes 0s or more, not {self.lateness!r}")
        zone_of(self.zone)
        self._check_kind()
        if self.every is not None and self.on is not None:
            check_on(duration(self.every), duration(self.on))
        if not self.forget and (not self.reset or self.by is None):
            raise OptionError(
                "reduce: forget=False goes with by= and without reset=False (which keeps the groups anyway)"
            )

    def _check_kind(self) -> None:
        """An `OptionError` for options of one kind of window at another."""
        if self.gap is not None:
            for name in ("every", "on", "over"):
                if getattr(self, name) is not None:
                    raise OptionError(f"reduce: gap makes windows that end in a quiet; it goes without {name}=")
            for name in ("reset", "forget"):
                if not getattr(self, name):
                    raise OptionError(f"reduce: {name}=False goes with every=, not with gap=")
        elif self.every is None:
            for name in ("on", "lateness"):
                if getattr(self, name) is not None:
                    raise OptionError(f"reduce: {name} says something of windows; give every= too")
        if self.every is None and self.over is None and self.zone != "UTC":
            raise OptionError("reduce: zone says where days, weeks and months begin; give every= or over= too")
        if self.over is None:
            if self.partial:
                raise OptionError("reduce: partial says something of sliding windows; give over= and every= too")
        elif self.early is not None:
            raise OptionError("reduce: early goes without over=, whose results come as often as every= says")
        elif not self.reset:
            raise OptionError("reduce: reset=False goes on over all windows, over= looks back so far; give one of them")
        elif self.every is None and self.partial:
            raise OptionError("reduce: partial says something of windows that slide; give every= too")
        elif duration(self.over).forever and not self.partial:
            raise OptionError("reduce: no window of over='forever' is ever full; partial=True gives what is there")

    def needs(self, wanted: Needed) -> Needed:
        needed = needed_of(self.fields)
        return None if needed is None else needed | set(field_list(self.by)) | {"time"}

    def names(self) -> frozenset[str]:
        read = [value.reads for _, value in self.fields if isinstance(value, Reducer)]
        return frozenset(field_list(self.by)).union(*read) - {"time"}

    def held(self, ordered: bool) -> str | None:
        if self.every is None and self.over is not None:
            return f"the points of the last {self.over}"
        groups = "a result" if self.by is None else "each group"
        passing = ordered or self.lateness is not None
        until = "" if passing else ", until the end"
        if self.gap is not None:
            what = f"the sessions that are open{' of each group' if self.by else ''}" if passing else "all sessions"
        elif self.every is None:
            what, until = groups, ""
        elif self.over is not None:
            what = f"{groups} of each step in the last {self.over}" if passing else f"{groups} of each step"
        else:
            what = f"{groups} of the window that is open" if passing else f"{groups} of each window"
        leaves = [leaf for _, value in self.fields if isinstance(value, Reducer) for leaf in value.leaves()]
        growing = dict.fromkeys(repr(leaf) for leaf in leaves if leaf.grows)
        values = f", with all values of {', '.join(growing)}" if growing else ""
        return f"{what}{until}{values}"

    folds = True

    def ordered(self, before: bool) -> bool:
        return self.gap is None and self.early is None

    def batched(self, before: bool) -> bool:
        return before and self.every is None and self.gap is None

    def renews(self) -> bool:
        return self.every is None and self.gap is None

    def splits(self) -> bool:
        leaves = [leaf for _, value in self.fields if isinstance(value, Reducer) for leaf in value.leaves()]
        anew = self.reset and all(leaf.resets for leaf in leaves)
        only_reducers = all(isinstance(value, Reducer) for _, value in self.fields)
        at_the_end = self.lateness is None and self.early is None and self.gap is None
        last = self.over is not None and self.every is None
        return at_the_end and not last and anew and only_reducers and all(leaf.mergeable for leaf in leaves)

    def takes_tables(self) -> bool:
        folds = self.splits() or (self.gap is not None and self.lateness is None and self.early is None)
        return folds and takes_tables(self.fields) and can_be_columns(field_list(self.by))

    def code(self, needed: Needed) -> str | None:
        leaves = [leaf for _, value in self.fields if isinstance(value, Reducer) for leaf in value.leaves()]
        values = dict.fromkeys(field for leaf in leaves if (field := getattr(leaf, "field", None)) is not None)
        by, timed = field_list(self.by), self.every is not None
        if needed is not None and self.gap is not None:
            return session_tables.source(example_loop(["time", *by, *values], needed), len(by)) + "\n"
        if needed is None or not (timed or values or len(by) > 1):  # points of one field's groups are counted at once
            return None
        loop = example_loop([*(["time"] if timed else []), *by, *values], needed)
        return gathering.source(loop, len(by), timed) + "\n"

    def start(self, run: Run) -> Stage:
        if self.gap is not None:
            return SessionWindows(self, run)
        if self.over is None or self.over == self.every:
            return Turns(self, run) if run.batched and self.every is None else self._stage(run)
        return LastWindow(self, run) if self.every is None else SlidingWindows(self, run)

    def of_folded(self, folded: Iterable[Folded], run: Run) -> Batch:
        """The results, where the points were folded elsewhere: by a server that a source reads of.

        It comes in order of first sight (which is that of time), each group once a window, and only where it `splits`
        and has no *over*.
        The states are those that the points of the group would have made of the `Fold.leaves` of *fields*.
        """
        run = run.at(self, ordered=True)
        stage = self._stage(run)
        stage.take(folded)
        results = stage.end()
        run.account.points_out += len(results)
        return results

    def _stage(self, run: Run) -> TumblingWindows | Whole:
        return Whole(self, run) if self.every is None else TumblingWindows(self, run)
