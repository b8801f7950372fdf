"""Tests of steps that a source does: by the reader of an adapter, over a database that is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest

from flume import count, filter, head, hookimpl, memory, put, read, reduce, registry
from flume.absorbing import Unabsorbed
from flume.adapting import Adapter
from flume.errors import RecordError
from flume.flow import Batch, Flow, Point, Source, Step
from flume.groups import Folded
from flume.moment import render
from flume.predicate import predicate_of
from flume.run import Run

ROWS = [
    ("2024-01-01T00:00:00.000Z", "b", 3),
    ("2024-01-01T00:00:01.000Z", "a", 1),
    ("2024-01-02T00:00:00.000Z", "b", 5),
    ("2024-01-03T00:00:00.000Z", None, 5),
]
COUNTED = reduce(n=count(), by="host")


class ReadRows(Source):
    """Rows of the table points; conditions and a count are left to the database."""

    file: str
    where: str = ""
    exact: bool = True
    leaves: bool = False

    asked: ClassVar[list[str]] = []

    def absorb(self, step: Step) -> Source | None:
        if isinstance(step, filter):
            condition = step.parsed()
            found = predicate_of(condition.tree) if condition else None
            if found is not None and len(found.tests) == 1:
                operator, value = found.tests[0]
                return ReadRows(self.file, f"WHERE {found.field} {operator} {value!r}", self.exact, self.leaves)
        if step == COUNTED:
            return CountRows(self, step)
        return None

    def settle(self) -> tuple[Source, list[Step]]:
        left = [filter(self.where.removeprefix("WHERE "))] if self.leaves and self.where else []
        return self, left

    def explained(self) -> Iterable[str]:
        return [f"SELECT * FROM points {self.where}".strip()]

    def start(self, run: Run) -> Iterator[Batch]:
        yield self.rows(f"SELECT * FROM points {self.where}")

    def rows(self, query: str) -> Batch:
        """What the database answers."""
        self.asked.append(query.strip())
        with closing(sqlite3.connect(self.file)) as database:
            rows = database.execute(query)
            names = [column[0] for column in rows.description]
            return [dict(zip(names, row, strict=True)) for row in rows]


class CountRows(Source):
    """How many rows there are of each host."""

    reader: ReadRows
    step: reduce

    timed = True

    def start(self, run: Run) -> Iterator[Batch]:
        if not self.reader.exact:
            raise Unabsorbed(self.reader)
        low, high = run.bounds
        within = f"time >= '{render(low) if low else ''}' AND time < '{render(high) if high else 'z'}'"
        asked = (
            f"SELECT host, count(*) AS n, min(time) AS first FROM points WHERE {within} GROUP BY host ORDER BY first"
        )
        assert run.read_time is not None
        folded = [Folded(run.read_time(row["first"]), (row["host"],), [row["n"]]) for row in self.reader.rows(asked)]
        yield self.step.of_folded(folded, run)


class rows(Adapter):
    """The table points of a database."""

    Reader = ReadRows


class Plugin:
    """Has the adapter."""

    @staticmethod
    @hookimpl
    def flume_adapters() -> dict[str, Any]:
        return {"rows": rows}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[str]:
    """A database, known to `read('rows')`."""
    name = str(tmp_path / "points.db")
    with closing(sqlite3.connect(name)) as database, database:
        database.execute("CREATE TABLE points (time, host, status)")
        database.executemany("INSERT INTO points VALUES (?, ?, ?)", ROWS)
    ReadRows.asked.clear()
    with registry.use(registry.Registry(discover=False)) as known:
        known.add(Plugin, "rows")
        yield name


def both(flow: Flow) -> list[Point]:
    """The points that leave *flow*, which are the same without any steps absorbed."""
    found = list(flow)
    ReadRows.asked.append("unabsorbed")
    report = (flow | memory()).execute(optimize=False)
    assert report.points == found
    return found


def asked() -> list[str]:
    """What the database was asked for, by the pipeline as it is run."""
    return ReadRows.asked[: ReadRows.asked.index("unabsorbed")]


def test_step_is_done_by_the_source(file: str) -> None:
    """And the next one is offered then; times are read, and bounds kept, by `read`."""
    flow = read("rows", file=file) | filter("status == 5") | put(n=1)
    assert both(flow)[0]["time"].day == 2
    assert asked() == ["SELECT * FROM points WHERE status == 5"]
    both(read("rows", file=file, from_="2024-01-03") | filter("status == 5"))
    report = (read("rows", file=file) | filter("status == 5")).explain()
    assert "pushed down: filter('status == 5')" in report
    assert "SELECT * FROM points WHERE status == 5" in report


def test_reader_does_times_and_bounds_itself_where_it_says_so(file: str) -> None:
    """What it counts are the points within the bounds, and what it gives stays as it is."""
    found = both(read("rows", file=file, from_="2024-01-01T00:00:01", to="2024-01-03") | COUNTED)
    assert [(point["host"], point["n"], point["time"].second) for point in found] == [("a", 1, 1), ("b", 1, 1)]
    assert "GROUP BY" in asked()[0]


def test_where_the_answer_is_not_exact_flume_does_the_steps(file: str) -> None:
    """And counts as read what was read for them."""
    flow = read("rows", file=file, exact=False) | COUNTED
    assert len(both(flow)) == 3
    assert asked() == ["SELECT * FROM points"]
    assert (flow | head(1)).execute().read == 4
    assert (read("rows", file=file) | COUNTED | head(1)).execute().read == 3


def test_steps_that_are_left_are_done_by_flume(file: str) -> None:
    """And stand in the plan as steps, with the numbers they have in the program."""
    flow = read("rows", file=file, leaves=True) | filter("status == 5") | put(n=1)
    assert len(both(flow)) == 2
    assert asked() == ["SELECT * FROM points WHERE status == 5"]
    assert "pushed down" not in flow.explain()
    assert "2. filter('status == 5')\n3. put(n=1)" in flow.explain()


@pytest.mark.parametrize(
    ("options", "step"),
    [
        ({"time": "at"}, COUNTED),
        ({"time": "status"}, filter("status == 5")),
        ({"time": "status.at"}, filter("status == 5")),
        ({"time": None}, filter("time == 5")),
        ({"errors": "raise"}, filter("status == 5")),
    ],
)
def test_no_step_is_offered_that_looks_at_the_time_under_another_name(
    file: str, options: dict[str, Any], step: Step
) -> None:
    """Nor any where a bad record is an error, though no step would pass it."""
    assert "pushed down" not in (read("rows", file=file, **options) | step).explain()
    assert "pushed down" in (read("rows", file=file, time="at") | filter("status == 5")).explain()


def test_bad_times_of_what_is_read_are_rejected_as_ever(file: str) -> None:
    """A reader that does steps gives records, whose times `read` reads."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO points VALUES ('noon', 'c', 5)")
    report = (read("rows", file=file) | filter("status == 5") | put(n=1)).execute()
    assert (report.read, report.rejected) == (2, 1)
    with pytest.raises(RecordError, match="noon"):
        (read("rows", file=file, errors="raise") | filter("status == 5")).execute()
