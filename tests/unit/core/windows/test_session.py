"""Session windows: sort, and split where it was quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import avg, count, emit, ewma, first, last, maximum, memory, minimum, pluck, read, reduce, sort, sum
from flume.errors import LimitError
from flume.testing import Clock, run, script
from flume.testing.listing import listed

T0 = datetime(2024, 2, 27, 13, 59, 44, tzinfo=UTC)
GAP = timedelta(seconds=10)


def at(seconds, **fields):
    return {"time": T0 + timedelta(seconds=seconds), **fields}


def shown(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def split(rows, by, fields, gap=GAP):
    """Each group sorted, split where `gap` lies between two, and folded by itself; in order of the last points."""
    groups = {}
    for row in sorted(rows, key=lambda row: row["time"]):
        groups.setdefault(row.get(by), []).append(row)
    sessions = []
    for group, members in groups.items():
        start = 0
        for place in range(1, len(members) + 1):
            if place == len(members) or members[place]["time"] - members[place - 1]["time"] >= gap:
                inside = members[start:place]
                (result,) = run(inside, reduce(**fields))
                time = result.pop("time")
                end = inside[-1]["time"]
                sessions.append(
                    (end, inside[0]["time"], group, {**result, **({by: group} if by else {}), "time": time})
                )
                start = place
    return [point for *_, point in sorted(sessions, key=lambda one: (one[0], one[1], one[2] is None, one[2] or ""))]


rows = st.lists(
    st.builds(at, st.integers(0, 120), k=st.sampled_from("abc") | st.none(), v=st.integers(-9, 9) | st.none()),
    max_size=40,
)
FIELDS = {"n": count(), "total": sum("v"), "low": minimum("v"), "mean": avg("v"), "latest": maximum("time")}
IN_ORDER = {"first": first("v"), "last": last("v"), "all": pluck("v"), "end": last("time")}


@settings(max_examples=100)
@given(rows, st.sampled_from([None, "k"]), st.integers(1, 9))
def test_sessions_are_sorted_and_split(points, by, size):
    """In whatever order and batches they come, where it does not matter to the reducers."""
    step = reduce(**FIELDS, gap="10s", by=by)
    assert run(points, step, batch=size, ordered=False) == split(points, by, FIELDS)


@settings(max_examples=100)
@given(rows, st.sampled_from([None, "k"]), st.integers(1, 9), st.booleans())
def test_points_in_order_are_folded_in_order(points, by, size, ordered):
    """And it does not matter whether sessions close as time passes, or all at the end."""
    points = sorted(points, key=lambda row: row["time"])
    step = reduce(**IN_ORDER, **FIELDS, gap="10s", by=by)
    expected = split(points, by, {**IN_ORDER, **FIELDS})
    assert run(points, step, batch=size, ordered=ordered) == expected


@settings(max_examples=60)
@given(rows, st.integers(1, 9))
def test_what_cannot_be_merged_waits(points, size):
    """ewma is folded of all points of a session at its end."""
    points = sorted(points, key=lambda row: row["time"])
    fields = {"smooth": ewma("v", 0.5), "n": count()}
    assert run(points, reduce(**fields, gap="10s", by="k"), batch=size) == split(points, "k", fields)


@settings(max_examples=60)
@given(rows, st.integers(1, 9), st.integers(1, 9))
def test_neither_batches_nor_processes_of_reading_change_what_order_matters_to(points, size, other):
    """Of points in any order, too."""
    step = reduce(**IN_ORDER, gap="10s", by="k")
    assert run(points, step, batch=size, ordered=False) == run(points, step, batch=other, ordered=False)


def test_a_session_ends_after_the_gap():
    """A point just so long after the last begins another, as the end of a window is no part of it."""
    points = [at(0), at(9.999), at(19.999)]
    assert [p["n"] for p in run(points, reduce(n=count(), gap="10s"))] == [2, 1]


def test_a_point_between_makes_one_session_of_two():
    """Wherever it stands."""
    points = [at(0, v=1), at(16, v=2), at(8, v=3)]
    assert run(points, reduce(total=sum("v"), gap="10s")) == [{"total": 6, "time": shown(T0)}]


def test_the_length_of_a_session_is_arithmetic():
    """The end is asked for as any other value."""
    (point,) = run([at(0), at(5)], reduce(end=last("time"), long=last("time") - first("time"), gap="10s"))
    assert point == {"end": shown(T0 + timedelta(seconds=5)), "long": timedelta(seconds=5), "time": shown(T0)}


def test_sessions_leave_as_time_passes_and_are_forgotten():
    """On a stream in order of time."""
    from flume.run import Run

    step = reduce(n=count(), gap="1m", by="k")
    stage = step.start(Run().at(step, ordered=True))
    given = []
    for minute in range(500):
        assert stage.push([at(60 * minute, k=minute)]) == []
        given += stage.advance(T0 + timedelta(minutes=minute))
    assert len(given) == 499
    assert len(stage.newest) == len(stage.groups.shown) == 1
    assert len(stage.ends) <= 2
    assert stage.low(T0 + timedelta(minutes=500)) == T0 + timedelta(minutes=499)


def test_a_late_point_is_reported():
    """One whose session is over; but not one that goes into a session that is open still."""
    points = [at(0, k="a"), at(5, k="a"), at(40, k="b"), at(6, k="a"), at(35, k="c")]
    report = (listed(points, 1, False) | reduce(n=count(), gap="10s", by="k", lateness="1s") | memory()).execute()
    assert report.late == 1
    assert [(p["k"], p["n"]) for p in report.points] == [("a", 2), ("c", 1), ("b", 1)]
    points[3]["time"] = T0 + timedelta(seconds=14)
    report = (listed(points, 1, False) | reduce(n=count(), gap="10s", by="k", lateness="30s") | memory()).execute()
    assert (report.late, [(p["k"], p["n"]) for p in report.points]) == (0, [("a", 3), ("c", 1), ("b", 1)])


def test_a_quiet_live_stream_ends_its_sessions():
    """The clock goes on, and nothing comes."""
    source = script(
        [{"time": "now", "k": "a"}], "3s", [{"time": "now", "k": "a"}], "1 minute", [{"time": "now", "k": "a"}]
    )
    report = (source | reduce(n=count(), gap="10s", by="k") | memory()).execute(clock=Clock(jumps=True))
    assert [point["n"] for point in report.points] == [2, 1]


def test_early_results_are_marked():
    """Of sessions that have got points since."""
    points = [at(0, v=1), at(4, v=2), at(7, v=4), at(30, v=8)]
    got = emit(points=points) | sort("time") | reduce(total=sum("v"), gap="10s", early="5s")
    assert [(p["total"], p.get("final")) for p in got] == [(3, False), (7, None), (8, None)]


def test_too_many_sessions_are_an_error():
    """And not a machine without memory."""
    points = [at(n, k=n, text="x" * 100) for n in range(3000)]
    with pytest.raises(LimitError, match=r"groups with sessions.*--memory"):
        (listed(points, 100, False) | reduce(all=pluck("text"), gap="10s", by="k") | memory()).execute(memory=100_000)


def test_of_a_file_as_of_points(tmp_path):
    """Read as tables, and in parts."""
    import json
    import random

    dice = random.Random(3)
    rows = [at(n / 50, k=f"k{dice.randrange(900)}", v=dice.random()) for n in range(30_000)]
    dice.shuffle(rows)
    file = tmp_path / "points.jsonl"
    file.write_text("\n".join(json.dumps({**row, "time": row["time"].isoformat()}) for row in rows))
    step = reduce(n=count(), mean=avg("v"), end=maximum("time"), gap="10s", by="k")
    flow = read("stdio", file=str(file)) | step | memory()
    fast = flow.execute().points
    assert fast == flow.execute(optimize=False).points == flow.execute(jobs=3).points
    assert len(fast) > 2000
    from_points = (listed(rows, 700, False) | step | memory()).execute().points
    assert fast == from_points


def test_the_plan_shows_the_loop(tmp_path):
    """Where it is read as tables."""
    file = tmp_path / "points.jsonl"
    file.write_text("")
    shown = (read("stdio", file=str(file)) | reduce(n=count(), gap="10s", by="k")).explain(code=True)
    assert "s = fit(k, t)" in shown


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_group_that_comes_again_keeps_what_it_is(size):
    """Its session is over, and results are due, when a point of the same batch begins another."""
    points = [at(0, k=True), at(5, k=None), at(30, k=[1]), at(30.5, k=True), at(31, k=1.0)]
    step = reduce(n=count(), by="k", gap="10s", early="10s")
    results = [point for point in run(points, step, batch=size, ordered=True) if point.get("final", True)]
    assert [point["k"] for point in results] == [True, None, [1], True, 1.0]


@pytest.mark.parametrize("options", [{}, {"early": "1s"}, {"lateness": "1h"}])
@pytest.mark.parametrize("order", [[], [sort()]])
def test_at_the_ends_of_time(tmp_path, options, order):
    """Where no moment lies so long behind a point, or before it, there is the end of all time, and its beginning."""
    file = tmp_path / "in.jsonl"
    times = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:58Z", "9999-12-31T23:59:59Z"]
    file.write_text("".join(f'{{"time": "{time}"}}\n' for time in times))
    pipeline = read("stdio", file=str(file))
    for step in [*order, reduce(n=count(), gap="1h", **options), memory()]:
        pipeline = pipeline | step
    assert [point["n"] for point in pipeline.execute().points if point.get("final", True)] == [1, 2]
