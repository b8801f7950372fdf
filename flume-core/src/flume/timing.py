"""Timing: the times of what is read, and the bounds that `read` sets them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import compress
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from flume.duration import duration
from flume.errors import MomentError
from flume.flow import Batch, Point
from flume.missing import look, look_at_table
from flume.moment import date, reader
from flume.parsing import Records
from flume.point import MISSING, find, without_field
from flume.run import Run
from flume.tables import Column, Table
from flume.timestamps import all_in_utc, all_stamped, oddly_spelt

if TYPE_CHECKING:
    from flume.sources.read import read

_DAY = duration("1 day")


class Timing:
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
                self.high = span.after(self.low, 1, read.zone)
            else:
                self.low = span.after(self.high or run.now, -1, read.zone)

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
            texts = [point.get("time") for point in batch]
            if texts and (times := all_in_utc(texts)) is not None:
                for point, time in zip(batch, times, strict=True):
                    point["time"] = time
                return batch
            for point in batch:
                if (value := point.get("time")) is not None:
                    point["time"] = parse(value)
        else:
            # all are read before one is changed: a bad one sends the whole batch the slow way
            read = [None if (value := point.get(field)) is None else parse(value) for point in batch]
            for point, of_point in zip(batch, read, strict=True):
                point.pop(field, None)
                if of_point is not None:
                    point["time"] = of_point
        return batch

    def _nested(self, batch: Batch) -> Batch:
        return _instead(batch, [self._one(point) for point in batch], range(len(batch)))

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
        places: list[int] = []
        for index, point in enumerate(batch):
            try:
                good.append(self._one(point))
                places.append(index)
            except MomentError as error:
                self._reject(batch, index, point, str(error))
                if self.run.policy.errors == "raise":
                    break
        return _instead(batch, good, places)

    def _reject(self, batch: Batch, index: int, point: Point, reason: str) -> None:
        reason = f"{self.field} is no time: {reason}"
        if isinstance(batch, Records):
            batch.origin.reject(batch.numbers[index], reason, batch.raw(index))
        else:
            self.run.reject(reason, raw=repr(point))

    def _within(self, batch: Batch) -> Batch:
        low, high = self.low, self.high
        inside = [
            place
            for place, point in enumerate(batch)
            if isinstance(time := point.get("time"), datetime)
            and (low is None or time >= low)
            and (high is None or time < high)
        ]
        self._book_outside(len(batch) - len(inside))
        return _instead(batch, [batch[place] for place in inside], inside)

    def _book_outside(self, points: int) -> None:
        self.run.account.made += points
        self.run.account.take("out of bounds", points)


def _instead(batch: Batch, points: Batch, places: Sequence[int]) -> Batch:
    """The points in place of those at *places* of the batch; where each was read is still known."""
    return batch.given(points, places) if isinstance(batch, Records) else points
