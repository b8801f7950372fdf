"""Team: several processes read; the answer is that of one."""

from __future__ import annotations

import builtins
import codecs
import json
import os
import re
import signal
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import (
    avg,
    count,
    expr,
    fill,
    filter,
    first,
    keep,
    last,
    memory,
    minimum,
    percentile,
    put,
    read,
    reduce,
    remove,
    rename,
    sum,
    write,
)
from flume.adapters.ranges import ranges
from flume.engine import sharing, team
from flume.errors import OptionError, SourceError
from flume.flow import Step
from flume.report import Report

VALUES = st.sampled_from([None, 0, 1, 2.5, True, "1", "x", [1], 0.1, 1e16, -1e16])
TIMES = st.sampled_from([f"2016-07-17T00:0{m}:{s}Z" for m in range(4) for s in ("00", "30.5")] + [None, "garbage"])
POINTS = st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES, "c": VALUES, "time": TIMES}).map(json.dumps)
LINES = st.lists(st.one_of(POINTS, POINTS, POINTS, st.sampled_from(["", "garbage", "{}{}"])), max_size=40)
REDUCERS = [
    count(),
    count("b"),
    sum("b"),
    avg("b"),
    minimum("a"),
    first("c"),
    last("c"),
    sum("b") / count(),
    percentile("b", 50),
]
STEPS: list[Step] = [
    *map(filter, ["a >= 1", "b is None or b > 0", "c == 'x'"]),
    put(c=expr("a + b"), a="{c}"),
    put(**{"c.d": expr("a > b")}),
    put(time=expr("time")),
    keep("a", "b", "time"),
    remove("b"),
    rename(b="a", a="c"),
    rename(d="time"),
    fill(c=[1]),
]


@st.composite
def steps(draw: Callable[..., Any]) -> list[Step]:
    """Steps that look at each point, and a reduce behind them."""
    fields = {f"f{n}": each for n, each in enumerate(draw(st.lists(st.sampled_from(REDUCERS), max_size=4)))}
    by = draw(st.none() | st.lists(st.sampled_from(["a", "b", "missing"]), min_size=1, max_size=2, unique=True))
    windows = draw(st.sampled_from([{}, {"every": "1m"}, {"every": "1m", "on": "0s"}]))
    return [*draw(st.lists(st.sampled_from(STEPS), max_size=3)), reduce(by=by, **windows, **fields)]


def ran(
    files: list[list[str]], behind: list[Step], *, jobs: int, errors: Any = "warn", rejects: bool = True
) -> tuple[Report, str, str]:
    """The report of a run over files of these lines, what it rejected and what it said (in no order)."""
    import logging

    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("flume").addHandler(handler)
    try:
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for number, lines in enumerate(files):
                names.append(str(Path(folder, f"{number}.jsonl")))
                Path(names[-1]).write_text("".join(line + "\n" for line in lines))
            bad = Path(folder, "bad.jsonl")
            pipeline = read("stdio", file=names, errors=errors, rejects=str(bad) if rejects else None)
            pipeline = pipeline | behind[0]
            for step in behind[1:]:
                pipeline = pipeline | step
            pipeline = pipeline if isinstance(behind[-1], write) else pipeline | memory()
            report = pipeline.execute(jobs=jobs)
            rejected = bad.read_text() if bad.exists() else ""
            return report, rejected.replace(folder, ""), "\n".join(sorted(said)).replace(folder, "")
    finally:
        logging.getLogger("flume").removeHandler(handler)


_FIRST = re.compile(r"^(reduce.* had no .*) \(first: .*\)$", re.MULTILINE)


def counts(counted: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """In an order that says nothing of which came first."""
    return sorted(counted.items())


def outcome(report: Report) -> str:
    """What must not depend on how many read."""
    accounts = [(a.step, a.points_in, a.points_out, *map(counts, (a.taken, a.clashes))) for a in report.accounts[1:]]
    refused = report.rejected, report.unkept, report.skipped
    return repr((report.points, refused, report.read, report.adds_up, accounts))


@settings(max_examples=60)
@given(files=st.lists(LINES, min_size=1, max_size=3), behind=steps(), jobs=st.integers(2, 4))
def test_the_answer_is_that_of_one_process(files: list[list[str]], behind: list[Step], jobs: int) -> None:
    """Points, bad records with their lines, warnings, and every account of the ledger.

    But for which value of a wrong type is shown as the first: a fold meets those of one group after the other.
    """
    one, many = ran(files, behind, jobs=1), ran(files, behind, jobs=jobs)
    for report, _, _ in (one, many):
        folding = report.accounts[-2]
        folding.clashes = {what: (count, "") for what, (count, _) in folding.clashes.items()}
    assert outcome(many[0]) == outcome(one[0])
    assert many[1] == one[1]
    assert _FIRST.sub(r"\1", many[2]) == _FIRST.sub(r"\1", one[2])


@pytest.mark.parametrize("errors", ["warn", "skip"])
@pytest.mark.parametrize("rejects", [True, False])
def test_very_many_bad_records(errors: str, rejects: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first are shown, all are counted; only where all are kept in a file does a process hand them over."""
    handed_over: list[int] = []
    before = sharing.Sharing.join

    def join(self: Any, outcome: Any) -> None:
        handed_over.append(len(outcome.rest.refused))
        before(self, outcome)

    monkeypatch.setattr(sharing.Sharing, "join", join)
    kinds = ['{"a": 1}', "garbage", '{"time": "garbage"}', '{"a": "x", "time": [1]}']
    lines = [kinds[n * n % 7 % 4] for n in range(1000)]
    step = reduce(n=count(), a=sum("a"))
    one, many = (ran([lines], [step], jobs=jobs, errors=errors, rejects=rejects) for jobs in (1, 3))
    assert (outcome(many[0]), *many[1:]) == (outcome(one[0]), *one[1:])
    assert many[0].rejected + many[0].skipped > 500
    assert (builtins.sum(handed_over) > 500) == rejects
    assert max(handed_over) <= 3 or rejects


def test_several_read() -> None:
    """The other test would say nothing otherwise."""
    read_by: list[int] = []
    lines = [json.dumps({"a": n}) for n in range(1000)]
    before = sharing.Sharing.join

    def join(self: Any, outcome: Any) -> None:
        read_by.append(outcome.read)
        before(self, outcome)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharing.Sharing, "join", join)
        report, _, _ = ran([lines], [reduce(n=count())], jobs=3)
    assert report.points == [{"n": 1000}]
    assert len(read_by) == 3
    assert max(read_by) < 400


def written(files: list[list[str]], steps: list[Step], *, jobs: int, **options: Any) -> tuple[bytes, str, str, str]:
    """What a run over files of these lines wrote, what it rejected, what the ledger says, what was said."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(team, "PART", 64)
        out = str(Path(folder, "out"))
        report, rejected, said = ran(files, [*steps, write("stdio", file=out, **options)], jobs=jobs)
        accounts = [
            (a.step.replace(folder, ""), a.points_in, a.points_out, *map(counts, (a.taken, a.clashes)))
            for a in report.accounts[1:]
        ]
        return (
            Path(out).read_bytes(),
            rejected,
            repr((report.rejected, report.read, accounts)),
            said.replace(folder, ""),
        )


@settings(max_examples=60)
@given(
    files=st.lists(LINES, min_size=1, max_size=3),
    condition=st.sampled_from(["a >= 1", "b is None or b > 0", "1 == 1", "point['@x'] is None"]),
    more=st.lists(st.sampled_from(STEPS), max_size=2),
    jobs=st.integers(2, 4),
    options=st.sampled_from([{}, {"compact": True}, {"canonical": True}, {"format": "logfmt"}]),
)
def test_what_is_written_is_what_one_process_writes(
    files: list[list[str]], condition: str, more: list[Step], jobs: int, options: dict[str, Any]
) -> None:
    """In its order, with the same bad records and the same ledger."""
    steps = [filter(condition), *more]
    assert written(files, steps, jobs=jobs, **options) == written(files, steps, jobs=1, **options)


def test_several_write(tmp_path: Path) -> None:
    """The other test would say nothing otherwise."""
    joined: list[int] = []
    before = sharing.Sharing.join

    def join(self: Any, outcome: Any) -> None:
        joined.append(outcome.read)
        before(self, outcome)

    lines = [json.dumps({"a": n}) for n in range(1000)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharing.Sharing, "join", join)
        data, *_ = written([lines], [filter("a >= 0")], jobs=3)
    assert data.decode().splitlines() == lines
    assert len(joined) > 100


def test_an_error_leaves_no_file(tmp_path: Path) -> None:
    """Whoever made the part."""
    (tmp_path / "a.jsonl").write_text("".join(f'{{"a": {n}}}\n' for n in range(1000)))
    files = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    pipeline = read("stdio", file=files) | write("stdio", file=str(tmp_path / "out"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(team, "PART", 64)
        with pytest.raises(SourceError, match=r"cannot read '.*b\.jsonl'"):
            pipeline.execute(jobs=3)
    assert not (tmp_path / "out").exists()


def test_a_process_that_is_killed_is_an_error() -> None:
    """It is said, and nothing is given."""

    def work(self: Any, number: int, ring: Any, send: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(team.Team, "_work", work)
        with pytest.raises(SourceError, match="a process that read a part of the input was killed by signal 9"):
            ran([["{}"] * 100], [reduce(n=count())], jobs=2)


def test_an_error_of_a_part_is_that_of_the_run(tmp_path: Path) -> None:
    """As it is where one process reads."""
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n' * 1000)
    pipeline = read("stdio", file=[str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]) | reduce(n=count()) | memory()
    for jobs in (1, 2):
        with pytest.raises(SourceError, match=r"cannot read '.*b\.jsonl': no such file or directory"):
            pipeline.execute(jobs=jobs)


def test_an_error_at_the_beginning_names_the_step(tmp_path: Path) -> None:
    """Where a look at it was to tell the others what they must know."""
    (tmp_path / "a.jsonl").write_bytes(codecs.BOM_UTF16_LE + b"\n{}\n{}\n")
    pipeline = read("stdio", file=str(tmp_path / "a.jsonl")) | reduce(n=count()) | memory()
    for jobs in (1, 2):
        with pytest.raises(SourceError, match="begins as utf-16") as caught:
            pipeline.execute(jobs=jobs)
        assert [note[:14] for note in caught.value.__notes__] == ["in step 1: rea"]


@given(lines=st.lists(st.integers(0, 30), max_size=30), parts=st.integers(1, 9), end=st.booleans())
def test_ranges_are_whole_lines(lines: list[int], parts: int, end: bool) -> None:
    """Every byte is in one of them, and each but the last ends with a line."""
    data = b"".join(b"x" * length + b"\n" for length in lines) + b"y" * end
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        found = [each for part in ranges([file.name], parts) or [] for each in part]
    assert b"".join(data[begin:end] for _, begin, end in found) == data
    assert all(data[end - 1 : end] == b"\n" for _, _, end in found[:-1])
    assert len(found) <= parts


@pytest.mark.parametrize("jobs", [0, -1, 1.5, True, "2"])
def test_mistakes(jobs: Any) -> None:
    """A number of processes is one or more."""
    with pytest.raises(OptionError, match="jobs takes a number of processes, 1 or more"):
        (read("stdio", file="x") | memory()).execute(jobs=jobs)
