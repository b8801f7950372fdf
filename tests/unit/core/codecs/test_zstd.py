"""zstd: what is compressed comes back."""

from __future__ import annotations

from flume.codecs.zstd import zstd
from flume.testing.codecs import CodecSuite


class TestZstd(CodecSuite):
    codec = zstd()
