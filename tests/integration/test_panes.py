"""What is drawn on a terminal in its place: while nobody knows when the input ends, several together, beside text."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest
from tests.integration.terminals import ESCAPE, Terminal, terminal

READ = "read('stdio', format='jsonl') | "
BARS = "barchart(category='c', value='n', title='bars', every='0.3s')"
LINE = "linechart(xvalue='n', yvalue='n', title='line', every='0.3s')"
NUMBERS = "emit(limit={}, every='50ms') | put(n=count(), x=count()) | put(c=expr('x % 3')) | "


@contextmanager
def piped(program: str, columns: int = 60, rows: int = 20) -> Iterator[tuple[Terminal, BinaryIO]]:
    """A program that reads a pipe, and the other end of that."""
    read, write = os.pipe()
    with open(write, "wb", buffering=0) as pipe, terminal(program, columns, rows, stdin=read) as shown:
        os.close(read)
        yield shown, pipe


@pytest.mark.parametrize("end", [BARS, "table()", "write('stdio', format='table')"])
def test_what_comes_through_a_pipe_is_drawn_before_its_end(end: str) -> None:
    """Also what came last and was not yet due, though nothing comes behind it."""
    with piped(READ + end) as (shown, pipe):
        pipe.write(b'{"c": "first", "n": 1}\n')
        shown.wait_for(lambda text: "first" in text)
        pipe.write(b'{"c": "second", "n": 2}\n')
        shown.wait_for(lambda text: "second" in text)
        assert shown.text.count("first") == 1
        shown.key(b"\x03")
        assert shown.end() == 130
        assert shown.text.count("first") == shown.text.count("second") == 1


@pytest.mark.parametrize("end", [BARS, "table()"])
def test_what_is_over_soon_is_drawn_once(end: str) -> None:
    read, write = os.pipe()
    os.write(write, b'{"c": "first", "n": 1}\n{"c": "second", "n": 2}\n')
    os.close(write)
    with terminal(READ + end, stdin=read) as shown:
        os.close(read)
        assert shown.end() == 0
        assert b"\x1b[?2026h" not in shown.sent
        assert "second" in shown.text


def test_a_long_table_is_whole_in_the_end() -> None:
    """While it grows, what there is room for; then all of it."""
    with piped(READ + "table()", rows=12) as (shown, pipe):
        pipe.write(b"".join(b'{"n": %d}\n' % n for n in range(100, 140)))
        shown.wait_for(lambda text: "before" in text and "139" in text)
        pipe.write(b'{"n": 140}\n')
        pipe.close()
        assert shown.end() == 0
    # its rows went up and out of the terminal, one after the other
    last = shown.sent.rpartition(b"\x1b[J")[0]
    assert [b"%d" % n in last.rpartition(b"\x1b[J")[2] for n in range(100, 141)].count(False) == 0


@pytest.mark.parametrize(
    ("ends", "heads"),
    [
        (f"({BARS}, {LINE})", ["bars", "line"]),
        (f"({LINE}, {BARS})", ["line", "bars"]),
        (f"({BARS}, keep('n') | table())", ["bars", "before"]),
        (f"(tail(1) | table(), {BARS}, {LINE})", ["bars", "line"]),
    ],
)
def test_several_stand_one_above_the_other(ends: str, heads: list[str]) -> None:
    with terminal(NUMBERS.format(40) + ends, 60, 24) as shown:
        shown.wait_for(lambda text: all(head in text for head in heads))
        for _ in range(10):
            shown.read(0.1)
            assert [shown.text.count(head) for head in heads] == [1] * len(heads)
        assert shown.end() == 0
        assert [shown.text.count(head) for head in heads] == [1] * len(heads)
        places = [shown.text.index(head) for head in heads]
        assert places == sorted(places)


def test_several_on_a_terminal_that_becomes_smaller() -> None:
    with terminal(NUMBERS.format(60) + f"({BARS}, {LINE})", 60, 30) as shown:
        shown.wait_for(lambda text: "bars" in text and "line" in text)
        shown.size(40, 14)
        assert shown.end() == 0
        assert shown.text.count("bars") == shown.text.count("line") == 1
        assert len(shown.text.split("\n")) <= 14


def lines(shown: Terminal) -> list[bytes]:
    """All that was written, line by line, without what moves the cursor."""
    return ESCAPE.sub(b"", shown.sent).splitlines()


def test_points_are_written_above_a_chart() -> None:
    """Where there is no room for them they go up and out of sight, as lines on a terminal do."""
    program = NUMBERS.format(30) + f"({BARS}, keep('n') | write('stdio'))"
    with terminal(program, 60, 20) as shown:
        shown.wait_for(lambda text: "bars" in text)
        shown.read(0.3)
        assert shown.text.count("bars") == 1
        assert shown.end() == 0
        assert shown.text.count("bars") == 1
    assert [line for line in lines(shown) if line.startswith(b"{")] == [b'{"n": %d}' % n for n in range(1, 31)]


def test_what_is_said_stands_above_a_chart() -> None:
    """A bad line is told of while bars are drawn, and neither spoils the other."""
    with piped(READ + BARS.replace("title", "size='60x10', title")) as (shown, pipe):
        pipe.write(b'{"c": "first", "n": 1}\n')
        shown.wait_for(lambda text: "first" in text)
        pipe.write(b"no json\n")
        text = shown.wait_for(lambda text: "no json" in text and "first" in text)
        assert text.index("no json") < text.index("bars")
        assert text.count("bars") == 1


def test_what_came_is_drawn_though_other_points_never_pause() -> None:
    """A chart that few of the points reach: nothing tells it of the time but the clock."""
    with piped(READ + "filter('n < 3') | " + BARS) as (shown, pipe):
        pipe.write(b'{"c": "first", "n": 1}\n')
        began = time.monotonic()
        with subprocess.Popen(["yes", '{"c": "other", "n": 9}'], stdout=pipe) as others:
            try:
                shown.wait_for(lambda text: "first" in text)
            finally:
                others.kill()
        assert time.monotonic() - began < 6  # sooner or later there is a pause even of these
        shown.key(b"\x03")
        assert shown.end() == 130


def test_a_pipe_within_seq() -> None:
    with piped(f"seq(read('stdio', format='jsonl')) | {BARS}") as (shown, pipe):
        pipe.write(b'{"c": "first", "n": 1}\n')
        shown.wait_for(lambda text: "first" in text)


@pytest.mark.parametrize("size", ["60x14", "60x40"])
def test_a_size_that_is_given_leaves_the_others_what_is_left(size: str) -> None:
    """And no frame pushes rows of the one before out of the terminal, where nobody can take them away."""
    program = NUMBERS.format(-1) + f"({BARS.replace('title', f'size={size!r}, title', 1)}, {LINE})"
    with terminal(program, 60, 24) as shown:
        shown.wait_for(lambda text: "└" in text)
        for _ in range(20):
            shown.read(0.1)
            assert not shown.left
        assert size == "60x40" or shown.text.count("bars") == shown.text.count("line") == 1
        shown.key(b"\x03")
        assert shown.end() == 130


def test_lines_typed_below_a_chart_make_way() -> None:
    with terminal(READ + BARS.replace("title", "size='60x8', title"), 60, 20, stdin=None) as shown:
        for number in range(6):
            shown.key(b'{"c": "c%d", "n": 1}\n' % number)
            shown.wait_for(lambda text, name=f" c{number}": name in text.rpartition("└")[2])
        assert shown.text.count("bars") == 1
        shown.key(b"\x04")
        assert shown.end() == 0
        assert shown.text.count("bars") == 1
