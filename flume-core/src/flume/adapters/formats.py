"""Formats: which one a file's name means."""

from __future__ import annotations

import codecs
import os

from flume.adapters.blocks import SUFFIXES
from flume.errors import OptionError

DEFAULT = "jsonl"
_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".txt": "lines"}


def compression_of(path: str) -> str | None:
    """The compression that the name of a file means.

    >>> compression_of('access.log.gz'), compression_of('access.log')
    ('gzip', None)
    """
    return SUFFIXES.get(os.path.splitext(path)[1].lower())


def format_named(path: str) -> str | None:
    """The format that the name of a file means, if it means one.

    >>> format_named('points.csv.gz'), format_named('access.log')
    ('csv', None)
    """
    stem, suffix = os.path.splitext(path)
    if suffix.lower() in SUFFIXES:
        suffix = os.path.splitext(stem)[1]
    return _FORMATS.get(suffix.lower())


def format_of(path: str) -> str:
    """The format that the name of a file means, `jsonl` where it means none.

    >>> format_of('points.csv.gz'), format_of('access.log')
    ('csv', 'jsonl')
    """
    return format_named(path) or DEFAULT


def check_encoding(word: str, encoding: str) -> None:
    """An `OptionError` for an encoding that Python does not know."""
    try:
        text = codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        text = False
    if not text:
        raise OptionError(f"{word}: no encoding is called {encoding!r}; utf-8 and latin-1 are two that are")


def is_utf8(encoding: str) -> bool:
    """Whether *encoding* is one of the names of UTF-8.

    >>> is_utf8('UTF8'), is_utf8('latin-1')
    (True, False)
    """
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8")
