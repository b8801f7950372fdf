"""Clock: time passes when the test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flume import count, head, memory, reduce
from flume.errors import MomentError
from flume.run import Run
from flume.testing import Clock, script

Aside = Callable[..., "Future[Any]"]
BEGIN = datetime(2024, 2, 29, tzinfo=UTC)


@pytest.fixture
def aside() -> Iterator[Aside]:
    """Runs a function in a thread of its own."""
    with ThreadPoolExecutor() as pool:
        yield pool.submit


def test_it_stands_still_until_it_is_moved() -> None:
    """And goes on just as far."""
    clock = Clock(BEGIN)
    assert (clock.now(), clock.monotonic()) == (BEGIN, 0)
    clock.move("1h 30m")
    clock.move(0.5)
    assert (clock.now(), clock.monotonic()) == (BEGIN + timedelta(minutes=90, seconds=0.5), 5400.5)
    assert clock.now() == clock.now()


def test_it_is_the_clock_of_a_run() -> None:
    """What is read as now is its time."""
    assert Run(Clock(BEGIN)).now == BEGIN


def test_it_does_not_go_back() -> None:
    """As no clock does; and what is no duration is said."""
    with pytest.raises(ValueError, match=r"a clock does not go back: move takes a duration of 0s or more, not '-1s'"):
        Clock().move("-1s")
    with pytest.raises(MomentError):
        Clock().move("soon")
    with pytest.raises(MomentError):
        Clock("never")


def test_a_wait_ends_when_it_is_moved_so_far(aside: Aside) -> None:
    """Not before."""
    clock = Clock()
    stop = threading.Event()
    waiting = aside(clock.wait, 5.0, stop)
    clock.wait_for_waiter()
    clock.move("4s")
    clock.wait_for_waiter()
    assert not waiting.done()
    clock.move("1s")
    assert waiting.result(5) is True


def test_a_wait_ends_when_the_run_does(aside: Aside) -> None:
    """However long it would have been."""
    clock = Clock()
    stop = threading.Event()
    waits = [aside(clock.wait, seconds, stop) for seconds in (5.0, float("inf"))]
    clock.wait_for_waiter()
    stop.set()
    assert [wait.result(5) for wait in waits] == [False, False]


def test_a_clock_that_nobody_moves_is_no_hang() -> None:
    """It is said what to do."""
    with pytest.raises(TimeoutError, match=r"nobody has moved the clock for 0.05 s; call move from another thread, or"):
        Clock(patience=0.05).wait(1, threading.Event())


def test_a_clock_that_nobody_waits_on_is_no_hang() -> None:
    """It is said what may be the reason."""
    with pytest.raises(TimeoutError, match=r"nobody has waited on the clock for 0.05 s; is it given to execute"):
        Clock(patience=0.05).wait_for_waiter()


def test_a_clock_that_jumps() -> None:
    """A wait takes no time, and all of it has passed."""
    clock = Clock(BEGIN, jumps=True)
    assert clock.wait(86400, threading.Event())
    assert clock.now() == BEGIN + timedelta(days=1)
    assert clock.wait(-1, threading.Event())
    assert clock.now() == BEGIN + timedelta(days=1)


def test_a_program_goes_on_as_the_clock_is_moved(aside: Aside) -> None:
    """A window closes when its time is over, though nothing has come meanwhile."""
    clock = Clock(BEGIN)
    counts = reduce(n=count(), every="1 minute") | head(1) | memory()
    running = aside((script({"time": "now"}, {"time": "now"}, "forever") | counts).execute, clock=clock)
    clock.wait_for_waiter()
    assert not running.done()
    clock.move_until(running.done)
    assert running.result().points == [{"n": 2, "time": BEGIN}]
    assert clock.now() >= BEGIN + timedelta(minutes=1)


def test_it_is_moved_until_what_never_comes() -> None:
    """That is no hang either."""
    clock = Clock(BEGIN, patience=0.05)
    with pytest.raises(TimeoutError, match=r"the clock was moved for 0.05 s, and it is not done"):
        clock.move_until(lambda: False, "1 day")
    assert clock.now() > BEGIN
