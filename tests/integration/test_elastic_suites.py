"""The adapter elastic keeps the laws of adapters, on a real server."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from flume import count, reduce
from flume.testing.adapters import AdapterSuite
from flume_adapter_elastic.testing import Elasticsearch


class TestElastic(AdapterSuite):
    name = "elastic"
    batch = "batch"
    appends = True
    atomic = False
    makes_empty = False  # an index comes with its first document
    keeps_order = False  # it is that of time
    mixed = False
    any_name = False
    huge_integers = False
    examples = 10
    pipelines = 25
    absorbs: ClassVar = [reduce(n=count()), reduce(n=count(), by="host"), reduce(x=count("n"), every="2s")]

    @pytest.fixture
    def options(self, elasticsearch: Elasticsearch, elasticsearch_index: str) -> dict[str, Any]:
        return {"url": elasticsearch.url, "index": elasticsearch_index}
