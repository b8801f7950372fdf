"""Appending: what there is to know of a file before more is written behind it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

from flume.adapters.blocks import BLOCK, decompress, transcode, without_mark
from flume.adapters.formats import is_utf8
from flume.closing import closing
from flume.compressing import Codec
from flume.errors import SourceError


def beginning_of(path: str, codec: Codec | None, encoding: str) -> bytes:
    """The beginning of the file as UTF-8, decompressed; nothing where there is none that can be read."""
    with suppress(OSError, SourceError), open(path, "rb") as file:
        chunks: Iterator[bytes] = iter(lambda: file.read(BLOCK), b"")
        chunks = chunks if codec is None else decompress(chunks, codec, path)
        with closing(without_mark(chunks) if is_utf8(encoding) else transcode(chunks, encoding)) as decoded:
            return next(decoded, b"")
    return b""


def ends_within_a_line(path: str) -> bool:
    """Whether its last line has no end, so that what comes behind it would be of the same line."""
    with suppress(OSError), open(path, "rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
    return False
