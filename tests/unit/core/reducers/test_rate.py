"""rate: how fast a counter grows."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import delta, expr, put, rate, reduce, sum
from flume.errors import OptionError
from flume.testing import run

TIME = datetime(2016, 7, 17, tzinfo=UTC)
TIME_TEXT = "2016-07-17T00:00:00.000Z"
VALUES = st.integers(0, 1000) | st.floats(0, 1000) | st.just(2**70)


Counted = list[tuple[Any, datetime]]


def at(*values: Any) -> Counted:
    """Each value and its time, ten seconds from each other."""
    return [(value, TIME + timedelta(seconds=10 * place)) for place, value in enumerate(values)]


def points_of(values: Counted) -> list[dict[str, Any]]:
    """A point for each."""
    return [{"time": time, "x": value} for value, time in values]


def of(values: Counted, per: Any = "1s") -> Any:
    """That of all values at once."""
    word = rate("x", per=per)
    return word.result(word.fold(word.start(), values))


@given(st.lists(st.tuples(st.integers(0, 100), VALUES), min_size=1, max_size=12), st.data())
def test_it_is_all_that_was_counted_by_the_time(steps: list[tuple[int, Any]], data: st.DataObject) -> None:
    """Step by step: what was added, or all that there is where it is less than before; however the points were cut."""
    time, values = TIME, []
    for seconds, value in steps:
        time += timedelta(seconds=seconds)
        values.append((value, time))
    grown, previous = Fraction(0), Fraction(steps[0][1])
    for _, value in steps[1:]:
        grown += Fraction(value) - previous if value >= previous else Fraction(value)
        previous = Fraction(value)
    span = int((values[-1][1] - TIME - timedelta(seconds=steps[0][0])).total_seconds())
    found = of(values)
    assert found == (pytest.approx(float(grown / span), rel=1e-14) if span else None)
    word, rest, state = rate("x"), values, rate("x").start()
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        state, rest = word.merge(state, word.fold(word.start(), rest[:size])), rest[size:]
    assert word.result(state) == found


@pytest.mark.parametrize(
    ("values", "per", "result"),
    [
        ([100, 400, 700], "1s", 30.0),
        ([100, 400, 700], "1m", 1800.0),
        ([100, 400, 700], 0.5, 15.0),
        ([100, 400, 60], "1s", 18.0),
        ([5, 3, 1], "10s", 2.0),
        ([0.5, 1.0, 0.25, 0.5], "30s", 1.0),
        ([7, 7], "1s", 0.0),
        ([7], "1s", None),
        ([], "1s", None),
        ([10**400, 10**400 + 20], "1s", 2.0),
        ([0, 10**400], "1s", None),
        ([0, 1e308, 0.0, 1e308], "1s", None),
        ([0, math.inf], "1s", math.inf),
        ([0, math.nan, 40], "1s", 2.0),
    ],
)
def test_of_values_ten_seconds_from_each_other(values: list[Any], per: Any, result: Any) -> None:
    """Counters that start again, at any rate, large and odd."""
    assert of(at(*values), per) == result


def test_what_is_too_large_is_null(caplog: pytest.LogCaptureFixture) -> None:
    """And that is said."""
    assert run(points_of(at(0, 10**400)), reduce(r=rate("x")))[0]["r"] is None
    assert "rate('x') is too large for a float" in caplog.text


def test_what_has_no_time_is_passed_over() -> None:
    """Null and missing too; also where time does not go on."""
    points = points_of(at(10, 20, 30))
    odd: list[dict[str, Any]] = [{"x": 10**6}, {"time": TIME}, {"time": TIME, "x": None}]
    assert run([*odd, *points, *odd], reduce(r=rate("x")))[0]["r"] == 1.0
    assert of([at(10)[0], at(90)[0]]) is None
    assert of(at(10, 20)[::-1]) is None


def test_what_is_no_number_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    """Once, however many rates there are of the field, and beside other reducers of it."""
    points = [*points_of(at(10, "9", 30, True)), {"x": "n/a"}]
    words = {"r": rate("x"), "a_minute": rate("x", per="1m"), "total": sum("x")}
    assert run(points, reduce(**words))[0] == {"r": 1.0, "a_minute": 60.0, "total": 40, "time": TIME_TEXT}
    assert caplog.text.count("had no number") == 1
    assert "3 points had no number in 'x' (first: x='9')" in caplog.text


def test_in_windows_and_groups() -> None:
    """Each window has its own first value; nested fields work."""
    points = [
        {"time": f"2016-07-17T00:0{minute}:{second}0Z", "net": {"bytes": 600 * minute + 60 * second}, "host": "a"}
        for minute in (0, 1)
        for second in range(6)
    ]
    windows = run(points, reduce(every="1m", on="0s", r=rate("net.bytes"), by="host"))
    assert [window["r"] for window in windows] == [6.0, 6.0]


def test_from_point_to_point() -> None:
    """What its page says to do for that; with `put` alone it is that since the first point."""
    points = points_of(at(0, 10, 50))
    far = run(points, put(r=rate("x")))
    assert [point["r"] for point in far] == [None, 1.0, 2.5]
    near = run(points, put(d=delta("x", wrap=0), t=delta("time"), rate=expr("d / seconds(t)")))
    assert [point["rate"] for point in near] == [None, 1.0, 4.0]


def test_each_part_has_counters_that_start_again() -> None:
    """What they had before is not lost where parts are put together."""
    word, values = rate("x"), at(0.5, 2.5, 1, 3, 0.25, 4.75)
    for cut in range(7):
        left, right = word.fold(word.start(), values[:cut]), word.fold(word.start(), values[cut:])
        assert word.result(word.merge(left, right)) == 9.75 / 50


@pytest.mark.parametrize("per", ["0s", "1 month", "forever", -1])
def test_a_time_that_is_none_is_refused(per: Any) -> None:
    """It says what it takes."""
    with pytest.raises(OptionError, match="rate: per takes a duration of fixed length, longer than nothing"):
        rate("x", per=per)
