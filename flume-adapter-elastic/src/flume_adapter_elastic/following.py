"""Following: what comes into indices, behind what is there, as one stream without a gap and without a double.

Documents are asked for by time, each *lag* after it, so that they come in order although a server shows them a moment
after they were written.  Each look goes back over `LOOK_BACK` more, for documents that were late, and those that were
given are known by their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flume.duration import EPOCH
from flume.errors import SourceError
from flume.flow import Batch
from flume.run import Run
from flume.tables import Table
from flume_adapter_elastic.documents import Document
from flume_adapter_elastic.reading import Reading
from flume_adapter_elastic.searching import TimeField
from flume_adapter_elastic.time_order import milliseconds

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
        self._since = -(2**63)

    def new(self, pages: Iterator[list[Document]], since: datetime) -> Iterator[list[Document]]:
        """Those that were not given yet; the names of those from *since* on are kept."""
        self._since = milliseconds(since)
        for page in pages:
            fresh = [document for document in page if (document.index, document.id) not in self._times]
            for document in fresh:
                if document.sort[0] >= self._since:
                    self._times[document.index, document.id] = document.sort[0]
            if fresh:
                yield fresh

    def forget(self, since: datetime) -> datetime:
        """Forget those before a moment, and more where there are too many; give the moment from which all are known."""
        first = milliseconds(since)
        if len(self._times) > self._most:
            first = max(first, sorted(self._times.values())[-self._most - 1] + 1)
        self._times = {name: time for name, time in self._times.items() if time >= first}
        return EPOCH + first * _MILLISECOND


def follow(reading: Reading, run: Run, lag: timedelta) -> Iterator[Batch | Table]:
    """The points that *reading* gives, and those that come, until the run stops or its bounds end.

    *lag*: how long after its time a document is asked for.
    """
    low, high = run.bounds
    given = Given()
    since: datetime | None = None
    while True:
        until = run.instant() - lag
        until = until if high is None else min(until, high)
        times = _dated(reading, run)
        within = times.within((low, until)) if low is not None else times.before(until)
        if since is not None:
            within = times.between(since, until)
        back = until - LOOK_BACK
        found = (page for page in reading.found(times, within) if isinstance(page, list))  # what is live has no tables
        yield from reading.points(given.new(found, back), times)
        since = given.forget(back if low is None else max(low, back))
        if until == high or not run.clock.wait(PAUSE, run.stop):
            return


def _dated(reading: Reading, run: Run) -> TimeField:
    times = reading.time_field()
    if times.field is None:
        raise SourceError("read('elastic'): follow=True goes by the time of documents, and time=None reads none")
    if not times.dated:
        mapped = f"{run.time_field!r} is mapped as {' and '.join(times.types)}"
        raise SourceError(f"read('elastic'): follow=True goes by the time of documents, and {mapped}; map it as date")
    return times
