"""Fixtures of pytest: a real Elasticsearch, and the name of an index that is gone after the test.

    pytest_plugins = ["flume_adapter_elastic.testing.fixtures"]

Where there is no Elasticsearch and none can be had, the tests that need one are skipped and a line at the end says so
and what to do; with `CI` set they fail.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeAlias

import pytest

from flume_adapter_elastic.testing import Elasticsearch, InstallationError, Server

URL = "FLUME_TEST_ELASTICSEARCH_URL"
"""The environment variable that names a server which is there already, and may be written to."""

StartServer: TypeAlias = Callable[..., Server]

_missing = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def elasticsearch(start_elasticsearch: StartServer) -> Iterator[Elasticsearch]:
    """A running server, the same for all tests: that of `FLUME_TEST_ELASTICSEARCH_URL`, else one of our own."""
    if url := os.environ.get(URL):
        yield Elasticsearch(url)
        return
    with start_elasticsearch() as server:
        yield server


@pytest.fixture(scope="session")
def start_elasticsearch(pytestconfig: pytest.Config) -> StartServer:
    """What makes a server of one's own, with the options of `Server`: `with start_elasticsearch() as server: ...`."""

    def start(*arguments: Any, **options: Any) -> Server:
        try:
            return Server(*arguments, **options)
        except InstallationError as error:
            _give_up(pytestconfig, f"{error}; or set {URL} to that of a server that may be written to")

    return start


@pytest.fixture
def elasticsearch_index(elasticsearch: Elasticsearch, request: pytest.FixtureRequest) -> Iterator[str]:
    """A name that no index begins with; those that do after the test are deleted."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name.lower())[:60].strip("-")
    prefix = f"{name}-{uuid.uuid4().hex[:8]}"
    yield prefix
    for index in elasticsearch.ask("GET", f"/{prefix}*?expand_wildcards=all&features=aliases"):
        elasticsearch.ask("DELETE", f"/{index}")


def _give_up(config: pytest.Config, reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    config.stash[_missing] = reason
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say loudly, at the end, what was not tried."""
    if reason := config.stash.get(_missing, None):
        skipped = terminalreporter.stats.get("skipped", [])
        count = sum(reason in str(report.longrepr) for report in skipped)
        terminalreporter.write_line(f"NOT TESTED: {count} tests against Elasticsearch: {reason}", red=True, bold=True)
