"""Which names a new plugin can have."""

from __future__ import annotations

import pytest

from flume.errors import UsageError
from flume.scaffolding.naming import LONGEST, check_name, taken


@pytest.mark.parametrize("name", ["sqlite", "x", "word_count", "s3", "a" * LONGEST])
def test_an_identifier_is_a_name(name: str) -> None:
    """Whatever a hook can offer, a new plugin can be called."""
    check_name(name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("word-count", "'word_count' would do"),
        ("WordCount", "'word_count' would do"),
        ("3rd", "'rd' would do"),
        ("", "'' is no name"),
        ("été", "is no name"),
        ("../evil", "'evil' would do"),
        ("a b", "'a_b' would do"),
        ("_hidden", "'hidden' would do"),
        ("x_", "'x' would do"),
        ("x__y", "'x_y' would do"),
        ("x\n", "is no name"),
        ("import", "a word of Python"),
        ("len", "a word of Python"),
        ("a" * (LONGEST + 1), "25 characters"),
        ("reducer", "says what it is"),
        ("plugin", "says what it is"),
        ("core", "says what it is"),
        ("test_words", "is for a test"),
        ("head", "core has the name 'head' already"),
        ("csv", "core has the name 'csv' already"),
        ("stdio", "core has the name 'stdio' already"),
        ("terminal", "core has the name 'terminal' already"),
        ("env", "core has the name 'env' already"),
    ],
)
def test_another_is_refused_in_one_line(name: str, reason: str) -> None:
    """The message says what was asked, and what is wrong with it."""
    with pytest.raises(UsageError) as raised:
        check_name(name)
    assert repr(name) in str(raised.value)
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_names_of_plugins_are_free() -> None:
    """What another package offers depends on what is installed here, and may be had."""
    assert not {"grok", "elastic", "pygal"} & taken()
