"""remove: all but the named fields."""

from __future__ import annotations

from typing import Any

import pytest

from flume import remove
from flume.errors import OptionError
from flume.testing import run

NESTED = {"http": {"method": "GET", "code": 200}, "http.port": 80, "host": "a"}


def left(point: dict[str, Any], *fields: str) -> dict[str, Any]:
    """What remove leaves of one point."""
    (rest,) = run([point], remove(*fields))
    return rest


def test_named_fields_go() -> None:
    """The others stay in their order; a missing one is no mistake."""
    assert list(left({"c": 1, "b": None, "a": 3}, "b", "missing").items()) == [("c", 1), ("a", 3)]


def test_points_without_their_time_are_timeless() -> None:
    """`remove('time')` is how that is written."""
    assert left({"time": "2016-07-17", "a": 1}, "time") == {"a": 1}


@pytest.mark.parametrize(
    ("fields", "rest"),
    [
        (["http.method"], {"http": {"code": 200}, "http.port": 80, "host": "a"}),
        (["http.method", "http.code"], {"http": {}, "http.port": 80, "host": "a"}),
        (["http.port", "host"], {"http": {"method": "GET", "code": 200}}),
        (["http.*"], {"http": {}, "host": "a"}),
        (["h*t"], {"http": {"method": "GET", "code": 200}}),
        (["host.name"], NESTED),
    ],
)
def test_dotted_names_and_globs(fields: list[str], rest: dict[str, Any]) -> None:
    """They reach inside; a dict that is emptied stays."""
    assert left(NESTED, *fields) == rest


def test_a_field_whose_own_name_has_dots_wins() -> None:
    """The nested one stays."""
    assert left({"a": {"b": 1}, "a.b": 2}, "a.b") == {"a": {"b": 1}}


def test_names_are_checked() -> None:
    """No name at all is a mistake."""
    with pytest.raises(OptionError, match="remove needs the names"):
        remove()
