"""gzip: what `gzip` writes."""

from __future__ import annotations

from flume.compressing import Deflate


class gzip(Deflate):
    """Compressed as by `gzip`; several files may follow each other.

    >>> from flume.testing.codecs import compressed_and_back
    >>> compressed_and_back(gzip(), b'to and fro')
    b'to and fro'
    """

    wbits = 31
    joins = True

    def between(self, data: bytes) -> bytes:
        return data.lstrip(b"\0")  # what tapes and block devices pad with
