"""fill: values for fields that have none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flume.errors import OptionError
from flume.flow import Batch, Needed, Proc, Stage
from flume.point import check_value, get, own, with_field
from flume.run import Run
from flume.tables import Table
from flume.value import Value, check_fields, thaw


class fill(Proc):
    """Give a value to fields that are missing or null: `fill(status=200)`.

    A null field keeps its place, a missing one comes last. Dotted names reach inside and make nested fields.

    :param defaults: fields, and for each the value it has where it has none. That of `time` is read as a time.
    :raises OptionError: no field is named, or the value is to be computed (`put` does that).
    :raises MomentError: the value of `time` is no time.

    >>> from flume.testing import run
    >>> run([{'a': None, 'b': 1}, {'a': 0}], fill(a='-', b=2))
    [{'a': '-', 'b': 1}, {'a': 0, 'b': 2}]

    A field inside of others, which is made where it is missing:

    >>> run([{'user': 'ann'}, {'user': 'bob', 'plan': {'name': 'pro'}}], fill(**{'plan.name': 'free'}))
    [{'user': 'ann', 'plan': {'name': 'free'}}, {'user': 'bob', 'plan': {'name': 'pro'}}]
    """

    defaults: tuple[tuple[str, Any], ...]

    def __init__(self, /, **defaults: Any) -> None:
        for name, value in defaults.items():
            check_value(f"fill: {name}", value)
        self._set(defaults=tuple(defaults.items()))

    def check(self) -> None:
        if not self.defaults:
            raise OptionError("fill needs a field and its value: fill(status=200)")
        for name, value in self.defaults:
            check_fields(type(self), "defaults", name)
            if isinstance(value, Value) or callable(value):
                raise OptionError(f"fill: {name} takes a plain value, not {value!r}; put() computes")
        self._values(None)

    def needs(self, wanted: Needed) -> Needed:
        return wanted

    def ordered(self, before: bool) -> bool:
        return before and all(name != "time" for name, _ in self.defaults)

    def splits(self) -> bool:
        return True

    def takes_tables(self) -> bool:
        return not any(name == "time" or "." in name for name, _ in self.defaults)

    def start(self, run: Run) -> Stage:
        return _Fill(self._values(run.now))

    def _values(self, now: datetime | None) -> dict[str, Any]:
        values = {name: thaw(value) for name, value in self.defaults}
        if values.get("time") is not None:
            from flume.moment import date

            values["time"] = date(values["time"], now=now)
        return values


class _Fill(Stage):
    def __init__(self, values: Mapping[str, Any]) -> None:
        self._plain = {name: value for name, value in values.items() if "." not in name}
        self._nested = {name: value for name, value in values.items() if "." in name}

    def push(self, batch: Batch) -> Batch:
        for name, value in self._plain.items():
            batch = [point if point.get(name) is not None else {**point, name: own(value)} for point in batch]
        for name, value in self._nested.items():
            batch = [point if get(point, name) is not None else with_field(point, name, own(value)) for point in batch]
        return batch

    def push_table(self, table: Table) -> Table:
        filled = {
            name: [own(default) if value is None else value for value in table.column(name)]
            for name, default in self._plain.items()
        }
        return table.altered(filled, points=self.push)

    def low(self, watermark: datetime) -> datetime | None:
        return None if "time" in self._plain else watermark
