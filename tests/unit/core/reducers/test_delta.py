"""delta: how much a value differs from the one before."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import delta, last, put, reduce
from flume.errors import OptionError
from flume.testing import run

TIME = datetime(2016, 7, 17, tzinfo=UTC)
FINITE = st.integers() | st.floats(-1e300, 1e300)


def of(values: list[Any], wrap: Any = None) -> Any:
    """The difference of the last two of all values."""
    word = delta("x", wrap=wrap)
    return word.result(word.fold(word.start(), values))


@given(st.lists(FINITE | st.none(), max_size=12))
def test_in_put_it_goes_from_point_to_point(values: list[Any]) -> None:
    """Each value less the last one there was, whatever is between them; the first has none before it."""
    points = run([{"x": value} for value in values], put(d=delta("x")))
    seen: list[Any] = []
    for value, point in zip(values, points, strict=True):
        seen += [] if value is None else [value]
        if len(seen) < 2:
            assert point["d"] is None
        else:
            whole = isinstance(seen[-1], int) and isinstance(seen[-2], int)
            exact = Fraction(seen[-1]) - Fraction(seen[-2])
            assert point["d"] == (exact if whole else float(exact))


@given(st.lists(st.integers(0, 255), min_size=1))
def test_a_counter_that_wraps(values: list[int]) -> None:
    """All that it counted is the sum of the differences, as of one that does not."""
    true = [sum(values[: place + 1]) for place in range(len(values))]
    points = [{"x": value % 256} for value in true]
    wrapped = [point["d"] for point in run(points, put(d=delta("x", wrap=256)))]
    assert wrapped == [None, *values[1:]]


@pytest.mark.parametrize(
    ("values", "wrap", "result"),
    [
        ([], None, "None"),
        ([7], None, "None"),
        ([7, 10], None, "3"),
        ([10, 7], None, "-3"),
        ([7, 10.0], None, "3.0"),
        ([10, 7], False, "-3"),
        ([10, 7], True, "None"),
        ([10, 7], 0, "7"),
        ([250, 5], 256, "11"),
        ([250, 5], 256.0, "11.0"),
        ([5, 250], 256, "245"),
        ([7, 7], True, "0"),
        ([10**400, 10**400 + 1], None, "1"),
        ([10**400, 0.5], None, "None"),
        ([-1.7e308, 1.7e308], None, "None"),
        ([1, math.inf], None, "inf"),
        ([math.inf, math.inf], None, "nan"),
        ([math.nan, 1], True, "nan"),
        ([TIME, TIME + timedelta(seconds=90)], 0, repr(timedelta(seconds=90))),
        ([TIME, TIME - timedelta(days=1)], 0, repr(timedelta(days=-1))),
        ([TIME, 1], None, "None"),
    ],
)
def test_of_two_values(values: list[Any], wrap: Any, result: str) -> None:
    """Times make a duration; what has started again is what *wrap* says."""
    assert repr(of(values, wrap)) == result


def test_what_is_too_large_is_null(caplog: pytest.LogCaptureFixture) -> None:
    """And that is said."""
    assert run([{"x": -1.7e308}, {"x": 1.7e308}], reduce(d=delta("x"))) == [{"d": None}]
    assert "delta('x') is too large for a float" in caplog.text


def test_groups_and_what_is_no_number() -> None:
    """Each group has its own; text is left out."""
    points = [{"x": 1, "g": "a"}, {"x": 10, "g": "b"}, {"x": "?", "g": "a"}, {"x": 3, "g": "a"}, {"x": 30, "g": "b"}]
    assert [point["d"] for point in run(points, put(d=delta("x"), by="g"))] == [None, None, None, 2, 20]


def test_from_window_to_window() -> None:
    """What a counter had at the end of each, less what it had at the end of the one before."""
    points = [{"time": f"2016-07-17T0{hour}:{m}:00Z", "n": hour * 10 + m // 10} for hour in (0, 1, 2) for m in (10, 50)]
    windows = run(points, reduce(every="1h", on="0s", n=last("n")) | put(d=delta("n"), t=delta("time")))
    assert [(window["d"], window["t"]) for window in windows] == [
        (None, None),
        (10, timedelta(hours=1)),
        (10, timedelta(hours=1)),
    ]


@pytest.mark.parametrize("wrap", [-1, -0.5, math.inf, math.nan])
def test_a_wrap_that_is_none_is_refused(wrap: float) -> None:
    """It says what it takes."""
    with pytest.raises(OptionError, match="delta: wrap takes a number from 0 on, or True"):
        delta("x", wrap=wrap)
