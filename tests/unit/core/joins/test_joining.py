"""Branches that are joined as a whole: by columns, and of files by tables, with the answer of the plain way."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flume import avg, count, emit, filter, join, keep, memory, pluck, put, read, reduce, sort
from flume.errors import LimitError
from flume.flow import Flow, Fork
from flume.joins.branch import _LAYOUTS
from flume.testing.listing import listed

Point = dict[str, Any]

TIME = datetime(2016, 7, 17, tzinfo=UTC)
VALUES = st.sampled_from([None, 0, 1, 1.5, True, "1", "a"])
POINTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "time": st.integers(0, 12).map(lambda half: (TIME + timedelta(seconds=half / 2)).isoformat()),
            "k": VALUES,
            "j": st.integers(0, 1),
            "x": VALUES,
            "y": st.one_of(VALUES, st.lists(VALUES, max_size=2)),
        },
    ),
    max_size=12,
)
STEPS = st.builds(
    lambda fields, kind, near: join(*fields, kind=kind, **near),
    st.sampled_from([("k",), ("j",), ("k", "j"), ()]),
    st.sampled_from(["inner", "left", "outer"]),
    st.sampled_from([{}, *({word: span} for word in ("nearest", "asof") for span in ("0s", "1s", 1.5, "forever"))]),
)
BEHIND: list[list[Any]] = [
    [],
    [reduce(n=count())],
    [reduce(n=count("x"), x=pluck("x"), by="k")],
    [filter("x == 1 or y == 1"), put(z="{x}-{y}"), reduce(z=pluck("z"), by=["j", "k"])],
    [keep("x", "time"), reduce(n=count(), mean=avg("x"), every="1s")],
    [put(z=count())],
]


def written(path: Path, points: list[Point], *, spaces: bool) -> Flow:
    """What reads the points from a file."""
    separators = None if spaces else (",", ":")
    path.write_text("".join(json.dumps(point, separators=separators) + "\n" for point in points))
    return read("stdio", file=str(path))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(branches=st.lists(POINTS, min_size=2, max_size=3), step=STEPS, behind=st.sampled_from(BEHIND), data=st.data())
def test_of_files_as_the_plain_way(
    tmp_path: Path, branches: list[list[Point]], step: join, behind: list[Any], data: st.DataObject
) -> None:
    """Whatever is missing or null where, and whatever is asked for behind the join."""
    before: list[Flow] = []
    for number, branch in enumerate(branches):
        flow = written(tmp_path / f"{number}.jsonl", branch, spaces=data.draw(st.booleans()))
        for one in data.draw(st.sampled_from([[], [filter("j == 1")], [put(x="new")], [filter("k != 1"), put(k="a")]])):
            flow = flow | one
        before.append(flow)
    flow: Any = Fork(before) | step
    for one in behind:
        flow = flow | one
    fast, plain = (flow | memory()).execute(), (flow | memory()).execute(optimize=False)
    assert list(map(repr, fast.points)) == list(map(repr, plain.points))
    assert [[*(a.points_in, a.points_out), a.taken] for a in fast.accounts] == [
        [*(a.points_in, a.points_out), a.taken] for a in plain.accounts
    ]
    assert fast.adds_up
    assert plain.adds_up


def test_tables_reach_the_join_and_leave_it(tmp_path: Path) -> None:
    """Where the steps behind it take them: then only what is looked at is decoded."""
    one = written(tmp_path / "1.jsonl", [{"k": 1, "x": 1, "deep": [1]}], spaces=True)
    two = written(tmp_path / "2.jsonl", [{"k": 1, "x": 2, "y": 3}], spaces=True)
    flow = (one, two) | join("k") | reduce(x=pluck("x"), y=pluck("y"))
    assert flow.explain().count("fields read: k, time, x, y") == 2
    assert list(flow) == [{"x": [1], "y": [3]}]
    assert list((one, two) | join("k")) == [{"k": 1, "x": 1, "deep": [1], "y": 3}]


def test_the_first_wins_with_null_and_not_where_it_is_missing(tmp_path: Path) -> None:
    """A table does not tell them apart; the points that it stands for do."""
    ones = [{"k": 1, "x": None}, {"k": 2}, {"k": 3, "x": 3}]
    one = written(tmp_path / "1.jsonl", ones, spaces=True)
    two = written(tmp_path / "2.jsonl", [{"k": k, "x": 9} for k in (1, 2, 3)], spaces=True)
    flow = (one, two) | join("k") | reduce(n=count(), x=pluck("x"))
    assert list(flow) == [{"n": 3, "x": [9, 3]}]


@pytest.mark.parametrize("kind", ["inner", "left", "outer"])
def test_points_of_many_layouts_keep_the_order_of_their_fields(kind: str) -> None:
    """Some have columns, and when there are too many of them, points are kept as they are."""
    points = [{"k": n, f"field{n}": n, "a": 1} if n % 2 else {"a": 1, "k": n} for n in range(3 * _LAYOUTS)]
    others = [{"b": n, "k": n} for n in range(0, 3 * _LAYOUTS, 3)]
    flow = (listed(points, 7), listed(others)) | join("k", kind=kind)
    expected = [
        {**point, "b": point["k"]} if point["k"] % 3 == 0 else point
        for point in points
        if kind != "inner" or point["k"] % 3 == 0
    ]
    assert [list(point.items()) for point in flow] == [list(point.items()) for point in expected]


def test_results_of_columns_share_nothing() -> None:
    """A list that two results have is not one."""
    points = [{"k": 1, "n": n} for n in range(2)]
    seen = []
    for point in (listed(points), listed([{"k": 1, "tags": [[]]}])) | join("k"):
        point["tags"][0].append(point["n"])
        seen.append(point["tags"])
    assert seen == [[[0]], [[1]]]


def test_what_is_held_is_weighed(tmp_path: Path) -> None:
    """Columns of tables, too."""
    points = [{"k": n, "x": "x" * 50} for n in range(5000)]
    one, two = (written(tmp_path / f"{n}.jsonl", points, spaces=True) for n in (1, 2))
    flow = (one, two) | join("k") | reduce(n=count("x")) | memory()
    with pytest.raises(LimitError, match="points fill about"):
        flow.execute(memory="500K")
    assert flow.execute(memory="100M").points == [{"n": 5000}]


def test_files_in_order_and_sorted_ones_give_the_same(tmp_path: Path) -> None:
    """The one holds all until the end, the other what may still be joined."""
    branches = [
        [{"time": (TIME + timedelta(seconds=n * step)).isoformat(), "k": n % 3, f"n{step}": n} for n in range(60)]
        for step in (2, 3)
    ]
    one, two = (written(tmp_path / f"{n}.jsonl", branch, spaces=True) for n, branch in enumerate(branches))
    for step in (join("k", asof="4s"), join("k", nearest="4s", kind="outer"), join(), join("k", "time", kind="left")):
        assert list((one, two) | step) == list((one | sort(), two | sort()) | step)


def test_a_source_that_gives_no_tables_is_taken_as_points(tmp_path: Path) -> None:
    """A branch need not be a file."""
    one = written(tmp_path / "1.jsonl", [{"k": 1, "x": 1}], spaces=True)
    flow = (one, emit(points=[{"k": 1, "y": 2}])) | join("k") | reduce(x=pluck("x"), y=pluck("y"))
    assert list(flow) == [{"x": [1], "y": [2]}]
