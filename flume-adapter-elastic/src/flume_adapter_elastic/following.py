"""Following: what comes into indices, behind what is there, as one stream without a gap and without a double.

Documents are asked for by time, each *lag* after it, so that they come in order although a server shows them a moment
after they were written.  Each look goes back over `LOOK_BACK` more, for documents that were late, and those that were
given are known by their names.  Where the server goes away meanwhile, the next look begins where that one ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from flume.duration import EPOCH
from flume.errors import SourceError
from flume.flow import Batch
from flume.run import Run
from flume.tables import Table
from flume_adapter_elastic.connection import Unavailable
from flume_adapter_elastic.documents import Document
from flume_adapter_elastic.patience import pause
from flume_adapter_elastic.reading import Reading
from flume_adapter_elastic.searching import TimeField
from flume_adapter_elastic.time_order import NO_TIME, milliseconds

LOOK_BACK = timedelta(minutes=1)
"""How late a document may be shown to be given all the same."""

REMEMBERED = 1_000_000
"""Documents whose names are kept at most; where more come within `LOOK_BACK`, looks go back less far."""

PAUSE = 1.0  # seconds between looks

_MILLISECOND = timedelta(milliseconds=1)


class Given:
    """Which documents were given already, of those that a look may find again."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._times: dict[tuple[str, str], int] = {}  # in milliseconds, by index and name
        self._crowded = NO_TIME  # a millisecond with too many documents to remember
        self.count = 0
        self.last: int | None = None
        """The millisecond of the last document of the present look."""

    def new(self, pages: Iterator[list[Document]], since: datetime) -> Iterator[list[Document]]:
        """Those that were not given yet; the names of those from *since* on, and of the `last` ones, are kept."""
        first = milliseconds(since)
        self.last = None
        for page in pages:
            fresh = [document for document in page if (document.index, document.id) not in self._times]
            self.last = last = page[-1].sort[0]
            for document in fresh:
                if document.sort[0] >= first or document.sort[0] == last:
                    self._times[document.index, document.id] = document.sort[0]
            if last < first:
                self._times = {name: time for name, time in self._times.items() if time == last}
                if last == self._crowded or len(self._times) > self._most:
                    self._crowded, self._times = last, {}
            self.count += len(fresh)
            if fresh:
                yield fresh

    @property
    def can_go_on(self) -> bool:
        """Whether a look that begins with the `last` ones gives none of them twice."""
        return self.last not in (NO_TIME, self._crowded)

    def forget(self, since: datetime) -> datetime:
        """Forget those before a moment, and more where there are too many; give the moment from which all are known."""
        first = milliseconds(since)
        if len(self._times) > self._most:
            first = max(first, sorted(self._times.values())[-self._most - 1] + 1)
        self._times = {name: time for name, time in self._times.items() if time >= first}
        return _at(first)


class Following:
    """Follows what *reading* finds for *run*, each document *lag* after its time.

    *retries*: how often, one after the other and in vain, a server that is away is asked again.
    """

    def __init__(self, reading: Reading, run: Run, lag: timedelta, retries: int) -> None:
        self._reading = reading
        self._run = run
        self._lag = lag
        self._retries = retries
        self._given = Given()
        self._since: datetime | None = None  # where the next look begins; None: with all that there is
        self._known: datetime | None = None  # from when on all names are known of those that were given
        self._away: Unavailable | None = None  # what has ended the present look too early

    def batches(self) -> Iterator[Batch | Table]:
        """The points that are there, and those that come, until the run stops or its bounds end."""
        run, high = self._run, self._run.bounds[1]
        attempt = 0
        while True:
            until = run.instant() - self._lag
            until = until if high is None else min(until, high)
            before = self._given.count
            yield from self._look(until)
            if self._away is None:
                attempt, seconds = 0, PAUSE
                if until == high:
                    return
            else:
                attempt = attempt if self._given.count == before else 0
                if attempt == self._retries or not self._can_go_on:
                    raise self._away
                if not attempt:
                    run.warn(f"following goes on when the server is back: {self._away}")
                seconds = pause(attempt)
                attempt += 1
            if not run.clock.wait(seconds, run.stop):
                return

    @property
    def _can_go_on(self) -> bool:
        """Whether anything was read, so that this is the server, and another look doubles nothing."""
        return self._known is not None or (self._given.count > 0 and self._given.can_go_on)

    def _look(self, until: datetime) -> Iterator[Batch | Table]:
        """The points before a moment that were not given yet."""
        reading, run, given = self._reading, self._run, self._given
        low, _ = run.bounds
        back = until - LOOK_BACK if low is None else max(low, until - LOOK_BACK)
        known = self._known or back
        try:
            times = _dated(reading, run)
        except Unavailable as error:
            self._away = error
            return
        within = times.within((low, until)) if low is not None else times.before(until)
        if self._since is not None:
            within = times.between(self._since, until)
        yield from reading.points(given.new(self._pages(times, within), known), times)
        if self._away is None:
            self._since = self._known = given.forget(back)
        elif given.last is not None and given.can_go_on:
            history = given.last < milliseconds(known)
            self._since, self._known = (_at(given.last), None) if history else (known, known)

    def _pages(self, times: TimeField, within: Mapping[str, Any] | None) -> Iterator[list[Document]]:
        """What a query finds, until the server goes away: what came before leaves all the same."""
        self._away = None
        try:
            for page in self._reading.found(times, within):
                if isinstance(page, list):  # what is live has no tables
                    yield page
        except Unavailable as error:
            self._away = error


def _at(time: int) -> datetime:
    """The moment of so many milliseconds."""
    return EPOCH + time * _MILLISECOND


def _dated(reading: Reading, run: Run) -> TimeField:
    times = reading.time_field()
    if times.field is None:
        raise SourceError("read('elastic'): follow=True goes by the time of documents, and time=None reads none")
    if not times.dated:
        mapped = f"{run.time_field!r} is mapped as {' and '.join(times.types)}"
        raise SourceError(f"read('elastic'): follow=True goes by the time of documents, and {mapped}; map it as date")
    return times
