"""Points are independent: what is changed in one of them shows in no other."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import count, emit, expr, fill, first, funcr, function, join, last, memory, put, reduce, sort, union
from flume import filter as where
from flume.flow import Batch, Flow, Proc, Stage
from flume.functions import registry
from flume.point import DEEPEST, copied, is_too_deep
from flume.run import Run

POINTS = [{"n": 1, "tags": [1, {"a": [2]}]}, {"n": 2, "tags": [3]}]


def named(step: object) -> str:
    """The step, without the places in memory of its functions: tests have the same names in every process."""
    return re.sub(" at 0x[0-9a-f]+", "", repr(step))


def spoil(value: Any) -> None:
    """Change all that can be changed in a value."""
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        spoil(each)
    if isinstance(value, dict):
        value["spoilt"] = True
    elif isinstance(value, list):
        value.append("spoilt")


def spoiling(point: dict[str, Any]) -> bool:
    """A function of a point that changes it."""
    spoil(point)
    return True


class meddling(Proc):
    """A step of a stranger's that changes what it is given."""

    def start(self, run: Run) -> Stage:
        return _Meddling()


class _Meddling(Stage):
    def push(self, batch: Batch) -> Batch:
        for point in batch:
            spoil(point)
        return batch


@pytest.mark.parametrize(
    "steps",
    [
        put(tags=[1, {"a": [2]}], d={"x": {}}),
        fill(new=[1, {"a": [2]}]),
        fill(**{"deep.new": [[]]}),
        put(f=first("tags")),
        put(f=last("missing"), g=last("tags")),
        put(f=funcr(lambda tags: tags)("tags")),
        reduce(f=first("tags"), n=count(), by="tags"),
        reduce(constant=[[]], by="n"),
        ((), ()),
        ((), (), sort("n")),
        (put(a=1), where("n > 0"), union("n")) | where("n > 0"),
        (put(a=1), put(b=1)) | join("n"),
        ((), ((), put(b=2))),
    ],
    ids=named,
)
@pytest.mark.parametrize("timed", [False, True])
def test_points_that_leave_share_nothing(steps: Flow, timed: bool) -> None:
    """Whoever looks at the results may change each of them."""
    time = {"time": datetime(2020, 1, 1, tzinfo=UTC)} if timed else {}
    flow = emit(points=[{**point, **time} for point in POINTS]) | steps
    expected = list(flow)
    seen = []
    for point in flow:
        seen.append(copied(point))
        spoil(point)
    assert seen == expected


@function
def meddle(tags: list[Any]) -> int:
    """A function of expressions that changes what it is given."""
    spoil(tags)
    return 1


@pytest.fixture(scope="module", autouse=True)
def _forgotten() -> Any:
    yield
    del registry._registered["meddle"]


@pytest.mark.parametrize(
    "branch",
    [
        put(x=lambda p: p["tags"].append(3)),
        put(x=spoiling),
        where(spoiling),
        put(x=expr("meddle(tags)")),
        where(expr("meddle(tags) == 1")),
        put(x=funcr(spoiling)("tags")),
        reduce(x=spoiling),
        reduce(x=spoiling, every="1h"),
        meddling(),
        where("n > 0") | (meddling(), ()),
    ],
    ids=named,
)
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("timed", [False, True])
def test_a_function_in_a_branch_changes_no_other_branch(branch: Flow, place: int, timed: bool) -> None:
    """Wherever it stands."""
    time = {"time": datetime(2020, 1, 1, tzinfo=UTC)} if timed else {}
    points = [{**point, **time} for point in POINTS]
    left: list[dict[str, Any]] = []
    others: list[Flow] = [memory(into=left), put(kept=expr("tags")) | reduce(t=last("kept"), by="n")]
    others.insert(place, branch)
    list(emit(points=points) | tuple(others))
    assert left == points


def test_a_function_behind_a_fork_changes_one_point() -> None:
    """Though both points are of one."""
    found = list(emit(points=[{"tags": [1]}]) | ((), ()) | put(x=lambda p: p["tags"].append(2)))
    assert [point["tags"] for point in found] == [[1, 2], [1, 2]]


def test_a_point_does_not_hold_itself() -> None:
    """The point as a value is a copy."""
    (point,) = emit(points=[{"a": 1}]) | put(all=expr("point"), some=expr("[point]"))
    assert point == {"a": 1, "all": {"a": 1}, "some": [{"a": 1, "all": {"a": 1}}]}


values = st.recursive(st.integers() | st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v), max_leaves=6)


@given(st.dictionaries(st.text(), values))
def test_a_copy_is_equal_and_shares_nothing(point: dict[str, Any]) -> None:
    """At any depth."""
    copy = copied(point)
    assert copy == point
    spoil(copy)
    assert copied(point) == point
    assert copy != point


@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"a": value}, lambda value: (value,)])
def test_depth_is_counted(wrap: Any) -> None:
    """Of lists and of dicts."""
    value = wrap(1)
    for _ in range(DEEPEST - 1):
        value = wrap(value)
    assert not is_too_deep(value)
    assert is_too_deep(wrap(value))


def test_a_list_that_holds_itself_is_too_deep() -> None:
    """And takes no longer to look at, though each level holds it twice."""
    value: list[Any] = []
    value += [value, value]
    assert is_too_deep(value)
