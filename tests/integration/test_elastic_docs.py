"""The page of Elasticsearch, typed line by line with a real server behind it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.test_docs import ROOT, Block, check

from flume_adapter_elastic.testing import Elasticsearch

PAGES = [ROOT / "docs" / "elastic.md", ROOT / "flume-adapter-elastic" / "README.md"]
REASON = "not run: needs a server"
INDICES = ("flume", "syslog")


@pytest.fixture
def empty(elasticsearch: Elasticsearch) -> Iterator[Elasticsearch]:
    """A server without the indices of the page, before and after."""

    def clear() -> None:
        for index in INDICES:
            elasticsearch.ask("DELETE", f"/{index}?ignore_unavailable=true")

    clear()
    yield elasticsearch
    clear()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page(page: Path, empty: Elasticsearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ELASTICSEARCH_URL", empty.url)
    blocks = [block for block in Block.all_of(page) if block.title or block.reason == REASON]
    assert any(block.reason for block in blocks)
    for block in blocks:
        check(block, tmp_path, {})
