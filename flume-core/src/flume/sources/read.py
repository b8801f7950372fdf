"""read: points from an adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from flume.absorbing import offered
from flume.adapters.secrets import shown
from flume.adapting import make_end
from flume.bounds import check_bounds
from flume.closing import closing
from flume.duration import duration
from flume.errors import OptionError
from flume.files import Written, is_special
from flume.flow import Batch, Source, Step
from flume.interleaving import Lane, interleaved
from flume.moment import date, reader
from flume.parsing import Parser, Records
from flume.report import Account, Elsewhere, Report
from flume.run import Errors, Run, check_errors
from flume.streams import Stream
from flume.tables import Table
from flume.timing import Timing
from flume.value import thaw


class read(Source):
    """Read the points of *adapter* (`'stdio'`, `'http'`, a plugin's).

    *options*: further ones, the adapter's or its format's.
    *time*: the field that holds the time (dotted too): it becomes `time`, a UTC datetime, and the field itself goes; a
    point without it is a timeless point, one whose time cannot be read is a rejected record.  `time=None` reads nothing
    as a time.  *zone*: of times that name none, and of the days of *last*.  *now*: the instant that times without a
    year are nearest to.
    *from_*, *to* (exclusive), *last*: bounds of the time; points without a time are outside of them.
    *errors*: `'warn'` goes on after a bad record and says so, `'raise'` stops there, `'skip'` only counts.
    *rejects*: a file that keeps bad records, each with its place and its reason.

    >>> read('stdio', file='access.log', format='lines')
    read('stdio', file='access.log', format='lines')

    A log whose times lack the year and the zone, in a field of another name:

    >>> from tempfile import TemporaryDirectory
    >>> from flume import emit, write
    >>> with TemporaryDirectory() as folder:
    ...     lines = emit(points=[{'at': 'Jul 17 23:59:44', 'n': 1}, {'at': 'Jul 18 00:00:02', 'n': 2}])
    ...     report = (lines | write('stdio', file=f'{folder}/log.csv')).execute()
    ...     log = read('stdio', file=f'{folder}/*.csv', time='at', zone='Europe/Berlin', now='2016-07-18')
    ...     [(str(point['time']), point['n']) for point in log]
    [('2016-07-17 21:59:44+00:00', 1), ('2016-07-17 22:00:02+00:00', 2)]

    Of all days the weekend:

    >>> with TemporaryDirectory() as folder:
    ...     days = emit(limit=5, start='2016-07-15', every='1 day')
    ...     report = (days | write('stdio', file=f'{folder}/days.jsonl')).execute()
    ...     weekend = read('stdio', file=f'{folder}/days.jsonl', from_='2016-07-16', to='2016-07-18')
    ...     [point['time'].day for point in weekend]
    [16, 17]
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
        if self.time is None and ("order", "time") in self.options:
            raise OptionError("read: order='time' merges by the time, and time=None reads none")

    def __repr__(self) -> str:
        return shown(self)

    def _reader(self) -> Source:
        from flume import registry

        make = registry.default().find("adapter", self.adapter).Reader
        if make is None:
            raise OptionError(f"the adapter {self.adapter!r} can be written to, not read from")
        source: Source = make_end(read, self.adapter, make, {name: thaw(value) for name, value in self.options})
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

    def record_parser(self, name: str | None) -> Parser | None:
        return self._reader().record_parser(name)

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
        source = self._reader()
        lanes = source.lanes()
        return self.points(source, run) if lanes is None else self._merged(lanes, run)

    def _merged(self, lanes: Sequence[tuple[str, Source]], run: Run) -> Iterator[Batch]:
        """The points of several inputs, in order of time."""
        run.tables, run.alone, run.extension, run.predicate = False, False, None, None

        def points(source: Source, run: Run) -> Callable[[], Iterator[Batch]]:
            return lambda: cast("Iterator[Batch]", self.points(source, run))

        looking = copy(run)
        looking.report, looking.account = Report(elsewhere=Elsewhere()), Account("")  # all is said when it is read
        both = [(name, points(source, run), points(source, looking)) for name, source in lanes]
        return interleaved([Lane(number, *each) for number, each in enumerate(both)], run)

    def points(self, source: Source, run: Run) -> Iterator[Batch | Table]:
        """The points of *source*, with their times read."""
        timing = Timing(self, run)
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
