"""Alone: a plugin is loaded in a process of its own, to see what that costs and does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from flume.checking.check import CheckFailed

MOST_SECONDS = 0.2
MOST_MODULES = 100
"""What loading a plugin may take, beside flume itself."""

_PATIENCE = 60.0
_CHILD = "import sys; from flume.checking.alone import tell; tell(*sys.argv[1:])"
_LATER = "import such things in the modules of its words, which are imported when they are used"


class Loaded(NamedTuple):
    """What came of loading the plugin."""

    state: str
    reason: str | None
    seconds: float
    modules: list[str]
    printed: str


def load_alone(plugin: str) -> Loaded:
    """Load the one plugin in another process, which sees the same packages.

    Raises `CheckFailed` where the process does not come back.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told.json")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
        command = [sys.executable, "-c", _CHILD, plugin, str(told)]
        try:
            ran = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CheckFailed(
                f"to import it is not done after {_PATIENCE:.0f} s", "take out of its module whatever waits"
            ) from None
        if not told.exists():
            raise CheckFailed(
                f"to import it ends the process, with status {ran.returncode}", "take out of its module whatever does"
            )
        state, reason, seconds, modules = json.loads(told.read_text(encoding="utf-8"))
        return Loaded(state, reason, seconds, modules, ran.stdout.decode(errors="replace"))


def tell(plugin: str, file: str) -> None:
    """Load the plugin in this process, and write to *file* what came of it."""
    from flume.registry import Registry

    registry = Registry(allowed=plugin)
    registry.plugins(load=False)  # what flume itself takes does not count
    before = set(sys.modules)
    info = registry.plugin(plugin)
    modules = sorted(sys.modules.keys() - before)
    Path(file).write_text(json.dumps([info.state, info.reason, info.seconds, modules]), encoding="utf-8")


def check_alone(loaded: Loaded) -> str:
    """It loads where no other plugin is, and prints nothing."""
    if loaded.state != "ok":
        raise CheckFailed(f"alone it is {loaded.state}, {loaded.reason}", "import what it needs itself")
    if loaded.printed:
        first = " ".join(loaded.printed.split())[:60]
        raise CheckFailed(f"it prints {first!r} when it is imported", "take that out, or leave it to logging")
    return ""


def check_light(plugin: str, loaded: Loaded) -> str:
    """It takes no time to load, and no library: a program pays for that as soon as it needs any plugin's name."""
    for _ in range(2):  # machines are busy at times
        if loaded.seconds > MOST_SECONDS:
            loaded = min(loaded, load_alone(plugin), key=lambda each: each.seconds)
    groups = Counter(module.partition(".")[0] for module in loaded.modules)
    most = ", ".join(f"{name} ({count})" for name, count in groups.most_common(3))
    if len(loaded.modules) > MOST_MODULES:
        raise CheckFailed(f"to load it imports {len(loaded.modules)} modules, most of them of {most}", _LATER)
    if loaded.seconds > MOST_SECONDS:
        raise CheckFailed(f"to load it takes {loaded.seconds:.1f} s, for {most}", _LATER)
    return f"{loaded.seconds:.3f} s, {len(loaded.modules)} modules: {most}" if most else f"{loaded.seconds:.3f} s"
