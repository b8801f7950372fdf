"""The suites of flume, and what is this adapter's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest

from flume import count, emit, filter, head, memory, put, read, reduce, write
from flume.errors import OptionError, SinkError, SourceError
from flume.flow import Flow, Point
from flume.report import Report
from flume.testing.adapters import AdapterSuite


class TestSqlite(AdapterSuite):
    name = "sqlite"
    appends = True
    batch = "batch"
    keeps_fields = False
    keeps_null = False
    tells_case = False
    examples = 20
    absorbs: ClassVar = [
        reduce(n=count()),
        reduce(n=count(), by="host"),
        reduce(n=count("rare"), all=count(), by=["n", "rare"]),
    ]

    @pytest.fixture
    def options(self, tmp_path: Path) -> dict[str, Any]:
        return {"file": str(tmp_path / "points.db")}


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "a.db")


def made(file: str, *statements: str) -> str:
    """A database that somebody else has made."""
    with closing(sqlite3.connect(file)) as database, database:
        for statement in statements:
            database.execute(statement)
    return file


def run(flow: Flow) -> Report:
    return (flow | memory()).execute()


ROWS = (
    "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, host TEXT COLLATE NOCASE, status INTEGER, note)",
    "INSERT INTO logs VALUES (3, '2024-01-01 12:00', 'a', 200, 'x')",
    "INSERT INTO logs VALUES (1, '2024-01-01T14:00:00+02:00', 'A', '404', NULL)",
    "INSERT INTO logs VALUES (2, '1704110400', 'b', 'n/a', 1), (4, NULL, NULL, NULL, 2.5)",
)


def test_a_table_of_others_is_read_as_it_is(file: str) -> None:
    """By the number of its rows, with times of any spelling, and NULL as null."""
    source = read("sqlite", file=made(file, *ROWS), table="logs", time="at")
    points = list(source)
    assert [point["id"] for point in points] == [1, 2, 3, 4]
    assert [point["time"].hour for point in points[:3]] == [12, 12, 12]
    assert points[3] == {"id": 4, "host": None, "status": None, "note": 2.5}
    bounded = read("sqlite", file=file, table="logs", time="at", from_="2024-01-01T12:00", to="2024-01-01T12:01")
    assert [point["id"] for point in bounded] == [1, 2, 3]


@pytest.mark.parametrize(
    ("condition", "ids", "at_most"),
    [
        ("host == 'a'", [3], 1),
        ("host != 'a'", [1, 2, 4], 3),
        ("status == 404", [1], 1),
        ("status == '404'", [], 0),
        ("status > 300", [1], 2),
        ("note is None", [1], 1),
        ("note in [1, 'x']", [2, 3], 2),
        ("note == 1 or note == 2.5", [2, 4], 2),
        ("not status < 400", [1, 2, 4], 3),
        ("gone is None and status == 200", [3], 1),
        ("'; DROP TABLE logs; --' == host", [], 0),
        ("HOST == 'a'", [], 0),
    ],
)
def test_rows_that_a_filter_drops_are_not_read(file: str, condition: str, ids: Sequence[int], at_most: int) -> None:
    """Whatever the column was declared to be; flume filters what is left."""
    report = run(read("sqlite", file=made(file, *ROWS), table="logs", time=None) | filter(condition))
    assert [point["id"] for point in report.points] == ids
    assert report.read <= at_most


def test_what_could_not_be_compared_is_still_said(file: str) -> None:
    report = run(read("sqlite", file=made(file, *ROWS), table="logs", time=None) | filter("status > 300"))
    assert [account.clashes for account in report.accounts if account.clashes] == [
        {"could not be compared": (1, "status='n/a'")}
    ]


def test_the_plan_shows_the_query(file: str) -> None:
    plan = (read("sqlite", file=file) | filter("n > 3") | put(a=1)).explain()
    assert "only rows are read that may pass filter('n > 3')" in plan
    assert "with [3]" in plan
    plan = (read("sqlite", file=file) | filter("n > 3") | reduce(n=count(), by="host")).explain()
    assert "pushed down: filter('n > 3') | reduce(by='host', n=count())" in plan
    assert 'GROUP BY "host"' in plan


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE points (time, host)", "INSERT INTO points VALUES ('2024-01-01', 'a'), ('noon', 'a')"),
        ("CREATE TABLE points (time, host)", "INSERT INTO points VALUES (NULL, x'74727565')"),
        ("CREATE TABLE points (time, host, PRIMARY KEY (host)) WITHOUT ROWID", "INSERT INTO points VALUES (NULL, 'a')"),
        ("CREATE TABLE t (time, host)", "INSERT INTO t VALUES (NULL, 'a')", "CREATE VIEW points AS SELECT * FROM t"),
        ("CREATE TABLE points (rowid, oid, _rowid_)", "INSERT INTO points VALUES (1, 2, 3), (NULL, 2, 3)"),
    ],
)
def test_what_the_database_cannot_count_is_counted_by_flume(file: str, statements: Sequence[str]) -> None:
    """Times that are none, values that it has no type for, and tables whose rows have no number."""
    flow = read("sqlite", file=made(file, *statements)) | reduce(n=count(), by="host")
    plain = (flow | memory()).execute(optimize=False)
    assert run(flow).points == plain.points
    assert plain.points


def test_the_database_counts(file: str) -> None:
    """And flume is given no row but those of the answer."""
    (emit(points=[{"host": f"web{n % 2}", "n": n} for n in range(100)]) | write("sqlite", file=file)).execute()
    report = run(read("sqlite", file=file) | filter("n >= 10") | reduce(n=count(), by="host"))
    assert report.points == [{"n": 45, "host": "web0"}, {"n": 45, "host": "web1"}]
    assert report.read == 2


def test_a_blob_that_holds_no_json_is_a_rejected_record(file: str) -> None:
    made(file, "CREATE TABLE points (a)", "INSERT INTO points VALUES (x'ff00'), (1)")
    report = run(read("sqlite", file=file))
    assert (report.points, report.rejected) == ([{"a": 1}], 1)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([{"Host": 1, "host": 2}], "takes 'host' for the same column as 'Host'"),
        ([{"": 1}], "no column can be called ''"),
        ([{"a\0": 1}], "no column can be called"),
    ],
)
def test_a_point_that_cannot_be_a_row_is_rejected(
    file: str, points: list[Point], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """And the others are written."""
    report = (emit(points=[*points, {"n": 1}]) | write("sqlite", file=file)).execute()
    assert (report.written, report.rejected) == (1, 1)
    assert said in caplog.text
    assert list(read("sqlite", file=file) | head(2)) == [{"time": None, "n": 1}]


def test_names_are_never_sql(file: str) -> None:
    """Neither those of tables nor those of fields."""
    name = 'a"; DROP TABLE points; --'
    (emit(points=[{name: 1}]) | write("sqlite", file=file, table=name)).execute()
    assert list(read("sqlite", file=file, table=name) | filter(f"point[{name!r}] == 1")) == [{"time": None, name: 1}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"file": ""}, "file takes the path of a database"),
        ({"file": "a.db", "table": ""}, "table takes the name of a table"),
        ({"file": "a.db", "table": "sqlite_master"}, "is one of SQLite's own"),
        ({}, "needs file"),
    ],
)
@pytest.mark.parametrize("word", [read, write])
def test_wrong_options_are_refused_before_anything_runs(word: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        word("sqlite", **options)


def test_what_is_not_there_is_said_in_one_line(file: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="unable to open database file; is the path right"):
        list(read("sqlite", file=str(tmp_path / "gone.db")))
    made(file, "CREATE TABLE point (a)")
    with pytest.raises(SourceError, match="has no table 'points'; did you mean 'point'"):
        list(read("sqlite", file=file))
    (tmp_path / "text.db").write_text("this is no database, and long enough to be looked at" * 50)
    with pytest.raises(SourceError, match="file is not a database"):
        list(read("sqlite", file=str(tmp_path / "text.db")))
    with pytest.raises(SinkError, match="unable to open database file"):
        (emit(points=[{"a": 1}]) | write("sqlite", file=str(tmp_path / "gone" / "a.db"))).execute()
    assert not (tmp_path / "gone.db").exists()


def test_a_table_may_be_made_of_another_one_of_the_same_file(file: str) -> None:
    """Also where it is larger than what SQLite keeps in memory, and would be written while it is read."""
    points = [{"n": n, "text": "x" * 200} for n in range(20_000)]
    (emit(points=points) | write("sqlite", file=file)).execute()
    report = (read("sqlite", file=file) | put(m=1) | write("sqlite", file=file, table="more")).execute()
    assert report.written == len(points)
    assert run(read("sqlite", file=file, table="more") | reduce(n=count())).points == [{"n": len(points)}]


def test_a_database_that_another_one_writes_is_locked(file: str) -> None:
    """And that is said, in a line."""
    with closing(sqlite3.connect(made(file, "CREATE TABLE points (a)"), isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SinkError, match="database is locked; something else reads or writes it"):
            (emit(points=[{"a": 1}]) | write("sqlite", file=file)).execute()
