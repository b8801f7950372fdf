"""zlib: deflate with a header."""

from __future__ import annotations

from flume.compressing import Deflate


class zlib(Deflate):
    """Deflate with the header and the checksum of zlib.

    >>> from flume.testing.codecs import compressed_and_back
    >>> compressed_and_back(zlib(), b'to and fro')
    b'to and fro'
    """

    wbits = 15
