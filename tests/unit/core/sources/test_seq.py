"""seq: pipelines one after the other."""

from __future__ import annotations

from typing import Any

import pytest

from flume import count, emit, head, memory, put, reduce, seq, write
from flume.errors import OptionError


def test_all_points_go_on() -> None:
    """Those of the first pipeline, then those of the second."""
    assert list(seq(emit(points=[{"a": 1}, {"a": 2}]), emit(points=[{"a": 3}]) | put(b=1)) | put(n=count())) == [
        {"a": 1, "n": 1},
        {"a": 2, "n": 2},
        {"a": 3, "b": 1, "n": 3},
    ]


def test_they_run_one_after_the_other(tmp_path: Any) -> None:
    """The second sees what the first has written."""
    from flume import read

    file = str(tmp_path / "a.jsonl")
    first = emit(points=[{"a": 1}, {"a": 2}]) | write("stdio", file=file)
    assert list(seq(first, read("stdio", file=file))) == [{"a": 1}, {"a": 2}]


def test_times_may_go_back() -> None:
    """The stream is in no known order, so windows wait for the end."""
    late, early = emit(limit=1, start="2020-01-02"), emit(limit=1, start="2020-01-01")
    report = (seq(late, early) | reduce(n=count(), every="1 day", on="0s") | memory()).execute()
    assert [point["n"] for point in report.points] == [1, 1]
    assert report.late == 0


def test_now_is_when_a_pipeline_begins() -> None:
    """A live source behind another one goes on from where that has ended."""
    times = [point["time"] for point in seq(emit(limit=2, every="50ms"), emit(limit=2, every="50ms"))]
    assert times == sorted(times)
    assert len(set(times)) == 4


def test_an_endless_one_is_stopped() -> None:
    """Those behind it never start."""
    assert len(list(seq(emit(start="2020-01-01"), emit(points=[{"a": 1}])) | head(3))) == 3


def test_seqs_nest() -> None:
    """A seq is a source like any other."""
    a, b, c = (emit(points=[{"n": n}]) for n in range(3))
    assert list(seq(seq(a, b), c)) == list(seq(a, seq(b, c))) == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_a_report_counts_all() -> None:
    """The ledger adds up over all pipelines."""
    report = (seq(emit(points=[{"a": 1}]) | put(b=2), emit(points=[{"a": 2}])) | memory()).execute()
    assert (len(report.points), report.read, report.adds_up) == (2, 2, True)


@pytest.mark.parametrize(
    ("pipelines", "message"), [([], "seq takes at least one pipeline"), ([3], "seq takes pipelines, not 3")]
)
def test_mistakes(pipelines: list[Any], message: str) -> None:
    """They are said when it is written."""
    with pytest.raises(OptionError, match=message):
        seq(*pipelines)
