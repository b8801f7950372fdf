"""json: documents of objects."""

from __future__ import annotations

import json as oracle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.errors import OptionError, SourceError
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
        ('[{"a": 1},\n {"a": 2}', "text:2: is no valid JSON: ends in the middle"),
        ('[{"a": 1}\n{"a": 2}]', "text:2: is no valid JSON: expected ',' or ']', found '{'"),
        ("[\n\n garbage]", "text:3: is no valid JSON: expecting value"),
        ('[{"a": 1,\n"b" 2}]', "text:2: is no valid JSON: expecting ':' delimiter"),
        ('[{"a": 1},]', "text:1: is no valid JSON: expecting value"),
        ('{"a": 1', "text:1: is no valid JSON: ends in the middle"),
        ('{"a": "x', "text:1: is no valid JSON: ends in the middle"),
        ('{"a": "x\ny"}', "text:1: is no valid JSON: invalid control character"),
        ("\x00\x01", "text:1: is no valid JSON: expecting value"),
        ('{"a":' * 100_000, "text:1: is no valid JSON: ends in the middle"),
    ],
)
def test_what_is_no_json(text: str, message: str) -> None:
    """The error has the line, and the points before it have been given."""
    with pytest.raises(SourceError) as raised:
        parse(json(), text)
    assert str(raised.value) == message


@pytest.mark.parametrize("block", [1, 7, 100])
def test_the_points_before_an_error_are_given(block: int) -> None:
    """As many wherever the bytes are cut, and so are the bad records."""
    text = b'[{"a": 1}, 3,\n{"a": 2}, {"a": 3},\n{"a" 4}]'
    run = Run()
    records = json().parse((text[at : at + block] for at in range(0, len(text), block)), Origin(run, "text"))
    seen: list[Any] = []
    with pytest.raises(SourceError, match=r"^text:3: "):
        seen.extend(point for batch in records for point in batch)
    assert (seen, run.report.rejected) == ([{"a": 1}, {"a": 2}, {"a": 3}], 1)


def test_a_bad_line_of_json_lines() -> None:
    """It ends the reading, and the error says which format passes over it."""
    with pytest.raises(SourceError, match=r"^text:2: is no valid JSON: expecting value \(.*format='jsonl'"):
        parse(json(), '{"a": 1}\ngarbage\n{"a": 2}\n')


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("NaN", "is no valid JSON: NaN is no JSON"),
        ("-Infinity", "is no valid JSON: -Infinity is no JSON"),
        ("-1e400", "is no valid JSON: number out of range"),
        ("1" * 5000, "is no valid JSON: number out of range"),
    ],
)
def test_numbers_that_json_does_not_have(reading: Any, number: str, reason: str) -> None:
    """Their records are rejected, those around them are not; what is passed over does not matter."""
    found = reading(json(), f'[{{"a": 1}},\n{{"a": [{number}]}},\n{{"a": 2}}]')
    assert (found.points, found.lines, found.rejected) == ([{"a": 1}, {"a": 2}], [1, 3], [(2, reason)])
    assert parse(json(path="data"), f'{{"n": {number}, "data": [{{"a": 1}}]}}') == [{"a": 1}]


VALUES = st.recursive(
    st.integers() | st.sampled_from(["},{", "}, {", '"', "\\", "\ud800", "é", float("nan"), "\n  },\n  {"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(
    values=st.lists(
        st.dictionaries(st.sampled_from("ab"), VALUES, max_size=2) | st.sampled_from([[1], -1.5e300, True]), max_size=9
    ),
    indent=st.sampled_from([None, 0, 2]),
    separators=st.sampled_from([None, (",", ":")]),
    between=st.sampled_from([None, "\n", " ", ""]),
    places=st.lists(st.integers(0, 999), max_size=5),
)
def test_many_at_once_are_one_by_one(
    reading: Any, values: list[Any], indent: Any, separators: Any, between: str | None, places: list[int]
) -> None:
    """However a document is written, and wherever it is cut."""

    def dumps(value: Any) -> str:
        return oracle.dumps(value, indent=indent, separators=separators)

    text = dumps(values) if between is None else between.join(v for v in map(dumps, values) if v[0] == "{")
    found = reading(json(), text, places)
    assert found == reading(json(), text, range(len(text)))
    assert found.points == [v for v in values if isinstance(v, dict) and "NaN" not in oracle.dumps(v)]
    lines = text.split("\n")
    assert all("{" in lines[line - 1] for line in found.lines)


def test_each_point_has_its_text() -> None:
    """Though a line may hold many, and a point many lines."""
    blocks = [b'[{"a": 1}, {"a": 2}, {"a":\n3}', b', {"a": 4}, {"a": 5}]']
    batches = list(json().parse(iter(blocks), Origin(Run(), "text")))
    assert [batch.raw(n) for batch in batches for n in range(len(batch))] == [f'{{"a": {n}}}' for n in range(1, 6)]
    assert [line for batch in batches for line in batch.numbers] == [1, 1, 1, 2, 2]


def test_a_long_value_is_not_read_over_and_over() -> None:
    """Megabytes in small blocks take no longer than in large ones."""
    text = '[{"a": "' + "x}" * 2_000_000 + '"}, {"b": 1}]'
    assert parse(json(), text, block=1 << 12)[1] == {"b": 1}


@pytest.mark.parametrize(("path", "text"), [("dta", '{"data": []}'), ("data.x", '{"data": [1]}'), ("data", "[1]")])
def test_a_path_that_leads_nowhere(path: str, text: str) -> None:
    """It is an error, not an empty answer."""
    with pytest.raises(SourceError, match="field") as caught:
        parse(json(path=path), text)
    assert "path=" in str(caught.value)
    assert "no valid JSON" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "a..b", "."])
def test_a_path_without_names(path: str) -> None:
    """It is a mistake before anything is read."""
    with pytest.raises(OptionError, match="json: path takes the names of fields with dots between, not "):
        json(path=path)


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


def test_pretty() -> None:
    """A field a line, and what is read of it is the same."""
    points: list[Any] = [{"a": 1, "b": {"c": ["x\ny"]}}, {}]
    text = render(json(pretty=True), points)
    assert text.startswith('[\n  {\n    "a": 1,\n    "b": {\n      "c": [')
    assert text.endswith("  },\n  {}\n]\n")
    assert parse(json(), text) == points
    assert render(json(pretty=True), []) == "[]\n"
    with pytest.raises(OptionError, match="compact and pretty exclude each other"):
        json(pretty=True, compact=True)
