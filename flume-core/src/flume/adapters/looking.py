"""Looking: which format the first lines of an input have.

It is told by one line, or by two, so that it does not matter how many have come; a line that cannot be the first of a
table is not waited behind.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from flume.adapters.formats import DEFAULT
from flume.parsing import decode

FOUND: Final = (DEFAULT, "json", "csv", "tsv", "logfmt", "columns")
"""The formats that a look can tell."""

_ENOUGH: Final = 1 << 16  # bytes in which the first lines are looked for
_ARRAY: Final = re.compile(r"\[\s*(?:[{\]]|$)")
_PAIRS: Final = re.compile(r'(?:[\w.@/-]+=(?:"(?:[^"\\]|\\.)*"|[^\s"=]*)(?:\s+|$)){2,}')
_NAME: Final = re.compile(r"[^\W\d](?:[\w .:/()%#@$-]{0,62}[\w)%#])?")
_CAPITALS: Final = re.compile(r"[A-Z][A-Z0-9%#:/()_-]*(?: {1,}[A-Z%#][A-Z0-9%#:/()_-]*)+ *")
_DELIMITERS: Final = {"csv": ",", "tsv": "\t"}


UNTOLD: Final = ""
"""No format that the first lines tell."""


def look(beginning: bytes, *, whole: bool) -> str | None:
    """The format of what begins so, or `UNTOLD`; *whole*: there is no more.  None where more must be seen.

    >>> look(b'{"a": 1}', whole=True), look(b'a,b' + bytes([10]) + b'1,2', whole=True), look(b'a,b', whole=False)
    ('jsonl', 'csv', None)
    """
    whole = whole or len(beginning) >= _ENOUGH
    text = decode(beginning if whole else beginning[: beginning.rfind(b"\n") + 1])
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return UNTOLD if whole else None
    first = lines[0].removesuffix("\r")
    second = lines[1] if lines[1:] else None
    if known := _of_one(first):
        return known
    if not _may_be_two(first):
        return UNTOLD
    if second is None:
        return UNTOLD if whole else None
    return _of_two(first, second.removesuffix("\r"))


def looked(chunks: Iterable[bytes]) -> tuple[str, Iterator[bytes]]:
    """The format of what *chunks* are, or `UNTOLD`, and the same chunks; no more is waited for than must be seen."""
    chunks = iter(chunks)
    seen: list[bytes] = []
    beginning = b""
    for chunk in chunks:
        seen.append(chunk)
        beginning += chunk
        if (found := look(beginning, whole=False)) is not None:
            return found, chain(seen, chunks)
    return look(beginning, whole=True) or UNTOLD, chain(seen, chunks)


def _of_one(first: str) -> str | None:
    """The format that one line tells."""
    bare = first.strip()
    if bare.startswith("{"):
        try:
            return DEFAULT if isinstance(json.loads(bare), dict) else None
        except (ValueError, RecursionError):
            return "json" if bare.endswith(("{", "[")) else None if bare.endswith(",") else DEFAULT
    if _ARRAY.match(bare):
        return "json"
    return "logfmt" if _PAIRS.fullmatch(bare) else None


def _may_be_two(first: str) -> bool:
    """Whether a second line may tell more."""
    return first.lstrip().startswith("{") or _is_aligned(first) or any(_header(first, d) for d in _DELIMITERS.values())


def _of_two(first: str, second: str) -> str:
    if first.lstrip().startswith("{"):  # an object of several lines, or one that was cut off
        return DEFAULT if second.lstrip().startswith("{") else "json"
    if second.lstrip().startswith("{"):
        return DEFAULT
    for format, delimiter in _DELIMITERS.items():
        names = _header(first, delimiter)
        if names and len(_cells(second, delimiter)) == names:
            return format
    return "columns" if _is_aligned(first) else UNTOLD


def _header(line: str, delimiter: str) -> int:
    """How many names of fields there are; 0 where these are none."""
    cells = _cells(line, delimiter)
    return len(cells) if len(cells) > 1 and len(set(cells)) == len(cells) and all(map(_NAME.fullmatch, cells)) else 0


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _is_aligned(line: str) -> bool:
    """Whether these are names over columns, as programs print them: in capitals, with room between."""
    return "  " in line.rstrip() and _CAPITALS.fullmatch(line.strip()) is not None
