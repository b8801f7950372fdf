"""Reducers over the time before each point, beside all of them folded anew at each point."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import (
    avg,
    count,
    count_unique,
    date,
    delta,
    ewma,
    expr,
    first,
    funcr,
    histogram,
    iterate,
    largest,
    last,
    mad,
    maximum,
    median,
    memory,
    minimum,
    percentile,
    pluck,
    put,
    rate,
    read,
    reduce,
    stdev,
    sum,
    top,
)
from flume.duration import duration
from flume.errors import LimitError
from flume.flow import Point
from flume.folding import Fold
from flume.point import key
from flume.reducing import Reducer
from flume.run import Run
from flume.testing import Clock, run, script, shown
from flume.testing.listing import listed

T0 = datetime(2023, 1, 27, 20, tzinfo=UTC)
DAY = timedelta(days=1)
REDUCERS: list[Reducer[Any]] = [
    *(count(), count("x"), count_unique("x"), sum("x"), avg("x"), minimum("x"), maximum("x"), first("x"), last("x")),
    *(pluck("x"), percentile("x", [0, 50, 99]), median("x"), mad("x"), stdev("x"), histogram("x", 2), top("x", 2)),
    *(delta("x"), rate("x"), ewma("x", 0.5), largest("x", by="y"), date.hour("time"), funcr(str)("x")),
    *(sum("x") / count(), percentile("x", 30) - minimum("x")),
]


def begin_of(over: str, time: datetime) -> datetime:
    return duration(over).after(time, -1)


def slow(points: Sequence[Point], over: str, reducer: Reducer[Any], by: str | None) -> list[Any]:
    """At each point: of the points of its group so far, those that are held for the latest, within *over* of it."""
    said: list[Any] = []
    seen: dict[Hashable, list[Point]] = defaultdict(list)
    fold = Fold((("said", reducer),), Run())
    for point in points:
        time = point.get("time")
        if not isinstance(time, datetime):
            said.append(None)
            continue
        group = seen[key(point.get(by)) if by else ()]
        group.append(point)
        # what a window of months begins with may go back, by less than a day
        held = begin_of(over, max(each["time"] for each in group)) - (DAY if duration(over).months else timedelta())
        window = [each for each in group if max(held, begin_of(over, time)) < each["time"] <= time]
        window = sorted(window, key=lambda each: each["time"]) or [point]
        states = fold.start()
        fold.fold(states, window)
        said += fold.results([states])["said"]
    return shown(said)  # type: ignore[no-any-return]


VALUES = st.sampled_from([None, 0, 1, 1.0, -2.5, 0.1, 10**20, float("nan"), True, "b", [1], {"z": [2]}])


def points_of(
    seconds: st.SearchStrategy[int], values: st.SearchStrategy[Any] = VALUES, least: int = 0
) -> st.SearchStrategy[Any]:
    times = seconds.map(lambda second: T0 + timedelta(seconds=second))
    groups = st.sampled_from(["a", 1, 1.0])
    point = st.fixed_dictionaries(
        {"time": times, "x": values | st.integers(0, 99)}, optional={"y": values, "g": groups}
    )
    return st.lists(point, min_size=least, max_size=14)


few = settings(max_examples=10)
over_all = pytest.mark.parametrize("reducer", REDUCERS, ids=repr)
grouped = st.sampled_from([None, "g"])


def in_order(points: Sequence[Point]) -> list[Point]:
    return sorted(points, key=lambda point: point["time"])


def said(points: Sequence[Point], step: put, **options: Any) -> str:
    return repr([point["said"] for point in run(points, step, **options)])


@over_all
@few
@given(points=points_of(st.integers(0, 12)), by=grouped, over=st.sampled_from(["1s", "3s", "5.5s", "1h"]))
def test_in_order_it_is_all_folded_anew(reducer: Reducer[Any], points: list[Point], by: str | None, over: str) -> None:
    """At each point, of those before it within the time; whether the order is known or not."""
    points = in_order(points)
    wanted = repr(slow(points, over, reducer, by))
    for batch, ordered in ((1, True), (3, False), (None, True)):
        assert said(points, put(said=reducer, over=over, by=by), batch=batch, ordered=ordered) == wanted


@over_all
@few
@given(points=points_of(st.integers(0, 9), least=5), by=grouped, over=st.sampled_from(["2s", "5s"]), data=st.data())
def test_out_of_order_it_is_what_is_held(
    reducer: Reducer[Any], points: list[Point], by: str | None, over: str, data: st.DataObject
) -> None:
    """A point finds what lies within the time of the latest one of its group; one without a time finds nothing."""
    for place in data.draw(st.sets(st.integers(0, 20), max_size=2)):
        points.insert(place, {"x": 1, "time": data.draw(st.sampled_from([None, 7]))})
    wanted = repr(slow(points, over, reducer, by))
    for batch in (1, 3, None):
        assert said(points, put(said=reducer, over=over, by=by), batch=batch, ordered=False) == wanted


@pytest.mark.parametrize("reducer", [sum("x"), pluck("x"), median("x"), last("x"), ewma("x", 0.5)], ids=repr)
@pytest.mark.parametrize("over", ["1 month", "1 quarter", "1 month 2 days", "1 year"])
@settings(max_examples=20)
@given(
    hours=st.lists(st.integers(0, 24 * 80), max_size=20) | st.lists(st.integers(24 * 26, 24 * 34), max_size=20),
    order=st.booleans(),
)
def test_months_are_those_of_the_calendar(reducer: Reducer[Any], over: str, hours: list[int], order: bool) -> None:
    """The window of 30 March begins on 28 February, and that of 29 March at noon earlier than that of the 28th."""
    points = [{"time": T0 + timedelta(hours=hour), "x": number} for number, hour in enumerate(hours)]
    points += [{"time": T0.replace(month=1, day=day, hour=hour), "x": day} for day in (27, 28, 29) for hour in (1, 23)]
    points = in_order(points) if order else points
    wanted = repr(slow(points, over, reducer, None))
    for batch in (1, None):
        assert said(points, put(said=reducer, over=over), batch=batch) == wanted


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), over=st.integers(1, 400))
def test_long_windows(seed: int, over: int) -> None:
    """Up to hundreds of values in a window, many leaving at once."""
    random, time, points = Random(seed), T0, list[Point]()
    for _ in range(200):
        time += timedelta(seconds=random.choice([0, 1, 2, 60]))
        points.append({"time": time, "x": random.choice([random.random(), random.randrange(9)])})
    reducers: dict[str, Any] = {
        f"r{number}": each for number, each in enumerate([sum("x"), median("x"), maximum("x"), pluck("x")])
    }
    for place, point in enumerate(run(points, put(**reducers, over=over))):
        begin = points[place]["time"] - timedelta(seconds=over)
        window = [each for each in points[: place + 1] if each["time"] > begin]
        (wanted,) = run(window, reduce(**reducers))
        assert repr([point[name] for name in reducers]) == repr([wanted[name] for name in reducers])


def test_against_pandas() -> None:
    """`rolling('10min')` says the same, but for the last digits of floats, which pandas adds up as it goes."""
    pandas = pytest.importorskip("pandas")
    random, time, points = Random(8), T0, list[Point]()
    for _ in range(3000):
        time += timedelta(seconds=random.choice([0, 1, 7, 60, 200, 900]))
        points.append({"time": time, "x": random.uniform(-100, 100)})
    step = put(sum=sum("x"), mean=avg("x"), min=minimum("x"), max=maximum("x"), median=median("x"), std=stdev("x"))
    ours = run(points, put(**dict(step.fields), over="10m"))
    frame = pandas.DataFrame(points).set_index("time")["x"].rolling("10min", closed="right")
    for name, _ in step.fields:
        for place, theirs in enumerate(getattr(frame, name)()):
            found = ours[place][name]
            assert (found is None and theirs != theirs) or found == pytest.approx(theirs, rel=1e-9, abs=1e-9), name


def test_fields_are_put_one_after_the_other() -> None:
    """A reducer sees the fields before it, groups too; and the time that was put before it."""
    points = [{"time": T0 + timedelta(seconds=second), "x": second} for second in range(4)]
    twice = put(x=expr("x * 2"), s=sum("x"), g=expr("s > 5"), n=count(), by="g", over="2s")
    assert [(point["s"], point["n"]) for point in run(points, twice)] == [(0, 1), (2, 2), (6, 1), (10, 2)]
    later = put(time=expr("time + duration('1 hour') * x"), n=count(), over="2h")
    assert [point["n"] for point in run(points, later)] == [1, 2, 2, 2]


def test_a_value_that_is_changed_by_a_later_step_is_held_as_it_was() -> None:
    """What the window holds is its own."""
    points = [{"time": T0 + timedelta(seconds=second), "tags": [second], "n": second} for second in range(3)]

    def spoil(point: Point) -> int:
        point["tags"].append("spoilt")
        return 0

    step = put(seen=top("tags", 3), most=largest("tags", by="n"), n=spoil, over="1m")
    assert [point["seen"] for point in run(points, step, batch=1)][-1] == [{"value": [n], "count": 1} for n in range(3)]
    assert [point["most"] for point in run(points, step, batch=1)][-1] == [2]


def test_iterate_goes_on() -> None:
    """It is no matter of the window."""
    points = [{"time": T0 + timedelta(minutes=minute)} for minute in range(4)]
    assert [point["i"] for point in run(points, put(i=iterate([1, 2, 3]), n=count(), over="90s"))] == [1, 2, 3, 1]


def test_a_point_without_a_time_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """It goes on, with null."""
    points: list[Point] = [{"time": T0, "x": 1}, {"x": 2}, {"time": 7, "x": 3}]
    assert [point["n"] for point in run(points, put(n=count(), over="1s"), ordered=True)] == [1, None, None]
    assert "2 points had no time and went into no window (first: time=None)" in caplog.text


STEPS = [put(said=avg("x"), over="4s", by="g"), put(said=pluck("x"), n=count(), over="2s"), put(n=count(), by="g")]


@pytest.mark.parametrize("step", STEPS, ids=repr)
@settings(max_examples=15, deadline=None)
@given(points=points_of(st.integers(0, 12), st.integers(0, 9)))
def test_live_as_of_a_file(step: put, points: list[Point]) -> None:
    """On a clock that is moved by hand, with pauses in which groups are forgotten."""
    points, steps, now = in_order(points), [], T0
    for point in points:
        if point["time"] > now:
            steps.append((point["time"] - now).total_seconds())
            now = point["time"]
        steps.append(point)
    report = (script(*steps) | step | memory()).execute(clock=Clock(T0, jumps=True))
    assert report.points == (listed(points) | step | memory()).execute().points


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_optimised_or_not(step: put, tmp_path: Path) -> None:
    """The answer is the same, whatever is done to be fast, by however many processes."""
    file = tmp_path / "a.jsonl"
    lines = [
        {"time": (T0 + timedelta(seconds=n * 7 % 11 + n)).isoformat(), "x": n % 5, "g": n % 3, "z": [n]}
        for n in range(500)
    ]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    ways = [
        (read("stdio", file=str(file)) | step | memory()).execute(optimize=optimize, jobs=jobs).points
        for optimize, jobs in ((True, 1), (False, 1), (True, 2))
    ]
    assert ways[0] == ways[1] == ways[2]


# -- memory -----------------------------------------------------------------------------------------

HOSTS: list[Point] = [{"time": T0 + timedelta(seconds=n), "host": f"host-{n}", "n": n} for n in range(5000)]


@pytest.mark.parametrize("step", [put(n=count(), by="host"), put(n=avg("n"), by="host", over="1h")], ids=repr)
@pytest.mark.parametrize("batch", [1, 700, None])
def test_too_many_groups_are_an_error(step: put, batch: int | None) -> None:
    """It says how many there are, and what to do; with more memory the step goes on."""
    flow = listed(HOSTS, batch, in_order=False) | step
    with pytest.raises(LimitError, match=r"groups fill about .* --memory") as error:
        flow.execute(memory="300K")
    assert error.value.__notes__ == [f"in step 2: {step!r}"]
    assert len((flow | memory()).execute(memory="100M").points) == 5000


def test_too_many_values_are_an_error() -> None:
    """Those of one group too."""
    points = [{"time": T0, "x": n / 7} for n in range(20_000)]
    flow = listed(points, 500) | put(v=avg("x"), over="1h") | memory()
    with pytest.raises(LimitError, match=r"values in the windows of 1 group fill about .* a shorter over= holds fewer"):
        flow.execute(memory="500K")
    assert len(flow.execute(memory="100M").points) == 20_000


@pytest.mark.parametrize("live", [False, True])
def test_quiet_groups_are_forgotten(live: bool) -> None:
    """In order of time those whose window has passed are, so an endless stream needs no more memory."""
    step = put(n=count(), m=median("n"), by="host", over="10s")
    bound = Run()
    bound.ordered, bound.live, bound.memory_asked = not live, live, 500_000
    stage = step.start(bound)
    for begin in range(0, 5000, 100):
        batch = HOSTS[begin : begin + 100]
        assert [point["n"] for point in stage.push(batch)] == [1] * 100
        stage.advance(batch[-1]["time"])


def test_values_that_have_left_make_room() -> None:
    """A window holds what is in it."""
    points = [{"time": T0 + timedelta(seconds=n), "x": n} for n in range(20_000)]
    flow = listed(points, 100) | put(v=avg("x"), m=median("x"), n=count(), over="1m") | memory()
    assert flow.execute(memory="60K").points[-1]["n"] == 60
