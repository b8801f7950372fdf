"""zstd: what `zstd` writes."""

from __future__ import annotations

from typing import Any

from flume.compressing import Codec, Compressor, Decompressor
from flume.errors import OptionError


class zstd(Codec):
    """Compressed as by `zstd`; before Python 3.14 it needs `flume-core[zstd]`.

    >>> from flume.testing.codecs import compressed_and_back
    >>> compressed_and_back(zstd(), b'to and fro')
    b'to and fro'
    """

    joins = True

    def compressor(self) -> Compressor:
        library = _library()  # which leaves the checksum away where nobody asks for it
        made: Compressor = library.ZstdCompressor(options={library.CompressionParameter.checksum_flag: 1})
        return made

    def decompressor(self) -> Decompressor:
        made: Decompressor = _library().ZstdDecompressor()
        return made

    def errors(self) -> tuple[type[Exception], ...]:
        return (*super().errors(), _library().ZstdError)


def _library() -> Any:
    from importlib import import_module

    for module in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(module)
        except ImportError:
            continue
    raise OptionError("zstd needs one more package on this Python: pip install 'flume-core[zstd]'")
