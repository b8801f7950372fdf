"""file_name: names that are made of what the data holds."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flume.adapters.file_name import LONGEST, FileName, Unnamed
from flume.errors import OptionError

NASTY = st.text(st.sampled_from("ab/.%-_~ \\\0\n\x1b\u202eé\udce9\U0001f6002F"), max_size=8) | st.text(max_size=300)
VALUES = st.none() | NASTY | st.integers() | st.booleans() | st.lists(st.integers(), max_size=2)
SHAPES = "{a} {a}-{b} {a}2{b} x{a}{{{b} {a}/{b} .{a}.{b}.c -{a}--{b}- {a:>5}_{b:.3} o/{a}F{b}~/x".split()


def as_text(value: Any, spec: str) -> str | None:
    """What a template prints of a value, which is what files are told apart by; None where there is no value."""
    from flume.template import shown

    return None if value is None else shown(value, spec)


def key(shape: str, point: dict[str, Any]) -> list[str | None]:
    """The texts of the values of a point."""
    specs = {"a": ">5", "b": ".3"} if ":" in shape else {"a": "", "b": ""}
    return [as_text(point.get(field), specs[field]) for field in "ab" if f"{{{field}" in shape.replace("{{", "")]


@pytest.mark.parametrize(
    ("shape", "point", "path"),
    [
        ("out/{host}.jsonl", {"host": "web-1"}, "out/web-1.jsonl"),
        ("out/{host}.jsonl", {"host": "a/b"}, "out/a%2Fb.jsonl"),
        ("out/{host}.jsonl", {"host": ".."}, "out/%2E..jsonl"),
        ("out/{host}", {"host": "../../etc/passwd"}, "out/%2E.%2F..%2Fetc%2Fpasswd"),
        (".{host}", {"host": "."}, ".%2E"),
        ("{host}", {"host": "-rf"}, "%2Drf"),
        ("{host}", {"host": "a\0\n\x1b[2J"}, "a%00%0A%1B[2J"),
        ("{host}", {"host": "100%"}, "100%25"),
        ("{host}", {"host": "köln"}, "köln"),
        ("{host}", {"host": "caf\udce9"}, "caf%ED%B3%A9"),
        ("{host}", {"host": ""}, "%empty"),
        ("{host}", {"host": None}, "%null"),
        ("{host}", {}, "%null"),
        ("{host}", {"host": "%null"}, "%25null"),
        ("{host.name}/{ok}", {"host": {"name": "a"}, "ok": True}, "a/true"),
        ("{host}-{n}", {"host": "a-b", "n": -3}, "a%2Db--3"),
        ("{host}_{n}", {"host": "a-b", "n": -3}, "a-b_-3"),
        ("{n:05d}", {"n": 42}, "00042"),
        ("{n:05d}", {"n": "none"}, "none"),
        ("{time:%Y/%m/%d}/{host}", {"host": "a"}, "2024/01/02/a"),
        ("{time:%Y-%m-%d}-{host}", {"host": "a-b"}, "2024-01-02-a-b"),
        ("{time:%Y/logs/%d}.x", {}, "2024/logs/02.x"),
        ("{time:%D}", {}, "01%2F02%2F24"),
        ("{time}", {}, "2024-01-02T03:04:05.000Z"),
        ("/{host}", {"host": "a"}, "/a"),
        ("../{host}", {"host": "a"}, "../a"),
        ("{{{host}}}", {"host": "a"}, "{a}"),
    ],
)
def test_names(shape: str, point: dict[str, Any], path: str) -> None:
    """They are readable where they can be, and harmless where not."""
    assert FileName(shape).of({"time": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), **point}) == path


@given(shape=st.sampled_from(SHAPES), one=st.tuples(VALUES, VALUES), other=st.tuples(VALUES, VALUES))
@example(shape="{a}2{b}", one=("x", "2Fy/z"), other=("x/y", "2Fz"))
@example(shape="{a}2{b}", one=("x", "2y"), other=("x2", "y"))
@example(shape="{a}-{b}", one=("a", "b-c"), other=("a-b", "c"))
@example(shape="{a}-{b}", one=(None, ""), other=("%null", "%empty"))
@example(shape="{a}", one=("\udcc3\udca9", ""), other=("é", ""))
@example(shape="{a}", one=("x" * 300, ""), other=("x" * 301, ""))
def test_no_two_values_share_a_file(shape: str, one: tuple[Any, Any], other: tuple[Any, Any]) -> None:
    """What they print as tells them apart, wherever one ends and the next begins."""
    name = FileName(shape)
    points = [dict(zip("ab", values, strict=True)) for values in (one, other)]
    first, second = (name.of(point) for point in points)
    assert (first == second) == (key(shape, points[0]) == key(shape, points[1]))


@given(shape=st.sampled_from(SHAPES), values=st.tuples(VALUES, VALUES))
def test_a_value_is_a_part_of_a_name(shape: str, values: tuple[Any, Any]) -> None:
    """It neither makes nor leaves a folder, hides no file, and fits, with room for a temporary name beside it."""
    path = FileName(f"top/{shape}").of(dict(zip("ab", values, strict=True)))
    names = path.split("/")
    assert len(names) == len(f"top/{shape}".split("/"))
    assert not {"", ".", ".."} & set(names)
    assert shape[0] in ".-" or names[1][0] not in ".-~"
    assert all(len(os.fsencode(part)) <= LONGEST for part in names)
    assert path.isprintable()


@given(st.lists(st.text(st.sampled_from("ab%/"), min_size=190, max_size=260), min_size=2, max_size=9, unique=True))
def test_long_values_are_told_apart(values: list[str]) -> None:
    """Though much of them is not in the name."""
    name = FileName("{a}.jsonl")
    assert len({name.of({"a": value}) for value in values}) == len(values)


def test_a_time_is_asked_for() -> None:
    """Text would be mistaken for one; nothing at all is a key as others are."""
    name = FileName("{time:%Y}")
    with pytest.raises(Unnamed, match="has no time in 'time'"):
        name.of({"time": "noon"})
    assert name.of({}) == "%null"


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("{a}{b}", "write: file='{a}{b}': nothing tells where {a} ends; put '_' or '/' behind it"),
        ("{time:%Y}{b}", "nothing tells where {time:%Y} ends"),
        ("{a}%{b}", "nothing tells where {a} ends"),
        ("{}", "braces hold the name of a field"),
        ("{a!r}", "!r is not allowed"),
        ("{a}}", "single '}' encountered"),
        ("{a b]}", "is no name of a field"),
    ],
)
def test_names_that_cannot_be(shape: str, message: str) -> None:
    """It is said of what is wrong."""
    with pytest.raises(OptionError) as raised:
        FileName(shape)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("shape", "path", "covered"),
    [
        ("out/{a}.jsonl", "out/x.jsonl", True),
        ("out/{a}.jsonl", "out/../out/x.jsonl", True),
        ("out/{a}.jsonl", "out/{b}.jsonl", True),
        ("out/{a}.jsonl", "out/x/y.jsonl", False),
        ("out/{a}.jsonl", "x.jsonl", False),
        ("out/{a}.jsonl", "out/xjsonl", False),
        ("{a}/b", "x/b", True),
        ("/{a}", "/b", True),
    ],
)
def test_what_it_covers(shape: str, path: str, covered: bool) -> None:
    """Any file that a value could give its name."""
    assert FileName(shape).covers(path) is covered
