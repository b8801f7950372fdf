"""batch: windows in which the steps behind it start anew."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import (
    Proc,
    Source,
    Stage,
    batch,
    count,
    delta,
    describe,
    diff,
    emit,
    expr,
    filter,
    head,
    intersect,
    iterate,
    join,
    keep,
    memory,
    pass_,
    put,
    read,
    reduce,
    remove,
    reorder,
    skip,
    sort,
    sum,
    tail,
    unbatch,
    union,
    uniq,
)
from flume.duration import duration
from flume.errors import LimitError, MomentError, OptionError, UsageError
from flume.flow import Flow
from flume.testing import Clock, script
from flume.testing import run as run_
from flume.testing.listing import listed

Point = dict[str, Any]

TIME = datetime(2016, 7, 17, 10, tzinfo=UTC)
TIMES = st.integers(0, 40).map(lambda second: TIME + timedelta(seconds=second))
POINTS = st.lists(
    st.fixed_dictionaries(
        {"time": TIMES, "a": st.sampled_from([0, 1, 2, None, "x"])}, optional={"b": st.sampled_from(["x", "y"])}
    ),
    max_size=12,
)
WINDOWS = st.sampled_from([("10s", None), ("10s", "3s"), ("7s", None), ("1m", "0s"), ("1 month", "9 days")])

STEPS: list[Proc] = [
    head(),
    head(2, by="b"),
    head(0),
    tail(2),
    tail(by="b"),
    skip(),
    skip(1, by="b"),
    sort(),
    sort("-a"),
    sort("b", "-time"),
    sort("-time", by="b"),
    uniq("a"),
    uniq("b", by="a"),
    put(n=count(), d=expr("a * 2")),
    put(total=sum("a"), by="b"),
    reduce(n=count()),
    reduce(n=count(), last=expr("a"), by="b"),
    describe(),
    reorder("4s"),
    keep("a", "b", "time"),
    filter("a != 1"),
    pass_(),
]
every_step = pytest.mark.parametrize("step", STEPS, ids=repr)
some = settings(max_examples=25, deadline=None)


# -- the slow model -----------------------------------------------------------------------------------


def starts(points: Sequence[Point], every: str, on: str | None) -> list[tuple[datetime, list[Point]]]:
    """The windows from the first to the last, each with its start and its points."""
    length = duration(every)
    if not points:
        return []
    first = points[0]["time"]
    anchor = first if on is None else length.floor(first, duration(on))
    numbers = [length.index(anchor, point["time"]) for point in points]
    return [
        (length.after(anchor, n), [point for point, number in zip(points, numbers, strict=True) if number == n])
        for n in range(min(numbers), max(numbers) + 1)
    ]


def alone(points: list[Point], step: Proc, start: datetime, *, ordered: bool) -> list[Point]:
    """What the step gives of one window, on its own, with times."""
    out = [dict(point) for point in listed(points, None, ordered) | step]
    if isinstance(step, reduce):
        return [{**point, "time": start} for point in out]
    return [point if point.get("time") else {**point, "time": start} for point in out]


def window_by_window(
    points: list[Point], every: str, on: str | None, steps: Iterable[Proc], *, ordered: bool
) -> list[Point]:
    """Split into windows, each run through the steps on its own, one behind the other."""
    found: list[Point] = []
    for start, members in starts(points, every, on):
        out = members
        for step in steps:
            out = alone(out, step, start, ordered=ordered and step.ordered(True)) if out or _fills(step) else []
        found += out
    return found


def _fills(step: Proc) -> bool:
    return isinstance(step, reduce) and step.by is None


def in_order(points: list[Point]) -> list[Point]:
    """The points by time."""
    return sorted(points, key=lambda point: point["time"])


# -- one step, and several ------------------------------------------------------------------------------


@every_step
@some
@given(points=POINTS, window=WINDOWS)
def test_it_starts_anew_in_each_window(step: Proc, points: list[Point], window: tuple[str, str | None]) -> None:
    """As if each window were a stream of its own, in any batches, in order or not."""
    every, on = window
    for ordered, given_ in ((True, in_order(points)), (False, points)):
        expected = window_by_window(given_, every, on, [step], ordered=ordered)
        for size in (None, 1, 3):
            assert list(listed(given_, size, ordered) | batch(every, on=on) | step) == expected


@some
@given(points=POINTS, window=WINDOWS, steps=st.lists(st.sampled_from(STEPS), min_size=2, max_size=4))
def test_all_steps_behind_it_do(points: list[Point], window: tuple[str, str | None], steps: list[Proc]) -> None:
    """Each works on what the one before it has made of the window."""
    every, on = window
    points = in_order(points)
    expected = window_by_window(points, every, on, steps, ordered=True)
    for size in (None, 1, 3):
        flow: Flow = listed(points, size, True) | batch(every, on=on)
        for step in steps:
            flow = flow | step
        assert list(flow) == expected


@some
@given(points=POINTS, window=WINDOWS)
@pytest.mark.parametrize(
    "step",
    [
        reduce(n=count(), last=expr("a")),
        reduce(total=sum("a"), by="b"),
        reduce(n=count(), by="b", reset=False),
        reduce(n=count(), reset=False),
        reduce(n=count(), by="b", forget=False),
        reduce(turn=iterate([1, 2, 3]), n=count(), by="b"),
        reduce(d=delta("a")),
        reduce(by="b"),
    ],
    ids=repr,
)
def test_reduce_in_batches_is_reduce_every(step: reduce, points: list[Point], window: tuple[str, str | None]) -> None:
    """`batch(every) | reduce(…)` is `reduce(…, every=every)`, with all that goes on from window to window."""
    every, on = window
    fields = dict(step.fields)
    whole = reduce(every=every, on=on, by=step.by, reset=step.reset, forget=step.forget, **fields)
    for ordered, given_ in ((True, in_order(points)), (False, points)):
        expected = list(listed(given_, None, ordered) | whole)
        for size in (None, 1, 3):
            assert list(listed(given_, size, ordered) | batch(every, on=on) | step) == expected


def test_what_is_no_word_of_core_says_that_it_starts_anew() -> None:
    """A step of one's own does, where its `renews` says so; else it goes on."""

    class Numbering(Stage):
        number = 0

        def push(self, batch: list[Point]) -> list[Point]:
            out = []
            for point in batch:
                self.number += 1
                out.append({**point, "number": self.number})
            return out

    class numbered(Proc):
        anew: bool

        def renews(self) -> bool:
            return self.anew

        def start(self, run: object) -> Stage:
            return Numbering()

    points = [{"time": f"2016-07-17T10:0{minute}Z"} for minute in (0, 1, 2, 3)]
    numbers = {anew: [p["number"] for p in run_(points, batch("2m"), numbered(anew))] for anew in (True, False)}
    assert numbers == {True: [1, 2, 1, 2], False: [1, 2, 3, 4]}


# -- where batches end ----------------------------------------------------------------------------------

FOUR = [{"time": f"2016-07-17T{time}Z", "n": n} for n, time in enumerate(("10:00", "10:59", "11:00", "12:30"))]


def test_unbatch_ends_them() -> None:
    """What is behind it sees one stream."""
    assert [p["n"] for p in run_(FOUR, batch("1h"), tail(), unbatch(), head(2))] == [1, 2]


def test_a_reduce_with_windows_ends_them() -> None:
    """Its own windows are what counts then."""
    found = run_(FOUR, batch("1h"), reduce(k=count(), every="30m"), head(2))
    assert [(p["k"], p["time"][11:16]) for p in found] == [(1, "10:00"), (1, "10:30")]


def test_another_batch_takes_their_place() -> None:
    """The last one before a step counts."""
    assert [p["n"] for p in run_(FOUR, batch("1m"), batch("1 day"), head())] == [0]
    assert [p["n"] for p in run_(FOUR, batch("1 day"), head(3), batch("1h"), head())] == [0, 2]


def test_other_steps_go_on() -> None:
    """An expression is computed as ever, a reducer of reduce(every=) goes over windows."""
    assert [p["x"] for p in run_(FOUR, batch("1h"), put(x=expr("n + 1")))] == [1, 2, 3, 4]


def test_a_point_without_a_time_goes_into_no_batch(caplog: pytest.LogCaptureFixture) -> None:
    """It is booked as timeless, and said."""
    report = (emit(points=[{"n": 1}, *FOUR, {"n": 2}]) | batch("1h") | head() | memory()).execute()
    assert [p["n"] for p in report.points] == [0, 2, 3]
    assert report.accounts[1].taken == {"timeless": 2}
    assert report.adds_up
    assert "2 points had no time and went into no batch" in caplog.text


def test_a_point_that_has_lost_its_time_gets_that_of_its_window() -> None:
    """From the first step on that starts anew; before that it is as it was made."""
    found = run_(FOUR, batch("1h"), remove("time"), keep("n"), head())
    assert found == [{"n": n, "time": f"2016-07-17T{hour}:00:00.000Z"} for n, hour in ((0, 10), (2, 11), (3, 12))]
    assert run_(FOUR, batch("1h"), remove("time"))[0] == {"n": 0}


@pytest.mark.parametrize(
    ("step", "counts"),
    [
        (sort("-a"), {0: 2, 10: 1, 20: 1}),
        (reduce(a=count()), {0: 1, 10: 1, 20: 1}),
        (tail(), {7: 1, 16: 1, 21: 1}),
        (put(a=count()), {0: 1, 7: 1, 16: 1, 21: 1}),
    ],
    ids=repr,
)
def test_windows_behind_a_batch_wait_for_what_it_gives(step: Proc, counts: dict[int, int]) -> None:
    """What has the start of its batch as time is not late, though the points are further by then."""
    seconds = [(0, 0), (7, 0), (14, 1), (16, 0), (21, 0)]
    points = [{"time": TIME + timedelta(seconds=second), "a": a} for second, a in seconds]
    for size in (None, 1):
        flow = (
            listed(points, size, True) | filter("a == 0") | batch("10s") | step | reduce(n=count(), every="1s", by="x")
        )
        report = (flow | memory()).execute()
        assert {(point["time"] - TIME).seconds: point["n"] for point in report.points} == counts
        assert report.late == 0


# -- branches ----------------------------------------------------------------------------------------------


@some
@given(
    points=POINTS,
    window=WINDOWS,
    branches=st.lists(st.lists(st.sampled_from(STEPS), max_size=2), min_size=1, max_size=3),
    behind=st.sampled_from(STEPS),
)
def test_branches_are_merged_batch_by_batch(
    points: list[Point], window: tuple[str, str | None], branches: list[list[Proc]], behind: Proc
) -> None:
    """What is behind them sees the window of all branches together, in order of time."""
    every, on = window
    points = in_order(points)
    if not all(step.ordered(True) for branch in branches for step in branch):
        return
    expected: list[Point] = []
    for start, members in starts(points, every, on):
        merged: list[Point] = []
        for branch in branches:
            out = members
            for step in branch:
                out = alone(out, step, start, ordered=True) if out or _fills(step) else []
            merged += out
        merged = in_order(merged)
        expected += alone(merged, behind, start, ordered=True) if merged or _fills(behind) else []
    split = tuple(pipe(pass_(), branch) for branch in branches)
    for size in (None, 1, 3):
        assert list(listed(points, size, True) | batch(every, on=on) | split | behind) == expected


def pipe(flow: Flow, steps: Iterable[Proc]) -> Flow:
    """The steps behind it."""
    for step in steps:
        flow = flow | step
    return flow


@some
@given(points=POINTS, window=WINDOWS)
def test_branches_of_a_file_in_no_order_are_merged_too(points: list[Point], window: tuple[str, str | None]) -> None:
    """The windows come in their order, whatever the points' was."""
    every, on = window
    found = list(listed(points, 2, False) | batch(every, on=on) | (head(), tail()) | reduce(n=count()))
    sizes = [len(members) for _, members in starts(points, every, on)]
    assert [point["n"] for point in found] == [2 * min(size, 1) for size in sizes]


JOINING = [join("b"), join("a", "b", kind="outer"), join(), union("a"), diff("b"), intersect("a", "b"), union()]


@some
@given(points=POINTS, window=WINDOWS, joiner=st.sampled_from(JOINING))
def test_branches_are_joined_batch_by_batch(points: list[Point], window: tuple[str, str | None], joiner: Proc) -> None:
    """Points of different windows never meet."""
    every, on = window
    points = in_order(points)
    split = (filter("a != 0"), filter("a != 1"))
    expected: list[Point] = []
    for start, members in starts(points, every, on):
        out = list(listed(members, None, True) | split | joiner)
        expected += [point if point.get("time") else {**point, "time": start} for point in out]
    for size in (None, 1, 3):
        assert list(listed(points, size, True) | batch(every, on=on) | split | joiner) == expected


def test_a_table_stays_from_batch_to_batch() -> None:
    """It is read once, and is there in each; branches are joined anew."""
    points = [{"time": f"2016-07-17T10:{m}:00Z", "k": m % 20 // 10, "n": m} for m in (10, 15, 20, 40, 45)]
    table = emit(points=[{"k": 1, "name": "one"}, {"k": 0, "name": "zero"}])

    def names(*steps: Any) -> list[Any]:
        flow: Any = emit(points=points)
        for step in (batch("20m", on="0s"), *steps, memory()):
            flow = flow | step
        return [{name: point[name] for name in point if name != "time"} for point in flow.execute().points]

    looked_up = join("k", table=table)
    assert names(looked_up, reduce(n=count(), by="name")) == [
        {"n": 2, "name": "one"},
        {"n": 1, "name": "zero"},
        {"n": 2, "name": "zero"},
    ]
    assert names((head(1), tail(1)), looked_up) == [
        {"k": 1, "n": 10, "name": "one"},
        {"k": 0, "n": 20, "name": "zero"},
        {"k": 0, "n": 40, "name": "zero"},
    ]


@some
@given(one=POINTS, other=POINTS, joiner=st.sampled_from([*JOINING, head(2), reduce(n=count()), sort("a")]))
@pytest.mark.parametrize("ordered", [True, False])
def test_sources_meet_batch_by_batch(one: list[Point], other: list[Point], joiner: Proc, ordered: bool) -> None:
    """Where each has a batch with the same `every` and `on`, the steps behind both start anew in each window."""
    if ordered:
        one, other = in_order(one), in_order(other)
    elif not isinstance(joiner, reduce):
        joiner = join("b", "a")  # whose results are in order of time, whatever the points' is
    expected: list[Point] = []
    empty: list[Point] = []
    seen = False
    for start in [TIME + timedelta(seconds=10 * number) for number in range(5)]:
        end = start + timedelta(seconds=10)
        members = [[point for point in points if start <= point["time"] < end] for points in (one, other)]
        out = list((listed(members[0], None, ordered), listed(members[1], None, ordered)) | joiner)
        timed = not isinstance(joiner, reduce)
        out = [point if timed and point.get("time") else {**point, "time": start} for point in out]
        if any(members):
            expected += empty + out
            empty, seen = [], True
        elif seen:
            empty += out
    for size in (None, 1, 3):
        sources = tuple(listed(points, size, ordered) | batch("10s", on="0s") for points in (one, other))
        assert list(sources | joiner) == expected


def test_branches_that_are_not_all_in_the_same_batches_cannot_meet() -> None:
    """It is said before anything runs, with what to do; where nothing behind cares, they may."""
    source = emit(points=FOUR)
    for mixed in (
        (source | batch("1h"), source),
        (source | batch("1h"), source | batch("1h")),
        (source | batch("1h", on="0s"), source | batch("2h", on="0s")),
    ):
        with pytest.raises(UsageError, match=r"tail\(\) is step \d and starts anew in each batch, but the branches"):
            (mixed | tail()).execute()
        assert len(list(mixed | put(x=1))) == 8
        assert len(list(mixed | unbatch() | tail())) == 1
    with pytest.raises(UsageError, match="starts anew"):
        (source | (batch("1h") | head(), pass_()) | tail()).execute()
    assert len(list(source | (batch("1h") | head() | unbatch(), pass_()) | tail())) == 1


def test_a_sink_in_a_branch_does_not_end_the_batches_of_the_others() -> None:
    """It gives nothing that would have to be in them."""
    flow = emit(points=FOUR) | batch("1h") | (memory(), pass_()) | head() | memory()
    assert len(flow.execute().points) == 7


# -- how it runs ------------------------------------------------------------------------------------------


def test_a_head_in_batches_does_not_stop_the_source() -> None:
    """But one behind them does."""

    class Given(Source):
        def ordered(self, before: bool = False) -> bool:
            return True

        def start(self, run: object) -> Any:
            for hour in range(10):
                given_.append(hour)
                yield [{"time": TIME + timedelta(hours=hour), "n": hour}]

    given_: list[int] = []
    assert len(list(Given() | batch("1h") | head())) == 10
    given_.clear()
    assert [p["n"] for p in Given() | batch("2h") | head() | unbatch() | head(2)] == [0, 2]
    assert len(given_) < 5


@pytest.mark.parametrize("step", [sort("-n"), tail(2), describe(), reduce(n=count()), put(n=count())])
def test_a_batch_of_which_no_more_is_wanted_ends_once(step: Proc, tmp_path: Path) -> None:
    """It had begun to leave when there was enough."""
    file = tmp_path / "in.jsonl"
    file.write_text(
        "".join(
            f'{{"time": "2016-07-17T1{n}:00:00Z", "n": {n}}}\n{{"time": "2016-07-17T1{n}:30:00Z"}}\n' for n in range(5)
        )
    )
    report = (read("stdio", file=str(file)) | batch("1h") | step | unbatch() | head(1) | memory()).execute()
    assert len(report.points) == 1
    assert report.adds_up


def test_it_is_told_of_the_ledger_where_points_went() -> None:
    """Each step has one account for all batches."""
    report = (emit(points=FOUR) | batch("1h") | head() | tail() | reduce(n=count()) | memory()).execute()
    assert report.adds_up
    accounts = {account.step: account for account in report.accounts}
    assert accounts["batch('1h')"].points_in == accounts["batch('1h')"].points_out == 4
    assert accounts["head()"].taken == {"limited": 1}
    assert accounts["reduce(n=count())"].taken == {"merged": 3}
    report = (listed(FOUR, 1, False) | batch("1h") | unbatch() | head(1) | memory()).execute()
    assert report.adds_up
    assert {account.step: account for account in report.accounts}["batch('1h')"].taken == {"limited": 2}


def test_what_is_behind_it_is_not_done_by_the_source() -> None:
    """A source that could do the head does not, as it knows nothing of windows."""

    asked: list[Any] = []

    class Heading(Source):
        def absorb(self, step: Any) -> Source | None:
            asked.append(step)
            return None

        def start(self, run: object) -> Any:
            yield [{"time": TIME}]

    list(Heading() | batch("1h") | head())
    assert asked == [batch("1h")]


def test_points_in_no_order_must_fit_into_memory() -> None:
    """It is said how they need not."""
    many = [{"time": TIME + timedelta(hours=n % 7), "text": "x" * 1000} for n in range(4000)]
    with pytest.raises(LimitError, match=r"4,000 points fill about .* sort\(\) before it puts them in order"):
        (listed(many, None, False) | batch("1h") | head() | memory()).execute(memory="1M")
    (listed(many, None, False) | sort() | batch("1h") | head() | memory()).execute(memory="1M")


def test_very_many_empty_windows_are_taken_for_a_wrong_time() -> None:
    """Where each would give something; where none does, they cost nothing."""
    far = [{"time": "1970-01-01"}, {"time": "2016-01-01"}]
    with pytest.raises(LimitError, match="empty batches of 1s in a row: is a time in the data wrong"):
        run_(far, batch("1s"), reduce(n=count()))
    assert len(run_(far, batch("1s"), reduce(n=count(), by="x"), head(), put(n=count()))) == 2


def test_explain_says_what_starts_anew() -> None:
    """And what does not."""
    plan = (emit(points=FOUR) | batch("1h") | put(x=1) | head() | (tail(), ()) | unbatch() | tail()).explain()
    lines = [line.strip(" -") for line in plan.splitlines()[2:]]
    assert [line for line in lines if not line.startswith("holds")] == [
        "2. batch('1h')",
        "3. put(x=1)",
        "4. head()  (anew in each batch)",
        "split, and merged by time, batch by batch:",
        "5. tail()  (anew in each batch)",
        "(every point)",
        "6. unbatch()",
        "7. tail()",
    ]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: batch("0s"), "batch: every takes a duration longer than nothing, not '0s'"),
        (lambda: batch("1h", on="90m"), "does not lie inside every='1h'"),
        (lambda: batch("1 month", on="30 days"), "which not every month has"),
    ],
)
def test_options_that_make_no_sense(make: Any, error: str) -> None:
    """An error before anything runs."""
    with pytest.raises(OptionError, match=error):
        make()


def test_what_is_no_duration() -> None:
    """As everywhere."""
    with pytest.raises(MomentError, match="is no duration"):
        batch("often")


# -- live ----------------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(
    points=st.lists(st.integers(0, 40), min_size=1, max_size=8).map(sorted),
    step=st.sampled_from([head(), tail(2), sort("-n"), reduce(k=count(), by="n"), put(k=count()), reduce(k=count())]),
)
def test_live_is_as_a_file(points: list[int], step: Proc) -> None:
    """On a clock that is moved, points that come as their time comes give what a file of them gives."""
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    made = [{"time": begin + timedelta(seconds=second), "n": second % 3} for second in points]
    steps: list[Any] = []
    now = 0
    for second, point in zip(points, made, strict=True):
        steps += [f"{second - now}s"] if second > now else []
        steps.append(point)
        now = second
    whole = list(listed(made, None, True) | batch("10s", on="0s") | step)
    live = (script(*steps) | batch("10s", on="0s") | step | memory()).execute(clock=Clock("2024-01-01", jumps=True))
    assert live.points == whole
    assert live.adds_up


def test_a_window_ends_as_time_passes(running: Any) -> None:
    """Though nothing comes any more; empty ones too."""
    clock = Clock("2024-01-01T10:00:00Z")
    flow = script({"time": "now", "n": 1}, "forever") | batch("10s", on="0s") | reduce(k=count())
    with running(flow, clock) as found:
        clock.wait_for_waiter()
        clock.move_until(lambda: len(found) >= 3, "1s")
    assert [point["k"] for point in found[:3]] == [1, 0, 0]
    assert [point["time"].second for point in found[:3]] == [0, 10, 20]


def test_a_point_that_comes_too_late_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    """It is in no other window."""
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    late = [{"time": begin + timedelta(seconds=second), "n": second} for second in (1, 12, 2, 13)]
    report = (script(late) | batch("10s", on="0s") | put(k=count()) | memory()).execute(
        clock=Clock("2024-01-01", jumps=True)
    )
    assert [(p["n"], p["k"]) for p in report.points] == [(1, 1), (12, 1), (13, 2)]
    assert report.late == 1
    assert "a longer delay= of reorder() before it waits for such points" in caplog.text
    report = (script(late) | reorder("20s") | batch("10s", on="0s") | put(k=count()) | memory()).execute(
        clock=Clock("2024-01-01", jumps=True)
    )
    assert [(p["n"], p["k"]) for p in report.points] == [(1, 1), (2, 2), (12, 1), (13, 2)]


def test_a_point_from_the_future_makes_no_other_late() -> None:
    """A clock that is wrong closes nothing."""
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    points = [{"time": begin + timedelta(seconds=second), "n": second} for second in (1, 9999, 2, 13)]
    for given_ in ([points], points):
        report = (script(*given_) | batch("10s", on="0s") | put(k=count()) | memory()).execute(
            clock=Clock("2024-01-01", jumps=True)
        )
        assert [(p["n"], p["k"]) for p in report.points] == [(1, 1), (2, 2), (13, 1), (9999, 1)]
        assert report.late == 0


def test_sources_that_are_live_meet_batch_by_batch(running: Any) -> None:
    """A window of both ends when it has ended in each, though one of them is quiet."""
    clock = Clock("2024-01-01T10:00:00Z")
    one = script({"time": "now", "k": 1, "a": 1}, "forever")
    other = script({"time": "now", "k": 1, "b": 1}, "12s", {"time": "now", "k": 1, "b": 2}, "forever")
    flow = (one | batch("10s", on="0s"), other | batch("10s", on="0s")) | join("k", kind="outer") | put(n=count())
    with running(flow, clock) as found:
        clock.move_until(lambda: len(found) >= 2, "1s")
    assert [(point.get("a"), point["b"], point["n"]) for point in found] == [(1, 1, 1), (None, 2, 1)]


# -- several processes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_processes_share_the_work_before_it(jobs: int, tmp_path: Path) -> None:
    """The answer is that of one."""
    lines = [f'{{"time": "2016-07-17T10:{n // 60:02}:{n % 60:02}Z", "n": {n * 7 % 13}}}\n' for n in range(600)]
    (tmp_path / "a.jsonl").write_text("".join(lines))
    source = read("stdio", file=str(tmp_path / "a.jsonl"))
    flow = source | reduce(n=sum("n"), every="10s") | batch("1m") | sort("-n") | head() | memory()
    report = flow.execute(jobs=jobs)
    expected = []
    for minute in range(10):
        sums = [
            builtins.sum(n * 7 % 13 for n in range(begin, begin + 10))
            for begin in range(minute * 60, minute * 60 + 60, 10)
        ]
        expected.append((max(sums), minute))
    assert [(point["n"], point["time"].minute) for point in report.points] == expected
    assert report.adds_up
    flow = source | filter("n > 3") | batch("1m") | tail(2, by="n") | memory()
    assert flow.execute(jobs=jobs).points == flow.execute(optimize=False).points
