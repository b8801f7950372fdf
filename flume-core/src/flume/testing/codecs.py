"""CodecSuite: the laws that every codec keeps, as tests that a plugin inherits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from flume.compressing import Codec
from flume.testing.generating import check, st

_PIECES = st.lists(st.binary(max_size=200), max_size=4)
_SIZES = st.integers(1, 40)


def compressed_and_back(codec: Codec, data: bytes) -> bytes:
    """The *data* as it is when it was compressed, and decompressed a few bytes at a time.

    >>> from flume.codecs.gzip import gzip
    >>> compressed_and_back(gzip(), b'to and fro')
    b'to and fro'
    """
    return _decompressed(codec, _cut(_compressed(codec, [data]), 7))


class CodecSuite:
    """Tests that a codec gives back what it was given, and takes nothing damaged for data.

    A test of the codec inherits them, with pytest, and says of which codec::

        class TestLz4(CodecSuite):
            codec = lz4()
    """

    codec: ClassVar[Codec]
    """The codec, with its options."""

    checks: ClassVar[bool] = True
    """Whether its data has a checksum, so that one wrong bit is seen."""

    def test_what_is_compressed_is_read(self) -> None:
        """However it was cut before, and is cut afterwards."""

        def law(pieces: list[bytes], size: int) -> None:
            data = _compressed(self.codec, pieces)
            found = self._read(data, size)
            assert found == b"".join(pieces), f"{b''.join(pieces)!r} was compressed, and {found!r} is read"

        check(law, 50, pieces=_PIECES, size=_SIZES)

    def test_streams_follow_each_other(self) -> None:
        """What was compressed piece by piece, and put together, is read as one."""

        def law(pieces: list[bytes], size: int) -> None:
            data = b"".join(_compressed(self.codec, [piece]) for piece in pieces)
            found = self._read(data, size)
            assert found == b"".join(pieces), f"of {len(pieces)} streams one after the other {found!r} is read"

        check(law, 50, pieces=_PIECES, size=_SIZES)

    def test_much_of_little(self) -> None:
        """Data that becomes a thousand times larger comes in pieces, none of them larger than was asked for."""
        data, most = _compressed(self.codec, [bytes(4_000_000)]), 1 << 16
        state, size = self.codec.decompressor(), 0
        while not state.eof and (piece := state.decompress(data, most)):
            assert len(piece) <= most, f"decompress gave {len(piece):,} bytes where {most:,} were asked for at most"
            size, data = size + len(piece), getattr(state, "unconsumed_tail", b"")
        assert size == 4_000_000, f"{size:,} bytes are read of 4,000,000"

    def test_what_is_cut_short_is_damaged(self) -> None:
        """Data that ends in the middle is an error, wherever that is."""
        from flume.errors import SourceError

        data = _compressed(self.codec, [b"some text, and some more of it" * 9])
        for end in range(1, len(data)):
            try:
                _decompressed(self.codec, [data[:end]])
            except SourceError:
                continue
            raise AssertionError(f"the first {end} bytes of {len(data)} are read as if they were all")

    def test_what_is_damaged_is_seen(self) -> None:
        """A bit that is wrong is an error, where there is a checksum; it is never another one than `errors` says."""
        from flume.errors import SourceError

        whole = b"some text, and some more of it" * 9
        data = _compressed(self.codec, [whole])
        for place in range(len(data)):
            spoilt = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            try:
                found = _decompressed(self.codec, [spoilt])
            except SourceError:
                continue
            assert not self.checks or found == whole, f"with a bit wrong in byte {place}, {found!r} is read"

    def _read(self, data: bytes, size: int) -> bytes:
        from flume.errors import SourceError

        try:
            return _decompressed(self.codec, _cut(data, size))
        except SourceError as error:
            raise AssertionError(f"what was compressed is refused: {error}") from None


def _compressed(codec: Codec, pieces: Iterable[bytes]) -> bytes:
    state = codec.compressor()
    return b"".join([*map(state.compress, pieces), state.flush()])


def _cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def _decompressed(codec: Codec, chunks: Iterable[bytes]) -> bytes:
    from flume.adapters.blocks import decompress

    return b"".join(decompress(chunks, codec))
