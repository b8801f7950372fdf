"""The error for text of the user's shows it as it was written."""

from __future__ import annotations

import pytest

from flume import filter, put
from flume.caret import quoted
from flume.errors import ExpressionError, MomentError, UsageError
from flume.moment import date


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"a\d", r"'a\d'"),
        (r"x == '\d'", r'''"x == '\d'"'''),
        ("a\nb", r"'a\nb'"),
        ("", "''"),
        ("\x1b[2J", r"'\x1b[2J'"),
    ],
)
def test_backslashes_are_not_doubled(text: str, shown: str) -> None:
    """Only what cannot be printed is spelled."""
    assert quoted(text) == shown


@pytest.mark.parametrize(
    "text", [r"matches(m, '\d(')", r"x == '\d' y", r"a \d", r"search(m, '(?P<\w>a)')", r"time > '\d'", r"'\d'.x()"]
)
def test_an_expression_is_shown_as_it_was_written(text: str) -> None:
    """In the message and in the line below it."""
    with pytest.raises(ExpressionError) as caught:
        filter(text)
    message, line, _ = str(caught.value).split("\n")
    assert quoted(text) in message
    assert line == f"  {text}"
    assert "\\\\" not in str(caught.value)


def test_so_are_templates_and_dates() -> None:
    """All text that is read."""
    for error, make in ((UsageError, lambda: put(x=r"\d {")), (MomentError, lambda: date(r"\d"))):
        with pytest.raises(error) as caught:
            make()
        assert r"\d" in str(caught.value)
        assert r"\\d" not in str(caught.value)
