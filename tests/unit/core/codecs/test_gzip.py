"""gzip: what is compressed comes back."""

from __future__ import annotations

from flume.codecs.gzip import gzip
from flume.testing.codecs import CodecSuite


class TestGzip(CodecSuite):
    codec = gzip()
