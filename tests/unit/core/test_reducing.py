"""Arithmetic with reducers."""

from __future__ import annotations

import logging
from typing import Any

import pytest

import flume
from flume import avg, count, maximum, minimum, put, reduce, sum
from flume.errors import OptionError
from flume.reducing import Reducer
from flume.testing import run

WORDS = {name: getattr(flume, name) for name in flume.__all__}
POINTS: list[dict[str, Any]] = [{"x": 1.25, "t": "b"}, {"x": 2, "t": "c"}, {"x": None}]


@pytest.mark.parametrize(
    ("reducer", "value"),
    [
        (-count(), -3),
        (+count(), 3),
        (abs(-sum("x")), 3.25),
        (2 ** count(), 8),
        (count() ** 2, 9),
        (round(avg("x"), 1), 1.6),
        (round(sum("x")), 3),
        (count() // 2, 1),
        (10 // count(), 3),
        (count() % 2, 1),
        (10 % count(), 1),
        (sum("x") / count(), 3.25 / 3),
        (1 + (count() - 1) * 2, 5),
        (round((maximum("x") - minimum("x")) / sum("x") * 100, 1), 23.1),
    ],
    ids=repr,
)
def test_reducers_are_computed_with(reducer: Reducer[Any], value: Any) -> None:
    """All signs, abs and round; in reduce, in put, and read back."""
    assert run(POINTS, reduce(v=reducer)) == [{"v": value}]
    assert run(POINTS, put(v=reducer))[-1]["v"] == value
    assert eval(repr(reducer), WORDS) == reducer
    assert reducer.mergeable
    assert reducer.reads <= {"x"}


@pytest.mark.parametrize(
    ("reducer", "why"),
    [
        (count() / (count() - 3), "(count() / (count() - 3)): division by zero"),
        (maximum("t") - 1, "unsupported operand type(s) for -"),
        (10.0 ** (count() * 1000), "(10.0 ** (count() * 1000)): "),
        (10**50 ** count(), "too large"),
        (-maximum("t") + sum("t"), "bad operand type for unary -"),
    ],
    ids=repr,
)
def test_what_cannot_be_computed_is_null_and_said_once(
    reducer: Reducer[Any], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Never an error, and never a hang."""
    with caplog.at_level(logging.WARNING, "flume"):
        assert run(POINTS, reduce(v=reducer, n=count())) == [{"v": None, "n": 3}]
    assert "1 point had a value of 'v' that could not be computed (first: " in caplog.text
    assert why in caplog.text


def test_null_makes_null() -> None:
    """Which is no failure."""
    assert run([], reduce(v=-avg("x"), w=round(avg("x"), 2) + 1)) == [{"v": None, "w": None}]


def test_operands_are_checked() -> None:
    """When the program is read."""
    for make in (lambda: count() * "a", lambda: [] - count(), lambda: count() ** None):
        with pytest.raises(OptionError, match="reducers are computed with reducers and numbers, not"):
            make()
    with pytest.raises(OptionError, match="round takes at most 400 digits, not -1000000000"):
        round(sum("x"), -(10**9))
