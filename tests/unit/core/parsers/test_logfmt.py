"""logfmt: key=value pairs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from flume.parsers.logfmt import logfmt
from flume.testing import parse, render


@pytest.mark.parametrize(
    ("line", "point"),
    [
        ("a=1", {"a": 1}),
        ("  a=1   b=x\t c=1.5 \r", {"a": 1, "b": "x", "c": 1.5}),
        ('msg="all is well" debug a=', {"msg": "all is well", "debug": True, "a": None}),
        ('q="say \\"hi\\"\\n\\u00e9 \\\\"', {"q": 'say "hi"\né \\'}),
        ('n="1" t="true" e=""', {"n": "1", "t": "true", "e": ""}),
        ("n=007 t=true f=FALSE", {"n": "007", "t": True, "f": False}),
        ("url=http://a/b?c=d&e=f", {"url": "http://a/b?c=d&e=f"}),
        ("a.b=1 é=ü", {"a.b": 1, "é": "ü"}),
        ("a=1 a=2", {"a": 2}),
        ("a=x\u00a0y b\u2028=z\u3000", {"a": "x\u00a0y", "b\u2028": "z\u3000"}),
        ("a=1\x00\x1fb=2", {"a": 1, "b": 2}),
        ('a="\\ud83d\\ude00\\ud83d"', {"a": "😀\ud83d"}),
        ('a="' + "x\\n" * 100_000 + '"', {"a": "x\n" * 100_000}),
    ],
)
def test_pairs(reading: Any, line: str, point: dict[str, Any]) -> None:
    """Values are inferred, quoted ones are text; a key alone is true."""
    found = reading(logfmt(), line + "\n")
    assert (found.points, found.rejected) == ([point], [])


def test_without_inferring() -> None:
    """Everything is text, but for keys alone."""
    assert parse(logfmt(infer=False), "a=1 b=true c d=") == [{"a": "1", "b": "true", "c": True, "d": None}]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("just some text", "has no key=value pair"),
        ('a="open', "has no key=value pair at column"),
        ("=1", "has no key=value pair at column 1"),
        ('a="x"y', "has no key=value pair at column"),
    ],
)
def test_a_bad_line_is_rejected(reading: Any, line: str, reason: str) -> None:
    """With its number; empty lines are passed over."""
    found = reading(logfmt(), f"a=1\n\n{line}\na=2")
    assert found.points == [{"a": 1}, {"a": 2}]
    assert found.lines == [1, 4]
    ((number, said),) = found.rejected
    assert (number, said[: len(reason)]) == (3, reason)


@pytest.mark.parametrize(
    ("point", "line"),
    [
        ({"a": 1, "b": "x", "c": None, "d": True}, "a=1 b=x c= d=true"),
        ({"a": "1", "b": "true", "c": "", "d": "x y"}, 'a="1" b="true" c="" d="x y"'),
        ({"a b": 1, "": 2, 'c="': 3}, "a_b=1 _=2 c_=3"),
        ({"a": [1, {"b": None}]}, 'a="[1, {\\"b\\": null}]"'),
        ({"time": datetime(2016, 7, 17, tzinfo=UTC)}, "time=2016-07-17T00:00:00.000Z"),
        ({"a": "x\ny"}, 'a="x\\ny"'),
        ({"a": "x\u00a0y", "b": "\x00"}, 'a=x\u00a0y b="\x00"'),
    ],
)
def test_writing(point: dict[str, Any], line: str) -> None:
    """Quotes where they are needed: text that looks like a number is quoted."""
    assert render(logfmt(), [point]) == line + "\n"
