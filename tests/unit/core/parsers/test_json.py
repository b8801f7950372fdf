"""json: documents of objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flume.errors import SourceError
from flume.parsers.json import json
from flume.parsing import Origin
from flume.run import Run
from flume.testing import parse, render


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("", []),
        (" \n", []),
        ("[]", []),
        ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        ('[\r\n  {\r\n "a": 1\r\n}\r\n]\r\n', [{"a": 1}]),
        ('{"a": 1}', [{"a": 1}]),
        ('{\n  "a": {"b": [1, 2]}\n}\n', [{"a": {"b": [1, 2]}}]),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ('[{"a": 1}] [{"a": 2}]', [{"a": 1}, {"a": 2}]),
        ('[{"a": "é\\u00e9"}]', [{"a": "éé"}]),
    ],
)
def test_documents(text: str, points: list[Any]) -> None:
    """An array, an object, or several of them; JSON lines are several objects."""
    assert parse(json(), text) == points
    assert parse(json(), text, block=1) == points


@pytest.mark.parametrize(
    ("path", "text", "points"),
    [
        ("data", '{"n": 1, "data": [{"a": 1}], "m": [3]}', [{"a": 1}]),
        ("data.items", '{"data": {"n": [], "items": [{"a": 1}, {"a": 2}]}}', [{"a": 1}, {"a": 2}]),
        ("data", '{"data": {"a": 1}}', [{"a": 1}]),
        ("data", '{"data": []}', []),
        ("data", '{"data": [{"a": 1}]}\n{"data": [{"a": 2}]}', [{"a": 1}, {"a": 2}]),
    ],
)
def test_path(path: str, text: str, points: list[Any]) -> None:
    """What is around the array is passed over."""
    assert parse(json(path=path), text) == points


def test_elements_that_are_no_objects(reading: Any) -> None:
    """They are rejected at their lines."""
    found = reading(json(), '[{"a": 1},\n 3,\n {"a": 2},\n [{"a": 3}]]')
    assert found.points == [{"a": 1}, {"a": 2}]
    assert found.rejected == [(2, "is no JSON object"), (4, "is no JSON object")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n {"a": 2}', "text:2: is no valid JSON: expected , or ], found the end"),
        ('[{"a": 1}\n{"a": 2}]', "text:2: is no valid JSON: expected , or ], found '{'"),
        ("[\n\n garbage]", "text:3: is no valid JSON: expecting value"),
        ('[{"a": NaN}]', "text:1: is no valid JSON: nan is no json"),
        ('{"a": 1', "text:1: is no valid JSON: expecting"),
    ],
)
def test_what_is_no_json(text: str, message: str) -> None:
    """The error has the line, and the points before it have been given."""
    with pytest.raises(SourceError) as raised:
        parse(json(), text)
    assert str(raised.value).lower().startswith(message.lower())


@pytest.mark.parametrize(("path", "text"), [("dta", '{"data": []}'), ("data.x", '{"data": [1]}'), ("data", "[1]")])
def test_a_path_that_leads_nowhere(path: str, text: str) -> None:
    """It is an error, not an empty answer."""
    with pytest.raises(SourceError, match="field"):
        parse(json(path=path), text)


def test_points_come_when_they_are_there() -> None:
    """A stream that pauses between values holds none of them back."""
    given: list[bytes] = []

    def blocks() -> Iterator[bytes]:
        for block in (b'[{"a": 1}, {"a": 2},\n', b'{"a"', b": 3}", b"]"):
            given.append(block)
            yield block

    seen = [(point["a"], len(given)) for records in json().parse(blocks(), Origin(Run(), "text")) for point in records]
    assert seen == [(1, 1), (2, 1), (3, 3)]


@pytest.mark.parametrize(
    ("points", "text"),
    [
        ([], "[]\n"),
        ([{"a": 1}], '[\n{"a": 1}\n]\n'),
        ([{"a": 1}, {"b": "x\ny"}], '[\n{"a": 1},\n{"b": "x\\ny"}\n]\n'),
    ],
)
def test_writing(points: list[Any], text: str) -> None:
    """An array, a point a line."""
    assert render(json(), points) == text
