"""Codec: a way of compressing, from bytes to fewer bytes and back.

A plugin's has the two methods that the standard library's have objects for::

    class lz4(Codec):
        def compressor(self):
            return LZ4FrameCompressor()

        def decompressor(self):
            return LZ4FrameDecompressor()

It is offered by the hook `flume_codecs`, and `read('stdio', file='a.lz4', compression='lz4')` uses it.
"""

from __future__ import annotations

import zlib
from typing import ClassVar, Protocol

from flume.errors import OptionError
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
    """A way of compressing."""

    joins: ClassVar[bool] = False
    """Whether streams one after the other are one to every program, as `cat a.gz b.gz` is."""

    def compressor(self) -> Compressor:
        """A fresh object that compresses one stream."""
        raise NotImplementedError

    def decompressor(self) -> Decompressor:
        """A fresh object that decompresses one stream; where another one follows, it is asked for again."""
        raise NotImplementedError

    def errors(self) -> tuple[type[Exception], ...]:
        """What a decompressor raises of damaged data."""
        return OSError, EOFError, ValueError

    def between(self, data: bytes) -> bytes:
        """What is left of *data*, which stands behind a stream, without padding."""
        return data


class Deflate(Codec):
    """What the library zlib compresses; the window bits say what stands around it."""

    wbits: ClassVar[int]

    def compressor(self) -> Compressor:
        return zlib.compressobj(wbits=self.wbits)

    def decompressor(self) -> Decompressor:
        return zlib.decompressobj(wbits=self.wbits)

    def errors(self) -> tuple[type[Exception], ...]:
        return (*super().errors(), zlib.error)


def codec_of(name: str) -> Codec:
    """The codec of this name.

    Raises `UnknownName` where nobody offers one, and `OptionError` where what is offered is none.

    >>> codec_of('gzip')
    gzip()
    """
    from flume import registry

    made = registry.default().find("codec", name)
    codec = made() if isinstance(made, type) else made
    if not isinstance(codec, Codec):
        raise OptionError(f"the compression {name!r} is no codec: {made!r}")
    return codec
