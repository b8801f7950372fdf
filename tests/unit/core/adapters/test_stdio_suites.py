"""stdio keeps the laws of adapters, in each format that can be read back, compressed too."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from flume.testing.adapters import AdapterSuite
from flume.testing.round_trips import RoundTripSuite


class Files:
    """A file of the format that its suffix says."""

    name = "stdio"
    suffix: ClassVar[str]

    @pytest.fixture
    def options(self, tmp_path: Path) -> dict[str, Any]:
        """A file that is not there yet."""
        return {"file": str(tmp_path / f"points{self.suffix}")}


class TestLines(Files, AdapterSuite):
    suffix = ".jsonl"


class TestCompressed(Files, RoundTripSuite):
    suffix = ".jsonl.gz"


class TestAppended(Files, RoundTripSuite):
    suffix = ".jsonl"
    writing: ClassVar = {"append": True}
    appends = True
    atomic = False


class TestJson(Files, RoundTripSuite):
    suffix = ".json"


class TestCsv(Files, AdapterSuite):
    suffix = ".csv"
    any_text = False
    any_name = False
    nested = False
    keeps_null = False
    keeps_fields = False
