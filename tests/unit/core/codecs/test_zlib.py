"""zlib: what is compressed comes back."""

from __future__ import annotations

from flume.codecs.zlib import zlib
from flume.testing.codecs import CodecSuite


class TestZlib(CodecSuite):
    codec = zlib()
