"""A function that yields points, as a step: `read('a') | f`, where `def f(points): yield …`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import batch, count, emit, filter, head, join, maximum, memory, reduce, union
from flume.errors import OptionError
from flume.flow import Point
from flume.testing import Clock, script
from flume.testing.listing import listed

Points = Iterator[Point]
MINUTE = [{"time": f"2016-07-17T00:00:{second:02}Z", "v": second} for second in range(6)]


def odd(points: Points) -> Points:
    """Fewer, changed where they are."""
    for point in points:
        if point["v"] % 2:
            point["odd"] = True
            yield point


def twice(points: Points) -> Points:
    """More."""
    for point in points:
        yield point
        yield {**point, "again": True}


def differences(points: Points) -> Points:
    """One remembers the other."""
    before = None
    for point in points:
        yield {**point, "more": None if before is None else point["v"] - before}
        before = point["v"]


def backwards(points: Points) -> Points:
    """None before the end."""
    yield from reversed(list(points))


def framed(points: Points) -> Points:
    """Before the first and behind the last."""
    yield {"v": -1}
    yield from points
    yield {"v": -2}


def second(points: Points) -> Points:
    """No more than are wanted."""
    next(points, None)
    yield from (point for point, _ in zip(points, [None], strict=False))


@pytest.mark.parametrize("function", [odd, twice, differences, backwards, framed, second])
@settings(max_examples=30)
@given(values=st.lists(st.integers(0, 9), max_size=9), size=st.integers(1, 4))
def test_it_is_the_function_on_all_points(function: Callable[[Points], Points], values: list[int], size: int) -> None:
    """However they are cut, and the ledger adds up."""
    points: list[Point] = [{"v": value} for value in values]
    report = (listed(points, size) | function | memory()).execute()
    assert report.points == list(function(iter([dict(point) for point in points])))
    assert report.adds_up


def test_it_stands_wherever_a_step_does() -> None:
    """In a branch, behind another one, before windows; what it changes is changed for nobody else."""
    source = emit(points=MINUTE)
    assert [point["v"] for point in source | (odd, ()) | filter("not odd")] == list(range(6))
    assert [point["more"] for point in source | (odd, differences) | join()] == [1, 1, 1]
    assert len(list(source | twice | twice)) == 24
    windows = source | backwards | reduce(every="2s", high=maximum("v"))
    assert [point["high"] for point in windows] == [0, 2, 4, 5]
    assert [point["v"] for point in source | ((odd,), head(1)) | union("v")] == [0, 1, 3, 5]


def test_it_goes_on_over_batches() -> None:
    """It is no word that starts anew."""
    steps = batch("2s") | differences
    assert [point["more"] for point in emit(points=MINUTE) | steps] == [None, 1, 1, 1, 1, 1]


def test_it_reads_as_its_name_and_is_compared_by_it() -> None:
    """In the plan and in the report."""
    assert repr(head(1) | odd | (twice, ())) == "head() | odd | (twice, ())"
    assert head(1) | odd == head(1) | odd != head(1) | twice
    report = (emit(points=MINUTE) | odd | memory()).execute()
    assert [(account.step, account.points_in, account.points_out) for account in report.accounts[1:2]] == [
        ("odd", 6, 3)
    ]


def test_points_go_on_as_they_come() -> None:
    """Of a live stream."""
    source = script(MINUTE[0], "1 minute", MINUTE[1], "forever")
    report = (source | twice | head(3) | memory()).execute(clock=Clock(jumps=True))
    assert [point["v"] for point in report.points] == [0, 0, 1]


@pytest.mark.parametrize("broken_off", [False, True])
def test_where_nobody_wants_more_it_is_closed(broken_off: bool) -> None:
    """As any generator is; no thread is left."""
    ends = []

    def closed(points: Points) -> Points:
        try:
            yield from points
        finally:
            ends.append(threading.current_thread())

    found: Any = iter(emit(start="2016-07-17", every="1s") | closed | head(2 if not broken_off else 1_000_000))
    assert next(found)["time"] < next(found)["time"]
    assert broken_off or list(found) == []
    found.close()
    (thread,) = ends
    assert not thread.is_alive()


def test_one_that_has_ended_stops_the_source() -> None:
    """As head does."""
    assert len(list(emit(start="2016-07-17", every="1s") | second | reduce(n=count()))) == 1


def missing(points: Points) -> Points:
    """A mistake of one's own."""
    for point in points:
        yield point["w"]


def no_point(points: Points) -> Any:
    """What is none."""
    for _ in points:
        yield 3


def no_time(points: Points) -> Points:
    """Text."""
    for _ in points:
        yield {"time": "2016-07-17"}


@pytest.mark.parametrize(
    ("function", "kind", "says"),
    [
        (missing, KeyError, "w"),
        (no_point, TypeError, "no_point yielded 3, not a point; yield a dict"),
        (no_time, TypeError, "no_time yielded time='2016-07-17', which is no time"),
    ],
)
def test_its_errors_are_those_of_the_step(function: Any, kind: type[Exception], says: str) -> None:
    """They end the run: a generator that has raised gives no more."""
    with pytest.raises(kind, match=says) as caught:
        list(emit(points=MINUTE) | function)
    assert caught.value.__notes__ == [f"in step 2: {function.__name__}"]


def test_it_is_no_source() -> None:
    """There is nothing before it that it could take."""
    with pytest.raises(OptionError, match=r"before \| stands a step such as read"):
        odd | head(1)  # type: ignore[operator]
