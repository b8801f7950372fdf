"""The package as flume finds it."""

from __future__ import annotations

import subprocess
import sys

import flume_adapter_grok
from flume import registry
from flume_adapter_grok import Grok


def test_flume_finds_it() -> None:
    """format='grok' is this package's parser."""
    assert registry.default().find("parser", "grok") is Grok


def test_the_plugin_is_light() -> None:
    """To learn the names imports no part of the matching."""
    code = "import sys, flume_adapter_grok.plugin; print({'regex', 'flume_adapter_grok.matching'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_public_names() -> None:
    """What the package promises is there."""
    promised = {name: getattr(flume_adapter_grok, name) for name in flume_adapter_grok.__all__}
    assert promised.pop("grok") is promised["Grok"]
    assert {name: thing.__name__ for name, thing in promised.items()} == {name: name for name in promised}
    assert not hasattr(flume_adapter_grok, "nothing")
