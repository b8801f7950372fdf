"""Lines of JSON without their time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.parsers.json_cutting import without_time

TIME = "2016-07-17T13:59:44.000Z"
NAMES = st.sampled_from(["time", "a", "b", 'x"time"', "tim\\u0065", "é", "\\", "time ", "[time"])
SCALARS = st.none() | st.booleans() | st.integers() | st.sampled_from([TIME, "time", '"time":1,', "\\", "é", "\ud800"])
VALUES = st.recursive(SCALARS, lambda inside: st.lists(inside, max_size=2) | st.dictionaries(NAMES, inside, max_size=2))
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)
STYLES = st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : "), (",\t", ":")])


def line_of(value: dict[str, Any], style: tuple[str, str], ascii_only: bool = False) -> bytes:
    """An object as a line."""
    return json.dumps(value, separators=style, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")


@given(st.lists(OBJECTS, max_size=5), STYLES, st.booleans(), st.booleans())
def test_the_rest_is_what_it_was(objects: list[dict[str, Any]], style: Any, ascii_only: bool, first: bool) -> None:
    """Wherever the time stands, and whatever else looks like it; a line is cut the same with others and alone."""
    ascii_only = ascii_only or "\\ud800" in json.dumps(objects)
    objects = [{"time": TIME, **one} for one in objects] if first else objects
    lines = [line_of(one, style, ascii_only) for one in objects]
    times = [one.get("time") for one in objects]
    cut = without_time(lines, times)
    assert [json.loads(line) for line in cut] == [{k: v for k, v in one.items() if k != "time"} for one in objects]
    assert cut == [without_time([line], [time])[0] for line, time in zip(lines, times, strict=True)]


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ('{"time":"' + TIME + '","a":1.50}', '{"a":1.50}'),
        ('{"time": "' + TIME + '", "a": 1}', '{"a": 1}'),
        ('{"time":"' + TIME + '", "a":1}', '{"a":1}'),
        ('{"time":"' + TIME + '"}', "{}"),
        ('{"time": "' + TIME + '"}', "{}"),
        ('{"time":"2016","a":"0123456789","b":1}', '{"a":"0123456789","b":1}'),
        ('{"a":1 , "time" : 1468764000.5 , "b":"\\"}"}', '{"a":1 , "b":"\\"}"}'),
        ('{"a":1,"time":"' + TIME + '"}', '{"a":1}'),
        ('{"a":{},"time":-1e3}', '{"a":{}}'),
        ('{"a":1e400,"b":"\\u00e9"}', '{"a":1e400,"b":"\\u00e9"}'),
        ('{"time":"2016","tim\\u0065":"2017","b":1}', '{"b": 1}'),
        ('{"a":"\\"time","b":1}', '{"a": "\\"time", "b": 1}'),
        ('{"time":"' + TIME + '","a":"\\"time"}', '{"a": "\\"time"}'),
        ('{"a":"time"}', '{"a": "time"}'),
        ('{ "a":"tim", "b":1 }', '{ "a":"tim", "b":1 }'),
        ('{"time":1,"a":{"time":2},"time":"' + TIME + '"}', '{"a": {"time": 2}}'),
        ('{"time":"\\u0032016","a":1}', '{"a": 1}'),
        ('{"\\ud800":1,"time":"2016"}', '{"\\ud800":1}'),
        ('{"\\ud800":1,"time":"\\u0032016"}', '{"\\ud800": 1}'),
    ],
)
def test_what_is_written(line: str, cut: str) -> None:
    """The text of the others as it was; only where the time cannot be told in the text is the line written anew."""
    time = json.loads(line).get("time")
    assert without_time([line.encode()], [time]) == [cut.encode()]
    usual = b'{"time":"%s","c":1}' % TIME.encode()
    assert without_time([usual, line.encode(), usual], [TIME, time, TIME]) == [b'{"c":1}', cut.encode(), b'{"c":1}']
