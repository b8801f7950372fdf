"""Regexes whose work is bounded, whatever the text."""

from __future__ import annotations

import logging
import re
import time

import pytest

from flume import emit, expr, filter
from flume.functions.regexes import Regex

HOSTILE = [
    ("(a+)+$", "a" * 40 + "b"),
    ("(a+)+", "a" * 40 + "b"),
    ("(a|a)*b", "a" * 60),
    ("(a|aa)+$", "a" * 60 + "!"),
    (r"(\w+\s*)+$", "ab " * 30 + "!"),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
    ("(x+x+)+y", "x" * 60),
    ("(.*a){20}", "a" * 19 + "b" * 200),
    ("(a?){30}a{30}", "a" * 29),
    ("(?:.*,){12}z", "1," * 60),
    ("(.*)(.*)(.*)(.*)(.*)(.*)=", "x" * 400),
    (r"\s*\s*\s*\s*x", " " * 3000),
    (r"\d+ms", "1" * 100_000),
    (r"\b(\w+\s*)+\b!", "ab " * 60),
    ("(a|aa)" * 30 + "!", "a" * 60),
    ("a?" * 30 + "a" * 30, "a" * 29),
    ("(?i)(A+)+$", "a" * 60 + "b"),
    ("(?:){1000000000}a", "a"),
    (r"(?:\b){5000}a", "a"),
]
COMMON = [
    r"(\d+\.)+\d+",
    "(a|b)*",
    r"^(?:\d{1,3}\.){3}\d{1,3}$",
    r"(\S+)\s+(\S+) \[(.*?)\] \"([^\"]*)\"",
    "(?:GET|POST) /[^ ]* HTTP/1.[01]",
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"(?<!\d)(?:\d+\.)+\d+(?!\d)",
    r"(?!DEBUG).*error",
    r"(?>\d+)+x",
    r"(\w)\1",
    r"\w++\s",
    ".*error.*",
]


@pytest.mark.parametrize(("pattern", "text"), HOSTILE)
@pytest.mark.parametrize("function", ["matches", "search"])
def test_no_text_takes_long(pattern: str, text: str, function: str) -> None:
    """Each of these takes `re` minutes, if not ages, in one of the two ways."""
    begun = time.process_time()
    expr(f"{function}(m, {pattern!r})")({"m": text})
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("pattern", COMMON)
@pytest.mark.parametrize("anywhere", [False, True])
def test_common_regexes_are_taken(pattern: str, anywhere: bool) -> None:
    """And say what `re` says, on texts of any length."""
    taken = Regex(pattern, anywhere=anywhere)
    compiled = re.compile(pattern)
    for text in ("10.0.0.1", "aab", "GET / HTTP/1.1", "an error", "12x", "1.2." * 120 + "3", ""):
        assert taken(text) is ((compiled.search(text) if anywhere else compiled.fullmatch(text)) is not None)


def test_a_text_that_takes_too_long_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    """It is null, as what cannot be computed."""
    points = [{"m": "aab"}, {"m": "a" * 60 + "!"}]
    with caplog.at_level(logging.WARNING, "flume"):
        assert list(emit(points=points) | filter("matches(m, '(a|aa)+b?')")) == points[:1]
        assert "could not be computed (first: m='aaa" in caplog.text


@pytest.mark.parametrize("value", [1, ["a"], {"a": 1}, b"a"])
def test_only_text_matches(value: object) -> None:
    """Other values clash, whichever library looks at them."""
    for pattern in ("a", "(a+)+$"):
        with pytest.raises(TypeError):
            Regex(pattern, anywhere=True)(value)  # type: ignore[arg-type]
