"""How all tests are run."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("flume", deadline=None)  # no test is a matter of time: machines are shared
settings.load_profile("flume")
