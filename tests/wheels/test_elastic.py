"""The program that the adapter of Elasticsearch is there for, from wheels alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.wheels.conftest import ROOT, Environment

from flume_adapter_elastic.testing import Elasticsearch

PACKAGES = ("flume-core", "flume-adapter-grok", "flume-adapter-elastic")
EXAMPLE = "elasticsearch/parse_syslog_and_write_into_elasticsearch.py"
READ = "read('stdio', format='grok', pattern='%{SYSLOGLINE}', file='grok/syslog')"
COUNT = "read('elastic', index='{}') | reduce(count=count()) | write('stdio')"


@pytest.fixture
def empty(elasticsearch: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server without the indices of these programs, where they find it by themselves."""
    monkeypatch.setenv("ELASTICSEARCH_URL", elasticsearch.url)
    elasticsearch.ask("DELETE", "/flume,numbered?ignore_unavailable=true")
    yield
    elasticsearch.ask("DELETE", "/flume,numbered?ignore_unavailable=true")


@pytest.mark.usefixtures("empty")
def test_a_syslog_is_written_and_counted(
    fresh: Callable[[], Environment], wheels: dict[str, Path], tmp_path: Path
) -> None:
    """Written again under the same ids, it is still there once."""
    made = fresh()
    made.pip(*(str(wheels[package]) for package in PACKAGES))
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    place = {"cwd": tmp_path / "examples"}
    done = made.run("python", EXAMPLE, **place)
    assert (done.returncode, done.stderr) == (0, "")
    done = made.run("flume", "read('elastic') | reduce(count=count()) | write('stdio')", **place)
    assert (done.returncode, done.stdout, done.stderr) == (0, '{"count": 274}\n', "")
    for _ in range(2):
        program = f"{READ} | put(line=count()) | write('elastic', index='numbered', id='line')"
        assert made.run("flume", program, **place).returncode == 0
        assert made.run("flume", COUNT.format("numbered"), **place).stdout == '{"count": 274}\n'
