"""fill: values for fields that have none."""

from __future__ import annotations

from typing import Any

import pytest

from flume import count, fill
from flume.errors import MomentError, OptionError
from flume.testing import run


def filled(point: dict[str, Any], **defaults: Any) -> list[tuple[str, Any]]:
    """The fields of one point, filled, in their order."""
    (after,) = run([point], fill(**defaults))
    return list(after.items())


def test_missing_and_null_fields_get_the_value() -> None:
    """A null one keeps its place, missing ones come last, in the order written."""
    assert filled({"a": None, "b": 1}, c=3, a="-", d=4) == [("a", "-"), ("b", 1), ("c", 3), ("d", 4)]


@pytest.mark.parametrize("value", [0, "", False, [], {}, float("nan")])
def test_other_values_stay(value: Any) -> None:
    """Nothing, false and NaN are values."""
    assert repr(filled({"a": value}, a=1)) == repr([("a", value)])


def test_dotted_names_reach_inside() -> None:
    """A nested field is made where there is none; a field whose own name has the dots wins."""
    assert filled({"a": {"b": 1}}, **{"a.b": 0, "a.c": 2}) == [("a", {"b": 1, "c": 2})]
    assert filled({}, **{"a.b": 0}) == [("a", {"b": 0})]
    assert filled({"a.b": None}, **{"a.b": 0}) == [("a.b", 0)]


def test_values_may_be_lists_and_dicts() -> None:
    """They come out as points hold them."""
    assert filled({}, tags=[1, {"x": [2]}]) == [("tags", [1, {"x": [2]}])]


def test_a_time_is_read() -> None:
    """Points that had none are no longer known to be in order."""
    assert filled({}, time="2016-07-17") == [("time", "2016-07-17T00:00:00.000Z")]
    assert not fill(time="2016-07-17").ordered(True)
    assert fill(a=1).ordered(True)
    with pytest.raises(MomentError):
        fill(time="garbage")


def test_options_are_checked() -> None:
    """No field at all; a value that has to be computed."""
    with pytest.raises(OptionError, match="fill needs a field"):
        fill()
    with pytest.raises(OptionError, match=r"n takes a plain value, not count\(\); put\(\) computes"):
        fill(n=count())
