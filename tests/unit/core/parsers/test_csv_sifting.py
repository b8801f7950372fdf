"""Rows of csv that a filter drops, and that are not read: the answer is that of the plain way."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import avg, count, expr, filter, head, last, memory, put, read, reduce, write
from flume.adapters import arriving
from flume.errors import RecordError
from flume.flow import Flow
from flume.parsers.csv_tables import Tables
from flume.parsing import encode
from flume.tables import Table

CONDITIONS = [
    "status >= 500",
    "not status < 500",
    "status != 200",
    "status in [500, '', 'x']",
    "status is None or status == 503",
    "status == '200'",
    "status > 'x'",
    "str(status) > '4'",
    "status >= 500 and host == 'b'",
    "status >= 500 and host > 1",
    "host > 1 and status >= 500",
    "status >= 500 or host == 'b'",
    "host == 'b'",
    "host != 'a,b'",
    "host == 'é'",
    "nowhere is None and status >= 500",
    "time > '2024-02-28T12:00:10Z'",
    "n >= 0",
]
ODD_LINES = ["", "x", "2024-02-28T12:00:00Z,a", "2024-02-28T12:00:00Z,a,200,1,2", 'no time,a,200,1',
             '2024-02-30T00:00:00Z,a,200,1', '"2024-02-28T12:00:00Z","a\nb",200,1', "2024-02-28T12:00:00Z,\\,200,1",
             '2024-02-29T00:00:00.25+02:00,a,"200",x', "2024-02-28 12:00:00Z,\t,200,1\r",
             "0001-01-01T00:00:00Z,a,200,1", "#,a,200,1", "#",
             "2024-02-28T12:00:60Z,a,200,1", "2024-02-28T24:00:00Z,a,200,1", "2024-02-28T12:00:00+24:00,a,200,1",
             ",a,200,1", "2024-02-28T12:00:00Z,\udcff,200,\udcfe", '2024-02-28T12:00:00Z,"a""b",200,1', '"',
             "2024-02-28T12:00:00Z,a,2|3,1", '2024-02-28T12:00:00Z,a,"2""0",1']  # fmt: skip


@st.composite
def tables(draw: Any) -> bytes:
    """Many rows with few hosts and statuses, and some lines that are none of these."""
    quote = '"' if draw(st.booleans()) else ""
    statuses = draw(st.lists(st.sampled_from(["200", "404", "", "500", "503", "true", "x", "5e2", "2.00"]), min_size=1))
    hosts = draw(st.lists(st.sampled_from(["a", "b", "é", '"a,b"', "true", ".", "1"]), min_size=1))
    rows = zip(range(60), cycle(hosts), cycle(statuses), strict=False)
    lines = [f"2024-02-{20 + n % 10}T12:00:{n:02}Z,{a},{quote}{b}{quote},{n or ''}" for n, a, b in rows]
    for place, line in draw(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(ODD_LINES)), max_size=3)):
        lines.insert(place, line)
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return encode("time,host,status,n" + end + end.join(lines) + draw(st.sampled_from(["", end])))


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pcre2")
    monkeypatch.setattr(arriving, "BLOCK", 256)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one's own."""
    return tmp_path / "table.csv"


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows of each block were not read."""
    seen: list[int] = []
    read = Tables.read

    def watched(self: Tables, block: bytes) -> Table:
        table = read(self, block)
        if table.refused:
            seen.append(table.refused)
        return table

    monkeypatch.setattr(Tables, "read", watched)
    return seen


def outcome(file: Path, *steps: Flow, optimize: bool, **options: Any) -> str:
    """What must not depend on the way: points, accounts, bad records and where they are."""
    rejects = file.with_suffix(".rejects")
    pipeline: Flow = read("stdio", file=str(file), errors="skip", rejects=str(rejects), **options)
    for step in steps:
        pipeline = pipeline | step
    report = (pipeline | memory()).execute(optimize=optimize)
    accounts = [(a.points_in, a.points_out, a.made, a.taken, a.clashes, sorted(a.unseen)) for a in report.accounts]
    return repr((report.points, report.read, accounts, report.adds_up, rejects.exists() and rejects.read_bytes()))


OPTIONS: list[dict[str, Any]] = [{}, {}, {"time": None}, {"from_": "2024-02-22"}, {"infer": False}, {"comment": "#"}]
BEFORE: list[tuple[Flow, ...]] = [(), (), (), (put(status=expr("n")),), (head(40),), (filter("n != 3"),)]


@settings(max_examples=500)
@given(
    data=tables(),
    condition=st.sampled_from(CONDITIONS),
    options=st.sampled_from(OPTIONS),
    before=st.sampled_from(BEFORE),
    by=st.sampled_from([None, "host", "missing"]),
)
def test_the_answer_is_that_of_the_plain_way(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    condition: str,
    options: dict[str, Any],
    before: tuple[Flow, ...],
    by: str | None,
) -> None:
    """Points, bad records and their lines, and every account of the ledger."""
    file = tmp_path_factory.mktemp("sifting") / "table.csv"
    file.write_bytes(data)
    steps = (*before, filter(condition), reduce(by=by, n=count(), a=avg("n"), l=last("status")))
    assert outcome(file, *steps, optimize=True, **options) == outcome(file, *steps, optimize=False, **options)


def usual(rows: int = 200) -> str:
    """A table of which one row in ten is an error."""
    lines = [f"2024-03-01T00:{n // 60:02}:{n % 60:02}Z,web-{n % 3},{200 if n % 10 else 503},{n}" for n in range(rows)]
    return "".join(line + "\n" for line in ["time,host,status,n", *lines])


def test_rows_are_not_read(file: Path, refused: list[int]) -> None:
    """The other tests would say nothing otherwise; of the first block, all were."""
    file.write_text(usual())
    (point,) = points(file, filter("status >= 500 and n > 0"), reduce(n=count(), a=avg("n")))
    assert (point["n"], point["a"]) == (19, 100)
    assert 150 < sum(refused) < 180


def points(file: Path, *steps: Flow) -> list[dict[str, Any]]:
    """The points of a run over this file."""
    pipeline: Flow = read("stdio", file=str(file))
    for step in steps:
        pipeline = pipeline | step
    return (pipeline | memory()).execute().points


@pytest.mark.parametrize(
    "condition",
    ["status >= 500 or n > 10", "time > '2024-03-01T00:03:00Z'", "status < 500", "str(status) > '4'"],
)
def test_rows_are_read(monkeypatch: pytest.MonkeyPatch, file: Path, refused: list[int], condition: str) -> None:
    """Where more than one field is looked at, or the time; where most are wanted, or nothing is asked of one first."""
    monkeypatch.setattr(arriving, "BLOCK", 4096)
    file.write_text(usual())
    points(file, filter(condition), reduce(n=count()))
    assert refused == []


def test_a_bad_record_stops_the_run(file: Path) -> None:
    """At its line, also where it would have been dropped."""
    file.write_text(usual() + "2024-02-30T00:00:00Z,web-1,200,1\n")
    with pytest.raises(RecordError, match=r"table\.csv:202"):
        (
            read("stdio", file=str(file), errors="raise") | filter("status > 500") | reduce(n=count()) | memory()
        ).execute()


@pytest.mark.parametrize("jobs", [1, 3])
def test_processes_share_the_work(file: Path, tmp_path: Path, jobs: int) -> None:
    """Each part learns by itself which rows are dropped."""
    file.write_text(usual(2000) + "x\n" + usual(2000).partition("\n")[2])
    out = tmp_path / "out.jsonl"
    pipeline = read("stdio", file=str(file), errors="skip") | filter("status >= 500")
    report = (pipeline | reduce(n=count(), a=avg("n"), by="host") | write("stdio", file=str(out))).execute(jobs=jobs)
    lines = out.read_text().splitlines()
    assert [line.partition(', "host"')[0] for line in lines] == [
        '{"n": 134, "a": 990.0', '{"n": 134, "a": 1000.0', '{"n": 132, "a": 995.0'
    ]  # fmt: skip
    assert (report.read, report.skipped, report.adds_up) == (4000, 1, True)
