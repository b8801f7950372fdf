"""write: points to an adapter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flume import emit, hookimpl, registry, write
from flume.adapting import Adapter
from flume.errors import FlumeError, OptionError
from flume.flow import Batch, Source
from flume.run import Run

POINTS = [{"a": 1}, {"a": 2, "b": "x"}]


class _Nothing(Source):
    def start(self, run: Run) -> Iterator[Batch]:
        yield []


class readonly(Adapter):
    """Cannot be written to."""

    Reader = _Nothing


class Plugin:
    """Has an adapter that is only read."""

    @staticmethod
    @hookimpl
    def flume_adapters() -> dict[str, Any]:
        return {"readonly": readonly}


def test_the_adapter_gets_its_options(tmp_path: Path) -> None:
    """And its format those of the format."""
    file = tmp_path / "out"
    report = (emit(points=POINTS) | write("stdio", file=str(file), format="csv", delimiter=";")).execute()
    assert file.read_text() == "a;b\n1;\n2;x\n"
    assert report.written == 2


def test_it_lets_nothing_through(tmp_path: Path) -> None:
    """What stands behind a sink gets no points."""
    assert list(emit(points=POINTS) | write("stdio", file=str(tmp_path / "out.jsonl"))) == []


@pytest.mark.parametrize(
    ("adapter", "options", "message"),
    [
        ("stdoi", {}, "did you mean 'stdio'"),
        ("stdio", {"fiel": "x"}, "did you mean 'file'"),
        ("stdio", {"format": "jsnl"}, "did you mean 'jsonl'"),
        ("stdio", {"format": "csv", "delimeter": ";"}, "did you mean 'delimiter'"),
        ("stdio", {"compression": "rar"}, "'rar'"),
        ("stdio", {"append": 1}, "write('stdio'): append takes True or False, not 1"),
        ("http", {}, "write('http') needs url"),
        ("readonly", {}, "the adapter 'readonly' can be read from, not written to"),
    ],
)
def test_mistakes(adapter: str, options: dict[str, Any], message: str) -> None:
    """They are said before anything runs."""
    with registry.use(registry.Registry(discover=False)) as words:
        words.add(Plugin, name="acme")
        with pytest.raises(FlumeError) as raised:
            write(adapter, **options)
    assert message in str(raised.value)


def test_the_adapter_is_needed() -> None:
    """There is no default."""
    with pytest.raises(OptionError, match="write needs adapter"):
        write()  # type: ignore[call-arg]
