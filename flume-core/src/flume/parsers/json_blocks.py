"""Blocks of JSON lines, judged by a look: it needs the library pcre2, and says no where that is not installed."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from flume.parsers.pcre import compiled

LARGE = 1 << 15  # bytes of a block that is worth the import


def looks_plain(block: bytes) -> bool:
    r"""Whether, if a decoder takes the block for objects one after the other, each line of it is one.

    So it is where each line end stands between a closing and an opening brace (it is in no text, which has no line
    ends, and in no object, which has a comma there), and no closing brace stands before an opening one on a line.
    Nor is there a time of more than six digits behind the point: a decoder rounds what flume cuts off; nor one of the
    first year or the last, which may have no time in UTC.

    >>> looks_plain(b'{"a": 1}{"a": 2}\n') or looks_plain(b'{"a":\n1}\n')
    False
    """
    patterns = _patterns()
    if patterns is None or not block.startswith(b"{"):
        return False
    return (
        patterns.apart.search(block) is None
        and patterns.fine.search(block) is None
        and patterns.edge.search(block) is None
    )


def spells_times(block: bytes) -> bool:
    """Whether each line begins with a time as flume spells it."""
    patterns = _patterns()
    return patterns is not None and patterns.odd.search(block) is None


def without_times(block: bytes) -> list[bytes] | None:
    r"""The lines without the times that each of them begins with; None where some do not, or it takes a closer look.

    It does where the name stands at any other place, or may do so with letters that are escapes.

    >>> without_times(b'{"time": "2016-07-17T13:59:44.000Z", "a": 1}\n') in ([b'{"a": 1}'], None)
    True
    """
    patterns = _patterns()
    if patterns is None or b"\r" in block or patterns.other.search(block) is not None:
        return None
    cut, found = patterns.member.subn(rb"{", block)
    lines: list[bytes] = cut.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines if len(lines) == found else None


class _Patterns(NamedTuple):
    """Each by itself: searched for one after the other they are found to be absent three times as fast."""

    apart: Any  # a line end within an object, or objects that none is between
    edge: Any  # a year that another zone may put out of range
    fine: Any  # a time of more than six digits behind the point
    odd: Any  # a line that does not begin with a time as flume spells it
    other: Any  # the name of the time where it is not the first on its line, or a letter of it as an escape
    member: Any  # a time that is the first of several members


@cache
def _patterns() -> _Patterns | None:
    patterns = _Patterns(
        compiled(rb"\n(?<!\}\n)(?<!\}\r\n)|\n(?!\{|\z)|\}[ \t\r]*\{"),
        compiled(rb"(?:0001|9999)-[01]"),
        compiled(rb"\.[0-9]{7,}+[Zz+\-\"]"),
        compiled(rb'(?m)^(?!\{"time": ?"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}(?:[0-9]{3}(?<!000))?Z")(?!\z)'),
        compiled(rb'(?m)"time"(?<!^\{"time")|\\u00(?:74|69|6[dD5])'),
        compiled(rb'(?m)^\{"time": ?"[0-9TZ:.+ -]*", ?(?=")'),
    )
    return None if None in patterns else patterns
