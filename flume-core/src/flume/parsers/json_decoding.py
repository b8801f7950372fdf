"""JSON to values, a line at a time: what is taken, and what is said of the rest."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from flume.flow import Point
from flume.parsers.refusing import TOO_DEEP
from flume.parsing import Origin, decode
from flume.point import DEEPEST, is_too_deep

TROUBLES = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder raises for text that needs a closer look."""

_decoder = msgspec.json.Decoder()
_raw_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_PATH = re.compile(r" - at `.*`$")  # msgspec's word for a place in the data


class NotAnObject(ValueError):
    """JSON that is no object."""


def decode_object(data: bytes) -> Point:
    """The object that *data* holds; a `ValueError` says why not.  Bytes that are no UTF-8 are kept.

    >>> decode_object(b'{"a": 1e400}')
    Traceback (most recent call last):
    ValueError: is no valid JSON: number out of range
    """
    try:
        value = _decoder.decode(data)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        value = _closely(data, error)
    if type(value) is not dict:
        raise NotAnObject("is no JSON object")
    if may_be_deep(data) and any(map(is_too_deep, value.values())):
        raise ValueError(TOO_DEEP)
    return value


def decode_fields(line: bytes, fields: frozenset[str]) -> Point | None:
    """The point of just these fields, for a line where the trouble is in others; None where it is in these.

    >>> decode_fields(b'{"a": 1, "b": 1e400}', frozenset({'a'}))
    {'a': 1}
    """
    try:
        raw = _raw_decoder.decode(line)
        read = (name for name in raw if name in fields or any(field.startswith(f"{name}.") for field in fields))
        point = {name: _decoder.decode(raw[name]) for name in read}
    except TROUBLES:
        return None
    return None if any(map(is_too_deep, point.values())) else point


def may_be_deep(data: bytes) -> bool:
    """Whether there are enough brackets for values inside each other too deeply."""
    return len(data) > 2 * DEEPEST and data.count(b"{") + data.count(b"[") > DEEPEST


def _closely(data: bytes, error: Exception) -> Any:
    r"""JSON with bytes that are no UTF-8, or with `\ud800`, half a pair of surrogates; else an error in one line."""
    if _HALF.search(data) or not _is_utf8(data):
        try:
            return json.loads(decode(data), parse_constant=_refuse, parse_float=_finite_float)
        except RecursionError:
            raise ValueError(TOO_DEEP) from None
        except ValueError:
            pass
    reason = _PATH.sub("", str(error)).removeprefix("JSON is malformed: ")
    raise ValueError(f"is no valid JSON: {reason[:1].lower()}{reason[1:]}") from error


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _finite_float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return value


def read_line(number: int, line: bytes, origin: Origin) -> Point | None:
    """The point of the line of this number; None where there is none, or where it is rejected."""
    line = line.strip()
    if not line:
        return None
    try:
        return decode_object(line)
    except ValueError as error:
        point = None if origin.judged is None else decode_fields(line, origin.judged)
        if point is None:
            origin.reject(number, str(error), decode(line))
        return point
