"""read: points from an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import compress
from operator import itemgetter
from typing import Any

from flume.absorbing import offered
from flume.adapters.secrets import shown
from flume.adapting import make_end
from flume.bounds import check_bounds
from flume.closing import closing
from flume.duration import duration
from flume.errors import MomentError, OptionError
from flume.files import Written, is_special
from flume.flow import Batch, Point, Source, Step
from flume.missing import look, look_at_table
from flume.moment import date, reader
from flume.parsing import Records
from flume.point import MISSING, find, without_field
from flume.run import Errors, Run, check_errors
from flume.streams import Stream
from flume.tables import Column, Table
from flume.timestamps import all_in_utc, all_stamped, oddly_spelt
from flume.value import thaw

_DAY = duration("1 day")


class read(Source):
    """Read the points of *adapter* (`'stdio'`, `'http'`, a plugin's).

    *options*: further ones, the adapter's or its format's.
    *time*: the field that holds the time (dotted too): it becomes `time`, a UTC datetime, and the field itself goes; a
    point without it is a timeless point, one whose time cannot be read is a rejected record.  `time=None` reads nothing
    as a time.  *zone*: of times that name none.  *now*: the instant that times without a year are nearest to.
    *from_*, *to* (exclusive), *last*: bounds of the time; points without a time are outside of them.
    *errors*: `'warn'` goes on after a bad record and says so, `'raise'` stops there, `'skip'` only counts.
    *rejects*: a file that keeps bad records, each with its place and its reason.

    >>> read('stdio', file='access.log', format='lines')
    read('stdio', file='access.log', format='lines')
    """

    adapter: str
    time: str | None
    zone: str
    now: Any
    from_: Any
    to: Any
    last: str | None
    errors: Errors
    rejects: str | None
    options: tuple[tuple[str, object], ...]

    def __init__(
        self,
        adapter: str,
        *,
        time: str | None = "time",
        zone: str = "UTC",
        now: str | int | float | datetime | None = None,
        from_: str | int | float | datetime | None = None,
        to: str | int | float | datetime | None = None,
        last: str | None = None,
        errors: Errors = "warn",
        rejects: str | None = None,
        **options: Any,
    ) -> None:
        self._set(
            adapter=adapter,
            time=time,
            zone=zone,
            now=now,
            from_=from_,
            to=to,
            last=last,
            errors=errors,
            rejects=rejects,
            options=tuple(options.items()),
        )

    def check(self) -> None:
        check_errors("read", self.errors)
        if self.from_ is not None and self.to is not None and self.last is not None:
            raise OptionError("read: from_, to and last cannot all be given; two of them say the third")
        if self.last is not None and not duration(self.last):
            raise OptionError(f"read: last takes a duration longer than nothing, not {self.last!r}")
        check_bounds("read", self.zone, from_=self.from_, to=self.to)
        if self.now is not None:
            date(self.now, zone=self.zone)
        reader(date("now"), self.zone)
        self._reader()

    def __repr__(self) -> str:
        return shown(self)

    def _reader(self) -> Source:
        from flume import registry

        make = registry.default().find("adapter", self.adapter).Reader
        if make is None:
            raise OptionError(f"the adapter {self.adapter!r} can be written to, not read from")
        source: Source = make_end("read", self.adapter, make, {name: thaw(value) for name, value in self.options})
        return source

    def live(self, now: datetime) -> bool:
        return self._reader().live(now)

    def ordered(self, before: bool = False) -> bool:
        return self._reader().ordered(before)

    def makes(self) -> frozenset[str] | None:
        made = self._reader().makes()
        return None if made is None else made | {"time"}

    def line_format(self) -> str | None:
        return self._reader().line_format() if self.time in (None, "time") else None

    def size(self) -> int | None:
        return self._reader().size()

    def reads_file(self, path: str) -> bool:
        return self._reader().reads_file(path)

    def writes_files(self) -> Sequence[Written]:
        return () if self.rejects is None or is_special(self.rejects) else (Written(self.rejects, "rejects"),)

    def names(self) -> frozenset[str]:
        return frozenset() if self.time in (None, "time") else frozenset([self.time])

    def begin(self, run: Run) -> None:
        run.follow_policy(self.errors, self.rejects)

    def absorb(self, step: Step) -> Source | None:
        return offered(self, self._reader(), (), step)

    def explained(self) -> Iterable[str]:
        return self._reader().explained()

    def split(self, parts: int) -> Sequence[Source] | None:
        readers = self._reader().split(parts)
        return None if readers is None or self.errors == "raise" else [_Part(self, reader) for reader in readers]

    def stream(self, run: Run) -> Stream | None:
        stream = None if self.errors == "raise" else self._reader().stream(run)
        if stream is None:
            return None
        part = stream.part
        return replace(stream, part=lambda blocks, stream: _Part(self, part(blocks, stream)))

    def start(self, run: Run) -> Iterator[Batch | Table]:
        return self.points(self._reader(), run)

    def points(self, source: Source, run: Run) -> Iterator[Batch | Table]:
        """The points of *source*, with their times read."""
        timing = _Timing(self, run)
        run.time_field, run.read_time, run.bounds = self.time, timing.parse, timing.bounds
        if source.timed:
            run.bounds = timing.low, timing.high
            yield from source.start(run)
            return
        if timing.bounded or self.errors == "raise":  # what is out of bounds, or behind a bad record, is no filter's
            run.predicate = None
        if self.time != "time" or timing.bounded:
            run.extension = None
        if run.needed is not None and self.time is not None:
            if "." in self.time or (self.time != "time" and self.time in run.needed):
                run.tables = False
            run.needed = run.needed | {self.time}
        with closing(source.start(run)) as batches:
            for batch in batches:
                if self.errors == "raise" and isinstance(batch, (Records, Table)):
                    batch = batch.before_refused()
                yield timing.read_table(batch) if isinstance(batch, Table) else timing.read(batch)


class _Part(Source):
    """A part of what is read."""

    whole: read
    source: Source

    def may_tear(self) -> bool:
        return self.source.may_tear()

    def start(self, run: Run) -> Iterator[Batch | Table]:
        return self.whole.points(self.source, run)


class _Timing:
    """Turns the time field of points into `time`, and keeps to the bounds."""

    def __init__(self, read: read, run: Run) -> None:
        self.run = run
        self.field = read.time
        self.utc = read.zone == "UTC"
        self.parse = reader(run.now if read.now is None else date(read.now, now=run.now, zone=read.zone), read.zone)
        self.low = None if read.from_ is None else date(read.from_, now=run.now, zone=read.zone)
        self.high = None if read.to is None else date(read.to, now=run.now, zone=read.zone)
        if read.last is not None:
            span = duration(read.last)
            if self.low is not None:
                self.high = span.after(self.low)
            else:
                self.low = span.after(self.high or run.now, -1)

    @property
    def bounded(self) -> bool:
        """Whether some times are out of bounds."""
        return self.low is not None or self.high is not None

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """What an adapter may keep to: one that takes times without a zone for UTC is at most a day off."""
        if self.field is None:
            return None, None
        if self.utc:
            return self.low, self.high
        low, high = self.low, self.high
        return None if low is None else _DAY.after(low, -1), None if high is None else _DAY.after(high)

    def read(self, batch: Batch) -> Batch:
        """The points of one batch (which are the reader's own, and so may be changed) with their times."""
        if self.field is None:
            return batch
        if self.run.account.unseen:
            look(batch, self.run.account)
        if self.run.spelt and self.field == "time" and not self.bounded and self._spells(batch):
            return batch
        try:
            timed = self._plain(batch) if "." not in self.field else self._nested(batch)
        except MomentError:
            timed = self._one_by_one(batch)
        return self._within(timed) if self.bounded else timed

    def read_table(self, table: Table) -> Table:
        """The same for a table."""
        field = self.field
        if field is None or not table or table.extends is not None:  # whose times stay as they are
            return table
        if self.run.account.unseen:
            look_at_table(table, self.run.account)
        if table.timed:  # its parser has read them
            return self._table_within(table)
        texts = table.spelt(field)  # which stay text, whatever values are made of other texts
        times = all_in_utc(texts) or (all_stamped(texts, self.parse) if self.utc else None)
        if times is not None:
            return self._table_within(table.given({"time": times}, timed=True))
        return self._table_within(self._table_of_some(table))

    def _table_of_some(self, table: Table) -> Table:
        """The table where some times are missing, or need a closer look."""
        times = self._times(table, self.field or "time")
        good = self._good(table, times)
        if None in times:
            own = table.column("time")  # where the field is another one, what is called time may be mere data
            times = [own[place] if time is None else time for place, time in enumerate(times)]
        timed = {datetime}.issuperset(map(type, times))
        table = table.given({"time": times}, timed=timed)
        return table if good is None else self._timed(table.only(good))

    def _times(self, table: Table, field: str) -> list[datetime | MomentError | None]:
        """The times of the points: those that are spelt as the first one at once, if that is usual."""
        texts = table.spelt(field)
        size = next((len(text) for text in texts if isinstance(text, str)), 0)
        usual = [text.__class__ is str and len(text) == size and text[-1:] == "Z" for text in texts]
        times = all_in_utc(list(compress(texts, usual))) if any(usual) else None
        if times is None:
            return self._one_after_another(table.column(field))
        others = self._one_after_another(table.only([not one for one in usual]).column(field))
        found = iter(others), iter(times)
        return [next(found[one]) for one in usual]

    def _one_after_another(self, texts: Column) -> list[datetime | MomentError | None]:
        known: dict[Any, datetime | MomentError] = {}
        times: list[datetime | MomentError | None] = []
        for text in texts:
            time = None
            if text is not None:
                place = text.__class__, text
                try:
                    time = known[place]
                except KeyError:
                    time = known[place] = self._parsed(text)
                except TypeError:  # a list, or a dict
                    time = self._parsed(text)
            times.append(time)
        return times

    def _timed(self, table: Table) -> Table:
        table.timed = {datetime}.issuperset(map(type, table.column("time")))
        return table

    def _parsed(self, text: Any) -> datetime | MomentError:
        try:
            return self.parse(text)
        except MomentError as error:
            return error

    def _good(self, table: Table, times: list[Any]) -> list[bool] | None:
        """Which points are no bad records; None for all of them."""
        bad = [place for place, time in enumerate(times) if isinstance(time, MomentError)]
        if not bad:
            return None
        good = [not isinstance(time, MomentError) for time in times]
        for place in bad:
            table.reject(place, f"{self.field} is no time: {times[place]}")
            if self.run.policy.errors == "raise":
                return [index < place for index in range(len(table))]
        return good

    def _table_within(self, table: Table) -> Table:
        if not self.bounded:
            return table
        low, high = self.low, self.high
        inside = [
            isinstance(time, datetime) and (low is None or time >= low) and (high is None or time < high)
            for time in table.column("time")
        ]
        chosen = table.only(inside)
        self._book_outside(len(table) - len(chosen))
        return self._timed(chosen)

    def _spells(self, batch: Batch) -> bool:
        """Check that all points have times in UTC, and leave the texts; False where they need a closer look."""
        try:
            texts = list(map(itemgetter("time"), batch))
        except KeyError:
            return False
        times = all_in_utc(texts) if texts else []
        if times is None:
            return False
        for place in oddly_spelt(texts):
            batch[place]["time"] = times[place]
        return True

    def _plain(self, batch: Batch) -> Batch:
        field, parse = self.field or "time", self.parse
        if field == "time":
            for point in batch:
                if (value := point.get("time")) is not None:
                    point["time"] = parse(value)
        else:
            # all are read before one is changed: a bad one sends the whole batch the slow way
            times = [None if (value := point.get(field)) is None else parse(value) for point in batch]
            for point, time in zip(batch, times, strict=True):
                point.pop(field, None)
                if time is not None:
                    point["time"] = time
        return batch

    def _nested(self, batch: Batch) -> Batch:
        return [self._one(point) for point in batch]

    def _one(self, point: Point) -> Point:
        assert self.field is not None
        value = find(point, self.field)
        if value is MISSING or (value is None and self.field == "time"):
            return point
        rest = point if self.field == "time" else without_field(point, self.field)
        return rest if value is None else {**rest, "time": self.parse(value)}

    def _one_by_one(self, batch: Batch) -> Batch:
        """The same, when at least one time cannot be read: its record is rejected at its line."""
        good: Batch = []
        for index, point in enumerate(batch):
            try:
                good.append(self._one(point))
            except MomentError as error:
                self._reject(batch, index, point, str(error))
                if self.run.policy.errors == "raise":
                    break
        return good

    def _reject(self, batch: Batch, index: int, point: Point, reason: str) -> None:
        reason = f"{self.field} is no time: {reason}"
        if isinstance(batch, Records):
            batch.origin.reject(batch.numbers[index], reason, batch.raw(index))
        else:
            self.run.reject(reason, raw=repr(point))

    def _within(self, batch: Batch) -> Batch:
        low, high = self.low, self.high
        inside = [
            point
            for point in batch
            if isinstance(time := point.get("time"), datetime)
            and (low is None or time >= low)
            and (high is None or time < high)
        ]
        self._book_outside(len(batch) - len(inside))
        return inside

    def _book_outside(self, points: int) -> None:
        self.run.account.made += points
        self.run.account.take("out of bounds", points)
