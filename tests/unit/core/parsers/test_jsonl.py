"""jsonl: a JSON object a line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flume.moment import render as render_time
from flume.parsers.json_decoding import decode_object
from flume.parsers.json_encoding import encode, encode_lines
from flume.parsers.jsonl import jsonl
from flume.testing import parse, render

TIME = datetime(2016, 7, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("", []),
        ("\n\n", []),
        ('{"a": 1}', [{"a": 1}]),
        ('{"a": 1}\r\n{"a": 2}\r\n', [{"a": 1}, {"a": 2}]),
        ('  {"a": 1}  \n\n\t{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ("{}\n", [{}]),
        ('{"b": 1, "a": {"c": [1, null, true]}}\n', [{"b": 1, "a": {"c": [1, None, True]}}]),
        ('{"a": 1, "a": 2}\n', [{"a": 2}]),
        ('{"a": "\\u00e9\\ud83d\\ude00\\n"}\n', [{"a": "é😀\n"}]),
        ('{"a": "\\ud800", "b": 1}\n{"a": "\\\\ud800"}\n', [{"a": "\ud800", "b": 1}, {"a": "\\ud800"}]),
        ('{"": 1, " ": 2}\n', [{"": 1, " ": 2}]),
    ],
)
def test_each_line_is_an_object(text: str, points: list[Any]) -> None:
    """Fields keep their order; space around a line and empty lines are no matter."""
    assert parse(jsonl(), text) == points
    assert [list(point) for point in parse(jsonl(), text)] == [list(point) for point in points]


def test_numbers_are_exact() -> None:
    """Whole ones of any size; a float stays a float."""
    (point,) = parse(jsonl(), '{"big": 123456789012345678901234567890, "n": 1, "f": 1.0, "e": 1e3, "z": -0.0}')
    assert repr(point) == "{'big': 123456789012345678901234567890, 'n': 1, 'f': 1.0, 'e': 1000.0, 'z': -0.0}"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("garbage", "is no valid JSON: invalid character"),
        ('{"a": 1', "is no valid JSON: input data was truncated"),
        ('{"a": 1}{"a": 2}', "is no valid JSON: trailing characters"),
        ('{"a": 1},', "is no valid JSON: trailing characters"),
        ("[1, 2]", "is no JSON object"),
        ("3", "is no JSON object"),
        ("null", "is no JSON object"),
        ('{"a": NaN}', "is no valid JSON"),
        ('{"a": ["\\ud800", NaN]}', "is no valid JSON"),
        ('{"a": ["\\ud800", 1e400]}', "is no valid JSON"),
        ('{"a": "\\ud800}', "is no valid JSON"),
        ('{"a": 1e400}', "is no valid JSON: number out of range"),
        ("{'a': 1}", "is no valid JSON"),
        ("[" * 100_000, "has lists or objects inside each other more than 100 times"),
        ("\x00\x01\x02", "is no valid JSON: invalid character"),
    ],
)
def test_a_bad_line_is_rejected(reading: Any, line: str, reason: str) -> None:
    """Those around it are not; the reason is one short line."""
    found = reading(jsonl(), f'{{"a": 1}}\n\n{line}\n{{"a": 2}}\n')
    assert found.points == [{"a": 1}, {"a": 2}]
    assert found.lines == [1, 4]
    ((number, said),) = found.rejected
    assert (number, said[: len(reason)], "\n" in said) == (3, reason, False)


@pytest.mark.parametrize("data", [b'{"a": "\xe9"}', b'{"\xff": 1}', b'{"a": {"b": ["\xfe\xff"]}}'])
def test_bytes_that_are_no_text_are_kept(reading: Any, data: bytes) -> None:
    """And written back as they were."""
    (point,) = reading(jsonl(), data + b"\n").points
    assert encode(point) == data
    assert encode_lines([point, point]) == (data + b"\n") * 2


def test_objects_that_share_a_line_are_no_points() -> None:
    """Not even where another line makes the numbers of objects and lines equal."""
    assert parse(jsonl(), '{"a": 1}{"a": 2}\n{"a": 3\n}\n{"a": 4}\n') == [{"a": 4}]


@pytest.mark.parametrize(
    ("point", "line"),
    [
        ({}, "{}"),
        ({"a": 1, "b": [1, {"c": None}], "d": {}}, '{"a": 1, "b": [1, {"c": null}], "d": {}}'),
        ({"é": 'x "y" \\ \n \t \x01'}, '{"é": "x \\"y\\" \\\\ \\n \\t \\u0001"}'),
        ({"t": datetime(2016, 7, 17, tzinfo=UTC)}, '{"t": "2016-07-17T00:00:00.000Z"}'),
        ({"time": datetime(2016, 7, 17, 1, 2, 3, 4, tzinfo=UTC)}, '{"time": "2016-07-17T01:02:03.000004Z"}'),
        ({"d": timedelta(hours=1, seconds=2)}, '{"d": "01:00:02.000"}'),
        ({"d": timedelta(days=2, hours=1, minutes=23, seconds=45)}, '{"d": "2.01:23:45.000"}'),
        ({"a": [{"t": datetime(2016, 7, 17, tzinfo=UTC)}]}, '{"a": [{"t": "2016-07-17T00:00:00.000Z"}]}'),
        ({"a": float("inf"), "b": float("nan"), "c": [float("-inf")]}, '{"a": null, "b": null, "c": [null]}'),
        ({"a": 10**30, "b": 1.5, "c": 1.0}, None),
        ({"a": "\ud800"}, '{"a": "\\ud800"}'),
        ({"a": "x: 1, y"}, '{"a": "x: 1, y"}'),
    ],
)
def test_writing(point: Any, line: str | None) -> None:
    """The seed's spacing, text unescaped, times as text, no number that JSON does not have."""
    line = json.dumps(point) if line is None else line
    assert render(jsonl(), [point]) == line + "\n"
    assert render(jsonl(), [point, {"n": 1}]) == line + '\n{"n": 1}\n'


def test_compact() -> None:
    """No space that needs not be; those in text stay."""
    assert render(jsonl(compact=True), [{"a": 1, "b": ["x, y: z"]}] * 2) == '{"a":1,"b":["x, y: z"]}\n' * 2


@given(points=st.lists(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.text())), max_size=4))
@pytest.mark.parametrize("compact", [False, True])
def test_all_at_once_is_one_by_one(points: list[Any], compact: bool) -> None:
    """Whatever is in the texts, such as what the lines are cut at."""
    assert encode_lines(points, compact=compact) == b"".join(encode(p, compact=compact) + b"\n" for p in points)
    separated: list[Any] = [{"a": '", "\x00flume\x00", "', "\x00flume\x00": 1}, {"a": "\x00flume\x00"}]
    assert encode_lines(separated, compact=compact).count(b"\n") == 2


@given(value=st.dictionaries(st.text(), st.none() | st.floats() | st.integers() | st.text()))
def test_the_standard_library_agrees(value: dict[str, Any]) -> None:
    """Both read what the other writes."""
    finite = {name: None if isinstance(v, float) and v - v != 0 else v for name, v in value.items()}
    assert json.loads(encode(value)) == finite
    assert decode_object(json.dumps(finite).encode()) == finite


@given(
    times=st.lists(
        st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3))]))
        | st.sampled_from([TIME, TIME.replace(microsecond=853_000), TIME.replace(microsecond=1)]),
        min_size=1,
        max_size=4,
    ),
    missing=st.integers(0, 4),
)
def test_times_at_once_are_times_one_by_one(times: list[datetime], missing: int) -> None:
    """In UTC or not, with or without a fraction; a point may lack its time."""
    assume(all(TIME.replace(year=2) < time < TIME.replace(year=9999) for time in times))
    points: list[Any] = [{"a": 1, "time": time} if n != missing else {"a": 1} for n, time in enumerate(times)]
    lines = [{**point, "time": render_time(point["time"])} if "time" in point else point for point in points]
    assert encode_lines(points) == "".join(json.dumps(line) + "\n" for line in lines).encode()


def test_a_long_line() -> None:
    """Ten megabytes are a line like any other."""
    assert parse(jsonl(), '{"a": "' + "x" * 10_000_000 + '"}\n{"b": 1}\n', block=1 << 17)[1] == {"b": 1}
