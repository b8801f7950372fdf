"""pace: history, as if it happened now."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import Proc, Source, batch, count, emit, filter, head, memory, pace, put, reduce, seq, sort, tail, write
from flume.errors import LimitError, MomentError, OptionError, UsageError
from flume.flow import Flow, Stage
from flume.procs.pace import _Pace
from flume.run import Run
from flume.testing import Clock
from flume.testing import run as run_
from flume.testing.listing import listed

Point = dict[str, Any]

TIME = datetime(2016, 7, 17, 10, tzinfo=UTC)


def at(*seconds: float) -> list[Point]:
    """Points of these seconds."""
    return [{"time": TIME + timedelta(seconds=second), "n": second} for second in seconds]


SEEN: list[tuple[float, Any]] = []
"""When points came by a `stamped()`, on the clock of the run, and their number."""


class stamped(Proc):
    """Writes down when points come by."""

    def start(self, run: Run) -> Stage:
        class Stamping(Stage):
            def push(self, batch: list[Point]) -> list[Point]:
                SEEN.extend((run.clock.monotonic(), point.get("n")) for point in batch)
                return batch

        SEEN.clear()
        return Stamping()


def paced(points: list[Point], *steps: Any, size: int | None = None, ordered: bool | None = None) -> Any:
    """When each point came by, on a clock that jumps, and the report."""
    flow: Flow = listed(points, size, ordered)
    for step in steps:
        flow = flow | step
    report = (flow | stamped() | memory()).execute(clock=Clock("2024-02-29", jumps=True))
    assert report.adds_up
    return list(SEEN), report


# -- when points leave ---------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 100), max_size=6).map(sorted),
    x=st.sampled_from([1, 4, 0.5]),
    size=st.sampled_from([None, 1, 2]),
)
def test_each_point_leaves_when_its_time_has_come(seconds: list[int], x: float, size: int | None) -> None:
    """None earlier; on a clock that jumps from wait to wait, none later either."""
    seen, report = paced(at(*seconds), pace(x=x), size=size)
    clock = 0.0
    for when, second in seen:
        due = (second - seconds[0]) / x
        assert due <= when + 1e-6
        clock = max(clock, when)
    assert [second for _, second in seen] == seconds
    assert clock == pytest.approx((seconds[-1] - seconds[0]) / x if seconds else 0)
    assert report.points == at(*seconds)


def soon(done: Callable[[], bool]) -> None:
    """Wait for a moment, until it is so."""
    event = threading.Event()
    for _ in range(500):
        if done():
            return
        event.wait(0.01)
    raise AssertionError("it does not happen")


def test_points_leave_one_by_one_as_the_clock_goes(running: Any) -> None:
    """The first at once; no later one before its time."""
    clock = Clock("2024-02-29")
    with running(listed(at(0, 10, 10, 25)) | pace(), clock) as found:
        soon(lambda: len(found) == 1)
        clock.wait_for_waiter()
        clock.move("9s")
        threading.Event().wait(0.1)
        assert len(found) == 1
        clock.move("1s")
        soon(lambda: len(found) == 3)
        clock.wait_for_waiter()
        clock.move("15s")
        soon(lambda: len(found) == 4)


def test_an_interval_instead_of_the_times() -> None:
    """One point each, whatever its time, and if it has none."""
    points = [{"n": 1}, *at(5000, 0), {"n": 2}]
    seen, _ = paced(points, pace(every="3s"), ordered=False)
    assert [n for _, n in seen] == [1, 5000, 0, 2]
    assert seen[-1][0] == 9
    assert all(when >= 3 * place for place, (when, _) in enumerate(seen))


def test_what_is_out_of_order_or_has_no_time_does_not_wait(running: Any) -> None:
    """It leaves with the point before it."""
    clock = Clock("2024-02-29")
    points = [{"n": -1}, *at(0, 20, 5), {"n": -2}, *at(30)]
    with running(listed(points, None, False) | pace(), clock) as found:
        soon(lambda: len(found) == 2)
        clock.wait_for_waiter()
        clock.move("20s")
        soon(lambda: len(found) == 5)
        clock.wait_for_waiter()
    assert [point["n"] for point in found] == [-1, 0, 20, 5, -2]


def test_the_times_are_shifted() -> None:
    """The first is at `from_`, the distances stay; what has no time stays without."""
    found = run_([{"n": 1}, *at(0, 20)], pace(x=1e6, from_="2024-02-29T12:00:00Z"))
    assert found == [
        {"n": 1},
        {"time": "2024-02-29T12:00:00.000Z", "n": 0},
        {"time": "2024-02-29T12:00:20.000Z", "n": 20},
    ]


def test_several_sources_on_one_clock() -> None:
    """Merged first, they are paced together."""
    flow = (listed(at(0, 20)), listed(at(10, 30))) | pace() | stamped() | memory()
    flow.execute(clock=Clock("2024-02-29", jumps=True))
    assert [n for _, n in SEEN] == [0, 10, 20, 30]
    assert SEEN[-1][0] == 30


def test_each_source_on_its_own(running: Any) -> None:
    """Each begins at once; what is behind them is merged by time."""
    clock = Clock("2024-02-29")
    flow = (listed(at(0, 20)) | pace(), listed(at(10, 30)) | pace()) | put(x=1)
    with running(flow, clock) as found:
        clock.move_until(lambda: len(found) == 4)
    assert [point["n"] for point in found] == [0, 10, 20, 30]


# -- what follows is live ----------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 60), min_size=1, max_size=8).map(sorted),
    x=st.sampled_from([1, 30, 0.1]),
    step=st.sampled_from([reduce(k=count(), every="10s"), reduce(k=count(), every="10s", by="n")]),
)
def test_windows_are_those_of_the_file(seconds: list[int], x: float, step: reduce) -> None:
    """However fast or slow, no point of a file in order is late; what is empty at the end may be more."""
    whole = run_(at(*seconds), step)
    _, report = paced(at(*seconds), pace(x=x), step)
    assert report.late == 0
    assert [{**point, "time": point["time"].isoformat()[:19]} for point in report.points] == [
        {**point, "time": point["time"][:19]} for point in whole
    ]


def test_a_window_closes_when_its_time_has_passed(running: Any) -> None:
    """Not only when the next point comes."""
    clock = Clock("2024-02-29")
    with running(listed(at(0, 100)) | pace(x=2) | reduce(k=count(), every="10s"), clock) as found:
        clock.wait_for_waiter()
        clock.move("4.9s")
        threading.Event().wait(0.2)
        assert found == []
        clock.move("0.2s")
        soon(lambda: len(found) == 1)
        clock.move("5s")
        soon(lambda: len(found) == 2)
        assert [point["k"] for point in found] == [1, 0]


def test_in_slow_motion_no_window_closes_early(running: Any) -> None:
    """The clock passes an hour, and the points ten minutes of it."""
    clock = Clock("2024-02-29")
    flow = listed(at(0, 300, 600)) | pace(x=1 / 6) | reduce(k=count(), every="1m", by="n")
    with running(flow, clock) as found:
        for _ in range(30):
            clock.move("2m")
            threading.Event().wait(0.06)
        soon(lambda: len(found) >= 2)
    assert [point["n"] for point in found[:3]] == [0, 300, 600][: len(found)]
    assert all(point["k"] == 1 for point in found)


def test_batches_behind_it_end_as_time_passes(running: Any) -> None:
    """The last point of each is given without one of the next."""
    clock = Clock("2024-02-29")
    with running(listed(at(0, 5, 100)) | pace() | batch("10s") | tail(), clock) as found:
        clock.move_until(lambda: len(found) == 1)
        assert clock.monotonic() < 60
        assert found[0]["n"] == 5


def test_times_that_run_ahead_of_the_clock_are_no_mistake(caplog: pytest.LogCaptureFixture) -> None:
    """A day in a few seconds is soon in the future."""
    points = at(*range(0, 86_400, 3600))
    for step in (reduce(k=count(), every="1h"), batch("1h") | reduce(k=count())):
        _, report = paced(points, pace(x=36_000, from_="2024-02-29"), step, ordered=False)
        assert [point["k"] for point in report.points] == [1] * 24
    assert "in the future" not in caplog.text


def test_a_file_in_no_order_is_late_behind_it_and_not_before(caplog: pytest.LogCaptureFixture) -> None:
    """What is before it is a file as ever; sort() puts it in order."""
    points = at(0, 30, 1)
    step = reduce(k=count(), every="10s", by="x")
    assert paced(points, pace(x=10), step, ordered=False)[1].late == 1
    assert paced(points, sort(), pace(x=10), step, ordered=False)[1].late == 0
    assert [p["k"] for p in paced(points, step, pace(x=10), ordered=False)[1].points] == [2, 1]


def test_batches_end_at_it() -> None:
    """Those that are wanted behind it are begun behind it."""
    found = paced(at(0, 5, 10, 15), batch("10s"), tail(), pace(x=100), head(1))[1].points
    assert [point["n"] for point in found] == [5]


def test_in_a_sequence_its_time_is_not_the_clocks() -> None:
    """The points of seq are history too."""
    flow = seq(listed(at(0, 30)) | pace(x=0.1)) | reduce(k=count(), every="10s", by="x") | memory()
    report = flow.execute(clock=Clock("2024-02-29", jumps=True))
    assert [point["k"] for point in report.points] == [1, 1]
    assert report.late == 0


def test_time_has_not_passed_what_was_not_given() -> None:
    """Whatever the clock says: a point that is due may be on its way."""
    clock = Clock("2024-02-29", jumps=True)
    stage = pace().start(Run(clock))
    assert isinstance(stage, _Pace)
    for batch_ in stage.timed(at(0, 1, 2, 9, 20)):
        passed = stage.passed()
        assert passed is None or passed <= batch_[-1]["time"]
        clock.move("3s")


# -- how it runs ---------------------------------------------------------------------------------------------


def test_little_more_is_read_than_is_due(running: Any) -> None:
    """An endless history does not fill the memory, and what wants no more ends it."""

    class Endless(Source):
        def ordered(self, before: bool = False) -> bool:
            return True

        def start(self, run: Run) -> Any:
            number = 0
            while True:
                read.append(number)
                yield at(number)
                number += 1

    read: list[int] = []
    clock = Clock("2024-02-29")
    with running(Endless() | pace(), clock) as found:
        soon(lambda: len(found) == 1)
        clock.wait_for_waiter()
        clock.move("5s")
        soon(lambda: len(found) == 6)
        assert len(read) <= 8
    read.clear()
    report = (Endless() | pace(x=100) | head(3) | memory()).execute(clock=Clock("2024-02-29", jumps=True))
    assert len(report.points) == 3


def test_an_error_before_it_names_its_step() -> None:
    """Whatever thread it was in."""

    class failing(Source):
        def start(self, run: Run) -> Any:
            yield at(0)
            raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone") as caught:
        (failing() | filter("n > 1") | pace() | memory()).execute(clock=Clock("2024-02-29", jumps=True))
    assert caught.value.__notes__ == ["in step 1: failing()"]
    branches = (emit(points=[]) | pace(), failing() | pace())
    with pytest.raises(ConnectionError, match="gone") as caught:
        (branches | memory()).execute(clock=Clock("2024-02-29", jumps=True))
    assert caught.value.__notes__ == ["in step 3: failing()"]


def test_the_report_counts_each_point_once() -> None:
    """Read where they are read; the ledger has each step once."""
    report = (listed(at(0, 1, 2)) | filter("n > 0") | pace(x=100) | head(1) | memory()).execute(
        clock=Clock("2024-02-29", jumps=True)
    )
    assert report.read == 3
    assert sorted(account.step.partition("(")[0] for account in report.accounts) == [
        "filter",
        "head",
        "listed",
        "memory",
        "pace",
    ]


def test_it_is_the_same_unoptimised() -> None:
    """As every step."""
    for optimize in (True, False):
        flow = listed(at(0, 1, 2)) | filter("n > 0") | pace(x=100) | reduce(k=count()) | memory()
        assert flow.execute(optimize=optimize, clock=Clock("2024-02-29", jumps=True)).points[0]["k"] == 2


def test_explain_shows_both_sides() -> None:
    """What is before it is a source of its own."""
    lines = (emit(points=at(0)) | sort() | pace(x=60) | head()).explain().splitlines()
    assert lines[0] == "3. pace(x=60)  (live, in order of time)"
    assert lines[1].strip() == "paces what comes from:"
    assert lines[-1] == "4. head()"
    assert any(line.strip() == "2. sort()" for line in lines)


# -- what makes no sense ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: pace(x=0), "pace: x takes a number above 0"),
        (lambda: pace(x=-1), "pace: x takes a number above 0"),
        (lambda: pace(x=float("inf")), "pace: x takes a number above 0"),
        (lambda: pace(x=float("nan")), "pace: x takes a number above 0"),
        (lambda: pace(x="2"), "pace: x takes a whole number or a number"),  # type: ignore[arg-type]
        (lambda: pace(x=True), "pace: x takes"),
        (lambda: pace(every="0s"), "pace: every takes a duration longer than nothing"),
        (lambda: pace(every="forever"), "pace: every takes a duration longer than nothing, and with an end"),
        (lambda: pace(every="1s", x=2), "pace takes every or x, not both"),
    ],
)
def test_options_that_make_no_sense(make: Any, error: str) -> None:
    """An error before anything runs."""
    with pytest.raises(OptionError, match=error):
        make()


def test_what_is_no_time_or_has_no_fixed_length() -> None:
    """As everywhere."""
    with pytest.raises(MomentError, match="has no fixed length in seconds"):
        pace(every="1 month")
    with pytest.raises(MomentError):
        pace(from_="some day")


def test_a_branch_cannot_wait_alone() -> None:
    """It is said where it can stand."""
    with pytest.raises(UsageError, match=r"pace\(\) is step 3, in a branch that cannot wait .* before the split"):
        (emit(points=at(0)) | (head(), pace()) | memory()).execute()
    with pytest.raises(UsageError, match=r"pace\(\) is step 3, and memory\(\) is in a branch before it"):
        (emit(points=at(0)) | (memory(), ()) | pace() | write("stdio")).execute()
    with pytest.raises(UsageError, match="begins with a source"):
        (head() | pace()).execute()
    with pytest.raises(UsageError, match="a pipeline begins with a source"):
        pace().execute()


def test_times_out_of_all_years() -> None:
    """Are said to be."""
    with pytest.raises(LimitError, match=r"from_=9999-12-31 .* out of the years 1 to 9999"):
        run_(at(0, 86_400), pace(x=1e6, from_="9999-12-31T12:00:00Z"))
