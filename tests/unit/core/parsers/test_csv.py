"""csv and tsv: cells between commas, with a header."""

from __future__ import annotations

import csv as oracle
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import emit, read, write
from flume.errors import OptionError, SinkError
from flume.parsers.csv import csv, tsv
from flume.testing import parse, render


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("", []),
        ("a,b\n", []),
        ("a,b\n1,x\n", [{"a": 1, "b": "x"}]),
        ("a,b\r\n1,x\r\n", [{"a": 1, "b": "x"}]),
        ("a,b\n1,x", [{"a": 1, "b": "x"}]),
        ("a,b\n\n1,x\n\n", [{"a": 1, "b": "x"}]),
        ('a,b\n"x,y","say ""hi"""\n', [{"a": "x,y", "b": 'say "hi"'}]),
        ('a,b\n"two\nlines",2\n3,4\n', [{"a": "two\nlines", "b": 2}, {"a": 3, "b": 4}]),
        ("a,b\n1\n", [{"a": 1}]),
        ("a,,a, b \n1,2,3,4\n", [{"a": 1, "column_2": 2, "a_2": 3, "b": 4}]),
        ("é,b\nü,\n", [{"é": "ü", "b": None}]),
        ("user.id\n1\n", [{"user.id": 1}]),
    ],
)
def test_rows(text: str, points: list[Any]) -> None:
    """The first names the fields; cells that are not there are missing, empty ones null."""
    assert parse(csv(), text) == points
    assert parse(csv(), text, block=1) == points


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1), ("-7", -7), ("007", "007"), ("+1", "+1"), ("1_000", "1_000"), ("1.5", 1.5), ("007.", "007."),
        ("-e5", "-e5"), (".e5", ".e5"), ("1.e2", 100.0), ("1" * 60, int("1" * 60)), ("1" * 5000, "1" * 5000),
        (".5", 0.5), ("1.", 1.0),
        ("1e3", 1000.0), ("1e999", "1e999"), ("inf", "inf"), ("nan", "nan"), ("0x10", "0x10"), ("-0", "-0"),
        ("123456789012345678901234567890", 123456789012345678901234567890), ("true", True), ("FALSE", False),
        ("yes", "yes"), ("", None), (" 1", " 1"), ("2016-07-17", "2016-07-17"), ("-", "-"), (".", "."), ("é", "é"),
    ],
)  # fmt: skip
def test_types_are_inferred(cell: str, value: Any) -> None:
    """Only where the text can be written back without loss; infer=False keeps all of it."""
    assert repr(parse(csv(), f"a,b\n{cell},x\n")) == repr([{"a": value, "b": "x"}])
    assert parse(csv(infer=False), f"a,b\n{cell},x\n") == [{"a": cell, "b": "x"}]


@pytest.mark.parametrize("block", [1, 6, 12, 100])
def test_quotes_inside_of_cells_open_nothing(block: int) -> None:
    """Those at the beginning of a cell do, wherever the bytes are cut."""
    text = 'a,b\n5" disk,"x\ny"\n6" disk,"z"\n'
    rows = [{"a": '5" disk', "b": "x\ny"}, {"a": '6" disk', "b": "z"}]
    assert parse(csv(), text, block=block) == rows


def test_a_quote_that_is_never_closed(reading: Any) -> None:
    """It does not swallow the rest of the file."""
    text = 'a,b\n1,x\n2,"open\n3,"y"\n4,""\n5,"two\nlines"\n'
    found = reading(csv(), text.replace('"y"', "y").replace('"two\nlines"', '""'))
    assert found.points == [{"a": 1, "b": "x"}, {"a": 3, "b": "y"}, {"a": 4, "b": None}, {"a": 5, "b": None}]
    assert found.lines == [2, 4, 5, 6]
    assert found.rejected == [(3, "opens a quote that is never closed")]


def test_a_carriage_return(reading: Any) -> None:
    """In quotes it is text, as it is written; outside of them it is a mistake."""
    points = [{"a": "x\ry", "b": "z"}, {"a": "é", "b": "\r"}]
    assert render(csv(), points) == 'a,b\n"x\ry","z"\n"é","\r"\n'
    assert parse(csv(), render(csv(), points)) == points
    found = reading(csv(), "a,b\n1,2\r3,4\n5,6\n")
    assert (found.points, found.rejected) == ([{"a": 5, "b": 6}], [(2, "has a carriage return outside of quotes")])


def test_a_long_cell_is_not_read_over_and_over() -> None:
    """Megabytes of lines in a cell take no longer in small blocks than in large ones."""
    cell = 'a ""line""\n' * 300_000
    assert parse(csv(), f'a,b\n"{cell}",1\n2,3\n', block=1 << 12) == [
        {"a": cell.replace('""', '"'), "b": 1},
        {"a": 2, "b": 3},
    ]


@given(
    rows=st.lists(st.tuples(st.text('a#,;\r"', max_size=3), st.text("b#", max_size=2)), max_size=4),
    comment=st.sampled_from(["#", "##", "a", "#,", "b,"]),
)
def test_what_is_written_is_no_comment(rows: list[tuple[str, str]], comment: str) -> None:
    """Not even the header: where a row would begin as comments do, it is quoted."""
    points = [{"b": first, "c": second} for first, second in rows]
    text = render(csv(comment=comment), points)
    assert parse(csv(comment=comment, infer=False), text) == points


def test_comments() -> None:
    """Lines that begin with one are passed over, and counted; inside of a cell there are none."""
    text = '# from the "lab\na,b\n#,"open\n1,"x\n# y"\n2,#\n'
    assert parse(csv(comment="#"), text) == [{"a": 1, "b": "x\n# y"}, {"a": 2, "b": "#"}]
    assert parse(csv(comment="#"), text, block=1) == parse(csv(comment="#"), text)


def test_fields_stand_for_a_header() -> None:
    """The first row is data then."""
    assert parse(csv(fields=["a", "b"]), "1,2\n3,4\n") == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]


def test_delimiters() -> None:
    """Any one character; a tab is tsv."""
    assert parse(csv(delimiter=";"), "a;b\n1,5;2\n") == [{"a": "1,5", "b": 2}]
    assert parse(tsv(), "a\tb\n1,5\t2\n") == [{"a": "1,5", "b": 2}]


def test_a_row_that_is_too_long(reading: Any) -> None:
    """It is rejected with its line, which counts the line ends in cells too."""
    found = reading(csv(), 'a,b\n"x\ny",2\n1,2,3\n4,5\n')
    assert found.points == [{"a": "x\ny", "b": 2}, {"a": 4, "b": 5}]
    assert found.lines == [2, 5]
    assert found.rejected == [(4, "has 3 cells where the header has 2")]


@given(rows=st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r")), min_size=2, max_size=2)))
def test_the_standard_library_agrees(rows: list[tuple[str, str]]) -> None:
    """What it writes is read."""
    text = io.StringIO()
    oracle.writer(text, quoting=oracle.QUOTE_ALL, lineterminator="\n").writerows([["a", "b"], *rows])
    assert parse(csv(infer=False), text.getvalue()) == [{"a": a, "b": b} for a, b in rows]


def test_writing_gives_the_union_of_fields() -> None:
    """In order of first sight; what a point lacks is an empty cell."""
    points: list[Any] = [{"b": 1}, {"a": "x,y", "b": None}, {"c": [1, {"d": 2}], "a": True}]
    assert render(csv(), points) == 'b,a,c\n1,,\n,"x,y",\n,true,"[1, {""d"": 2}]"\n'
    assert render(csv(), []) == ""


def test_writing_given_fields() -> None:
    """Just these, with a header even where there are no points."""
    assert render(csv(fields=["b", "a"]), [{"a": 1, "c": 2}]) == "b,a\n,1\n"
    assert render(csv(fields=["b", "a"]), []) == "b,a\n"


def test_writing_times() -> None:
    """As everywhere."""
    assert render(csv(), [{"time": datetime(2016, 7, 17, tzinfo=UTC)}]) == "time\n2016-07-17T00:00:00.000Z\n"


def test_writing_a_live_stream() -> None:
    """The header cannot wait for the end, and a field that comes later cannot be added to it."""
    rendering = csv().render(live=True)
    assert rendering.push([]) == b""
    assert rendering.push([{"a": 1}]) == b"a\n1\n"
    assert rendering.push([{"a": 2}, {}]) == b'2\n""\n'
    with pytest.raises(SinkError, match="'b' first came after the header was written; name them all"):
        rendering.push([{"a": 3, "b": 1}])


def test_many_rows(tmp_path: Path) -> None:
    """More than are read or written at once."""
    file = str(tmp_path / "many.csv")
    points = [{"n": n} for n in range(5000)] + [{"m": "last"}]
    (emit(points=points) | write("stdio", file=file)).execute()
    assert list(read("stdio", file=file)) == [{"n": n, "m": None} for n in range(5000)] + [{"n": None, "m": "last"}]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimiter": ""}, "csv: delimiter takes one character, not ''"),
        ({"delimiter": "::"}, "csv: delimiter takes one character, not '::'"),
        ({"delimiter": '"'}, "csv: delimiter takes one character, not '\"'"),
        ({"fields": [""]}, "csv: fields has an empty name"),
        ({"fields": 3}, "csv: fields takes a field or a list of fields, not 3"),
        ({"comment": ""}, "csv: comment takes what such lines begin with, as '#', not ''"),
        ({"infr": True}, "csv has no option 'infr'; did you mean 'infer'?"),
    ],
)
def test_mistakes(options: dict[str, Any], message: str) -> None:
    """Each is said in one line."""
    with pytest.raises(OptionError) as raised:
        csv(**options)
    assert str(raised.value).startswith(message)
