"""Programs that the tests draw with, and a display that they draw on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

from flume_adapter_elastic.testing import Elasticsearch, Server

pytest_plugins = ["flume_adapter_elastic.testing.fixtures"]

Program = Callable[..., None]

ROUNDS = "FLUME_TEST_ROUNDS"
"""The environment variable that says how often in a row each test with a fault is run; a race is seldom lost once."""


def pytest_configure(config: pytest.Config) -> None:
    """What `--strict-markers` must know."""
    config.addinivalue_line("markers", f"fault: something goes wrong with a server; {ROUNDS} says how often it does")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests with faults as often as is asked for."""
    rounds = int(os.environ.get(ROUNDS, "1"))
    if rounds > 1 and metafunc.definition.get_closest_marker("fault"):
        metafunc.fixturenames.append("fault_round")
        metafunc.parametrize("fault_round", range(1, rounds + 1), ids="round{}".format)


@pytest.fixture(scope="session")
def lacking(request: pytest.FixtureRequest) -> Callable[[str], NoReturn]:
    """Where a program is missing: CI fails, elsewhere a line says what was not tried."""

    def give_up(reason: str) -> NoReturn:
        if os.environ.get("CI"):
            pytest.fail(reason)
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\nNOT TESTED: {reason}")  # noqa: T201
        pytest.skip(reason)

    return give_up


@pytest.fixture
def need(request: pytest.FixtureRequest, lacking: Callable[[str], NoReturn]) -> Program:
    """What stops a test that needs a program which is missing."""

    def check(*programs: str) -> None:
        missing = [program for program in programs if not shutil.which(program)]
        if missing:
            lacking(f"{request.node.name}: {' and '.join(missing)} must be installed: apt install gnuplot-x11 xvfb")

    return check


@pytest.fixture
def screen(need: Program, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A display, and the file that has its pixels."""
    need("Xvfb")
    folder = tmp_path_factory.mktemp("screen")
    read, write = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-fbdir", str(folder), "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        monkeypatch.setenv("DISPLAY", f":{told.readline().strip()}")
    yield folder / "Xvfb_screen0"
    display.terminate()
    display.wait()


NARROW = {
    "thread_pool.write.size": 1,
    "thread_pool.write.queue_size": 1,
    "http.max_content_length": "1mb",
    "search.keep_alive_interval": "200ms",
}


@pytest.fixture(scope="session")
def own_elasticsearch(start_elasticsearch: Callable[..., Server]) -> Iterator[Server]:
    """A server that may be killed and started again; its queue is short, its requests small, and it soon forgets."""
    with start_elasticsearch(settings=NARROW, seconds=300) as server:  # a busy machine starts it slowly
        yield server
    assert not server.folder.exists()


@pytest.fixture(scope="session")
def elasticsearch_8(start_elasticsearch: Callable[..., Server]) -> Iterator[Server]:
    """A server of the major version before."""
    with start_elasticsearch("8.19.5") as server:
        yield server


@pytest.fixture
def elastic_index(elasticsearch: Elasticsearch, elasticsearch_index: str) -> Callable[..., str]:
    """Makes an index with these documents, whose times are dates unless *mappings* says more, and gives its name."""
    made: list[str] = []

    def make(
        *documents: object,
        mappings: Mapping[str, Any] | None = None,
        shards: int = 1,
        name: str = "",
        **settings: object,
    ) -> str:
        made.append(name or f"{elasticsearch_index}-{len(made)}")
        mapped = {"properties": {"time": {"type": "date"}}} if mappings is None else mappings
        kept = {"number_of_shards": shards, "number_of_replicas": 0, **settings}
        elasticsearch.ask("PUT", f"/{made[-1]}", {"settings": kept, "mappings": mapped})
        if lines := [line for document in documents for line in ({"index": {}}, document)]:
            assert not elasticsearch.ask("POST", f"/{made[-1]}/_bulk?refresh=true", lines)["errors"]
        return made[-1]

    return make
