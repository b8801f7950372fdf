"""What a compiled pattern makes of a line."""

from __future__ import annotations

from typing import Any

import pytest

from flume.errors import OptionError
from flume_adapter_grok import MatchTimeout, compile_grok
from flume_adapter_grok.matching import SECONDS


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        # what is found
        ("%{WORD:a}", "  one two", {"a": "one"}),
        ("%{WORD:a} %{WORD}", "one two", {"a": "one"}),
        ("%{INT:n}", "one", None),
        ("one", "only one", {}),
        ("^%{WORD:a}$", "a b\nsecond", {"a": "second"}),
        ("^%{WORD:a}", "one\ntwo", {"a": "one"}),
        ("^two %{WORD:a}", "one\ntwo x", {"a": "x"}),
        (r"\A%{WORD:a}", " one", None),
        ("a%{GREEDYDATA:b}", "a\nb", {"b": "\nb"}),
        # what makes a field
        ("%{WORD:a}(?: %{INT:b})?", "one", {"a": "one"}),
        ("%{WORD:a}=%{DATA:b};", "x=;", {"a": "x"}),
        ("%{WORD:a} %{WORD:a}", "x y", {"a": ["x", "y"]}),
        ("%{WORD:a}(?: %{WORD:a})?", "x", {"a": "x"}),
        ("(?:a=%{WORD:v}|b=%{WORD:v})", "b=2", {"v": "2"}),
        ("(?:a=%{INT:v:int}|b=%{INT:v:int})", "b=2", {"v": 2}),
        ("(?:a=%{INT:v:int}|b=%{WORD:v})", "b=2", {"v": "2"}),
        ("(?:(?:a=%{WORD:v}|b=%{WORD:v}) ?)+", "a=1 b=2", {"v": ["1", "2"]}),
        ("(?<key>[a-z]+)=(?<value>.*)", "k=v", {"key": "k", "value": "v"}),
        ("([a-z]+)=(?<value>.*)", "k=v", {"value": "v"}),
        (r"%{X:x=\d{3}}", "ab123", {"x": "123"}),
        ("(?<x>a)|(?<y>b)", "b", {"y": "b"}),
        ("(?<outer>%{WORD:inner}!)", "hi!", {"outer": "hi!", "inner": "hi"}),
        # names
        ("%{WORD:foo-bar}", "x", {"foo-bar": "x"}),
        ("%{WORD:a.b}", "x", {"a.b": "x"}),
        ("%{WORD:@t}", "x", {"@t": "x"}),
        ("%{WORD:1}", "x", {"1": "x"}),
        ("%{WORD:[a][b]} %{INT:[a][c][d]:int}", "x 5", {"a": {"b": "x", "c": {"d": 5}}}),
        ("%{WORD:[a][b]}(?: %{INT:[c][d]:int})?", "x", {"a": {"b": "x"}}),
        ("%{WORD:[a]}", "x", {"a": "x"}),
        ('(?<it\'s "odd">x)', "x", {'it\'s "odd"': "x"}),
        # types
        ("%{NUMBER:n:int}", "12", {"n": 12}),
        ("%{NUMBER:n:int}", "1.5", {"n": 1}),
        ("%{NUMBER:n:float}", "1.5", {"n": 1.5}),
        ("%{NOTSPACE:n:int}", "abc", {"n": 0}),
        ("%{NOTSPACE:n:float}", "-", {"n": 0.0}),
        ("%{NUMBER:n:string}", "12", {"n": "12"}),
        ("n=(?:%{INT:n:int})?", "n=", {}),
        ("n=(?:%{INT:n:int})?", "n=0", {"n": 0}),
        # text is kept as it is
        ("%{GREEDYDATA:m}", "caf\u00e9 \udcff", {"m": "caf\u00e9 \udcff"}),
        ("%{DATA:m}\\.$", "日本語.", {"m": "日本語"}),
    ],
)
def test_match(pattern: str, line: str, expected: dict[str, Any] | None) -> None:
    """The search is for the first place that fits; what captured nothing makes no field."""
    assert compile_grok(pattern).match(line) == expected


def test_points_are_new() -> None:
    """Whoever changes a point changes no other, nested fields neither."""
    match = compile_grok("%{WORD:[a][b]}").match
    first = match("x")
    assert first is not None
    first["a"]["b"] = "changed"
    assert match("x") == {"a": {"b": "x"}}


def test_several_patterns() -> None:
    """They are tried in turn; the first that matches makes the point."""
    match = compile_grok(["%{INT:n:int} ms", "%{WORD:w}"]).match
    assert match("5 ms") == {"n": 5}
    assert match("5 s") == {"w": "5"}
    assert match("-") is None


def test_anchored() -> None:
    """An anchored pattern begins with the line; it need not end with it."""
    assert compile_grok("%{INT:n}", anchored=True).match("a 1") is None
    assert compile_grok("%{INT:n}", anchored=True).match("1 a") == {"n": "1"}
    assert compile_grok("a|%{INT:n}", anchored=True).match("x 1") is None


def test_the_fields_are_known() -> None:
    """A matcher knows the fields that it may make, nested ones with dots."""
    assert compile_grok("%{WORD:a} %{WORD:[b][c]} %{WORD:a}").fields == ("a", "b.c")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (None, {"a": "x", "b": {"c": "y", "d": 7}, "e.f": "z"}),
        (frozenset({"a"}), {"a": "x"}),
        (frozenset({"b"}), {"b": {"c": "y", "d": 7}}),
        (frozenset({"b.d"}), {"b": {"d": 7}}),
        (frozenset({"e.f"}), {"e.f": "z"}),
        (frozenset({"nothing"}), {}),
        (frozenset(), {}),
    ],
)
def test_projection(fields: frozenset[str] | None, expected: dict[str, Any]) -> None:
    """Only the fields that are needed are made."""
    pattern = "%{WORD:a} %{WORD:[b][c]} %{INT:[b][d]:int} %{WORD:e.f}"
    assert compile_grok(pattern, fields=fields).match("x y 7 z") == expected


def test_projection_keeps_what_is_referred_to() -> None:
    """A capture that the pattern itself needs is no field for that."""
    match = compile_grok(r"(?<quote>['\"])%{DATA:text}\k<quote>", fields=frozenset({"text"})).match
    assert match("say 'a\"b' now") == {"text": 'a"b'}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pattern": "%{NOPE}"}, "there is no pattern named 'NOPE'"),
        ({"pattern": "(a"}, "has a ( without its )"),
        ({"pattern": []}, "pattern is an empty list"),
        ({"pattern": "%{WORD:a} %{WORD:[a][b]}"}, "the field 'a' cannot hold both a text and the field 'b'"),
        ({"pattern": "x", "patterns": "mine"}, "'flume' and 'pygrok'"),
        ({"pattern": "x", "patterns_dir": "/nowhere"}, "cannot be read"),
    ],
)
def test_errors(options: dict[str, Any], message: str) -> None:
    """What cannot be compiled is an error of one line, when it is compiled."""
    with pytest.raises(OptionError) as caught:
        compile_grok(options.pop("pattern"), **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_pattern_of_the_user_that_blows_up() -> None:
    """A line that would take for ever is given up, and others are matched as ever."""
    match = compile_grok(r"^(?:\w|\w\w)*%{WORD:w}!$").match
    assert match("ab!") == {"w": "ab"}
    with pytest.raises(MatchTimeout, match=rf"took longer than {SECONDS} s to match"):
        match("a" * 60 + "! no")


def test_a_long_line() -> None:
    """A line too long for an unbounded search gives what a shorter one gives."""
    match = compile_grok("%{DATA:a}: %{DATA:b}: %{DATA:c}: %{INT:n:int}").match
    long = "x" * 5000
    assert match(f"{long}: y: z: 7") == {"a": long, "b": "y", "c": "z", "n": 7}
    with pytest.raises(MatchTimeout):
        match(": " * 20_000)


def test_a_look_behind_of_no_fixed_width() -> None:
    """What `re` cannot compile is matched all the same."""
    assert compile_grok(r"(?<=id=\d{1,9} )%{WORD:w}").match("id=1234 x") == {"w": "x"}
