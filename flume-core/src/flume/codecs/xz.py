"""xz: what `xz` writes."""

from __future__ import annotations

from flume.compressing import Codec, Compressor, Decompressor


class xz(Codec):
    """Compressed as by `xz`, and read as by `lzma` too.

    >>> from flume.testing.codecs import compressed_and_back
    >>> compressed_and_back(xz(), b'to and fro')
    b'to and fro'
    """

    joins = True

    def compressor(self) -> Compressor:
        from lzma import LZMACompressor

        return LZMACompressor()

    def decompressor(self) -> Decompressor:
        from lzma import LZMADecompressor

        return LZMADecompressor()

    def errors(self) -> tuple[type[Exception], ...]:
        from lzma import LZMAError

        return (*super().errors(), LZMAError)
