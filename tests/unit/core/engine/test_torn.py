"""Tables that several processes read: a cut at a line end may be one within a cell."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import count, filter, first, last, memory, read, reduce, sum, write
from flume.engine import sharing
from flume.engine.inputs import Leaf
from flume.flow import Step

CELLS = st.sampled_from(
    ["1", "2.5", "x", "", "é", '"a,b"', '"say ""hi"""', '"two\nlines"', '"\n\n1,2,3\n"', '"open', '"a"b']
)
ROWS = st.lists(st.sampled_from(["1", "2.5", "x", ""]), min_size=3, max_size=3) | st.lists(
    CELLS, min_size=1, max_size=4
)
TABLES = st.lists(ROWS.map(",".join), max_size=40)
HEADERS = st.sampled_from(["a,b,c", "a,b,c", "a,,a", '"a","b",c', "#\na,b,c", '"a\nb",b,c', '"a"b', ""])


def ran(files: list[list[str]], steps: list[Step], *, jobs: int, **options: Any) -> str:
    """The points of a run over files of these lines, what it rejected, and what the ledger says."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, lines in enumerate(files):
            names.append(str(Path(folder, f"{number}.csv")))
            Path(names[-1]).write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="")
        bad = Path(folder, "bad.jsonl")
        pipeline = read("stdio", file=names, rejects=str(bad), comment="#", **options) | steps[0]
        for step in steps[1:]:
            pipeline = pipeline | step
        report = (pipeline | memory()).execute(jobs=jobs)
        accounts = [(a.step, a.points_in, a.points_out, sorted(a.taken.items())) for a in report.accounts[1:]]
        rejected = bad.read_text(encoding="utf-8") if bad.exists() else ""
        return repr((report.points, report.rejected, report.read, report.bytes_read, accounts, rejected)).replace(
            folder, ""
        )


STEPS: list[list[Step]] = [
    [reduce(n=count(), a=first("a"), b=last("b"))],
    [filter("a > 1"), reduce(n=count(), a=sum("a"), by="c")],
    [filter("point['a'] != 'x'"), reduce(n=count(), by=["b", "c"])],
]


@settings(max_examples=60)
@given(
    header=HEADERS,
    files=st.lists(TABLES, min_size=1, max_size=3),
    steps=st.sampled_from(STEPS),
    jobs=st.integers(2, 4),
    options=st.sampled_from([{}, {"fields": ["a", "b", "c"]}, {"strip_ansi": True}]),
)
def test_the_answer_is_that_of_one_process(
    header: str, files: list[list[str]], steps: list[Step], jobs: int, options: dict[str, Any]
) -> None:
    """Points, bad records with their lines, and every account of the ledger."""
    files = [[header, *rows] for rows in files]
    assert ran(files, steps, jobs=jobs, **options) == ran(files, steps, jobs=1, **options)


@pytest.fixture
def read_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who read: a part for each that a process read, the whole where this one did."""
    seen: list[str] = []
    join, start = sharing.Sharing.join, Leaf.__init__

    def joined(self: Any, outcome: Any) -> None:
        seen.append("a part")
        join(self, outcome)

    def started(self: Any, *args: Any, **options: Any) -> None:
        seen.append("the whole")
        start(self, *args, **options)

    monkeypatch.setattr(sharing.Sharing, "join", joined)
    monkeypatch.setattr(Leaf, "__init__", started)
    return seen


def test_several_read_tables_whose_rows_are_lines(read_by: list[str]) -> None:
    """With quotes, and with a header in each file."""
    lines = ["a,b,c", *[f'{n},"x, {n}",' for n in range(1000)]]
    assert "[{'n': 2000, 'a': 0, 'b': 'x, 999'}]" in ran([lines, lines], STEPS[0], jobs=3)
    assert read_by == ["a part"] * 3


def test_one_reads_where_a_part_is_torn(read_by: list[str]) -> None:
    """Nothing of what the others found is kept."""
    lines = ["a,b,c", *["1,2,3"] * 20_000, '1,"' + "\n9,9,9" * 100_000 + '",3', "4,5,6"]
    assert "[{'n': 20002, 'a': 1, 'b': 5}]" in ran([lines], STEPS[0], jobs=3)
    assert read_by == ["the whole"]


def test_one_reads_where_cells_of_many_lines_are_seen_at_once(read_by: list[str]) -> None:
    """Likely a part would be torn."""
    lines = ["a,b,c", *['1,"two\nlines",3'] * 1000]
    assert "[{'n': 1000, 'a': 1, 'b': 'two\\nlines'}]" in ran([lines], STEPS[0], jobs=3)
    assert read_by == ["the whole"]


def test_one_reads_where_a_part_ends_before_the_header(read_by: list[str]) -> None:
    """The next would take it for a row."""
    lines = ["#" * 100, "a,b,c", "1,2,3"]
    assert "[{'n': 1, 'a': 1, 'b': 2}]" in ran([lines], STEPS[0], jobs=2)
    assert read_by == ["the whole"]


def test_one_writes(tmp_path: Path, read_by: list[str]) -> None:
    """What was written could not be taken back."""
    Path(tmp_path, "in.csv").write_text("a\n" + "1\n" * 100_000)
    source = read("stdio", file=str(tmp_path / "in.csv"))
    (source | filter("a == 1") | write("stdio", file=str(tmp_path / "out.jsonl"))).execute(jobs=2)
    assert Path(tmp_path, "out.jsonl").read_text() == '{"a": 1}\n' * 100_000
    assert read_by == ["the whole"]
