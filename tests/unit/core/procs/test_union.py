"""union: the points of all branches, one of each key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import diff, emit, filter, intersect, memory, put, read, union, write
from flume.flow import Joining
from flume.run import Run
from flume.testing import run
from flume.testing.listing import listed

TIME = datetime(2016, 7, 17, tzinfo=UTC)
BRANCHES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=20)


def at(second: int, **fields: Any) -> dict[str, Any]:
    """A point of that second."""
    return {"time": TIME + timedelta(seconds=second), **fields}


def started(step: union, branches: int, *, ordered: bool) -> tuple[Joining, Run]:
    """A stage as the engine makes it."""
    bound = Run()
    bound.ordered = ordered
    stage = step.start(bound)
    assert isinstance(stage, Joining)
    stage.branches = branches
    return stage, bound


@given(BRANCHES)
def test_each_key_is_there_once(pushed: list[tuple[int, int]]) -> None:
    """Against the plain way: a dict of dicts."""
    stage, _ = started(union("id"), 3, ordered=False)
    fields: dict[int, dict[int, dict[str, int]]] = {}
    for n, (branch, each) in enumerate(pushed):
        point = {"id": each, "n": n, f"from{branch}": n}
        assert stage.push_branch(branch, [point]) == []
        of_key = fields.setdefault(each, {})
        of_key[branch] = {**of_key.get(branch, {}), **point}
    plain = []
    for of_key in fields.values():
        together: dict[str, int] = {}
        for branch in sorted(of_key):
            together.update(of_key[branch])
        plain.append(together)
    assert stage.end() == plain


def test_the_later_branch_wins() -> None:
    """Whenever its point came."""
    stage, bound = started(union("id"), 2, ordered=False)
    stage.push_branch(1, [{"id": 1, "x": "second", "b": 1}])
    stage.push_branch(0, [{"id": 1, "x": "first", "a": 1}])
    assert stage.end() == [{"id": 1, "x": "second", "a": 1, "b": 1}]
    assert bound.account.taken == {"merged": 1}


def test_time_is_compared_where_nothing_is_named() -> None:
    """Two sources, one point a second in both."""
    start = "2016-07-17"
    flow = (emit(limit=2, start=start) | put(a=1), emit(limit=3, start=start) | put(b=2)) | union()
    assert [sorted(point) for point in flow] == [["a", "b", "time"], ["a", "b", "time"], ["b", "time"]]


def test_branches_of_one_stream() -> None:
    """A fork and a union give every point once: those that either branch lets through."""
    points = [{"n": n} for n in range(10)]
    flow = listed(points) | (filter("n < 3"), filter("n > 7"), filter("n == 8")) | union("n") | memory()
    report = flow.execute()
    assert report.points == [{"n": n} for n in (0, 1, 2, 8, 9)]
    assert report.adds_up


def test_memory_is_bounded_in_order_of_time() -> None:
    """A time is decided once a later one comes, or once time has passed."""
    stage, _ = started(union(), 2, ordered=True)
    assert stage.holds is False
    assert stage.push_branch(0, [at(1, a=1)]) == []
    assert stage.push_branch(1, [at(1, b=1), at(2)]) == [at(1, a=1, b=1)]
    assert stage.low(TIME + timedelta(seconds=9)) == TIME + timedelta(seconds=2)
    assert stage.advance(TIME + timedelta(seconds=2)) == []
    assert stage.advance(TIME + timedelta(seconds=3)) == [at(2)]
    assert stage.low(TIME + timedelta(seconds=9)) == TIME + timedelta(seconds=9)
    assert stage.end() == []


@given(BRANCHES)
def test_the_order_of_the_input_does_not_change_the_answer(pushed: list[tuple[int, int]]) -> None:
    """Whether it streams or waits for the end, the same points leave in the same order."""
    pushed = sorted(pushed, key=lambda each: each[1])
    passed = []
    for ordered in (True, False):
        stage, _ = started(union("time", "odd"), 3, ordered=ordered)
        out = []
        for branch, second in pushed:
            out += stage.push_branch(branch, [at(second, odd=branch % 2)])
        passed.append(out + stage.end())
    assert passed[0] == passed[1]


def test_what_leaves_is_in_order_of_time() -> None:
    """Points without one first, equal ones as they came."""
    points = [at(3, id=1), at(1, id=2), {"id": 3}, at(1, id=4)]
    assert [point["id"] for point in run(points, union("id"))] == [3, 2, 4, 1]
    assert union("id").ordered(False)


@pytest.mark.parametrize("word", [union, diff, intersect])
def test_times_that_are_read_are_compared(word: Any, tmp_path: Path) -> None:
    """They are no mere text, as those may be that no step looks at."""
    lines = ['{"time": "2016-07-17T00:00:01.000Z", "a": 1}', '{"time": "2016-07-17T00:00:00.000Z", "a": 2}']
    (tmp_path / "in.jsonl").write_text("\n".join([*lines, lines[0].replace("a", "b")]))
    left = []
    for optimize in (True, False):
        source = read("stdio", file=str(tmp_path / "in.jsonl"), format="jsonl")
        sink = write("stdio", file=str(tmp_path / "out.jsonl"), format="jsonl")
        (source | word() | sink).execute(optimize=optimize)
        left.append((tmp_path / "out.jsonl").read_text())
    assert left[0] == left[1]
    assert left[0].splitlines()[0].startswith('{"time": "2016-07-17T00:00:00.000Z"')


@pytest.mark.parametrize("ordered", [True, False])
def test_where_time_is_compared_a_timeless_point_equals_no_other(ordered: bool) -> None:
    """It has no place in time, so it cannot be at the time of another."""
    stage, _ = started(union(), 2, ordered=ordered)
    out = stage.push_branch(0, [{"a": 1}, at(1)]) + stage.push_branch(1, [{"a": 2}, at(1, b=1)])
    out += stage.end()
    assert out == [{"a": 1}, {"a": 2}, at(1, b=1)]


def test_null_and_missing_are_one_key() -> None:
    """Types count: 1 and '1' are two."""
    points: list[dict[str, Any]] = [{"id": None}, {"x": 1}, {"id": 1}, {"id": "1"}, {"id": 1.0, "y": 1}]
    assert run(points, union("id")) == [{"id": None, "x": 1}, {"id": 1.0, "y": 1}, {"id": "1"}]


def test_dotted_fields_reach_inside() -> None:
    """The key may be a nested field."""
    points = [{"u": {"id": 1}, "a": 1}, {"u": {"id": 1}, "b": 1}]
    assert run(points, union("u.id")) == [{"u": {"id": 1}, "a": 1, "b": 1}]
