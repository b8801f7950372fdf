"""describe: what there is in data that nobody knows yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import describe, head, memory, read
from flume.errors import LimitError
from flume.flow import Stage
from flume.point import MISSING, find, key
from flume.run import Run
from flume.testing import run
from flume.testing.listing import listed

Point = dict[str, Any]

TIME = datetime(2016, 7, 17, tzinfo=UTC)
NAMES = {type(None): "null", datetime: "time", timedelta: "duration"}
VALUES = st.sampled_from([None, 1, 1.0, -2.5, True, "x", "y", float("nan"), TIME, timedelta(1), [1], []])
NESTED = st.dictionaries(st.sampled_from(["b", "c"]), VALUES | st.dictionaries(st.just("d"), VALUES), max_size=2)
POINTS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "a.b"]), VALUES | NESTED, max_size=3), max_size=8)


def paths(point: Point, before: str = "") -> list[str]:
    """The names that the fields of a point can be reached by."""
    found = []
    for name, value in point.items():
        found += [before + name]
        found += paths(value, f"{before}{name}.") if isinstance(value, dict) and "." not in name else []
    return found


def rank(value: Any) -> int:
    """Numbers before text before times."""
    return 0 if isinstance(value, (int, float)) else 1 if isinstance(value, str) else 2


def model(points: list[Point]) -> list[Point]:
    """Field by field, each looked up in every point."""
    described = []
    for name in dict.fromkeys(path for point in points for path in paths(point)):
        values = [value for point in points if (value := find(point, name)) is not MISSING]
        types = [NAMES.get(type(value), type(value).__name__) for value in values]
        compared = [value for value in values if type(value) in (int, float, str, datetime) and value == value]
        best = {}
        for extreme, pick in (("minimum", min), ("maximum", max)):
            kind = pick(map(rank, compared), default=None)
            best[extreme] = pick((value for value in compared if rank(value) == kind), default=None)
        different: dict[Any, Any] = {}
        for value in values:
            if value is not None and not isinstance(value, dict):
                different.setdefault(key(value), value)
        described.append(
            {
                "name": name,
                "types": {kind: types.count(kind) for kind in dict.fromkeys(types)},
                "missing": len(points) - len(values),
                **best,
                "examples": list(different.values())[:3],
            }
        )
    return described


@given(POINTS, st.sampled_from([1, 2, None]))
def test_it_is_the_model(points: list[Point], size: int | None) -> None:
    """Whatever the fields hold, and however the points come."""
    report = (listed(points, size) | describe() | memory()).execute()
    assert repr(report.points) == repr(model(points))
    assert report.adds_up


@given(POINTS, POINTS)
def test_parts_are_joined(points: list[Point], others: list[Point]) -> None:
    """What was seen of the points behind, in another process, is as if it had been seen here."""
    whole, here, there = (describe().start(Run()) for _ in range(3))
    whole.push([*points, *others])
    here.push(points)
    there.push(others)
    here.join(there.part())
    assert repr(here.end()) == repr(whole.end())
    assert there.end() == []


def test_several_processes_change_nothing(tmp_path: Path) -> None:
    """They share the reading of a file."""
    path = tmp_path / "points.csv"
    rows = "".join(f"{n},{'x' * (n % 7)},{n / 7 if n % 3 else ''}\n" for n in range(20_000))
    path.write_text("n,text,some\n" + rows, encoding="utf-8")
    one, two = ((read("file", file=str(path)) | describe() | memory()).execute(jobs=jobs).points for jobs in (1, 2))
    assert one == two
    assert one[0] == {
        "name": "n",
        "types": {"int": 20_000},
        "missing": 0,
        "minimum": 0,
        "maximum": 19_999,
        "examples": [0, 1, 2],
    }


def test_fields_inside_of_others() -> None:
    """By their dotted names; a field whose own name has the dots wins, and what is inside of it has no name."""
    names = [point["name"] for point in run([{"u": {"id": 3, "x": {"y": 1}}, "u.id": 3, "v.w": {"z": 1}}], describe())]
    assert names == ["u", "u.id", "u.x", "u.x.y", "v.w"]


def test_a_stream_without_points_has_no_fields() -> None:
    """Nor has one of points without fields."""
    assert run([], describe()) == []
    assert run([{}, {}], describe()) == []


def test_nothing_leaves_before_the_end() -> None:
    """All that is seen becomes part of the description: the ledger says merged, and made."""
    stage: Stage = describe().start(Run())
    assert stage.push([{"a": 1}]) == []
    assert stage.holds
    report = (listed([{"a": 1, "b": 2}] * 3) | describe() | head(1) | memory()).execute()
    account = report.accounts[1]
    assert (account.points_in, account.taken, account.made) == (3, {"merged": 3}, 2)


def test_examples_are_not_shared() -> None:
    """To change one does not change the point that it is of."""
    points = [{"a": [1]}]
    stage = describe().start(Run())
    stage.push(points)
    stage.end()[0]["examples"][0].append(2)
    assert points == [{"a": [1]}]


def test_more_fields_than_fit_are_an_error() -> None:
    """Data whose names of fields are values, say."""
    points = [{f"id{n}": n} for n in range(3000)]
    with pytest.raises(LimitError, match=r"fields fill about .*keep\(\) those that matter before it"):
        (listed(points) | describe() | memory()).execute(memory=100_000)
