"""rename: other names for fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flume import memory, read, rename, write
from flume.errors import OptionError, RecordError
from flume.run import Run
from flume.testing import run
from flume.testing.listing import listed


def renamed(point: dict[str, Any], **names: str) -> list[tuple[str, Any]]:
    """The fields of one point, renamed, in their order."""
    (after,) = run([point], rename(**names))
    return list(after.items())


def test_a_renamed_field_keeps_its_place() -> None:
    """The order of fields is that of the input."""
    assert renamed({"a": 1, "b": 2, "c": 3}, x="b") == [("a", 1), ("x", 2), ("c", 3)]


def test_a_missing_field_changes_nothing() -> None:
    """Not even a field that has the new name."""
    assert renamed({"a": 1, "x": 2}, x="b") == [("a", 1), ("x", 2)]


def test_a_field_of_the_new_name_is_replaced() -> None:
    """There cannot be two; null replaces too."""
    assert renamed({"a": 1, "b": 2, "c": 3}, c="a") == [("c", 1), ("b", 2)]
    assert renamed({"c": 3, "a": None}, c="a") == [("c", None)]


def test_all_are_renamed_at_once() -> None:
    """So names can be swapped, and passed on."""
    assert renamed({"a": 1, "b": 2}, a="b", b="a") == [("b", 1), ("a", 2)]
    assert renamed({"a": 1, "b": 2, "c": 3}, b="a", c="b") == [("b", 1), ("c", 2)]
    assert renamed({"a": 1}, a="a") == [("a", 1)]


def test_dotted_names_reach_inside() -> None:
    """Out of a nested field, into one, and within one."""
    point = {"user": {"id": 1, "name": "Ann"}, "n": 2}
    assert dict(renamed(point, uid="user.id")) == {"user": {"name": "Ann"}, "n": 2, "uid": 1}
    assert dict(renamed(point, **{"user.n": "n"})) == {"user": {"id": 1, "name": "Ann", "n": 2}}
    assert dict(renamed(point, **{"user.uid": "user.id"})) == {"user": {"uid": 1, "name": "Ann"}, "n": 2}
    assert dict(renamed(point, **{"user.uid": "user.none"})) == point
    assert dict(renamed({"a": 1, "b": {"c": 2}}, a="b.c", **{"b.c": "a"})) == {"b": {"c": 1}, "a": 2}


@pytest.mark.parametrize("name", ["at", "a.t"])
def test_a_time_that_moves_is_written_as_a_time(tmp_path: Path, name: str) -> None:
    """Also where bounds have made it one."""
    (tmp_path / "a.jsonl").write_text('{"time": "2016-07-17T10:00:00Z"}\n')
    reading = read("stdio", file=str(tmp_path / "a.jsonl"), from_="2016-07-17")
    (reading | rename(**{name: "time"}) | write("stdio", file=str(tmp_path / "out.jsonl"))).execute()
    text = '"2016-07-17T10:00:00.000Z"'
    said = f'{{"at": {text}}}\n' if name == "at" else f'{{"a": {{"t": {text}}}}}\n'
    assert (tmp_path / "out.jsonl").read_text() == said


def test_a_new_time_is_read() -> None:
    """Its order is no longer known, nor how early points may be."""
    points: list[dict[str, Any]] = [{"ts": "2016-07-17 13:59:44"}, {"ts": 0}, {"ts": None}]
    assert run(points, rename(time="ts")) == [
        {"time": "2016-07-17T13:59:44.000Z"},
        {"time": "1970-01-01T00:00:00.000Z"},
        {"time": None},
    ]
    assert not rename(time="ts").ordered(True)
    assert rename(when="time").ordered(True)


def test_a_new_time_that_is_none_is_a_rejected_record() -> None:
    """It is counted, and the ledger adds up."""
    report = (listed([{"ts": "garbage"}, {"ts": "2016-01-01"}]) | rename(time="ts") | memory()).execute()
    assert (report.rejected, len(report.points), report.adds_up) == (1, 1, True)


def test_a_new_time_that_is_none_can_be_fatal() -> None:
    """Under errors='raise' it is an error that shows the value."""
    bound = Run()
    bound.follow_policy("raise", None)
    with pytest.raises(RecordError, match="garbage"):
        rename(time="ts").start(bound).push([{"ts": "garbage"}])


def test_options_are_checked() -> None:
    """No names, one field with two names, a name that is no text."""
    with pytest.raises(OptionError, match="rename needs a new and an old name"):
        rename()
    with pytest.raises(OptionError, match="'a' is given two names"):
        rename(x="a", y="a")
    with pytest.raises(OptionError, match="rename: x takes names of fields, not 3"):
        rename(x=3)  # type: ignore[arg-type]
