"""Ticks are round, in order, few, and inside."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flume.charts.ticks import numbers, step, times

NUMBERS = st.floats(-1e12, 1e12, allow_subnormal=False) | st.integers(-(10**9), 10**9)


@given(st.tuples(NUMBERS, NUMBERS).map(sorted))
def test_an_axis_of_numbers(values: list[float]) -> None:
    low, high = values
    axis = numbers("", (low, high), str)
    assert axis.low <= low + 1e-6 * abs(low)
    assert axis.high >= high - 1e-6 * abs(high)
    ticks = [tick.value for tick in axis.ticks]
    assert ticks == sorted(set(ticks))
    assert 1 <= len(ticks) <= 9


@given(st.integers(-(2**31), 2**32), st.floats(1e-3, 1e9))
@example(0, 108000.0)
def test_an_axis_of_times(low: int, span: float) -> None:
    axis = times("", low, low + span)
    ticks = [tick.value for tick in axis.ticks]
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= 9
    assert all(axis.low - 1e-6 <= tick <= axis.high + 1e-6 for tick in ticks)
    assert len({tick.text for tick in axis.ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("span", "texts"),
    [
        (2, ["00:00:00.0", "00:00:00.5", "00:00:01.0", "00:00:01.5", "00:00:02.0"]),
        (90, ["00:00:00", "00:00:15", "00:00:30", "00:00:45", "00:01:00", "00:01:15", "00:01:30"]),
        (3 * 3600, ["Jul 17", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00"]),
        (86400, ["Jul 17", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "Jul 18"]),
        (30 * 3600, ["Jul 17", "06:00", "12:00", "18:00", "Jul 18", "Jul 18 06:00"]),
        (5 * 86400, ["Jul 17", "Jul 18", "Jul 19", "Jul 20", "Jul 21", "Jul 22"]),
        (300 * 86400, ["Sep 2016", "Nov 2016", "Jan 2017", "Mar 2017", "May 2017"]),
        (8 * 365 * 86400, ["2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024"]),
    ],
)
def test_times_as_people_say_them(span: int, texts: list[str]) -> None:
    assert [tick.text for tick in times("", 1468713600, 1468713600 + span).ticks] == texts


def test_an_axis_of_one_number_has_a_length() -> None:
    for value in (0, 5, -5):
        axis = numbers("", (value, value), str)
        assert axis.low < axis.high
    assert times("", 5, 5).low < times("", 5, 5).high


@given(st.floats(1e-9, 1e12))
def test_steps_are_round(span: float) -> None:
    found = step(span)
    assert span / found <= 7 * (1 + 1e-9)
    assert f"{found:.1e}"[:3] in ("1.0", "2.0", "2.5", "5.0")


def test_ticks_of_very_large_numbers_are_floats() -> None:
    """Integers of so many digits are too large for what draws them."""
    assert {type(tick.value) for tick in numbers("", (0, 1e250), str).ticks} == {float}
