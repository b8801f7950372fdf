"""percentile: the value that a given part of all values do not exceed."""

from __future__ import annotations

import logging
import math
import pickle
import statistics
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import median, percentile, put, reduce
from flume.errors import OptionError
from flume.testing import run

TIME = datetime(2016, 7, 17, tzinfo=UTC)
NUMBERS = st.integers() | st.floats(allow_nan=False)
KINDS = [NUMBERS, st.text(max_size=3), st.integers(0, 99).map(lambda day: TIME + timedelta(day))]
P = st.integers(0, 100) | st.sampled_from([0.1, 12.5, 16.1, 50.1, 99.9, 100.0])


def of(values: list[Any], p: Any, *, interpolate: bool = False) -> Any:
    """The percentile of all values at once."""
    word = percentile("x", p, interpolate=interpolate)
    return word.result(word.fold(word.start(), values))


@given(st.one_of(*(st.lists(kind, min_size=1) for kind in KINDS)), P)
def test_it_is_the_smallest_value_of_a_sufficient_rank(values: list[Any], p: float) -> None:
    """Counted out: of all values that as many as asked for do not exceed, the smallest; with its own type."""
    wanted = Fraction(str(p)) * len(values) / 100
    expected = next(value for rank, value in enumerate(sorted(values), 1) if rank >= wanted)
    assert repr(of(values, p)) == repr(expected)


@pytest.mark.parametrize(
    ("values", "p", "result"),
    [
        ([15, 20, 35, 40, 50], [5, 30, 40, 50, 100], [15, 20, 20, 35, 50]),
        ([3, 6, 7, 8, 8, 9, 10, 13, 15, 16, 20], [25, 50, 75, 100], [7, 9, 15, 20]),
        (list(range(1, 1001)), [99.9, 16.1, 0.1, 0], [999, 161, 1, 1]),
        ([1, 2, 3, 4], 50, 2),
        ([1, 2, 3, 4], 50.1, 3),
        ([], [50], None),
        ([7], 0, 7),
    ],
)
def test_nearest_rank(values: list[int], p: Any, result: Any) -> None:
    """The examples that the method is taught with; 16.1 is what is written, not the float beside it."""
    assert of(values, p) == result


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([1, 1.0], "[1, 1.0]"),
        ([1.0, 1], "[1.0, 1]"),
        ([2**53 + 1, float(2**53)], "[9007199254740992.0, 9007199254740993]"),
        ([10**400, 1.5], f"[1.5, {10**400}]"),
        ([0.0, -0.0], "[0.0, -0.0]"),
        ([math.nan, 2.5, 1, math.nan], "[1, 2.5]"),
        ([math.nan], "None"),
        ([math.inf, -math.inf], "[-inf, inf]"),
        (["b", 2**70, TIME, "a"], f"[{2**70}, {TIME!r}]"),
        ([TIME, "a"], f"['a', {TIME!r}]"),
    ],
)
def test_values_come_back_as_they_came(values: list[Any], result: str) -> None:
    """Of equal ones the first first; numbers before text before times; NaN is passed over."""
    assert repr(of(values, [1, 100])) == result


MIXED = st.lists(st.one_of(st.floats(), *KINDS))


@given(MIXED, MIXED, MIXED, P)
def test_a_state_that_was_settled_goes_on_like_one_that_was_not(
    before: list[Any], behind: list[Any], merged: list[Any], p: float
) -> None:
    """Whether points follow, another part is merged, or it is settled once more."""
    word = percentile("x", p)
    state = word.fold(word.settle(word.fold(word.start(), before)), behind)
    state = word.merge(word.settle(state), word.settle(word.fold(word.start(), merged)))
    expected = of([*before, *behind, *merged], p)
    assert (
        repr(word.result(state)) == repr(word.result(word.settle(pickle.loads(pickle.dumps(state))))) == repr(expected)
    )


@pytest.mark.parametrize("step", [reduce, put], ids=["reduce", "put"])
@given(values=st.lists(st.one_of(st.none(), st.booleans(), st.floats(), *KINDS), max_size=20))
def test_percentiles_of_a_field_beside_each_other(step: Any, values: list[Any]) -> None:
    """Each is what it is alone: those that take the same values, those that take others, those of another field."""
    points = [{"x": value, "y": place} for place, value in enumerate(values)]
    words = {
        "p50": percentile("x", 50),
        "p99": percentile("x", 99),
        "middle": median("x"),
        "between": percentile("x", 10, interpolate=True),
        "other": percentile("y", 99),
    }
    together = run(points, step(**words))
    for name, word in words.items():
        alone = run(points, step(**{name: word}))
        assert [repr(point.get(name)) for point in together] == [repr(point.get(name)) for point in alone]


@given(st.lists(st.integers(-(2**40), 2**40), min_size=2))
def test_between_the_closest_ranks(values: list[int]) -> None:
    """The definition that pandas and NumPy take by default, which Python's library calls inclusive."""
    shares = list(range(1, 100))
    expected = statistics.quantiles(values, n=100, method="inclusive")
    assert of(values, shares, interpolate=True) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert of(values, [0, 100], interpolate=True) == [min(values), max(values)]


@pytest.mark.parametrize(
    ("values", "p", "result"),
    [
        ([1, 2, 4], 50, 2),
        ([1, 2, 4], 75, 3.0),
        ([0.1, 0.1], 30, 0.1),
        ([1.5e308, -1.5e308], 50, 0.0),
        ([1.7e308, 1.7e308 / 2], 50, 1.2749999999999999e308),
        ([10**400, -(10**400)], 25, None),
        ([10**400, -(10**400)], 50, 0.0),
        ([math.inf, 1], 50, math.inf),
        ([-math.inf, 10**400], 50, -math.inf),
        ([math.inf, 10**400], 50, math.inf),
    ],
)
def test_between_large_numbers(values: list[Any], p: float, result: Any, caplog: pytest.LogCaptureFixture) -> None:
    """What no float can hold is null, and said."""
    word = percentile("a", p, interpolate=True)
    with caplog.at_level(logging.WARNING, "flume"):
        assert run([{"a": value} for value in values], reduce(p=word)) == [{"p": result}]
    assert (f"{word!r} is too large for a float" in caplog.text) == (result is None)


def test_between_text_and_times_is_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """They are left out, and said."""
    points = [{"a": 1}, {"a": "x"}, {"a": 2}, {"a": True}, {"a": None}, {}]
    with caplog.at_level(logging.WARNING, "flume"):
        assert run(points, reduce(p=percentile("a", 50, interpolate=True))) == [{"p": 1.5}]
    assert "2 points had no number in 'a' (first: a='x')" in caplog.text


def test_it_is_read_of_a_field() -> None:
    """Nested ones too, in groups, and as the stream goes."""
    points = [{"a": {"b": n}, "g": n % 2} for n in range(10)]
    assert run(points, reduce(p=percentile("a.b", [50, 90]), by="g")) == [{"p": [4, 8], "g": 0}, {"p": [5, 9], "g": 1}]
    assert [p["m"] for p in run(points, put(m=percentile("a.b", 50)))] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize("values", [[float(n) for n in range(50_000)], list(range(50_000))])
def test_numbers_are_kept_in_little_room(values: list[Any]) -> None:
    """8 bytes each, also where they come in small lots; that is what another process hands over."""
    word = percentile("x", 50)
    state = word.start()
    for start in range(0, len(values), 7):
        state = word.fold(state, values[start : start + 7])
    assert len(pickle.dumps(state)) < 9 * len(values)
    assert len(state) < 20


@pytest.mark.parametrize("p", [-1, 100.5, math.nan, True, "50", None, [50, "x"], [], {"p": 1}])
def test_p_is_checked(p: Any) -> None:
    """When the program is read."""
    with pytest.raises(OptionError, match="percentile: p takes a number from 0 to 100, or a list of them"):
        percentile("a", p)


def test_what_is_chosen_is_shown_by_its_name() -> None:
    """A mere True says nothing in a plan or a message."""
    assert repr(percentile("x", 50, True)) == "percentile('x', 50, interpolate=True)"
    assert repr(percentile("x", 50, True, True)) == "percentile('x', 50, interpolate=True, approx=True)"
