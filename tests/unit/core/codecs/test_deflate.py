"""deflate: what is compressed comes back."""

from __future__ import annotations

from flume.codecs.deflate import deflate
from flume.testing.codecs import CodecSuite


class TestDeflate(CodecSuite):
    codec = deflate()

    checks = False
