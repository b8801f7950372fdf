"""Lines of JSON without one of their members: the rest stays as it was read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from flume.parsers.json_decoding import TROUBLES
from flume.parsers.json_encoding import encode
from flume.parsing import decode

_KEY = b'"time"'
_ESCAPED = re.compile(rb"\\u00(?:74|69|6[dD5])")  # one of those of `time`, as an escape
_VALUE = rb'"time"\s*:\s*(?:"[^"\\]*"|[^\s",\[\]{}]+)\s*'
_MEMBER = re.compile(rb"(?<=^\{)" + _VALUE + rb"(?:,\s*|(?=\}))|,\s*" + _VALUE + rb"(?=[,}])")
_raw_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def without_time(lines: Sequence[bytes], times: Sequence[Any]) -> list[bytes]:
    """The lines of objects without `time`, whose value in each is that of *times*, None where it may be missing.

    It is cut out of the text where it can only be the member of that name; otherwise the line is written anew.

    >>> without_time([b'{"a":1, "time":"2020"}', b'{"a":{"time":1},"time":2}'], ["2020", 2])
    [b'{"a":1}', b'{"a": {"time": 1}}']
    """
    return [_without(line, time) for line, time in zip(lines, times, strict=True)]


def _without(line: bytes, time: Any) -> bytes:
    if not _ESCAPED.search(line):
        keys = line.count(_KEY)
        if not keys:
            return line
        if keys == 1 and time is not None:
            cut, found = _MEMBER.subn(b"", line, 1)
            if found:
                return cut
    try:
        raw = _raw_decoder.decode(line)
    except TROUBLES:  # a name that is no text in UTF-8
        point = json.loads(decode(line))
        point.pop("time", None)
        return encode(point)
    raw.pop("time", None)
    return msgspec.json.format(_encoder.encode(raw), indent=0)
