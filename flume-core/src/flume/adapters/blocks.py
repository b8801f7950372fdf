"""Blocks: streams of bytes, decompressed, decoded and cut at line ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain

from flume.adapters.ahead import ahead
from flume.compressing import Codec, Decompressor, codec_of
from flume.errors import OptionError, SourceError, UnknownName
from flume.member import can_fork
from flume.parsing import decode, encode
from flume.report import Report
from flume.value import spoken

BLOCK = 1 << 17
COMPRESSIONS = ("gzip", "zlib", "deflate", "bz2", "xz", "zstd")
SUFFIXES = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd", ".zz": "zlib"}

# each is long enough that no text begins with it
_MAGIC = {
    b"\x1f\x8b": "gzip",
    **{b"BZh%d%b" % (level, block): "bz2" for level in range(1, 10) for block in (b"1A", b"\x17r")},
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x78\x01": "zlib",
    b"\x78\x9c": "zlib",
    b"\x78\xda": "zlib",
}
# the longer first, which begins with the shorter
_FOREIGN_MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ANSI = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def check_compression(word: str, compression: str | None) -> None:
    """An `OptionError` for a compression that is not known."""
    if compression in (None, "auto", *COMPRESSIONS):
        return
    try:
        codec_of(compression)
    except UnknownName as error:
        wrong = f"{word}: compression takes None or one of {', '.join(COMPRESSIONS)}, not {compression!r}"
        raise OptionError("\n".join([wrong, *str(error).splitlines()[1:]])) from None


def line_blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    r"""The same bytes, cut after line ends; only the last block may lack one.

    An empty chunk, which says that nothing more is there for now, passes where no line is waited for.

    >>> list(line_blocks([b'a\nb', b'c', b'\nd']))
    [b'a\n', b'bc\n', b'd']
    """
    rest: list[bytes] = []
    for chunk in chunks:
        if not chunk or (not rest and chunk.endswith(b"\n")):
            if not rest:
                yield chunk
            continue
        cut = chunk.rfind(b"\n") + 1
        if not cut:
            rest.append(chunk)
            continue
        rest.append(chunk[:cut])
        yield b"".join(rest)
        rest = [chunk[cut:]] if cut < len(chunk) else []
    if any(rest):
        yield b"".join(rest)


def compression_seen(first: bytes) -> str | None:
    """The compression that the first bytes are the mark of."""
    return next((kind for magic, kind in _MAGIC.items() if first.startswith(magic)), None)


def decompress(
    chunks: Iterable[bytes],
    compression: str | Codec | None = "auto",
    name: str = "the input",
    *,
    report: Report | None = None,
) -> Iterator[bytes]:
    """The decompressed bytes; where *compression* is `'auto'`, by a look at the first of them.

    *report*: where it is given, a process of its own may decompress much data, and books here what it reads.

    Raises `SourceError` for data that is damaged or ends in the middle.
    """
    chunks = _starting_with(chunks, _MAGIC)
    first = next(chunks, b"")
    kind = compression_seen(first) if compression == "auto" else compression
    if kind is None:
        if first:
            yield first
        yield from chunks
        return
    codec = codec_of(kind) if isinstance(kind, str) else kind
    decompressed = _decompress(chain([first], chunks), codec, name)
    much = report is not None and len(first) >= BLOCK and can_fork()
    yield from ahead(decompressed, report) if report is not None and much else decompressed


def _decompress(chunks: Iterable[bytes], codec: Codec, name: str) -> Iterator[bytes]:
    kind = spoken(type(codec))
    state: Decompressor | None = None
    try:
        for chunk in chunks:
            data = chunk
            while data:
                state = state if state is not None and not state.eof else codec.decompressor()
                yield from _decompressed(state, data)
                data = codec.between(state.unused_data) if state.eof else b""
    except codec.errors() as error:
        raise SourceError(f"{name}: damaged {kind} data ({error})") from error
    if state is not None and not state.eof:
        raise SourceError(f"{name}: the {kind} data ends in the middle; the file was cut short")


def transcode(chunks: Iterable[bytes], encoding: str, name: str = "the input") -> Iterator[bytes]:
    """The text of *chunks*, written in *encoding*, as UTF-8; a byte order mark goes.

    Raises `SourceError` for bytes that are none and cannot be kept as they are (which UTF-16 and UTF-32 have).
    """
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    mark = "\ufeff"  # some decoders leave it
    try:
        for chunk in chunks:
            if (text := decoder.decode(chunk)) or not chunk:
                yield encode(text.removeprefix(mark))
                mark = "" if text else mark
        if text := decoder.decode(b"", True):
            yield encode(text)
    except UnicodeError as error:
        raise SourceError(f"{name}: is no {encoding} ({error})") from error


def without_mark(chunks: Iterable[bytes], name: str = "the input") -> Iterator[bytes]:
    """The same bytes without a UTF-8 byte order mark at the beginning.

    Raises `SourceError` where the mark is that of another encoding: no text in UTF-8 begins so.
    """
    chunks = _starting_with(chunks, [codecs.BOM_UTF8, *_FOREIGN_MARKS])
    first = next(chunks, b"")
    for mark, encoding in _FOREIGN_MARKS.items():
        if first.startswith(mark):
            raise SourceError(f"{name}: begins as {encoding} does, and is read as utf-8; say encoding={encoding!r}")
    if first := first.removeprefix(codecs.BOM_UTF8):
        yield first
    yield from chunks


def without_ansi(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same lines without terminal escapes such as colours."""
    for block in blocks:
        yield _ANSI.sub(b"", block) if b"\x1b" in block else block


def recoder(encoding: str, *, begun: bool = False) -> Callable[[bytes], bytes]:
    """What turns UTF-8 bytes, piece by piece, into another encoding.

    A byte order mark is written once, and not where the text has *begun* elsewhere.

    A character that the encoding lacks is a `UnicodeEncodeError`.
    """
    encoder = codecs.getincrementalencoder(encoding)("surrogateescape")
    if begun:
        encoder.setstate(0)
    return lambda data: encoder.encode(decode(data))


def _decompressed(state: Decompressor, data: bytes) -> Iterator[bytes]:
    """What *data* becomes, a block at a time: a few bytes can hold a gigabyte."""
    while not state.eof and (out := state.decompress(data, BLOCK)):
        yield out
        data = getattr(state, "unconsumed_tail", b"")  # zlib hands back what it has not looked at, others keep it


def _starting_with(chunks: Iterable[bytes], marks: Collection[bytes]) -> Iterator[bytes]:
    """The same chunks, the first long enough to tell which of *marks* it begins with; no more is waited for."""
    chunks = iter(chunks)
    first = b""
    for chunk in chunks:
        first += chunk
        if not any(len(first) < len(mark) and mark.startswith(first) for mark in marks):
            break
    if first:
        yield first
    yield from chunks
