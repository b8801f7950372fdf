"""Sliding windows: each result is what the points of its window give, worked out anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import (
    avg,
    count,
    count_unique,
    emit,
    ewma,
    first,
    last,
    maximum,
    median,
    memory,
    minimum,
    pluck,
    read,
    reduce,
    sum,
)
from flume.duration import duration
from flume.testing import run

T0 = datetime(2024, 2, 27, 13, 59, 44, tzinfo=UTC)
FIELDS = {
    "n": count(),
    "total": sum("v"),
    "mean": avg("v"),
    "low": minimum("v"),
    "first": first("v"),
    "last": last("v"),
    "all": pluck("v"),
    "middle": median("v"),
    "kinds": count_unique("v"),
}


def at(seconds, **fields):
    return {"time": T0 + timedelta(seconds=seconds), **fields}


def shown(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def recomputed(rows, every, over, *, on=None, zone="UTC", by=None, partial=False, fields=FIELDS):
    """Every window by itself: the points from `over` before the end of its last step up to that end."""
    every, over = duration(every), duration(over)
    if not rows:
        return []
    anchor = rows[0]["time"] if on is None else every.floor(rows[0]["time"], duration(on), zone)
    numbers = [every.index(anchor, row["time"], zone) for row in rows]
    out, begun, earliest = [], [], None
    for number in range(min(numbers), max(numbers) + 1):
        end = every.after(anchor, number + 1, zone)
        start = over.after(end, -1, zone)
        # of the last days of a month one may begin later than the next: what has left does not come back
        earliest = start if earliest is None else max(earliest, start)
        inside = [row for row in rows if earliest <= row["time"] < end]
        if start < anchor and not partial:
            continue
        begun = [end]
        groups = {}
        for row in inside if by else []:
            groups.setdefault(row.get(by), []).append(row)
        if not by:
            groups = {None: inside}
        time = shown(every.after(anchor, number, zone))
        for group, members in groups.items():
            (result,) = run([{k: v for k, v in row.items() if k != "time"} for row in members], reduce(**fields))
            out.append({**result, **({by: group} if by else {}), "time": time})
    assert begun or not out
    return out


def in_any_order(points):
    return sorted(points, key=repr)


rows = st.lists(
    st.builds(at, st.integers(0, 900), k=st.sampled_from("ab"), v=st.integers(-9, 9) | st.none()), max_size=40
)
spans = st.sampled_from(["1m", "90s", "2m", "3m", "7m", "10m", "40s", "61s"])


@settings(max_examples=60, deadline=None)
@given(rows, spans, spans, st.sampled_from([None, "0s", "10s"]), st.booleans(), st.sampled_from([None, "k"]))
def test_each_window_is_what_its_points_give(points, every, over, on, partial, by):
    """Whether `over` is a multiple of `every`, less, or neither; a file is in no known order."""
    if on == "10s" and every == "40s":
        on = "0s"
    step = reduce(**FIELDS, every=every, over=over, on=on, partial=partial, by=by)
    ordered = sorted(points, key=lambda row: row["time"])
    expected = recomputed(ordered, every, over, on=on, partial=partial, by=by)
    if every == over and not partial:
        expected = recomputed(ordered, every, over, on=on, partial=True, by=by)
    assert in_any_order(run(ordered, step, ordered=False)) == in_any_order(expected)


@settings(max_examples=40, deadline=None)
@given(rows, spans, spans, st.sampled_from([None, "k"]), st.integers(1, 7), st.booleans())
def test_neither_batches_nor_what_is_known_of_the_order_change_a_result(points, every, over, by, size, partial):
    """As windows close one by one, or all at the end."""
    ordered = sorted(points, key=lambda row: row["time"])
    step = reduce(**FIELDS, every=every, over=over, partial=partial, by=by)
    whole = run(ordered, step, ordered=False)
    assert run(ordered, step, batch=size, ordered=True) == whole
    assert run(ordered, step, batch=size, ordered=False) == whole


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.builds(at, st.integers(0, 86_400 * 70), v=st.integers(0, 9)), min_size=1, max_size=30),
    st.sampled_from([("1 month", "1 day"), ("1 week", "1 day"), ("36h", "1 day"), ("1 month", "1 week"), ("5d", "1M")]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.sampled_from([None, "0s"]),
)
def test_steps_and_windows_may_be_of_the_calendar(points, spans, zone, on):
    """In the calendar of a zone, whose days have 23 and 25 hours."""
    over, every = spans
    ordered = sorted(points, key=lambda row: row["time"])
    fields = {"n": count(), "total": sum("v")}
    step = reduce(**fields, every=every, over=over, on=on, zone=zone, partial=True)
    expected = recomputed(ordered, every, over, on=on, zone=zone, partial=True, fields=fields)
    assert run(ordered, step) == expected


@settings(max_examples=30, deadline=None)
@given(rows, st.sampled_from(["2m", "100s"]))
def test_what_cannot_be_merged_is_folded_anew(points, over):
    """The points wait."""
    ordered = sorted(points, key=lambda row: row["time"])
    fields = {"smooth": ewma("v", 0.5), "n": count()}
    step = reduce(**fields, every="1m", over=over, by="k", partial=True)
    assert in_any_order(run(ordered, step, ordered=True, batch=3)) == in_any_order(
        recomputed(ordered, "1m", over, by="k", partial=True, fields=fields)
    )


def test_over_as_long_as_every_is_no_over():
    """Each window is its own step."""
    points = [at(0, v=1), at(59, v=2), at(60, v=3)]
    plain = run(points, reduce(n=count(), every="1m"))
    assert run(points, reduce(n=count(), every="1m", over="60s")) == plain


def test_groups_that_were_there_are_in_each_window_with_forget_false():
    """From their first on."""
    points = [at(0, k="a"), at(60, k="b"), at(240, k="b")]
    got = run(points, reduce(n=count(), every="1m", over="2m", by="k", forget=False, partial=True))
    assert [(p["k"], p["n"]) for p in got] == [
        ("a", 1),
        ("a", 1),
        ("b", 1),
        ("a", 0),
        ("b", 1),
        ("a", 0),
        ("b", 0),
        ("a", 0),
        ("b", 1),
    ]


def test_over_alone_is_the_last_of_the_stream():
    """What is just so long before the last point is out."""
    points = [at(0, v=1), at(30, v=2), at(60, v=3), at(90, v=4)]
    assert run(points, reduce(total=sum("v"), over="1m")) == [{"total": 7, "time": shown(T0 + timedelta(seconds=60))}]
    assert run([], reduce(n=count(), over="1m")) == [{"n": 0}]
    assert run([], reduce(n=count(), over="1m", by="k")) == []


@settings(max_examples=40)
@given(st.lists(st.builds(at, st.integers(0, 5000), k=st.sampled_from("ab"), v=st.integers(0, 9)), max_size=60))
def test_over_alone_takes_points_in_any_order(points):
    """Those that are less than `over` before the latest."""
    latest = max((point["time"] for point in points), default=T0)
    kept = [point for point in points if point["time"] > latest - timedelta(minutes=10)]
    step = reduce(total=sum("v"), n=count(), by="k", over="10m")
    assert run(points, step) == run(kept, reduce(total=sum("v"), n=count(), by="k"))


def test_over_alone_holds_little_more_than_the_last():
    """Of an endless stream."""
    from flume.run import Run

    step = reduce(n=count(), over="1m")
    stage = step.start(Run().at(step, ordered=True))
    for second in range(0, 100_000, 10):
        stage.push([at(second)])
    assert len(stage.points) < 1100
    assert stage.end()[0]["n"] == 6


def test_a_sliding_window_forgets_what_has_left_it():
    """Panes, groups, and what groups look like."""
    from flume.run import Run

    step = reduce(n=count(), last=last("v"), over="5m", every="1m", by="k")
    stage = step.start(Run().at(step, ordered=True))
    for minute in range(300):
        stage.push([at(60 * minute, k=minute, v=minute)])
        stage.advance(T0 + timedelta(minutes=minute))
    assert len(stage.windows) <= 2
    assert len(stage.spans) <= 6
    assert len(stage.groups.shown) <= 7


def test_a_late_point_is_in_no_window():
    """Though later windows would reach back to it."""
    points = [at(0, v=1), at(200, v=2), at(30, v=50), at(400, v=3)]
    step = reduce(total=sum("v"), every="1m", over="5m", lateness="1m", partial=True)
    got = emit(points=points) | step
    report = (got | memory()).execute()
    assert report.late == 1
    assert max(point["total"] for point in report.points) == 5


def test_in_several_processes_as_in_one(tmp_path):
    """Panes are merged."""
    import json

    file = tmp_path / "points.jsonl"
    lines = [
        json.dumps({"time": shown(T0 + timedelta(seconds=n // 7)), "k": f"k{n % 5}", "v": n % 11, "pad": "x" * 90})
        for n in range(60_000)
    ]
    file.write_text("\n".join(lines))
    step = reduce(n=count(), total=sum("v"), low=minimum("v"), high=maximum("v"), every="1m", over="150s", by="k")
    flow = read("stdio", file=str(file)) | step | memory()
    alone = flow.execute(jobs=1).points
    assert len(alone) > 500
    assert flow.execute(jobs=3).points == alone
    assert flow.execute(optimize=False).points == alone


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_timeless_points_are_in_no_window(batch):
    """And are counted."""
    points = [at(0, v=1), {"v": 7}, at(70, v=2)]
    got = run(points, reduce(total=sum("v"), every="1m", over="2m", partial=True), batch=batch)
    assert [point["total"] for point in got] == [1, 3]


@pytest.mark.parametrize("order", [True, False])
def test_at_the_ends_of_time(order):
    """Windows that would end behind the last moment there is end with it."""
    times = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]
    points = [{"time": time, "k": number} for number, time in enumerate(times)]
    step = reduce(n=count(), every="1h", over="2h", by="k", partial=True, lateness="1d")
    results = run(points, step, ordered=order)
    assert [(point["k"], point["time"]) for point in results] == [
        (0, "0001-01-01T00:00:00.000Z"),
        (0, "0001-01-01T01:00:00.000Z"),
        (1, "9999-12-31T23:00:00.000Z"),
    ]
