"""What holds for every format, whatever the data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume.flow import Point
from flume.parsers.columns import columns
from flume.parsers.csv import csv, tsv
from flume.parsers.json import json
from flume.parsers.jsonl import jsonl
from flume.parsers.lines import lines
from flume.parsers.logfmt import logfmt
from flume.parsers.regex import regex
from flume.parsing import Parser, encode
from flume.testing import render

# made of pieces that mean something to one format or another, so that most lines nearly are what they should be
PIECES = ['{"a": 1}', '{"a": {"b": [1, "é\\n"]}}', "{}", "[", "]", ",", '"', "a", "b=1", 'c="x y"', "=", " ", "\t",
          "1.5", "\r\n", "\n", "\n", "\n", "null", "\ufeff", "é", "\\", "{"]  # fmt: skip
DATA = st.lists(st.sampled_from(PIECES), max_size=25).map(lambda pieces: encode("".join(pieces)))
BROKEN = st.tuples(DATA, st.binary(max_size=3), DATA).map(b"".join)
PLACES = st.lists(st.integers(0, 400), max_size=6)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
NAMES = st.text(min_size=1)


@pytest.mark.parametrize(
    "parser", [jsonl(), csv(), csv(infer=False, fields=["a", "b"]), tsv(), lines(), logfmt()], ids=repr
)
@settings(max_examples=150)
@given(data=DATA | BROKEN, places=PLACES)
def test_where_the_bytes_are_cut_does_not_matter(reading: Any, parser: Parser, data: bytes, places: list[int]) -> None:
    """Points, their lines and the bad records are the same."""
    assert reading(parser, data, places) == reading(parser, data)


@settings(max_examples=150)
@given(points=st.lists(st.dictionaries(NAMES, SCALARS), max_size=5), places=PLACES)
@pytest.mark.parametrize("parser", [json(), json(compact=True)], ids=repr)
def test_where_a_document_is_cut_does_not_matter(
    reading: Any, parser: Parser, points: list[Point], places: list[int]
) -> None:
    """A document is read as it comes, value by value."""
    data = render(parser, points)
    assert reading(parser, data, places) == reading(parser, data)


VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


@pytest.mark.parametrize("parser", [jsonl(), jsonl(compact=True), json(), json(compact=True)], ids=repr)
@settings(max_examples=150)
@given(points=st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=4))
def test_json_says_everything(reading: Any, parser: Parser, points: list[Point]) -> None:
    """What is written is read as it was, numbers of any size too."""
    assert reading(parser, render(parser, points)).points == points


@settings(max_examples=150)
@given(points=st.lists(st.dictionaries(st.text("abé_.-", min_size=1), SCALARS, min_size=1, max_size=4), max_size=4))
def test_logfmt_says_everything_flat(reading: Any, points: list[Point]) -> None:
    """What is written is read as it was: text that looks like a number stays text."""
    assert reading(logfmt(), render(logfmt(), points)).points == points


@pytest.mark.parametrize("parser", [csv(infer=False), csv(delimiter=";", infer=False), tsv(infer=False)], ids=repr)
@settings(max_examples=150)
@given(data=st.data())
def test_csv_says_every_text(reading: Any, parser: Parser, data: st.DataObject) -> None:
    """Quotes, delimiters and line ends in cells are no matter; what a row lacks is empty."""
    cells = st.text(min_size=1)
    rows = data.draw(st.lists(st.fixed_dictionaries({"a": cells, "b c": cells}), max_size=4))
    assert reading(parser, render(parser, rows)).points == rows


@given(texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), max_size=6))
def test_lines_say_every_line(reading: Any, texts: list[str]) -> None:
    """An empty one too."""
    points = [{"line": text} for text in texts]
    assert reading(lines(), render(lines(), points)).points == points


@pytest.mark.parametrize(
    "parser", [jsonl(), columns(), csv(), lines(), logfmt(), regex(r"(?P<a>\w+)=(?P<b>.*)")], ids=repr
)
@given(data=st.binary(max_size=60))
def test_any_bytes_are_points_or_bad_records(reading: Any, parser: Parser, data: bytes) -> None:
    """Whatever a file holds, reading it ends, and each bad record is one of its lines."""
    found = reading(parser, data)
    last = data.count(b"\n") + 1
    assert all(1 <= line <= last for line, _ in found.rejected)
    assert all(1 <= line <= last for line in found.lines)
