"""deflate: deflate, bare."""

from __future__ import annotations

import zlib as library

from flume.compressing import Codec, Compressor, Decompressor


class deflate(Codec):
    """Deflate with nothing around it.

    >>> from flume.testing.codecs import compressed_and_back
    >>> compressed_and_back(deflate(), b'to and fro')
    b'to and fro'
    """

    def compressor(self) -> Compressor:
        return library.compressobj(wbits=-15)

    def decompressor(self) -> Decompressor:
        return library.decompressobj(wbits=-15)

    def errors(self) -> tuple[type[Exception], ...]:
        return (*super().errors(), library.error)
