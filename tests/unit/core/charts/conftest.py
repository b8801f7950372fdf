"""A view that keeps the charts that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from flume import hookimpl
from flume.registry import Registry, use
from flume.viewing import Canvas, Chart, Picture, Target, View


class keeping(View):
    """Keep the charts, and show their titles."""

    formats: ClassVar[dict[str, str]] = {"txt": "text/plain", "svg": "image/svg+xml"}
    drawn: ClassVar[list[Chart]] = []
    targets: ClassVar[list[Target]] = []

    mark: str = "*"

    def open(self, target: Target) -> Canvas:
        self.targets.append(target)
        return _Keeping(self.mark, self.formats[target.format or "txt"])


class _Keeping(Canvas):
    columns = 100

    def __init__(self, mark: str, media_type: str) -> None:
        self.mark = mark
        self.media_type = media_type

    def draw(self, chart: Chart) -> Picture:
        keeping.drawn.append(chart)
        return Picture(self.media_type, f"{self.mark}{chart.title}{self.mark}\n".encode())


class _Bars(View):
    kinds: ClassVar[frozenset[Any]] = frozenset({"bar"})
    formats: ClassVar[dict[str, str]] = {"txt": "text/plain"}


class _Plugin:
    @hookimpl
    def flume_views(self) -> dict[str, Any]:
        return {"keeping": keeping, "only_bars": _Bars}


@pytest.fixture(autouse=True)
def drawn() -> Iterator[list[Chart]]:
    """The charts that were drawn with the view `keeping`."""
    keeping.drawn.clear()
    keeping.targets.clear()
    with use(Registry()) as registry:
        registry.add(_Plugin(), "test")
        yield keeping.drawn


@pytest.fixture
def targets() -> list[Target]:
    """What the canvases of the view `keeping` were opened for."""
    return keeping.targets
