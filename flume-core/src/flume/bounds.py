"""Bounds: the span of time that a source is asked for."""

from __future__ import annotations

from typing import Any

from flume.errors import OptionError


def check_bounds(word: str, zone: str = "UTC", **bounds: Any) -> None:
    """An error where the later of two *bounds*, each given by the name of its option, comes before the earlier one.

    A bound may be whatever `moment.date` reads, or None where it is open.

    :raises OptionError: nothing can lie between them.
    :raises MomentError: a bound is no date.

    >>> check_bounds("emit", start='2020-01-02', end='2020-01-01')
    Traceback (most recent call last):
    flume.errors.OptionError: emit: end='2020-01-01' is before start='2020-01-02', so nothing lies between; swap them
    """
    from flume.moment import date

    now = date("now")
    low, high = (None if bound is None else date(bound, now=now, zone=zone) for bound in bounds.values())
    if low is not None and high is not None and high < low:
        (first, early), (last, late) = bounds.items()
        raise OptionError(f"{word}: {last}={late!r} is before {first}={early!r}, so nothing lies between; swap them")
