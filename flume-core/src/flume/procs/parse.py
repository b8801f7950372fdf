"""parse: a field's text, read as a format."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flume.adapting import make_parser
from flume.errors import MomentError, OptionError, SourceError
from flume.flow import Batch, Needed, Proc, Stage
from flume.moment import reader
from flume.parsing import Origin, Parser, Records, Refused, encode
from flume.point import copied, get, without_field
from flume.run import Run
from flume.value import check_fields, spoken


class parse(Proc):
    """Read the text of a field as a format: its fields come into the point, in place of the text.

    They come last, and win over fields of the same name; a `time` that is not null is read as a time. A text that holds
    several records (a JSON array, several lines) makes a point of each, with all other fields copied. Where the field
    is missing, null or a blank text, the point stays as it is; where the format refuses the text, it is a rejected
    record.

    :param field: the field that holds text; a dotted name reaches inside.
    :param format: the name of a format, as of `read`: `'jsonl'`, `'json'`, `'logfmt'`, `'csv'`, `'lines'`, a plugin's.
    :param options: the options of that format: `fields=['host', 'n']` of csv, say.
    :raises OptionError: the format cannot be read, or does not have such an option.
    :raises UnknownName: there is no such format.

    >>> from flume.testing import run
    >>> run([{'host': 'a', 'line': 'level=info took=3'}], parse('line', format='logfmt'))
    [{'host': 'a', 'level': 'info', 'took': 3}]
    >>> run([{'n': 1, 'body': '[{"id": 7}, {"id": 8}]'}], parse('body', format='json'))
    [{'n': 1, 'id': 7}, {'n': 1, 'id': 8}]
    >>> run([{'row': 'web1,80'}], parse('row', format='csv', fields=['host', 'port']))
    [{'host': 'web1', 'port': 80}]
    """

    field: str
    format: str
    options: tuple[tuple[str, Any], ...]

    def __init__(self, field: str, format: str, **options: Any) -> None:
        self._set(field=field, format=format, options=tuple(options.items()))

    def check(self) -> None:
        check_fields(type(self), "field", self.field)
        self._parser()

    def needs(self, wanted: Needed) -> Needed:
        return None if wanted is None else wanted | {self.field}

    def names(self) -> frozenset[str]:
        return frozenset({self.field})

    def ordered(self, before: bool) -> bool:
        return False  # texts may have times of their own

    def start(self, run: Run) -> Stage:
        return _Parse(self.field, self._parser(), run)

    def _parser(self) -> Parser:
        try:
            return make_parser(type(self), self.format, dict(self.options))
        except OptionError as error:
            message = str(error)
            if message.startswith("read "):  # which is said of what reads files
                raise OptionError(f"parse {message.removeprefix('read ')}") from None
            raise


class _Parse(Stage):
    def __init__(self, field: str, parser: Parser, run: Run) -> None:
        self._field = field
        self._parser = parser
        self._run = run
        self._date = reader(run.now)

    def push(self, batch: Batch) -> Batch:
        passed: Batch = []
        split = made = 0
        values = [get(point, self._field) for point in batch]
        for point, found in zip(batch, self._found(values), strict=True):
            if found is None:
                passed.append(point)
            elif isinstance(found, str):
                self._run.reject(f"parse: {self._field} {found}", point=point)
            else:
                rest = without_field(point, self._field)
                passed += [{**copied(rest), **record} for record in found]
                if len(found) > 1:
                    split += 1
                    made += len(found)
        self._run.account.take("split", split)
        self._run.account.made += made
        return passed

    def low(self, watermark: datetime) -> None:
        return None

    def _found(self, values: list[Any]) -> Iterable[Batch | str | None]:
        """The records of each text, or why it is refused; None where there is nothing to read."""
        lines = [value for value in values if self._is_line(value)]
        records, refused = self._read("".join(f"{line}\n" for line in lines)) if lines else ({}, {})
        number = 0
        for value in values:
            if value is None or (isinstance(value, str) and not value.strip()):
                yield None
            elif not isinstance(value, str):
                yield f"is no text to be read as {self._format}"
            elif self._is_line(value):
                number += 1
                yield refused.get(number) or self._timed(records.get(number, []))
            else:
                alone, reasons = self._read(value)
                reason = next(iter(reasons.values()), None)
                yield reason or self._timed([record for line in alone.values() for record in line])

    def _is_line(self, value: object) -> bool:
        """Whether it can be read together with others, each a line."""
        return self._parser.splits and isinstance(value, str) and bool(value.strip()) and "\n" not in value

    def _read(self, text: str) -> tuple[dict[int, Batch], dict[int, str]]:
        """The records of each line, by its number, and the reasons for which lines are refused."""
        origin = _Text(self._run, "")
        found: dict[int, Batch] = {}
        try:
            for batch in self._parser.parse([encode(text)], origin):
                assert isinstance(batch, Records)
                for number, record in zip(batch.numbers, batch, strict=True):
                    found.setdefault(number, []).append(record)
        except SourceError as error:  # a text that cannot be read on is no more than a bad record here
            place, _, reason = str(error).partition(": ")
            origin.reasons.setdefault(0, reason if place.startswith(":") else str(error))
        return found, origin.reasons

    def _timed(self, records: Batch) -> Batch | str:
        """The records with their times, or why they are refused."""
        if not records:
            return f"has no record to be read as {self._format}"
        try:
            for record in records:
                if record.get("time") is not None:
                    record["time"] = self._date(record["time"])
                else:
                    record.pop("time", None)
        except MomentError as error:
            return f"has a time that is none: {error}"
        return records

    @property
    def _format(self) -> str:
        return spoken(type(self._parser))


class _Text(Origin):
    """A text that is part of a point: what is wrong with it is a reason to reject the point."""

    def __init__(self, run: Run, file: str) -> None:
        super().__init__(run, file)
        self.reasons: dict[int, str] = {}

    def settle(self, more: Iterable[Refused] = ()) -> None:
        for line, reason, _ in (*self.refused(), *more):
            self.reasons.setdefault(line, reason)
