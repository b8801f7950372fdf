"""parse: a field's text, read as a format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import memory, parse, read
from flume.errors import OptionError, RecordError, UnknownName
from flume.run import Run
from flume.testing import run
from flume.testing.listing import listed

Point = dict[str, Any]

OBJECTS = st.dictionaries(st.sampled_from(["a", "line", "n", "x"]), st.sampled_from([None, 1, "é\u2028", [1, {}]]))
TEXTS = st.one_of(
    OBJECTS.map(json.dumps),
    st.lists(OBJECTS, max_size=3).map(lambda objects: "\n".join(map(json.dumps, objects))),
    st.sampled_from([None, "", " ", "x", "[1]", '{"a": 1}\r', '{"a": 1}\n{', 7, {"a": 1}]),
)


def model(points: list[Point]) -> list[Point]:
    """Each text by itself, line by line."""
    passed = []
    for point in points:
        text = point.get("line")
        if text is None or (isinstance(text, str) and not text.strip()):
            passed.append(point)
            continue
        try:
            records = [json.loads(line) for line in text.split("\n") if line.strip()]
        except (AttributeError, ValueError):
            continue
        if all(isinstance(record, dict) for record in records):
            others = {name: value for name, value in point.items() if name != "line"}
            passed += [{**others, **record} for record in records]
    return passed


@given(st.lists(TEXTS, max_size=8), st.sampled_from([1, 2, None]))
def test_it_is_the_model(texts: list[Any], size: int | None) -> None:
    """Whatever the texts are, and however the points come; what is no JSON is rejected."""
    points = [{"n": n, "line": text, "z": 0} for n, text in enumerate(texts)]
    report = (listed(points, size) | parse("line", format="jsonl") | memory()).execute()
    assert [list(point.items()) for point in report.points] == [list(point.items()) for point in model(points)]
    assert report.adds_up


@pytest.mark.parametrize(
    ("step", "text", "records"),
    [
        (parse("t", "logfmt"), 'a=1 b="x y"', [{"a": 1, "b": "x y"}]),
        (parse("t", "json"), '[{"a": 1}, {"a": [2]}]', [{"a": 1}, {"a": [2]}]),
        (parse("t", "json", path="x"), '{"x": [{"a": 1}]}', [{"a": 1}]),
        (parse("t", "csv", fields=["a", "b"]), '1,"x, y"', [{"a": 1, "b": "x, y"}]),
        (parse("t", "csv"), "a,b\n1,\n2,x", [{"a": 1, "b": None}, {"a": 2, "b": "x"}]),
        (parse("t", "lines"), "one\r\ntwo", [{"line": "one"}, {"line": "two"}]),
        (parse("t", "grok", pattern="%{WORD:verb} %{NUMBER:n:int}"), "GET 7", [{"verb": "GET", "n": 7}]),
    ],
    ids=repr,
)
def test_every_format_that_can_be_read(step: parse, text: str, records: list[Point]) -> None:
    """With its options; a text of several records makes a point of each."""
    assert run([{"id": 5, "t": text}], step) == [{"id": 5, **record} for record in records]


def test_its_fields_win() -> None:
    """They come last; one that has the name of the text takes its place."""
    assert [list(point.items()) for point in run([{"a": 1, "t": "a=2 t=3", "z": 0}], parse("t", "logfmt"))] == [
        [("a", 2), ("z", 0), ("t", 3)]
    ]


def test_dotted_names_reach_inside() -> None:
    """The text goes from where it was."""
    assert run([{"log": {"text": "a=1", "n": 2}}], parse("log.text", "logfmt")) == [{"log": {"n": 2}, "a": 1}]


def test_a_time_is_read() -> None:
    """The order of the stream is unknown behind it; a null leaves the time that was."""
    text = '{"time": "2016-07-17", "n": 1}'
    assert run([{"t": text}], parse("t", "jsonl")) == [{"time": "2016-07-17T00:00:00.000Z", "n": 1}]
    kept = {"time": "2016-07-17T00:00:00.000Z", "t": '{"time": null}'}
    assert run([kept], parse("t", "jsonl")) == [{"time": kept["time"]}]
    assert not parse("t", "jsonl").ordered(True)


@pytest.mark.parametrize(
    ("format", "value", "reason"),
    [
        ("jsonl", '{"a": ', "is no valid JSON: input data was truncated"),
        ("json", '{"a": ', "is no valid JSON: ends in the middle"),
        ("json", "[1]", "is no JSON object"),
        ("logfmt", "nothing", "has no key=value pair"),
        ("csv", "a,b", "has no record to be read as csv"),
        ("jsonl", 7, "is no text to be read as jsonl"),
        ("jsonl", '{"time": "x"}', "has a time that is none: 'x' is no date"),
        ("jsonl", '{"a": 1}\n[]', "is no JSON object"),
    ],
)
def test_what_is_refused_is_a_rejected_record(
    format: str, value: object, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The whole point is, with the field and the reason; the points beside it pass."""
    report = (listed([{"t": value}, {"n": 1}]) | parse("t", format) | memory()).execute()
    assert report.points == [{"n": 1}]
    assert report.rejected == 1
    assert f"parse: t {reason}" in caplog.text
    assert report.adds_up


def test_errors_can_be_raised(tmp_path: Path) -> None:
    """As the source says it."""
    path = tmp_path / "some.txt"
    path.write_text("a=1\nnothing\n", encoding="utf-8")
    with pytest.raises(RecordError, match="parse: line has no key=value pair"):
        (read("file", file=str(path), errors="raise") | parse("line", "logfmt") | memory()).execute()


def test_points_of_one_text_share_nothing() -> None:
    """Nor do they share anything with the point that came."""
    (source,) = points = [{"t": "[{}, {}]", "tags": [1]}]
    first, second = parse("t", "json").start(Run()).push(points)
    first["tags"].append(2)
    assert second["tags"] == source["tags"] == [1]


def test_options_are_checked() -> None:
    """Those of the format too."""
    with pytest.raises(UnknownName, match="jsonl"):
        parse("t", format="jsnl")
    with pytest.raises(OptionError, match="the format 'table' can be written, not read"):
        parse("t", format="table")
    with pytest.raises(OptionError, match=r"parse with format='csv' has no option 'feilds'; did you mean 'fields'\?"):
        parse("t", format="csv", feilds=["a"])
    with pytest.raises(OptionError, match="parse needs format"):
        parse("t")  # type: ignore[call-arg]
