"""Patterns of the texts of values that a predicate surely refuses.

They are narrow on purpose: what they do not match is read, and may be refused all the same.  Numbers are those without
a sign or an exponent that have so few digits that a float holds each as it is spelt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from flume.predicate import Predicate
from flume.timestamps import DAY

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9}+)?+"

TIME = rf"[12][0-9]{{3}}-(?:{DAY})[T ]{_CLOCK}(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
"""A time that can be read, whatever its figures are; some that can be are none of these, as the 29th of February."""

_DIGITS = 9
_MOST = 10**_DIGITS - 1
_FRACTION = r"(?:\.[0-9]{1,6})?+"


def refused_numbers(predicate: Predicate) -> str | None:
    """A pattern of numbers that the predicate refuses; None where it is of no number.

    >>> pattern = refused_numbers(Predicate('status', (('>=', 400), ('<', 500))))
    >>> [text for text in ('7', '399.5', '400', '499', '500', '1000.25', '-1', '5e2') if re.fullmatch(pattern, text)]
    ['7', '399.5', '500', '1000.25']
    """
    ways: list[str] = []
    for operator, constant in predicate.tests:
        if not isinstance(constant, str):
            ways += _refused(operator, constant)
    return f"(?:{'|'.join(ways)})" if ways else None


def refused_texts(predicate: Predicate, other: str, end: str) -> str | None:
    """A pattern of texts that the predicate refuses; None where it is of no text.

    *other*: a pattern of a text without escapes, *end*: of what stands behind it.

    >>> pattern = refused_texts(Predicate('level', (('==', 'ERROR'),)), '[A-Z]+', '"')
    >>> [text for text in ('ERROR"', 'ERRORS"', 'INFO"') if re.fullmatch(f'{pattern}"', text)]
    ['ERRORS"', 'INFO"']
    """
    ways = []
    for operator, constant in predicate.tests:
        if isinstance(constant, str) and constant.isascii() and constant.isprintable() and not set('"\\') & {*constant}:
            ways.append(f"(?{'!' if operator == '==' else '='}{re.escape(constant)}{end})")
    return f"(?:{'|'.join(ways)}){other}" if ways else None


def _refused(operator: str, constant: int | float) -> Iterator[str]:
    """Patterns of the numbers that do not compare so."""
    if not math.isfinite(constant):
        return
    floor, ceiling = math.floor(constant), math.ceil(constant)
    if operator in (">=", ">", "=="):
        yield from _below(floor)
    if operator in ("<", "<=", "=="):
        yield from _from(floor + 1 if operator != "<" else ceiling)
    if operator in (">", "!=") and floor == ceiling and 0 <= floor <= _MOST:
        yield str(floor)


def _below(end: int) -> Iterator[str]:
    """Numbers that are less than *end*."""
    if end > 0:
        yield f"(?:{'|'.join(_up_to(min(end - 1, _MOST)))}){_FRACTION}"


def _from(start: int) -> Iterator[str]:
    """Numbers that are not less than *start*."""
    if start <= _MOST:
        yield f"(?:{'|'.join(_and_more(max(start, 0)))}){_FRACTION}"


def _up_to(high: int) -> Iterator[str]:
    """Patterns of the whole numbers up to *high*.

    >>> list(_up_to(499)), list(_up_to(7))
    (['499', '[0-9]', '[1-9][0-9]{1,1}', '[1-3][0-9]{2}', '4[0-8][0-9]{1}', '49[0-8][0-9]{0}'], ['7', '[0-6][0-9]{0}'])
    """
    digits = str(high)
    yield digits
    if len(digits) > 1:
        yield "[0-9]"
    if len(digits) > 2:
        yield f"[1-9][0-9]{{1,{len(digits) - 2}}}"
    for place, digit in enumerate(map(int, digits)):
        least = int(place == 0 and len(digits) > 1)
        if digit > least:
            yield f"{digits[:place]}[{least}-{digit - 1}][0-9]{{{len(digits) - place - 1}}}"


def _and_more(low: int) -> Iterator[str]:
    """Patterns of the whole numbers from *low* on."""
    digits = str(low)
    yield digits
    for place, digit in enumerate(map(int, digits)):
        if digit < 9:
            yield f"{digits[:place]}[{digit + 1}-9][0-9]{{{len(digits) - place - 1}}}"
    if len(digits) < _DIGITS:
        yield f"[1-9][0-9]{{{len(digits)},{_DIGITS - 1}}}"
