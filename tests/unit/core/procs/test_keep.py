"""keep: only the named fields."""

from __future__ import annotations

from typing import Any

import pytest

from flume import keep
from flume.errors import OptionError
from flume.testing import run

NESTED = {"http": {"method": "GET", "status": {"code": 200, "text": "OK"}}, "http.port": 80, "host": "a"}


def kept(point: dict[str, Any], *fields: str) -> dict[str, Any]:
    """What keep leaves of one point."""
    (left,) = run([point], keep(*fields))
    return left


def test_fields_stay_in_the_order_of_the_point() -> None:
    """Not in the order in which they are named; a missing one is left out, a null one is not."""
    assert list(kept({"a": 1, "b": None, "c": 3}, "c", "b", "missing").items()) == [("b", None), ("c", 3)]


def test_time_goes_unless_it_is_named() -> None:
    """It is a field like others here."""
    point = {"time": "2016-07-17T00:00:00.000Z", "a": 1}
    assert kept(point, "a") == {"a": 1}
    assert kept(point, "time") == {"time": "2016-07-17T00:00:00.000Z"}


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        (["http.method"], {"http": {"method": "GET"}}),
        (["http.status.code", "host"], {"http": {"status": {"code": 200}}, "host": "a"}),
        (["http"], {"http": NESTED["http"]}),
        (["http", "http.method"], {"http": NESTED["http"]}),
        (["http.port"], {"http.port": 80}),
        (["http.none", "host.none"], {}),
    ],
)
def test_dotted_names_reach_inside(fields: list[str], left: dict[str, Any]) -> None:
    """What is kept of a nested field stays nested."""
    assert kept(NESTED, *fields) == left


def test_a_field_whose_own_name_has_dots_wins() -> None:
    """As everywhere where a field is named."""
    assert kept({"a": {"b": 1}, "a.b": 2}, "a.b") == {"a.b": 2}


@pytest.mark.parametrize(
    ("glob", "left"),
    [
        ("http.*", {"http": {"method": "GET", "status": {"code": 200, "text": "OK"}}, "http.port": 80}),
        ("*.code", {"http": {"status": {"code": 200}}}),
        ("h?st", {"host": "a"}),
        ("[x-z]*", {}),
        ("*", NESTED),
    ],
)
def test_globs_match_flat_and_nested_names(glob: str, left: dict[str, Any]) -> None:
    """`http.*` means what is inside `http`, and `http.port` too."""
    assert kept(NESTED, glob) == left


def test_a_name_with_the_signs_of_a_glob_means_itself_too() -> None:
    """A field may be called `a[0]`."""
    assert kept({"a[0]": 1, "a": 2}, "a[0]") == {"a[0]": 1}


def test_only_the_fields_named_are_read() -> None:
    """With a glob nobody can tell which they are."""
    assert keep("a", "b.c").needs(None) == frozenset({"a", "b.c"})
    assert keep("a*").needs(None) is None


def test_names_are_checked() -> None:
    """No name at all, and an empty one, are mistakes."""
    with pytest.raises(OptionError, match="keep needs the names"):
        keep()
    with pytest.raises(OptionError, match="empty name"):
        keep("")
    with pytest.raises(OptionError, match=r"names of fields, not \['a', 'b'\]; write keep\('a', 'b'\)"):
        keep(["a", "b"])  # type: ignore[arg-type]
