"""The packages among the examples, known to flume as if they were installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flume import registry

SOURCE = Path(__file__).parent / "flume-adapter-sqlite" / "src"


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", [str(SOURCE), *sys.path])
    from flume_adapter_sqlite import plugin

    known = registry.Registry(discover=False)
    known.add(plugin, "sqlite")
    with registry.use(known):
        yield
