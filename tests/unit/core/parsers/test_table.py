"""table: aligned columns."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import emit, read, write
from flume.errors import OptionError
from flume.panes import Panes
from flume.parsers.table import table
from flume.parsers.table_live import EVERY, InPlace
from flume.parsing import Unwritable
from flume.testing import render
from flume.viewing import Screen
from flume.width import is_visible, width

SCREEN = Screen(60, 12, colour=True, unicode=True)
PLAIN = (st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text())
VALUES = st.one_of(*PLAIN, st.lists(st.one_of(*PLAIN)))


def rows(points: list[dict[str, Any]], **options: Any) -> list[str]:
    """The lines of the table."""
    return render(table(**options), points).splitlines()


def shown(points: list[dict[str, Any]], screen: Screen, **options: Any) -> list[str]:
    """The lines of the table on a terminal that nobody adds to."""
    rendering = table(**options).show(screen, live=False, pane=None)
    return (rendering.push(points) + b"".join(rendering.end())).decode().splitlines()


# -- cells --------------------------------------------------------------------------------------


def test_numbers_stand_at_the_right() -> None:
    """In a column that has nothing else; null and a missing field are no hindrance."""
    points = [{"a": 1, "b": 1, "c": True}, {"a": None, "b": "x", "c": False}, {"a": 12.5}, {}]
    assert rows(points) == [
        "   a  b  c",
        "----  -  -----",
        "   1  1  true",
        "      x  false",
        "12.5",
        "",
    ]


def test_what_values_look_like() -> None:
    """Times in ISO 8601, lists and dicts as JSON."""
    points = [{"time": datetime(2020, 1, 1, tzinfo=UTC), "span": timedelta(minutes=5), "l": [1, "é"], "d": {"a": None}}]
    cells = ["2020-01-01T00:00:00.000Z", "00:05:00.000", '[1, "é"]', '{"a": null}']
    assert re.split("  +", rows(points)[2]) == cells


def test_wide_characters_are_aligned() -> None:
    """By the columns that they take."""
    lines = rows([{"a": "日本", "b": 1}, {"a": "x", "b": 2}, {"a": "e\u0301", "b": 3}])
    assert [width(line) for line in lines] == [7] * 5


def test_long_cells_are_cut() -> None:
    """With an ellipsis, however long they are."""
    lines = rows([{"a": "x" * 10_000_000, "b": "y" * 60, "n" * 100: 1}])
    assert lines[2].split()[:2] == ["x" * 59 + "…", "y" * 60]
    assert lines[0].split()[2] == "n" * 59 + "…"
    assert rows([{"a": "abcdef"}], cell=5)[2] == "abcd…"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a\tb\nc\rd", "a\\tb\\nc\\rd"),
        ("\x1b]0;title\x07\x1b[2J\x9b1m", "\\x1b]0;title\\x07\\x1b[2J\\x9b1m"),
        ("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
        ("bytes \udcff", "bytes \ufffd"),
        ("'\"`$(x) %s ${y} </script> EOD |", "'\"`$(x) %s ${y} </script> EOD |"),
    ],
)
def test_no_cell_tells_a_terminal_what_to_do(text: str, cell: str) -> None:
    """Neither a value nor a field."""
    assert rows([{text: text}]) == [cell, "-" * width(cell), cell]


@given(st.lists(st.dictionaries(st.text(min_size=1), VALUES, max_size=4), max_size=5), st.booleans())
def test_a_table_is_as_many_lines_as_there_are_points(points: list[dict[str, Any]], border: bool) -> None:
    """Whatever they hold; with a border all lines are equally wide."""
    text = render(table(border=border), points)
    lines = text.split("\n")[:-1]
    fields = {field for point in points for field in point}
    assert len(lines) == (0 if not fields else len(points) + (4 if border else 2))
    assert all(is_visible(character) or character == "\ufffd" for line in lines for character in line)
    assert len({width(line) for line in lines}) <= 1 or not border


# -- columns and rows ---------------------------------------------------------------------------


def test_time_name_and_value_come_first() -> None:
    """The others in order of first sight."""
    points = [{"b": 1, "value": 1}, {"a": None, "time": 1, "name": 1, "b": 1}]
    assert rows(points)[0].split() == ["time", "name", "value", "b", "a"]


def test_columns_are_chosen() -> None:
    """In this order, dotted where they are nested, also where no point has them."""
    points = [{"a": 1, "user": {"name": "Ann"}, "b": 2}]
    assert rows(points, columns=["b", "user.name", "none"]) == ["b  user.name  none", "-  ---------  ----", "2  Ann"]
    assert rows(points, columns="a") == ["a", "-", "1"]
    assert rows([], columns=["a", "b"]) == ["a  b", "-  -"]


def test_no_points_are_no_table() -> None:
    """Not even an empty line."""
    assert render(table(), []) == ""


def test_how_many_more_there_are_is_said() -> None:
    """Where there are more than are shown."""
    points = [{"n": n} for n in range(1234)]
    lines = rows(points)
    assert len(lines) == 1003
    assert lines[2] == "  0"
    assert lines[-1] == "… and 234 more"
    assert rows(points[:3], limit=2) == ["n", "-", "0", "1", "… and 1 more"]
    assert rows(points[:2], limit=2) == ["n", "-", "0", "1"]


def test_a_border() -> None:
    """Lines around all cells."""
    assert rows([{"name": "日", "n": 1}, {"name": "abcde", "n": 22}], border=True) == [
        "┌───────┬────┐",
        "│ name  │  n │",
        "├───────┼────┤",
        "│ 日    │  1 │",
        "│ abcde │ 22 │",
        "└───────┴────┘",
    ]


def test_a_value_that_cannot_be_written() -> None:
    """It is refused, and nothing of it is left."""
    rendering = table().render()
    with pytest.raises(Unwritable):
        rendering.push([{"a": 1}, {"b": object()}])
    rendering.push([{"c": 3}])
    assert b"".join(rendering.end()) == b"c\n-\n3\n"


# -- options ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": 0}, "table: limit takes a number from 1 on, not 0"),
        ({"cell": 3}, "table: cell takes a number from 4 on, not 3"),
        ({"columns": [""]}, "table: columns has an empty name"),
        ({"columns": 3}, "table: columns takes a field or a list of fields, not 3"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], message: str) -> None:
    """They are refused before anything runs."""
    with pytest.raises(OptionError, match=message):
        write("stdio", format="table", **options).check()


@pytest.mark.parametrize("format", ["table", "text"])
def test_it_cannot_be_read(format: str) -> None:
    """It is said what can."""
    with pytest.raises(
        OptionError, match=f"the format '{format}' can be written, not read; columns, csv, .* can be read"
    ):
        (read("stdio", file="x", format=format)).check()


# -- on a terminal ------------------------------------------------------------------------------


def test_a_table_that_is_too_wide_for_the_terminal() -> None:
    """The widest cells give way first; it never wraps."""
    points = [{"short": 12, "long": "x" * 50, "longer": "y" * 60, "日本": "z" * 20}]
    lines = shown(points, SCREEN)
    assert max(map(width, lines)) <= 60
    assert lines[2].split()[0] == "12"
    timed = shown([{"time": "2020-01-01T00:00:00.000Z", "n": 123456789012, "text": "x" * 60, "d": "y" * 7}], SCREEN)
    assert timed[2] == "2020-01-01T00:00:00.000Z  123456789012  xxxxxxxxxx…  yyyyyyy"
    narrow = shown([{"time": "2020-01-01T00:00:00.000Z", "a": "x" * 60, "b": 10**40}], SCREEN)
    assert re.fullmatch(r"2020-01-01T00\S*…  x+…  10+…", narrow[2])
    assert all(cell.endswith("…") for cell in lines[2].split()[1:3])
    for border in (False, True):
        many = shown([{f"field {n}": n for n in range(50)}], SCREEN, border=border)
        assert max(map(width, many)) <= 60


def test_a_terminal_with_ascii() -> None:
    """Question marks for what it does not have."""
    text = "\n".join(shown([{"a": "é" * 80}], Screen(60, 12, False, False), border=True))
    assert text.isascii()
    assert "???..." in text


class Clock:
    """A clock that stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def replay(data: bytes, columns: int = 60) -> list[str]:
    """The lines of a terminal that was sent *data*."""
    lines = [""]
    at = 0
    for escape, text in re.findall(r"(\x1b\[\??[0-9]*[A-Za-z])|([^\x1b]+)", data.decode()):
        if escape.endswith("F"):
            at -= int(escape[2:-1])
            assert at >= 0, "above the screen"
        elif escape == "\x1b[J":
            del lines[at + 1 :]
            lines[at] = ""
        elif escape == "\x1b[K":
            pass  # the line is replaced below
        else:
            assert escape in ("", "\x1b[?2026h", "\x1b[?2026l")
        for piece in re.findall("[^\n]+|\n", text):
            if piece == "\n":
                at += 1
                lines += [""] * (at + 1 - len(lines))
            else:
                assert width(piece) <= columns
                lines[at] = piece
    return lines


@pytest.mark.parametrize("border", [False, True])
def test_a_live_table_stays_in_its_place(border: bool) -> None:
    """The last points, as many as there is room for, under one header."""
    clock = Clock()
    rendering = InPlace(table(border=border), SCREEN, Panes().add(), clock=clock)
    data = b""
    for n in range(100):
        clock.now += 1
        data += rendering.push([{"n": n, "日": "x" * (n % 90)}])
    data += b"".join(rendering.end())
    lines = replay(data)
    assert len(lines) == SCREEN.rows
    assert lines[-1] == ""
    text = "\n".join(lines)
    count = SCREEN.rows - (6 if border else 4)
    assert [f"{n} " in text for n in range(100 - count, 100)] == [True] * count
    assert lines[0] == f"… {100 - count} before"
    assert sum("日" in line for line in lines) == 1


def test_a_live_table_is_not_drawn_too_often() -> None:
    """At once, then only as time passes, and at the end what waits."""
    clock = Clock()
    rendering = InPlace(table(), SCREEN, Panes().add(), clock=clock)
    assert b"n" in rendering.push([{"n": 1}])
    assert rendering.push([{"n": 2}]) == b""
    assert rendering.advance() == b""
    clock.now += EVERY
    assert b"2" in rendering.advance()
    assert rendering.advance() == b""
    assert rendering.push([{"n": 3}]) == b""
    assert b"3" in b"".join(rendering.end())


def test_a_live_table_holds_no_more_than_its_limit() -> None:
    """However many points come."""
    clock = Clock()
    rendering = InPlace(table(limit=3), Screen(60, 50, False, True), Panes().add(), clock=clock)
    lines = replay(rendering.push([{"n": n} for n in range(10_000)]))
    assert lines == ["… 9,997 before", "   n", "----", "9997", "9998", "9999", ""]
    assert len(rendering._sheet.rows) == 3


def test_in_a_pipe_there_are_no_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Live or not: it is written once, at the end."""
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    (emit(limit=3, every="1ms") | write("stdio", format="table")).execute()
    assert "\x1b" not in out.getvalue()
    assert out.getvalue().count("time") == 1
    assert len(out.getvalue().splitlines()) == 5
