"""Codec: a compression that a plugin adds, `read('stdio', file='a.lz4', compression='lz4')`."""

from __future__ import annotations

from typing import ClassVar, Protocol

from flume.value import Value


class Decompressor(Protocol):
    """What the decompressors of the standard library have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class Compressor(Protocol):
    """What the compressors of the standard library have in common."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class Codec(Value):
    """A way to compress.  It has no options, and is used where a program names it."""

    errors: ClassVar[tuple[type[Exception], ...]] = ()
    """What its decompressor raises for data that is damaged, beside OSError, EOFError and ValueError."""

    def compressor(self) -> Compressor:
        """A fresh compressor."""
        raise NotImplementedError

    def decompressor(self) -> Decompressor:
        """A fresh decompressor, of one stream.

        It gives no more than `max_length` bytes at a time, and then what it holds back for empty input, as that of
        bz2 does; behind the end of the stream, `eof`, what is left is `unused_data`.
        """
        raise NotImplementedError
