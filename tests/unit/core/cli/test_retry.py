"""flume retry: rejected records, read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flume import emit, filter, memory, parse, put, read, reduce, seq
from flume.cli.retry import Retried, retried
from flume.errors import UsageError
from flume.flow import Flow, Pipeline, Point
from flume.reducers.count import count

Ended = Callable[..., Any]


def rejected(flow: Flow) -> Point:
    """What a program gives and how many it rejects."""
    report = (flow | memory()).execute()
    assert report.adds_up
    return {"points": report.points, "rejected": report.rejected}


def again(flow: Flow, file: Path) -> Point:
    """The same of what was rejected before."""
    return rejected(retried(flow, str(file)))


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is rejected goes there; the files of the test are beside it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "bad.jsonl"


FORMATS: list[tuple[str, str, dict[str, Any], dict[str, Any], int, list[Point]]] = [
    ("a.jsonl", '{"a": 1}\na=2\n', {}, {"format": "logfmt"}, 1, [{"a": 2}]),
    ("a.log", "1\nx\n", {"format": "regex", "pattern": r"(?P<n>\d)"}, {"format": "lines"}, 1, [{"line": "x"}]),
    (
        "a.log",
        "1\n a\nx\n b\n",
        {"format": "regex", "pattern": r"(?P<n>\d)", "multiline": "indent"},
        {"format": "lines", "multiline": "indent"},
        1,
        [{"line": "x\n b"}],
    ),
    ("a.csv", "a,b\n1,2\n3,4,5\n", {}, {"fields": ["a", "b", "c"]}, 1, [{"a": 3, "b": 4, "c": 5}]),
    ("a.csv", 'a,time\n"x\ny",\n1,noon\n', {}, {"time": None}, 1, [{"a": 1, "time": "noon"}]),
    ("a.csv", 'a,time\n1,\n"x\ny ""z""",noon\n2,\n', {}, {"time": None}, 1, [{"a": 'x\ny "z"', "time": "noon"}]),
    ("a.json", '{"in": [{"time": "noon"}, 3]}', {"path": "in"}, {"path": "in", "time": None}, 2, [{"time": "noon"}]),
]


@pytest.mark.parametrize(("name", "text", "first", "second", "bad_ones", "points"), FORMATS)
def test_formats(
    bad: Path,
    name: str,
    text: str,
    first: dict[str, Any],
    second: dict[str, Any],
    bad_ones: int,
    points: list[Point],
) -> None:
    """A program that is mended takes what the one before did not; what it does not is rejected again."""
    Path(name).write_text(text)
    assert rejected(read("stdio", file=name, rejects=str(bad), **first))["rejected"] == bad_ones
    assert len(bad.read_text().splitlines()) == bad_ones
    assert again(read("stdio", file=name, **second), bad) == {"points": points, "rejected": bad_ones - len(points)}
    assert again(read("stdio", file=name, **first), bad) == {"points": [], "rejected": bad_ones}


def test_what_is_rejected_again_has_its_old_place(bad: Path) -> None:
    """The file and the line that it was read from first."""
    Path("a.jsonl").write_text('{}\n\nx\n{}\ny\n{"time": 1e99}\n')
    rejected(read("stdio", file="a.jsonl", rejects=str(bad)))
    again(read("stdio", file="a.jsonl", rejects="worse.jsonl"), bad)
    assert Path("worse.jsonl").read_text() == bad.read_text()
    assert [json.loads(line)["line"] for line in bad.read_text().splitlines()] == [3, 5, 6]


def test_points(bad: Path) -> None:
    """One that a step refused, or that came late, goes through all steps again, with its time."""
    points = "".join(f'{{"at": "2024-01-01T00:00:0{second}Z", "v": "{second}"}}\n' for second in (1, 5, 2))
    Path("a.jsonl").write_text(points)
    late = read("stdio", file="a.jsonl", time="at", rejects=str(bad)) | reduce(every="1s", lateness="0s", n=count())
    rejected(late)
    assert [json.loads(line)["reason"] for line in bad.read_text().splitlines()] == ["late"]
    (point,) = again(read("stdio", file="a.jsonl", time="at") | put(x=1), bad)["points"]
    assert (f"{point['time']:%S}", point["v"], point["x"]) == ("02", "2", 1)
    Path("b.jsonl").write_text('{"v": "a=1"}\n{"v": "x"}\n')
    source = read("stdio", file="b.jsonl", rejects=str(bad))
    assert rejected(source | parse("v", format="logfmt"))["rejected"] == 1
    assert again(read("stdio", file="b.jsonl") | parse("v", format="lines"), bad)["points"][0]["line"] == "x"


def test_bytes_that_are_no_text(bad: Path) -> None:
    """They are read again as they were."""
    Path("a.jsonl").write_bytes(b"caf\xe9\n")
    rejected(read("stdio", file="a.jsonl", rejects=str(bad)))
    assert again(read("stdio", format="lines"), bad)["points"] == [{"line": "caf\udce9"}]


def test_in_branches(bad: Path) -> None:
    """The steps behind are those of the program."""
    bad.write_text('{"file": "a", "line": 1, "raw": "{\\"a\\": 1}"}\n')
    flow = read("stdio", file="a") | (filter("a > 0"), put(b=2)) | put(c=3)
    assert again(flow, bad)["points"] == [{"a": 1, "c": 3}, {"a": 1, "b": 2, "c": 3}]


@pytest.mark.parametrize(
    "flow",
    [emit(limit=1), (read("stdio"), read("stdio")) | put(a=1), seq(read("stdio")), (read("stdio"), emit()) | put(a=1)],
)
def test_programs_that_begin_otherwise(flow: Pipeline) -> None:
    """Nobody knows what the records are for."""
    with pytest.raises(UsageError, match="a program with one source, a read, and this has"):
        retried(flow, "bad.jsonl")


# -- the command ------------------------------------------------------------------------------------


def test_the_command(flume: Ended, bad: Path) -> None:
    """It takes the options of programs, and has their exit status."""
    Path("a.jsonl").write_text('{"a": 1}\na=2\nx\n')
    assert flume("read('stdio', file='a.jsonl', rejects='bad.jsonl')").status == 3
    ended = flume("retry", "--stats", "bad.jsonl", "read('stdio', format='logfmt')")
    assert (ended.out, ended.status) == ('{"a": 2}\n', 3)
    assert "a.jsonl:3: has no key=value pair: 'x'" in ended.err
    assert "1 read, 1 written, 1 rejected" in ended.err
    ended = flume("retry", "bad.jsonl", "read('stdio', format='lines')")
    assert (ended.out, ended.err, ended.status) == ('{"line": "a=2"}\n{"line": "x"}\n', "", 0)


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        ([], 2, "flume retry takes what rejects= kept, and a program"),
        (["bad.jsonl"], 2, "there is no program"),
        (["nope.jsonl", "read('stdio')"], 1, "cannot read 'nope.jsonl': no such file or directory"),
        (["bad.jsonl", "emit()"], 2, "flume retry takes a program with one source, a read, and this has emit()"),
        (["bad.jsonl", "emit() | memory(), 1"], 2, "no pipeline"),
        (["bad.jsonl", "read('stdio', rejects='bad.jsonl')"], 2, "would overwrite it; give rejects= another file"),
        (["bad.jsonl", "(emit(limit=0) | memory()).execute()"], 2, "the program runs its pipelines itself"),
        (
            ["bad.jsonl", "read('stdio')"],
            1,
            "bad.jsonl:1: is no record that was rejected: it has neither raw nor point",
        ),
        (["worse.jsonl", "read('stdio')"], 1, "worse.jsonl:1: is no valid JSON"),
        (["gone.jsonl", "read('stdio')"], 1, "gone.jsonl:1: a record of 'gone.csv' cannot be read by itself"),
        (["--code", "bad.jsonl", "read('stdio')"], 2, "flume retry has no option --code"),
    ],
)
def test_mistakes(flume: Ended, bad: Path, args: list[str], status: int, message: str) -> None:
    """They are said in one line."""
    bad.write_text('{"a": 1}\n')
    Path("worse.jsonl").write_text("x\n")
    Path("gone.jsonl").write_text('{"file": "gone.csv", "line": 2, "raw": "1"}\n')
    ended = flume("retry", *args)
    assert message in ended.err
    assert ended.status == status
    assert Path("bad.jsonl").read_text() == '{"a": 1}\n'


def test_it_is_shown() -> None:
    """In the report, as what it reads."""
    assert repr(Retried(read("stdio"), "bad.jsonl")) == "read('stdio') of 'bad.jsonl'"
