"""text: a line for each point."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import write
from flume.errors import OptionError
from flume.parsers.text import text
from flume.testing import render
from flume.width import is_visible

POINT: dict[str, Any] = {"time": datetime(2020, 1, 1, tzinfo=UTC), "n": 1.5, "user": {"name": "Ann"}, "none": None}


def test_fields_and_their_values() -> None:
    """In the order of the point."""
    assert render(text(), [POINT, {"a": True}, {}]) == (
        'time=2020-01-01T00:00:00.000Z n=1.5 user={"name": "Ann"} none=\na=true\n\n'
    )


def test_a_template() -> None:
    """With formats, fields inside others, and nothing for what is missing."""
    made = text(template="{time:%H:%M} {user.name:>5} {n:.2f}{none}{missing} {{}}")
    assert render(made, [POINT, {"n": 2}]) == "00:00   Ann 1.50 {}\n  2.00 {}\n"


@pytest.mark.parametrize("template", [None, "{a}", "x{a:>3}"])
@given(value=st.text())
def test_a_point_is_one_line(template: str | None, value: str) -> None:
    """And nothing in it tells a terminal what to do."""
    line = render(text(template=template), [{"a": value}])
    assert line.endswith("\n")
    assert all(map(is_visible, line[:-1]))


def test_fields_are_written_as_safely_as_values() -> None:
    """A name may come from data as well."""
    assert render(text(), [{"a\x1b[2J\n": "\u202e\x07"}]) == "a\\x1b[2J\\n=\\u202e\\x07\n"


def test_what_the_template_says_itself_is_left_alone() -> None:
    """It is the user's own: tabs, colours."""
    assert render(text(template="\x1b[1m{a}\t"), [{"a": "\x1b[2m"}]) == "\x1b[1m\\x1b[2m\t\n"


def test_a_template_that_does_not_parse() -> None:
    """The place is shown before anything runs."""
    with pytest.raises(OptionError, match=r"text: template: .*expected '}'"):
        write("stdio", format="text", template="{a").check()


def test_it_stands_for_itself() -> None:
    """As every format does."""
    assert repr(text(template="{a}")) == "text('{a}')"
