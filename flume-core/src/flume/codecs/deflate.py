"""deflate: deflate, bare."""

from __future__ import annotations

from flume.compressing import Deflate


class deflate(Deflate):
    """Deflate with nothing around it.

    >>> from flume.testing.codecs import compressed_and_back
    >>> compressed_and_back(deflate(), b'to and fro')
    b'to and fro'
    """

    wbits = -15
