"""Arithmetic with reducers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flume
from flume import avg, count, maximum, memory, minimum, put, read, reduce, sum
from flume.errors import OptionError
from flume.reducing import NUMBERS, Reducer, Takes
from flume.testing import ReducerSuite, run

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


@pytest.mark.parametrize(
    ("ask", "behind"),
    [
        (lambda: count() > 3, "count() > 3: its value is known behind the step; name it x, and write | put("),
        (lambda: sum("x") <= 3, "sum('x') <= 3: "),
        (lambda: count() < count("x"), "count() < count('x'): "),
        (lambda: count() / 2 >= 1, "put(y=expr('x >= 1'))"),
        (lambda: max(sum("x"), 3), "sum('x') < 3: "),
        (lambda: 1 if count() else 0, "count() as a condition: its value is known behind the step"),
        (lambda: not count(), "put(y=expr('1 if x else 0'))"),
        (lambda: flume.pluck("x")[0], "pluck('x')[0]: its value is known behind the step"),
        (lambda: int(avg("x")), "put(y=expr('int(x)'))"),
        (lambda: float(avg("x")), "put(y=expr('float(x)'))"),
        (lambda: count() * True, "computed with reducers and numbers, not True; put what else there is behind"),
        (lambda: sum("x") / flume.expr("x"), "not expr('x'); put what else there is behind them"),
        (lambda: round(count(), "2"), "round: digits takes a whole number or None, not '2'"),
    ],
)  # fmt: skip
def test_what_python_would_decide_at_once_is_refused(ask: Callable[[], object], behind: str) -> None:
    """It would be decided by the reducer, not by its value; the error says where that is known."""
    with pytest.raises(OptionError) as caught:
        ask()
    assert behind in str(caught.value)


CONSTANTS = st.integers(-5, 5) | st.sampled_from([0.5, -1.5])
OPERANDS = st.recursive(
    st.sampled_from(["count()", "sum('x')", "avg('x')", "maximum('x')"]) | CONSTANTS.map(repr),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
            lambda sides: f"({sides[0]}) {sides[1]} ({sides[2]})"
        )
        | inner.map(lambda each: f"-({each})")
        | inner.map(lambda each: f"abs({each})")
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(OPERANDS, st.sampled_from([" + ", " - ", " * ", " / ", " % "])), min_size=1, max_size=3))
def test_arithmetic_is_that_of_python(parts: list[tuple[str, str]]) -> None:
    """Precedence, constants left and right, nested: what Python makes of the values; read back it is the same."""
    text = "".join(part + sign for part, sign in parts) + "count()"
    values = {"count()": 3, "sum('x')": 3.25, "avg('x')": 1.625, "maximum('x')": 2}
    try:
        reducer = eval(text, WORDS)
    except ZeroDivisionError:  # of two constants
        return
    plain = text
    for word, value in values.items():
        plain = plain.replace(word, f"({value})")
    try:
        expected = eval(plain)
    except ZeroDivisionError:
        expected = None
    assert eval(repr(reducer), WORDS) == reducer
    (point,) = run(POINTS, reduce(v=reducer))
    assert point["v"] == (expected if expected is None else pytest.approx(expected, nan_ok=True))


class within(Reducer[int]):
    """How many numbers of a field are less than another: it looks at two, and has an option called `field`."""

    field: str
    limit: str

    @property
    def inputs(self) -> Sequence[tuple[str, Takes]]:
        return (self.field, NUMBERS), (self.limit, NUMBERS)

    def start(self) -> int:
        return 0

    def add(self, state: int, value: tuple[float, float]) -> int:
        return state + (value[0] < value[1])

    def result(self, state: int) -> int:
        return state

    def merge(self, left: int, right: int) -> int:
        return left + right


class TestWithin(ReducerSuite):
    reducer = within("a", "b.c")


def test_a_reducer_may_look_at_several_fields(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is given those of points that have both; of a table, too; each that clashes is counted once."""
    rows = ["a,b", "1,2", "n/a,3", "5,", "3,4", ",1", "9,x", "7,7"]
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    step = reduce(n=within("a", "b"), other=within("a", "b"), total=sum("a"), same=within("a", "a"))
    report = (read("stdio", file=str(tmp_path / "t.csv")) | step | memory()).execute()
    assert report.points == [{"n": 2, "other": 2, "total": 25, "same": 0}]
    assert step.names() == {"a", "b"}
    said = [line for line in caplog.text.splitlines() if "had no number" in line]
    assert len(said) == 2
    assert "1 point had no number in 'a' (first: a='n/a')" in said[0]
    assert "1 point had no number in 'b' (first: b='x')" in said[1]
