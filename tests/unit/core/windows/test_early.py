"""Early results: of windows that are open, marked, and only where there is something new."""

from __future__ import annotations

import builtins
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import count, iterate, last, memory, reduce, sum
from flume.testing import Clock, run, script

T0 = datetime(2024, 2, 27, 14, 0, tzinfo=UTC)


def at(seconds, **fields):
    return {"time": T0 + timedelta(seconds=seconds), **fields}


def told(points):
    return [(int(p["time"][14:16]) if p["time"] else None, p["n"], p.get("final", True)) for p in points]


ROWS = [at(0), at(4), at(12), at(13), at(41), at(66), at(75)]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_of_windows(size):
    """At each ten seconds that have passed, of the window that is open then and has changed."""
    step = reduce(n=count(), every="1m", early="10s")
    assert told(run(ROWS, step, batch=size)) == [
        (0, 2, False),
        (0, 4, False),
        (0, 5, True),
        (1, 1, False),
        (1, 2, True),
    ]


@pytest.mark.parametrize("size", [1, 2, 7])
def test_of_the_whole_stream(size):
    """Running values, and the last of them."""
    assert told(run(ROWS, reduce(n=count(), early="30s"), batch=size)) == [
        (0, 4, False),
        (0, 5, False),
        (0, 7, True),
    ]


def test_of_states_that_go_on_over_windows():
    """What is given early changes nothing."""
    plain = run(ROWS, reduce(n=count(), shift=iterate(["x", "y", "z"]), every="1m", reset=False))
    early = run(ROWS, reduce(n=count(), shift=iterate(["x", "y", "z"]), every="1m", reset=False, early="5s"))
    assert [point for point in early if "final" not in point] == plain
    assert [point["n"] for point in early] == [2, 4, 5, 6, 7]


def test_a_field_called_final_wins():
    """As one called time does."""
    got = run(ROWS, reduce(n=count(), final=last("time"), every="1m", early="30s"))
    assert all(isinstance(point["final"], str) for point in got)


def test_a_file_in_no_known_order_gives_none():
    """Nobody knows how far time has passed before its end."""
    rows = [at(50), at(0), at(70), at(20)]
    assert run(rows, reduce(n=count(), every="1m", early="1s")) == run(rows, reduce(n=count(), every="1m"))


@settings(max_examples=60)
@given(
    st.lists(st.builds(at, st.integers(0, 300), k=st.sampled_from("ab"), v=st.integers(0, 9)), max_size=30),
    st.sampled_from(["3s", "10s", "2m"]),
    st.sampled_from([{"every": "1m"}, {"gap": "20s"}, {}]),
    st.booleans(),
    st.integers(1, 5),
)
def test_without_those_that_are_marked_nothing_is_another(points, early, window, lateness, size):
    """Whatever the kind of window."""
    points = sorted(points, key=lambda row: row["time"])
    options = {**window, "by": "k", "n": count(), "total": sum("v")}
    if lateness and window:
        options["lateness"] = "5s"
    got = run(points, reduce(**options, early=early), batch=size)
    assert [point for point in got if "final" not in point] == run(points, reduce(**options), batch=size)
    assert got == run(points, reduce(**options, early=early))


def test_on_a_quiet_live_stream():
    """The clock says that the moment has come."""
    now = [{"time": "now"}]
    source = script(now, now, "20s", now, "3m", now)
    report = (source | reduce(n=count(), every="1m", early="5s") | memory()).execute(clock=Clock(jumps=True))
    assert [(point["n"], point.get("final", True)) for point in report.points][:1] == [(2, False)]
    assert sum_of_finals(report.points) == 4


def sum_of_finals(points):
    return builtins.sum(point["n"] for point in points if "final" not in point)
