"""Refusing: what is said of a value that no point can hold, or no format write."""

from __future__ import annotations

from typing import Any

from flume.parsing import Unwritable
from flume.point import DEEPEST

TOO_DEEP = f"has lists or objects inside each other more than {DEEPEST} times"
"""What is said of a record that is nested too deeply."""

_ADVICE = {
    "set": "make it a list",
    "frozenset": "make it a list",
    "bytes": "decode it to text",
    "bytearray": "decode it to text",
    "datetime.date": "make it a datetime",
    "decimal.Decimal": "make it a float or text",
}


def no_value(value: Any, field: str) -> Unwritable:
    """The error for an object of Python's that is no value of a point.

    >>> print(no_value({1}, 'tags'))
    has a value of type set in 'tags', which cannot be written; make it a list
    """
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return _refusal(f"a value of type {name}", field, _ADVICE.get(name, "make it text, a number, a list or a dict"))


def too_deep(field: str) -> Unwritable:
    """The error for lists and dicts inside each other without end, or almost."""
    return _refusal(f"lists or dicts inside each other more than {DEEPEST} times", field, "nest them less")


def too_long(field: str) -> Unwritable:
    """The error for an integer that Python does not print."""
    return _refusal("a whole number of thousands of digits", field, "make it a float, or null where it is too large")


def _refusal(what: str, field: str, advice: str) -> Unwritable:
    return Unwritable(f"has {what} in {field!r}, which cannot be written; {advice}")
