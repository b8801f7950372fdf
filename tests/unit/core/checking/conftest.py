"""A plugin that passes every check, to be spoilt in one place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from flume.registry import Registry, use
from flume.testing.plugins import fake_plugin

PLUGIN = '''
"""What acme offers."""

from flume import hookimpl

FLUME_API = 1


@hookimpl
def flume_procs():
    return {"turn": "acme_flume.turn:turn"}


@hookimpl
def flume_adapters():
    return {"lake": "acme_flume.lake:lake"}
'''

TURN = '''
"""turn: points turned round."""

from __future__ import annotations

from flume.flow import Proc, Stage


class turn(Proc):
    """Turn the first *n* points round; *by*: of each value of this field.

    >>> turn(2)
    turn(2)
    """

    n: int = 1
    by: str | None = None

    def start(self, run):
        return Stage()
'''

LAKE = '''
"""lake: water."""

from __future__ import annotations

from flume.adapting import Adapter
from flume.flow import Sink, Source, Stage


class Drain(Source):
    """Read what is *depth* metres deep.

    >>> Drain(depth=2)
    Drain(2)
    """

    depth: float

    def start(self, run):
        return iter(())


class Fill(Sink):
    """Write into it."""

    def start(self, run):
        return Stage()


class lake(Adapter):
    """Water.

    >>> Fill()
    Fill()
    >>> Drain(1)
    Drain(1)
    """

    Reader = Drain
    Writer = Fill
'''

SOURCES = {"acme_flume": '"""Acme."""\n', "acme_flume.plugin": PLUGIN, "acme_flume.turn": TURN, "acme_flume.lake": LAKE}

Install = Callable[..., Path]


@pytest.fixture
def install() -> Iterator[Install]:
    """Install acme, with one text of one of its modules replaced: `install('turn', 'n: int = 1', 'n = 1')`."""
    with ExitStack() as stack:

        def install(
            module: str = "plugin",
            old: str = "",
            new: str = "",
            *,
            needs: str = "flume-core>=1",
            name: str = "acme",
            place: str = "acme_flume.plugin",
            typed: bool = True,
            commands: dict[str, str] | None = None,
        ) -> Path:
            full = f"acme_flume.{module}" if module else "acme_flume"
            assert old in SOURCES[full]
            sources = SOURCES | {full: SOURCES[full].replace(old, new) if old else SOURCES[full] + new}
            root = stack.enter_context(fake_plugin("flume-acme", {name: place}, sources, commands=commands))
            with next(root.glob("*.dist-info/METADATA")).open("a", encoding="utf-8") as metadata:
                metadata.write(f"Requires-Dist: {needs}\n")
            if typed:
                (root / "acme_flume" / "py.typed").touch()
            sys.path_importer_cache.pop(str(root), None)
            stack.enter_context(use(Registry()))
            return root

        yield install
