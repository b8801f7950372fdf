"""flume retry: a program, run on the records that one rejected before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from flume.adapters.file_read import ReadStdio
from flume.cli.arguments import Arguments, check_options
from flume.cli.run import executed
from flume.closing import closing
from flume.errors import MomentError, SourceError, UsageError
from flume.files import same_file
from flume.flow import Batch, Flow, Fork, Pipeline, Source, steps_in
from flume.moment import date
from flume.parsing import BadRecord, Event, OfEvents, Origin, Parser, encode
from flume.report import Report
from flume.run import Run
from flume.sources.read import read
from flume.tables import Table


def retry(arguments: Arguments) -> int:
    """Run the program; its `read` gives what the rejects file keeps, and not what it would read."""
    check_options("retry", arguments.given)
    if not arguments.words:
        raise UsageError('flume retry takes what rejects= kept, and a program: flume retry bad.jsonl "PROGRAM"')
    file = arguments.words.pop(0)

    def changed(asked: Flow | Report | None) -> Flow | Report | None:
        if not isinstance(asked, Flow):
            raise UsageError("the program runs its pipelines itself; let its last line be the pipeline to retry with")
        return retried(asked, file)

    return executed(arguments, changed)


def retried(flow: Flow, file: str) -> Flow:
    """The program, reading what the rejects file keeps.

    Raises `UsageError` where it does not begin with one `read`: nobody knows which of several a record is for.
    """
    sources = [step for step in steps_in(flow) if isinstance(step, Source)]
    if len(sources) != 1 or not isinstance(sources[0], read):
        found = ", ".join(map(repr, sources)) or "none"
        raise UsageError(f"flume retry takes a program with one source, a read, and this has {found}")
    return _with(flow, Retried(sources[0], file))


def _with(flow: Flow, source: Source) -> Flow:
    """The flow with this source in place of its own."""
    if isinstance(flow, Pipeline):
        return Pipeline([_with(step, source) for step in flow.steps])
    if isinstance(flow, Fork):
        return Fork([_with(branch, source) for branch in flow.branches])
    return source if isinstance(flow, Source) else flow


class Retried(Source):
    """What a rejects file keeps: texts are read as *whole* reads them, points are as they were."""

    whole: read
    file: str

    def __repr__(self) -> str:
        return f"{self.whole!r} of {self.file!r}"

    def size(self) -> int | None:
        with suppress(OSError):
            return os.path.getsize(self.file)
        return None

    def reads_file(self, path: str) -> bool:
        return same_file(path, self.file)

    def writes_files(self) -> Any:
        return self.whole.writes_files()

    def names(self) -> frozenset[str]:
        return self.whole.names()

    def begin(self, run: Run) -> None:
        self.whole.begin(run)

    def start(self, run: Run) -> Iterator[Batch | Table]:
        run.tables, run.needed, run.predicate, run.extension, run.spelt = False, None, None, None, False
        for batch in self.whole.points(_Kept(self.whole, self.file), run):
            for point in batch if self.whole.time is not None and isinstance(batch, list) else ():
                if isinstance(text := point.get("time"), str):
                    with suppress(MomentError):  # mere data
                        point["time"] = date(text)
            yield batch


class _Kept(Source):
    """The records, one by one, as they were read first."""

    whole: read
    file: str

    def start(self, run: Run) -> Iterator[Batch | Table]:
        parsers: dict[str | None, Parser | None] = {}
        for number, record in self._records(run):
            name, text = record.get("file"), record.get("raw")
            if isinstance(record.get("point"), dict):
                yield [record["point"]]
                continue
            if not isinstance(text, str):
                raise SourceError(f"{self.file}:{number}: is no record that was rejected: it has neither raw nor point")
            if name not in parsers:
                parsers[name] = self.whole.record_parser(name)
            parser = parsers[name]
            if parser is None:
                place, hint = f"{self.file}:{number}", "csv and columns need fields=[…] where its file is gone"
                raise SourceError(f"{place}: a record of {name!r} cannot be read by itself; {hint}")
            origin = Origin(run, name or self.file)
            origin.first = record["line"] if isinstance(record.get("line"), int) else number
            yield from _read(parser, text, origin)

    def _records(self, run: Run) -> Iterator[tuple[int, dict[str, Any]]]:
        """What the file has, with the numbers of the lines."""
        reading = Run(run.clock)
        reading.policy.errors = "raise"
        source = ReadStdio(file=self.file, format="jsonl")
        with closing(source.start(reading)) as batches:
            for batch in batches:
                run.report.bytes_read = reading.report.bytes_read
                yield from zip(batch.numbers, batch, strict=True)  # type: ignore[union-attr, arg-type]


def _read(parser: Parser, text: str, origin: Origin) -> Iterator[Batch | Table]:
    """The points of one record; it may be rejected again."""
    if parser.takes_events:
        event = Event(origin.first, text)
        try:
            point = parser.parse_event(text)
        except BadRecord as error:
            origin.reject(event.line, str(error), text)
        else:
            if point is not None:
                yield OfEvents([point], origin, [event])
        origin.settle()
        return
    try:
        yield from parser.parse([encode(f"{text}\n")], origin)
    except SourceError as error:
        origin.reject(origin.first, str(error), text)
        origin.settle()
