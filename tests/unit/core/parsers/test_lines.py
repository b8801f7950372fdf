"""lines: text, a field `line` each."""

from __future__ import annotations

import pytest

from flume.parsers.lines import lines
from flume.testing import parse, render


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"a\nb\n", ["a", "b"]),
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\rb\n", ["a\rb"]),
        (b"a\x0bb\x0cc\xc2\x85d\xe2\x80\xa8e\n", ["a\x0bb\x0cc\x85d\u2028e"]),
        (b" a \t\n", [" a \t"]),
        (b"\x00\n", ["\x00"]),
        ("é😀\n".encode(), ["é😀"]),
    ],
)
def test_each_line_is_a_point(data: bytes, expected: list[str]) -> None:
    """Only a newline, or a return with one, ends a line."""
    assert parse(lines(), data) == [{"line": line} for line in expected]
    assert parse(lines(), data, block=1) == [{"line": line} for line in expected]


def test_bytes_that_are_no_text_are_kept() -> None:
    """And written back as they were."""
    (point,) = parse(lines(), b"caf\xe9\n")
    assert render(lines(), [point]).encode("utf-8", "surrogateescape") == b"caf\xe9\n"


def test_writing() -> None:
    """The field `line`; what has none is an empty line."""
    assert render(lines(), [{"line": "a", "b": 1}, {"b": 1}, {"line": None}, {"line": 3}]) == "a\n\n\n3\n"
    assert render(lines(), [{"line": True}, {"line": [None]}]) == "true\n[null]\n"
