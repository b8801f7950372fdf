"""CodecSuite: each law is broken by a codec that is spoilt in one place."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from flume.codecs.deflate import deflate
from flume.codecs.gzip import gzip
from flume.compressing import Codec, Compressor, Decompressor
from flume.testing.codecs import CodecSuite


class Wrapped:
    """A decompressor of the standard library, to be spoilt."""

    def __init__(self) -> None:
        self.state = zlib.decompressobj(wbits=31)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.state, name)


class losing(gzip):
    """Forgets the last byte of each piece."""

    def compressor(self) -> Compressor:
        state = zlib.compressobj(wbits=31)

        class Losing:
            def compress(self, data: bytes, /) -> bytes:
                return state.compress(data[:-1])

            def flush(self) -> bytes:
                return state.flush()

        return Losing()


class one_stream(gzip):
    """Drops what stands behind the first stream."""

    def between(self, data: bytes) -> bytes:
        return b""


class greedy(gzip):
    """Gives all at once."""

    def decompressor(self) -> Decompressor:
        class Greedy(Wrapped):
            def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
                return self.state.decompress(data)

        return Greedy()


class credulous(gzip):
    """Says that all data ends well."""

    def decompressor(self) -> Decompressor:
        class Credulous(Wrapped):
            eof = True
            unused_data = b""

            def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
                return self.state.decompress(data, max_length)

        return Credulous()


class careless(deflate):
    """Has no checksum, and does not say so."""


@pytest.mark.parametrize(
    ("codec", "law"),
    [
        (losing(), "test_what_is_compressed_is_read"),
        (one_stream(), "test_streams_follow_each_other"),
        (greedy(), "test_much_of_little"),
        (credulous(), "test_what_is_cut_short_is_damaged"),
        (careless(), "test_what_is_damaged_is_seen"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_a_codec_that_is_spoilt(codec: Codec, law: str) -> None:
    """The law says so; the others are not looked at."""
    suite = type("Suite", (CodecSuite,), {"codec": codec})()
    with pytest.raises(AssertionError):
        getattr(suite, law)()
