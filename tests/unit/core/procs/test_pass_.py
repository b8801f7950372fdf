"""pass_: every point as it is."""

from __future__ import annotations

from pathlib import Path

from flume import count, emit, filter, pass_, read, reduce, write
from flume.testing import run


def test_every_point_passes() -> None:
    """In order, and none is changed."""
    points = [{"n": 2, "a": None}, {}, {"n": 1, "time": "2016-07-17T00:00:00.000Z"}]
    assert run(points, pass_()) == points


def test_it_is_a_branch_that_does_nothing() -> None:
    """As the empty branch is."""
    source = emit(points=[{"n": 1}, {"n": 2}])
    named, empty = (list(source | (filter("n > 1"), branch) | reduce(n=count())) for branch in (pass_(), ()))
    assert named == empty == [{"n": 3}]


def test_lines_are_written_as_they_were_read(tmp_path: Path) -> None:
    """It does not even look at them."""
    lines = b'{ "a":1.50 }\n{"b" : "\\u00e9"}\n'
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    before.write_bytes(lines)
    (read("file", file=str(before)) | pass_() | write("file", file=str(after))).execute()
    assert after.read_bytes() == lines
