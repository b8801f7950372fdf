"""bz2: what `bzip2` writes."""

from __future__ import annotations

from flume.compressing import Codec, Compressor, Decompressor


class bz2(Codec):
    """Compressed as by `bzip2`.

    >>> from flume.testing.codecs import compressed_and_back
    >>> compressed_and_back(bz2(), b'to and fro')
    b'to and fro'
    """

    joins = True

    def compressor(self) -> Compressor:
        from bz2 import BZ2Compressor

        return BZ2Compressor()

    def decompressor(self) -> Decompressor:
        from bz2 import BZ2Decompressor

        return BZ2Decompressor()
