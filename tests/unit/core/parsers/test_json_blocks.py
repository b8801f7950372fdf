"""A look at a block of JSON lines: what it lets pass can be decoded at once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flume.moment import reader
from flume.parsers import json_blocks
from flume.parsers.json_blocks import looks_plain, spells_times

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(alphabet='{}\n"[],.0123456789 Z'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.dictionaries(st.text(max_size=3), VALUES, max_size=4).map(json.dumps)
PIECES = st.sampled_from(
    ["{", "}", "[", "]", ",", ":", '"a"', "1", " ", "\t", "\r", "\n", "{}", '{"a":1}', "\\", '"', "\0"]
)
BLOCKS = st.lists(OBJECTS | PIECES | st.just("\n"), max_size=12).map("".join) | st.lists(OBJECTS).map("\n".join)
decode_lines = msgspec.json.Decoder(dict[str, Any]).decode_lines
decode = msgspec.json.Decoder(dict[str, Any]).decode


@settings(max_examples=1000)
@given(block=BLOCKS, end=st.sampled_from(["", "\n", "\r\n"]))
@example(block='{"a":1}{"a":2}\n{"a":\n1}', end="")
@example(block='{"a":[{}\n{}]}', end="\n")
@example(block='{"a":1}\r\n{"a":2}', end="\r\n")
@example(block='{"a":"}{"}\n{"a":1}', end="\n")
def test_each_line_is_one_object(block: str, end: str) -> None:
    """Where a decoder takes what the look lets pass, it takes each line by itself, for the same."""
    data = (block + end).encode("utf-8", "surrogateescape")
    try:
        objects = decode_lines(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    if looks_plain(data):
        lines = data.split(b"\n")
        assert objects == [decode(line) for line in (lines if lines[-1] else lines[:-1])]


def test_plain_lines_pass() -> None:
    """The other tests would say nothing otherwise."""
    assert looks_plain(b'{"a": 1.23456789}\n{"time": "2016-07-17T13:59:44.123456Z"}\n')
    assert spells_times(b'{"time": "2016-07-17T13:59:44.123Z"}\n{"time":"2016-07-17T13:59:44.123456Z", "a": 1}\n')


@pytest.mark.parametrize(
    "text",
    ["2016-07-17T13:59:44.1234567Z", "2016-07-17T13:59:44.9999999+02:00", "2016-07-17T13:59:44.123456789"],
)
def test_finer_times_do_not_pass(text: str) -> None:
    """A decoder rounds what flume cuts off."""
    assert not looks_plain(f'{{"time": "{text}"}}\n'.encode())


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00"])
def test_times_that_have_none_in_utc_do_not_pass(text: str) -> None:
    """They are refused one by one."""
    assert not looks_plain(f'{{"time": "{text}"}}\n'.encode())


@given(
    time=st.from_regex(
        r"2016-07-1[789][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,9})?(Z|[+-][01][0-9]:[03]0)?", fullmatch=True
    )
)
def test_times_that_pass_are_read_as_ever(time: str) -> None:
    """And those that are as flume spells them are spelt so."""
    line = json.dumps({"time": time}).encode()
    if not looks_plain(line):
        return
    try:
        found = msgspec.json.decode(json.dumps(time).encode(), type=datetime)
    except msgspec.DecodeError:
        return
    if found.tzinfo is not None:
        assert found == reader(datetime(2016, 7, 20).astimezone())(time)
    if spells_times(line):
        from flume.moment import render

        assert render(found) == time


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing passes."""
    monkeypatch.setattr(json_blocks, "_patterns", lambda: None)
    assert not looks_plain(b'{"a": 1}\n')
    assert not spells_times(b'{"time": "2016-07-17T13:59:44.123Z"}\n')
