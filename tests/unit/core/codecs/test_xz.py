"""xz: what is compressed comes back."""

from __future__ import annotations

from flume.codecs.xz import xz
from flume.testing.codecs import CodecSuite


class TestXz(CodecSuite):
    codec = xz()
