"""bz2: what is compressed comes back."""

from __future__ import annotations

from flume.codecs.bz2 import bz2
from flume.testing.codecs import CodecSuite


class TestBz2(CodecSuite):
    codec = bz2()
