"""Python text of the user's: its names, its value, its places."""

from __future__ import annotations

from typing import Any

import pytest

from flume.cli.script import Script, decoded
from flume.errors import OptionError, UnknownName, UsageError


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("read('a') | head(n)", {"read", "head", "n"}),
        ("f(lambda p, q=d: p + q + r)", {"f", "d", "r"}),
        ("[x for x in xs if x > y]", {"xs", "y"}),
        ("date.year('time')", {"date"}),
        ("f(__name__)", {"f"}),
    ],
)
def test_the_names_of_an_expression(text: str, names: set[str]) -> None:
    """Only what is looked up outside counts: no parameters, no attributes, no names of loops."""
    assert set(Script(text).names()) == names


def test_the_names_of_a_file() -> None:
    """What the file defines itself is not looked up; what it defines in terms of itself is known apart."""
    script = Script(
        "import re\ncount = count()\ndef f(a):\n    return a + later + head(1)\nlater = 1\nf(count)\n", module=True
    )
    assert set(script.names()) == {"head"}
    assert script.rebound_names() == ["count", "f", "later"]


def test_the_value_of_an_expression() -> None:
    """It is evaluated with the names given."""
    assert Script("a + 1").run({"a": 1}) == 2


def test_an_expression_goes_over_several_lines() -> None:
    """As it is written on a command line: no brackets around it, comments allowed."""
    assert Script("a  # first\n   + 1\n   + 2  # last").run({"a": 1}) == 4


def test_the_value_of_a_file_is_its_last_line() -> None:
    """What stands before it is run; `from flume import *` costs nothing and hides nothing."""
    script = Script("from flume import *\nb = a + 1\nb * 2\n", module=True)
    assert script.run({"a": 1}) == 4


def test_a_file_that_ends_in_a_statement_has_no_value() -> None:
    """Its names are still in the scope afterwards."""
    names: dict[str, Any] = {}
    assert Script("a = 1\n", module=True).run(names) is None
    assert names["a"] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f(", "this is no Python: '(' was never closed\n  f(\n   ^"),
        ("f(1\n  | g(2)", "this is no Python: '(' was never closed\n  f(1\n   ^"),
        ("f(1)\n  | g(2))", "this is no Python: unmatched ')'\n    | g(2))\n          ^"),
        ("ä + 1 +* 2", "this is no Python: invalid syntax\n  ä + 1 +* 2\n         ^"),
        ("a b", "this is no Python: invalid syntax\n  a b\n    ^"),
        ("f() |", "this is no Python: something is missing at its end\n  f() |\n      ^"),
        ("f()\n  | g() |\n", "this is no Python: something is missing at its end\n    | g() |\n          ^"),
        (
            "f(from='x')",
            "this is no Python: from is a word of Python's; an option is written from_=, a field **{'from': …}\n"
            "  f(from='x')\n    ^^^^",
        ),
        ("  ", "the program is empty; a program is like: emit(limit=3) | write('stdio')"),
        ("a\0b", "the program is no Python: source code string cannot contain null bytes"),
    ],
)
def test_what_is_no_python_is_shown_with_a_caret(text: str, message: str) -> None:
    """One line says what is wrong, the caret where."""
    with pytest.raises(UsageError) as error:
        Script(text)
    assert str(error.value) == message


def test_statements_are_sent_into_a_file() -> None:
    """Text of the command line is an expression; who writes statements is told where they go."""
    with pytest.raises(UsageError, match=r"statements go into a file: flume -f program\.py"):
        Script("a = 1; a")


def test_text_nested_too_deeply_is_refused() -> None:
    """It is an error like any other, no crash."""
    with pytest.raises(UsageError, match="no Python"):
        Script("(" * 10_000 + ")" * 10_000)


def test_a_file_is_named_with_its_line() -> None:
    """What is wrong in a file is found by file and line."""
    with pytest.raises(UsageError) as error:
        Script("a = 1\nb = (\n", "p.py", module=True)
    assert str(error.value) == "p.py:2: this is no Python: '(' was never closed\n  b = (\n      ^"


def test_an_error_in_an_expression_points_at_the_place() -> None:
    """Any error that is not flume's becomes one of usage, on one line, with a caret; characters count, not bytes."""
    with pytest.raises(UsageError) as error:
        Script("'ä' + f(1 / 0)").run({"f": str})
    assert str(error.value) == "ZeroDivisionError: division by zero\n  'ä' + f(1 / 0)\n          ^^^^^"


def test_an_error_of_flumes_in_an_expression_goes_on_as_it_is() -> None:
    """It says itself what was asked."""
    from flume import head

    with pytest.raises(OptionError) as error:
        Script("head(-1)").run({"head": head})
    assert "\n" not in str(error.value)


def test_an_error_in_a_file_keeps_its_type_and_notes_the_line() -> None:
    """The innermost line of the user's counts."""
    script = Script("def f():\n    return [][1]\n\nf()\n", "p.py", module=True)
    with pytest.raises(IndexError) as error:
        script.run({})
    assert error.value.__notes__ == ["in p.py:2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("emit(1).hed(2)", "no word called 'hed'\n  did you mean 'head'?\n  emit(1).hed(2)\n          ^^^"),
        ("date.yeer('t')", "no word called 'date.yeer'\n  did you mean 'date.year'?\n  date.yeer('t')\n       ^^^^"),
    ],
)
def test_a_word_asked_of_a_pipeline_or_a_namespace(text: str, message: str) -> None:
    """Nobody has to know that words are attributes to understand the error."""
    from flume import date, emit, registry

    with registry.use(registry.Registry(discover=False)), pytest.raises(UnknownName) as error:
        Script(text).run({"emit": emit, "date": date})
    assert str(error.value) == message


def test_a_file_is_decoded() -> None:
    """UTF-8 with or without a mark, and the line ends of Windows."""
    assert decoded("\ufeffä\r\nb\n".encode(), "p.py") == "ä\nb\n"
    with pytest.raises(UsageError, match=r"p\.py:2: this is not UTF-8"):
        decoded(b"a\n\xff", "p.py")
