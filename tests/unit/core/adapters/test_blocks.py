"""Blocks: bytes decompressed, decoded and cut at line ends."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.adapters.blocks import (
    BLOCK,
    decompress,
    line_blocks,
    recoder,
    transcode,
    without_ansi,
    without_mark,
)
from flume.compressing import codec_of
from flume.errors import SourceError

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "deflate": lambda data: zlib.compress(data, wbits=-15),
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
every_kind = pytest.mark.parametrize("kind", COMPRESS)


def cut(data: bytes, places: Iterable[int]) -> Iterator[bytes]:
    """The bytes, cut at some places."""
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return (data[a:b] for a, b in pairwise(edges) if a < b)


@given(data=st.binary(max_size=200).map(lambda data: data.replace(b"x", b"\n")), places=st.lists(st.integers(0, 200)))
def test_blocks_end_with_lines(data: bytes, places: list[int]) -> None:
    """Nothing is lost, and only the last block may lack a line end."""
    blocks = list(line_blocks(cut(data, places)))
    assert b"".join(blocks) == data
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    assert all(blocks)


@every_kind
@given(data=st.binary(max_size=500), places=st.lists(st.integers(0, 500), max_size=8))
def test_what_other_programs_compress_is_read(kind: str, data: bytes, places: list[int]) -> None:
    """However the bytes arrive."""
    chunks = cut(COMPRESS[kind](data), places)
    assert b"".join(decompress(chunks, kind)) == data


@every_kind
@given(pieces=st.lists(st.binary(max_size=100), max_size=5))
def test_what_is_compressed_here_is_read(kind: str, pieces: list[bytes]) -> None:
    """And by the programs of others, where they have one."""
    state = codec_of(kind).compressor()
    data = b"".join([*map(state.compress, pieces), state.flush()])
    assert b"".join(decompress([data], kind)) == b"".join(pieces)


@pytest.mark.parametrize("kind", ["gzip", "zlib", "bz2", "xz"])
def test_the_kind_is_seen(kind: str) -> None:
    """By the first bytes, even where they arrive one by one."""
    data = COMPRESS[kind](b"some text\n" * 9)
    assert b"".join(decompress(data[i : i + 1] for i in range(len(data)))) == b"some text\n" * 9


@pytest.mark.parametrize(
    "text", [b"", b"x", b"x = 1\n", b"BZ is no magic", b"BZhello", b"BZh1 is none", b"\x1f\n", b"{}\n"]
)
def test_text_is_left_alone(text: bytes) -> None:
    """Even where it begins as a magic number does."""
    assert b"".join(decompress([text])) == text


def test_no_more_is_waited_for_than_tells() -> None:
    """A line that is shorter than a magic number comes at once."""

    def arriving() -> Iterator[bytes]:
        yield b"{}\n"
        raise AssertionError("the next one was asked for")

    assert next(without_mark(decompress(arriving()))) == b"{}\n"


@pytest.mark.parametrize("kind", ["gzip", "bz2", "xz"])
def test_members_one_after_the_other(kind: str) -> None:
    """As `cat a.gz b.gz` makes them."""
    compress = COMPRESS[kind]
    assert b"".join(decompress([compress(b"a\n") + compress(b"b\n")])) == b"a\nb\n"


def test_padding_after_gzip() -> None:
    """Zeros at the end are no damage, as for gzip itself."""
    assert b"".join(decompress([gzip.compress(b"a\n") + bytes(512)])) == b"a\n"


@every_kind
def test_cut_short(kind: str) -> None:
    """What came before is given, then the error names the file."""
    data = COMPRESS[kind](bytes(range(256)) * 2000)
    stream = decompress([data[: len(data) - 4]], kind, "a.log")
    with pytest.raises(SourceError, match=rf"^a\.log: the {kind} data ends in the middle"):
        for _ in stream:
            pass


@pytest.mark.parametrize("kind", ["gzip", "bz2", "xz"])
def test_damaged(kind: str) -> None:
    """A byte that is not what it was is noticed."""
    data = bytearray(COMPRESS[kind](b"some text\n" * 100))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(SourceError, match=f"^the input: damaged {kind} data"):
        list(decompress([bytes(data)]))


@pytest.mark.parametrize("kind", ["gzip", "bz2", "xz"])
def test_a_bomb_comes_in_blocks(kind: str) -> None:
    """A few bytes that hold very many are never held all at once."""
    bomb = COMPRESS[kind](bytes(50 * BLOCK))
    assert len(bomb) < BLOCK
    sizes = [len(block) for block in decompress([bomb])]
    assert (sum(sizes), max(sizes) <= BLOCK) == (50 * BLOCK, True)


@given(text=st.text(max_size=50), places=st.lists(st.integers(0, 100), max_size=5))
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "shift-jis", "latin-1"])
def test_text_of_another_encoding(encoding: str, text: str, places: list[int]) -> None:
    """Becomes UTF-8, wherever the bytes are cut."""
    text = text.encode(encoding, "ignore").decode(encoding, "ignore")
    assert b"".join(transcode(cut(text.encode(encoding), places), encoding)).decode() == text.removeprefix("\ufeff")


@given(data=st.lists(st.binary(min_size=1, max_size=1)).map(b" ".join))
def test_bytes_that_are_no_text_go_and_come_back(data: bytes) -> None:
    """What ASCII cannot say, and is no UTF-8 either, is kept as it was."""
    assert recoder("ascii")(b"".join(transcode([data], "ascii"))) == data


@given(text=st.text(max_size=50), places=st.lists(st.integers(0, 50), max_size=5))
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_mark_is_written_once(encoding: str, text: str, places: list[int]) -> None:
    """However the text arrives, it is the same as written at once."""
    recode = recoder(encoding)
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert b"".join(recode(piece.encode()) for piece in pieces) == text.encode(encoding)


def test_bytes_that_can_be_no_text() -> None:
    """Half a surrogate pair in UTF-16 is an error that names the file."""
    with pytest.raises(SourceError, match=r"^a\.log: is no utf-16-le \("):
        list(transcode([b"\x00\xdcA\x00"], "utf-16-le", "a.log"))


@pytest.mark.parametrize("places", [[], [1], [2, 3], [1, 2, 3, 4]])
def test_the_mark_goes(places: list[int]) -> None:
    """A byte order mark is no data; in the middle it is."""
    assert b"".join(without_mark(cut(b"\xef\xbb\xbfa\xef\xbb\xbf", places))) == b"a\xef\xbb\xbf"
    assert b"".join(without_mark(cut(b"\xef\xbb", places))) == b"\xef\xbb"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"\x1b[31mred\x1b[0m\n", b"red\n"),
        (b"\x1b[1;38;5;196mbold\x1b[K\n", b"bold\n"),
        (b"\x1b]0;title\x07text\n", b"text\n"),
        (b"\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\\n", b"link\n"),
        (b"no colour [31m\n", b"no colour [31m\n"),
    ],
)
def test_escapes_go(line: bytes, expected: bytes) -> None:
    """Colours, titles and links of terminals; what only looks like one stays."""
    assert list(without_ansi([line])) == [expected]
