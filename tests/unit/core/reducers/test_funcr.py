"""funcr: any function as a reducer."""

from __future__ import annotations

import logging
import math
import os.path
import pickle
from typing import Any

import pytest

from flume import count, funcr, put, reduce, sum
from flume.errors import OptionError
from flume.testing import run


def joined(*parts: str) -> str:
    """A function of any number of arguments."""
    return "-".join(parts)


def test_it_is_called_with_fields_of_the_last_point() -> None:
    """Text names a field; nested ones too."""
    points = [{"a": "x", "b": {"c": "y"}}, {"a": "p", "b": {"c": "q"}}]
    assert run(points, reduce(v=funcr(joined)("a", "b.c"))) == [{"v": "p-q"}]
    assert [point["v"] for point in run(points, put(v=funcr(len)("a")))] == [1, 1]


def test_other_arguments_are_passed_as_they_are() -> None:
    """Numbers, lists, dicts."""
    assert run([{"a": 2}], reduce(v=funcr(max)("a", 3))) == [{"v": 3}]
    assert run([{"a": 2}], reduce(v=funcr(lambda *each: list(each))("a", [1, {"x": [2]}]))) == [
        {"v": [2, [1, {"x": [2]}]]}
    ]


@pytest.mark.parametrize("points", [[], [{}], [{"a": None}], [{"a": "x"}, {"b": 1}]])
def test_a_missing_argument_gives_null(points: list[dict[str, Any]]) -> None:
    """It is the last point that counts, even where an earlier one has the field."""
    assert run(points, reduce(v=funcr(len)("a"))) == [{"v": None}]


@pytest.mark.parametrize("value", [3, -1, "text", 0])
def test_values_that_the_function_refuses_give_null(value: Any) -> None:
    """A TypeError, a ValueError and a division by zero alike."""
    assert run([{"a": value}], reduce(v=funcr(lambda a: math.log(a - 3) / 0)("a"))) == [{"v": None}]


@pytest.mark.parametrize("word", [reduce, put])
def test_a_function_that_fails_gives_null_and_is_said_once(word: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it raises: no function stops a run."""
    with caplog.at_level(logging.WARNING, "flume"):
        found = run([{"a": "x"}], word(v=funcr(lambda a: {}[a])("a"), n=count()))
    assert [(point["v"], point["n"]) for point in found] == [(None, 1)]
    assert "1 point had a value of 'v' that could not be computed (first: a='x': KeyError: 'x')" in caplog.text


def test_a_function_of_the_last_point_that_fails_gives_null(caplog: pytest.LogCaptureFixture) -> None:
    """In reduce the point is counted already, and cannot be rejected."""
    with caplog.at_level(logging.WARNING, "flume"):
        assert run([{"a": 1}], reduce(v=lambda point: point["b"], n=count())) == [{"v": None, "n": 1}]
    assert "had a value of 'v' that could not be computed (first: KeyError: 'b')" in caplog.text


def test_a_value_that_is_nested_too_deeply_is_no_value() -> None:
    """It would stop whatever looks into it."""
    deep: list[Any] = []
    for _ in range(1000):
        deep = [deep]
    assert run([{"a": 1}], reduce(v=funcr(lambda a: deep)("a"))) == [{"v": None}]


def test_it_says_which_fields_it_reads() -> None:
    """So that no others have to be read."""
    assert funcr(max)("a", "b.c", 3).reads == {"a", "b.c"}
    assert funcr(max)(1, 2).reads == frozenset()


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (funcr(len), "funcr(len)"),
        (funcr(len)("name"), "funcr(len)('name')"),
        (funcr(math.sin)("x", 2), "funcr(math.sin)('x', 2)"),
        (funcr(max)("a", [1, 2]), "funcr(max)('a', [1, 2])"),
        (funcr(str.upper)("a"), "funcr(str.upper)('a')"),
        (funcr(os.path.basename)("a"), f"funcr({os.path.__name__}.basename)('a')"),
    ],
)
def test_it_reads_as_it_was_written(made: object, text: str) -> None:
    """Functions by their names."""
    assert repr(made) == text


def test_equal_ones_are_equal() -> None:
    """They are values."""
    assert funcr(len)("a") == funcr(len)("a")
    assert funcr(len)("a") != funcr(len)("b")
    assert pickle.loads(pickle.dumps(funcr(len)("a"))) == funcr(len)("a")


def test_options_are_checked() -> None:
    """A function, fields and plain values."""
    with pytest.raises(OptionError, match="funcr takes a function, not 'len'"):
        funcr("len")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"funcr\(abs\) takes fields and plain values, not sum\('a'\)"):
        funcr(abs)(sum("a"))
    with pytest.raises(OptionError, match="empty name"):
        funcr(abs)("")
