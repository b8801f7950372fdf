"""math: functions of numbers in the last point."""

from __future__ import annotations

import logging
import math as stdlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import math, put, reduce
from flume.errors import OptionError
from flume.reducing import Reducer
from flume.testing import run

ONE = [
    *("ceil", "fabs", "floor", "trunc", "isinf", "isnan", "degrees", "radians"),
    *("exp", "expm1", "log", "log1p", "log10", "sqrt"),
    *("acos", "asin", "atan", "cos", "sin", "tan"),
]
TWO = ["fmod", "pow", "atan2", "log"]
NUMBERS = st.integers() | st.floats() | st.just(10**400)


def expected(name: str, *values: Any) -> Any:
    """What Python's function gives; None where it gives nothing."""
    try:
        return getattr(stdlib, name)(*values)
    except (ValueError, ArithmeticError):
        return None


@pytest.mark.parametrize("name", ONE)
@given(value=NUMBERS)
def test_functions_of_one_number(name: str, value: Any) -> None:
    """As Python has them, with null for what has no value."""
    reducer = getattr(math, name)("x")
    assert repr(reducer.result({"x": value})) == repr(expected(name, value))
    assert repr(reducer) == f"math.{name}('x')"


@pytest.mark.parametrize("name", TWO)
@given(x=NUMBERS, y=NUMBERS)
def test_functions_of_two_numbers(name: str, x: Any, y: Any) -> None:
    """Either may be a field or a number."""
    word = getattr(math, name)
    result = repr(expected(name, x, y))
    assert repr(word("x", "y").result({"x": x, "y": y})) == result
    assert repr(word("x", y).result({"x": x})) == result
    assert repr(word(x, "y").result({"y": y})) == result
    assert word("x", "y").reads == {"x", "y"}
    assert word("x", y).reads == {"x"}


def test_factorials_are_bounded() -> None:
    """A number in the data must not keep the machine busy for hours."""
    factorial = math.factorial("x")
    assert factorial.result({"x": 5}) == 120
    assert factorial.result({"x": 1000}) == stdlib.factorial(1000)
    for refused in (1001, 10**9, 10**400, stdlib.inf, -1, 1.5, stdlib.nan):
        assert factorial.result({"x": refused}) is None


@pytest.mark.parametrize("value", [None, "1", True, [1], {}])
def test_what_is_no_number_gives_null(value: Any) -> None:
    """True is none; nor is a missing field."""
    assert math.sin("x").result({"x": value}) is None
    assert math.pow(2, "x").result({"x": value}) is None
    assert math.pow(2, "x").result({}) is None


def test_they_work_on_the_last_point() -> None:
    """In a stream on each, in a reduce on the window's last."""
    points = [{"x": 4}, {"x": 9}]
    assert [point["root"] for point in run(points, put(root=math.sqrt("x")))] == [2.0, 3.0]
    assert run(points, reduce(root=math.sqrt("x"), half=math.sqrt("x") / 2)) == [{"root": 3.0, "half": 1.5}]


def test_all_functions_are_there() -> None:
    """And nothing else is, but what they are made of."""
    there = {name for name, each in vars(math).items() if isinstance(each, type) and issubclass(each, Reducer)}
    assert {name for name in there if not name.startswith("_")} == {*ONE, *TWO, "factorial"}


def test_options_are_checked() -> None:
    """How many there are, and of what type."""
    with pytest.raises(OptionError, match=r"math\.sin needs x"):
        math.sin()  # type: ignore[call-arg]
    with pytest.raises(OptionError, match=r"math\.sin takes at most 1"):
        math.sin("x", "y")  # type: ignore[call-arg]
    with pytest.raises(OptionError, match=r"math\.pow: y takes text or a number, not"):
        math.pow("x", [1])  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"math\.sin: .*empty name"):
        math.sin("")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (10**400, "OverflowError: int too large"),
        (-1, "ValueError: math domain error"),
        ("4", "TypeError: not a number"),
    ],
)
def test_what_cannot_be_computed_is_null_and_said(value: Any, said: str, caplog: pytest.LogCaptureFixture) -> None:
    """With the first value that it is so for."""
    with caplog.at_level(logging.WARNING, "flume"):
        assert run([{"x": value}], reduce(root=math.sqrt("x"))) == [{"root": None}]
    assert "1 point had a value of 'root' that could not be computed (first: x=" in caplog.text
    assert said in caplog.text
