"""What becomes of the captured text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume_adapter_grok.fields import Field, several, to_float, to_int


@pytest.mark.parametrize(
    ("name", "path", "kind"),
    [
        ("verb", ("verb",), None),
        ("bytes:int", ("bytes",), "int"),
        ("bytes:float", ("bytes",), "float"),
        ("bytes:string", ("bytes",), None),
        ("[source][ip]", ("source", "ip"), None),
        ("[source][port]:int", ("source", "port"), "int"),
        ("[message]", ("message",), None),
        ("a.b", ("a.b",), None),
        ("a[b]", ("a[b]",), None),
        ("foo-bar", ("foo-bar",), None),
    ],
)
def test_names(name: str, path: tuple[str, ...], kind: str | None) -> None:
    """The name of a capture says where it goes and as what."""
    assert Field.named(name) == Field(path, kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("1.5", 1),
        (" 7 apples", 7),
        ("1_000", 1000),
        ("", 0),
        ("-", 0),
        ("abc", 0),
        ("0x1f", 0),
        ("٣", 0),
        ("9" * 30, int("9" * 30)),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_to_int(text: str, expected: object) -> None:
    """As Ruby's to_i: what the text begins with, 0 for none; what Python refuses to convert stays text."""
    assert to_int(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.25", 0.25),
        ("0.25s", 0.25),
        ("1e3", 1000.0),
        ("1e", 1.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("-2", -2.0),
        ("1_0.5", 10.5),
        ("", 0.0),
        ("-", 0.0),
        ("nan", 0.0),
        ("inf", 0.0),
        ("0x1A", 0.0),
        ("5.", 5.0),
    ],
)
def test_to_float(text: str, expected: float) -> None:
    """As Ruby's to_f: what the text begins with, 0.0 for none; never nan."""
    assert to_float(text) == expected


@given(st.text())
def test_conversions_never_raise(text: str) -> None:
    """Any text gives a number."""
    assert isinstance(to_int(text), int)
    assert isinstance(to_float(text), float)


def test_several() -> None:
    """What is missing or empty is left out; one value stands for itself."""
    assert several("a", None, "", "b") == ["a", "b"]
    assert several(None, 0) == 0
    assert several("", None) is None


@pytest.mark.parametrize(
    ("fields", "needed"),
    [
        (None, True),
        (frozenset({"source.ip"}), True),
        (frozenset({"source"}), True),
        (frozenset({"source.ip.country"}), True),
        (frozenset({"sour", "source.port"}), False),
        (frozenset(), False),
    ],
)
def test_needed(fields: frozenset[str] | None, needed: bool) -> None:
    """A nested field is needed by its own name, by that of what holds it, and of what it might hold."""
    assert Field.named("[source][ip]").needed(fields) is needed
