"""regex: lines of text, read with the named groups of a regex."""

from __future__ import annotations

import pickle
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import read
from flume.errors import OptionError
from flume.parsers.regex import regex
from flume.testing import parse

APACHE = """\
127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326
203.0.113.9 - - [10/Oct/2000:13:55:40 -0700] "POST /login HTTP/1.1" 302 -
"""
COMMON_LOG = (
    r"^(?P<ip>\S+) \S+ (?P<user>\S+) \[(?P<at>[^\]]+)\] "
    r'"(?P<verb>\S+) (?P<path>\S+)[^"]*" (?P<status>\d+) (?P<size>\S+)$'
)


def test_the_log_of_apache() -> None:
    """Named groups are the fields, in order."""
    assert parse(regex(COMMON_LOG), APACHE) == [
        {
            "ip": "127.0.0.1",
            "user": "frank",
            "at": "10/Oct/2000:13:55:36 -0700",
            "verb": "GET",
            "path": "/apache_pb.gif",
            "status": 200,
            "size": 2326,
        },
        {
            "ip": "203.0.113.9",
            "user": "-",
            "at": "10/Oct/2000:13:55:40 -0700",
            "verb": "POST",
            "path": "/login",
            "status": 302,
            "size": "-",
        },
    ]


@pytest.mark.parametrize(
    ("pattern", "line", "point"),
    [
        (r"(?P<n>\d+) (?P<x>\S+)", "1 1.5", {"n": 1, "x": 1.5}),
        (r"(?P<n>\d+)", "n=007;", {"n": "007"}),
        (r"(?P<a>\w*),(?P<b>.*)", ",true", {"a": None, "b": True}),
        (r"(?P<a>\w+)(?: (?P<b>\w+))?$", "x", {"a": "x"}),
        (r"a=(?P<a>\d+)|b=(?P<b>\d+)", "b=2", {"b": 2}),
        (r"(?i)error (\d+) (?P<what>.+)", "ERROR 12 disk full", {"what": "disk full"}),
        (r"(?x) (?P<key> \w+ )  # of what" "\n = (?P<value> .* )", "a=b", {"key": "a", "value": "b"}),
        (r"(?P<word>\w+)!", "é日本!", {"word": "é日本"}),
        (r"(?P<all>.*)", "", {"all": None}),
    ],
)
def test_groups(reading: Any, pattern: str, line: str, point: dict[str, Any]) -> None:
    """Found anywhere; a group with no part in the match makes no field, an empty one is null."""
    found = reading(regex(pattern), line + "\n")
    assert (found.points, found.rejected) == ([point], [])


def test_without_inferring() -> None:
    """All stays text."""
    assert parse(regex(r"(?P<a>\d*) (?P<b>\w+)", infer=False), "1 true\n x\n") == [
        {"a": "1", "b": "true"},
        {"a": "", "b": "x"},
    ]


def test_a_line_that_does_not_match_is_rejected(reading: Any) -> None:
    """With its number; empty ones are passed over."""
    found = reading(regex(r"^(?P<n>\d+)$"), "1\n\nx\n2")
    assert (found.points, found.lines) == ([{"n": 1}, {"n": 2}], [1, 4])
    assert found.rejected == [(3, r"does not match '^(?P<n>\d+)$'")]


def test_no_line_takes_long(reading: Any) -> None:
    """One that would is rejected, and the others are read."""
    begun = time.process_time()
    found = reading(regex("^(?P<a>(a|aa)+)$"), f"aab\n{'a' * 60}!\naaa\n")
    assert time.process_time() - begun < 2
    assert (found.points, found.lines) == ([{"a": "aaa"}], [3])
    assert found.rejected == [
        (1, "does not match '^(?P<a>(a|aa)+)$'"),
        (2, "'^(?P<a>(a|aa)+)$' takes too long on a text of 61 characters"),
    ]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"(\d+)", r"regex: pattern '(\d+)' names no field; write a group as (?P<name>…)"),
        ("", "regex: pattern '' names no field; write a group as (?P<name>…)"),
        ("(?P<a>", "regex: pattern '(?P<a>' is no regex: missing ), unterminated subpattern at position 0"),
        ("(?<a>x)", "is no regex: unknown extension ?<a at position 1; a name is written (?P<name>…)"),
        ("(?P<a>x)\n(?P<a>y)", r"'(?P<a>x)\n(?P<a>y)' is no regex: redefinition of group name 'a'"),
        (3, "regex: pattern takes text, not 3"),
    ],
)
def test_a_wrong_pattern_is_said_when_it_is_written(pattern: Any, message: str) -> None:
    """In one line, before anything is read."""
    with pytest.raises(OptionError) as error:
        read("file", file="missing.log", format="regex", pattern=pattern)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_it_is_pickled() -> None:
    """For other processes to read with."""
    parser = regex(r"(?P<n>\d+)", infer=False)
    assert pickle.loads(pickle.dumps(parser)) == parser
    assert repr(parser) == r"regex('(?P<n>\\d+)', infer=False)"


PLACES = st.lists(st.integers(0, 60), max_size=6)
PIECES = ["1", "2.5", "x", "é", " ", " ", "\n", "\n", "\r\n", "=", "true"]


@settings(max_examples=150)
@given(data=st.lists(st.sampled_from(PIECES), max_size=25).map("".join), places=PLACES)
def test_where_the_bytes_are_cut_does_not_matter(reading: Any, data: str, places: list[int]) -> None:
    """Points, their lines and the bad records are the same."""
    parser = regex(r"^(?P<a>\S+) (?P<b>\S*)(?:=(?P<c>.*))?")
    assert reading(parser, data, places) == reading(parser, data)
