"""Every source, sink, adapter, view and codec has a test with the suite of its kind.

Those that nothing else tests stand here; the last test looks for all of them, so that a new word needs one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flume import barchart, emit, linechart, memory, piechart, registry, scatterchart, seq, table, timechart, write
from flume.flow import Sink
from flume.testing import SinkSuite, SourceSuite

TESTS = Path(__file__).parents[3]
KINDS = ("source", "sink", "adapter", "view", "codec")
ALIASES = {"file": "stdio", "read": "stdio"}
"""Words that are tested under another name: `read` and `file` by the adapter that they mean."""


class TestSeq(SourceSuite):
    source = seq(emit(limit=3, start="2024-02-29"), emit(limit=2, start="2024-03-01"))


class TestMemory(SinkSuite):
    readable = False  # its points are in the report
    sink = memory()


class Pictures(SinkSuite):
    """What a sink writes that draws points into a file."""

    readable = False
    drawn: Any

    @pytest.fixture
    def sink(self, tmp_path: Path) -> Sink:
        """A picture that is not there yet."""
        return self.drawn(tmp_path)


class TestBarchart(Pictures):
    drawn = staticmethod(lambda place: barchart(file=str(place / "a.txt"), value="n"))


class TestLinechart(Pictures):
    drawn = staticmethod(lambda place: linechart(file=str(place / "a.txt"), yvalue="n"))


class TestTimechart(Pictures):
    drawn = staticmethod(lambda place: timechart(file=str(place / "a.txt"), value="n"))


class TestScatterchart(Pictures):
    drawn = staticmethod(lambda place: scatterchart(file=str(place / "a.txt"), yvalue="n"))


class TestPiechart(Pictures):
    drawn = staticmethod(lambda place: piechart(file=str(place / "a.txt"), value="n"))


class TestTable(Pictures):
    drawn = staticmethod(lambda place: table(file=str(place / "a.txt")))


class TestWrite(Pictures):
    drawn = staticmethod(lambda place: write("stdio", file=str(place / "a.txt"), format="text"))


def suites_of_tests() -> Iterator[tuple[str, str]]:
    """The classes of all tests that inherit a suite, by kind and source."""
    for file in TESTS.rglob("test_*.py"):
        text = file.read_text(encoding="utf-8")
        if "Suite" not in text or "fake" in file.stem:
            continue
        classes = {node.name: node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)}
        for node in classes.values():
            written = source = ast.get_source_segment(text, node) or ""
            for base in (each.id for each in node.bases if isinstance(each, ast.Name)):
                if base in classes:  # what it inherits is said there
                    source += ast.get_source_segment(text, classes[base]) or ""
            if "Suite" in source and written:
                yield source, file.name


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in KINDS
        for name in registry.Registry(allowed="elastic,gnuplot,grok,pygal").names(kind, plugins=True)
    ],
)
def test_it_has_a_suite(kind: str, name: str) -> None:
    """A class of a test inherits the suite of its kind, and names it."""
    word = ALIASES.get(name, name)
    suites = {
        "source": ("SourceSuite", "AdapterSuite"),
        "sink": ("SinkSuite", "Pictures"),
        "adapter": ("AdapterSuite", "SourceSuite"),
        "view": ("ViewSuite",),
        "codec": ("CodecSuite",),
    }[kind]
    found = [file for source, file in suites_of_tests() if word in source and any(suite in source for suite in suites)]
    assert found, f"no test inherits {suites[0]} for the {kind} {name!r}: write class Test{name.title()}({suites[0]})"
