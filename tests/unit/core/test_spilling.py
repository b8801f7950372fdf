"""Points in order that do not fit into memory: they wait on disk, and come back as they were."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flume import head, memory, put, sort, spilling
from flume.budget import footprint
from flume.errors import FlumeError, LimitError
from flume.flow import Flow
from flume.ordering import order_of
from flume.spilling import Runs
from flume.testing.listing import listed

T0 = datetime(2020, 1, 1, tzinfo=UTC)
TIMES = st.integers(-(10**14), 10**14).map(lambda us: T0 + timedelta(microseconds=us))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=3)
    | TIMES
    | st.timedeltas()
)
VALUES = st.recursive(SCALARS, lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(), inside))
FEW = st.sampled_from([None, 0, 1, 1.0, -0.0, "a", "b", True, T0, float("nan"), [1], {"x": 1}])
POINTS = st.lists(
    st.dictionaries(st.sampled_from("abc"), FEW | VALUES, max_size=3).flatmap(
        lambda point: st.just(point) | TIMES.map(lambda time: {**point, "time": time})
    ),
    max_size=60,
)
STEPS = st.builds(
    sort,
    st.sampled_from(["a", "-a", "time", "-time", "a.x"]),
    st.sampled_from(["b", "-b", "-time"]),
    by=st.sampled_from([None, "c", ["b", "c"]]),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where points wait; nothing is left there."""
    folder = tmp_path / "waiting"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def exact(points: list[Any]) -> str:
    """Points as text in which whatever differs looks different: -0.0, NaN, kinds, the order of fields."""
    return repr(points)


def executed(flow: Flow, **options: Any) -> list[Any]:
    """The points that leave, and a ledger that adds up."""
    report = (flow | memory()).execute(**options)
    assert all(account.adds_up for account in report.accounts)
    return report.points


@settings(max_examples=200, deadline=None)
@given(POINTS, STEPS, st.integers(1, 4000), st.integers(1, 20), st.integers(1, 20), st.integers(2, 4))
@example([{"a": "\ud800"}, {"a": -0.0}, {"a": [(1, 2)]}], sort("a"), 1, 1, 1, 2)
def test_what_waits_on_disk_comes_as_what_does_not(
    points: list[Any], step: sort, budget: int, batch: int, most: int, fan: int
) -> None:
    """Whatever the points, the budget, the batches, the blocks and the number of runs merged at once."""
    source = listed(points, batch=batch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spilling, "MOST", most)
        patch.setattr(spilling, "BLOCKS", most)
        patch.setattr(spilling, "FAN", fan)
        assert exact(executed(source | step, memory=budget)) == exact(executed(source | step))


@pytest.mark.parametrize("order", [sorted, lambda values: sorted(values, reverse=True), list])
def test_runs_in_any_order(order: Any) -> None:
    """Points that came in order, backwards, or in none, in more runs than are merged at once."""
    values = order([(number * 7919) % 10_007 for number in range(5000)])
    runs = Runs(order_of([False]), "test")
    for start in range(0, len(values), 20):
        runs.add([values[start : start + 20]], [f"n{value}" for value in values[start : start + 20]])
    given = [item for some in runs.given() for item in some]
    runs.close()
    assert given == [f"n{value}" for value in sorted(values)]


def test_equal_points_keep_their_order() -> None:
    """Over runs and levels of them, in both directions."""
    points = [{"a": number % 3, "n": number} for number in range(3000)]
    for step, values in ((sort("a"), [0, 1, 2]), (sort("-a"), [2, 1, 0])):
        found = executed(listed(points, batch=10) | step, memory=100)
        assert found == [point for value in values for point in points if point["a"] == value]


def test_a_time_of_another_zone_stays_one() -> None:
    """And text of many bytes, and a point that is empty."""
    zone = timezone(timedelta(hours=2))
    points: list[Any] = [{"t": T0.astimezone(zone)}, {"t": "x" * 10_000}, {}]
    assert exact(executed(listed(points) | sort("n"), memory=1)) == exact(points)


def test_what_nobody_wants_is_not_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """head is given what it asks for, and the ledger says what became of the others."""
    points = [{"n": (number * 7) % 10_000} for number in range(10_000)]
    loaded: list[int] = []
    load = pickle.load
    monkeypatch.setattr(spilling.pickle, "load", lambda file: loaded.append(1) or load(file))
    flow = listed(points, batch=100) | sort("n") | head(2)
    report = (flow | memory()).execute(memory=100_000)
    assert [point["n"] for point in report.points] == [0, 1]
    assert all(account.adds_up for account in report.accounts)
    assert 0 < len(loaded) < 1000


def test_nothing_is_left_where_a_run_fails(folder: Path) -> None:
    """The file has no name; a step that fails and a limit are no exception."""
    points = [{"n": number} for number in range(1000)]

    def fail(point: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(LimitError, match="limit=900"):
        (listed(points, batch=100) | sort("n", limit=900)).execute(memory=1000)
    with pytest.raises(KeyboardInterrupt):
        (listed(points, batch=100) | sort("-n") | put(a=fail)).execute(memory=1000)
    for point in listed(points, batch=100) | sort("-n"):
        assert point == {"n": 999}
        break
    assert list(folder.iterdir()) == []


def test_a_directory_that_cannot_be_written_to_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With what to do."""
    flow = listed([{"n": 1}, {"n": 2}], batch=1) | sort("n")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(FlumeError) as error:
        flow.execute(memory=1)
    assert str(error.value) == (
        f"sort: cannot hold points in '{tmp_path}/missing': no such file or directory; TMPDIR names another directory, "
        "and memory= (--memory on the command line) lets it hold more in memory"
    )
    assert error.value.__notes__ == ["in step 2: sort('n')"]


def test_a_value_that_cannot_be_on_disk_is_said() -> None:
    """A value of the user's own may be anything."""
    with pytest.raises(FlumeError, match=r"^sort: a point cannot be held on disk \(.*; memory="):
        (listed([{"n": 1, "f": lambda: 1}]) | sort("n")).execute(memory=1)


def test_points_are_weighed() -> None:
    """About as much as they fill, with what is inside of them."""
    small, large = {"a": "x"}, {"a": ["x" * 1000, {"b": "y" * 1000}]}
    assert footprint([]) == 0
    assert 200 < footprint([small]) < 500
    assert 2000 < footprint([large]) < 3000
    assert footprint([small] * 1000) == 1000 * footprint([small])
