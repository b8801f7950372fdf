"""gzip: what `gzip` writes."""

from __future__ import annotations

import zlib as library

from flume.compressing import Codec, Compressor, Decompressor


class gzip(Codec):
    """Compressed as by `gzip`; several files may follow each other.

    >>> from flume.testing.codecs import compressed_and_back
    >>> compressed_and_back(gzip(), b'to and fro')
    b'to and fro'
    """

    def compressor(self) -> Compressor:
        return library.compressobj(wbits=31)

    def decompressor(self) -> Decompressor:
        return library.decompressobj(wbits=31)

    def errors(self) -> tuple[type[Exception], ...]:
        return (*super().errors(), library.error)

    def between(self, data: bytes) -> bytes:
        return data.lstrip(b"\0")  # what tapes and block devices pad with
