"""The Elasticsearch that the tests start, and the proxy that makes the faults between it and a client."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from urllib.error import HTTPError, URLError

import pytest
from elasticsearch import Elasticsearch as Client

from flume_adapter_elastic.testing import Elasticsearch, InstallationError, Proxy, Server, ServerError
from flume_adapter_elastic.testing.installation import install

STORED = [{"create": {"_id": "1"}}, {"a": 1}]


@pytest.fixture
def own(own_elasticsearch) -> Server:
    """A server that may be stopped."""
    return own_elasticsearch


@pytest.fixture
def run_tests(tmp_path):
    """Run a file of tests as a user of the fixtures would."""

    def run(text: str, **environ: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "conftest.py").write_text('pytest_plugins = ["flume_adapter_elastic.testing.fixtures"]\n')
        (tmp_path / "test_it.py").write_text(dedent(text))
        environment = {name: value for name, value in os.environ.items() if name != "FLUME_TEST_ELASTICSEARCH_URL"}
        command = [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", str(tmp_path)]
        return subprocess.run(
            command, env=environment | environ, text=True, capture_output=True, cwd=tmp_path, check=False
        )

    return run


def lives(pid: int) -> bool:
    """Whether a process, or one of its group, is there."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition, seconds: float = 20) -> bool:
    """Whether *condition* comes to hold in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())


# -- the server -----------------------------------------------------------------------------------


def test_the_official_client_can_write_and_read(elasticsearch, elasticsearch_index):
    with Client(elasticsearch.url) as client:
        client.index(index=elasticsearch_index, document={"a": 1}, refresh=True)
        hits = client.search(index=elasticsearch_index)["hits"]["hits"]
    assert [hit["_source"] for hit in hits] == [{"a": 1}]


def test_the_indices_of_a_test_are_gone_after_it(run_tests, elasticsearch):
    done = run_tests(
        """
        def test_one(elasticsearch, elasticsearch_index):
            elasticsearch.ask("PUT", f"/{elasticsearch_index}-a")
            print("made", elasticsearch_index)
        """,
        FLUME_TEST_ELASTICSEARCH_URL=elasticsearch.url,
    )
    assert "1 passed" in done.stdout
    name = done.stdout.partition("made ")[2].split()[0]
    assert elasticsearch.ask("GET", f"/{name}*") == {}


def test_one_that_is_stopped_and_started_again_has_its_port_and_its_documents(own, elasticsearch_index):
    url, index = own.url, f"/{elasticsearch_index}"
    own.ask("POST", f"{index}/_bulk", STORED)
    own.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", own.port))
    own.start()
    assert own.url == url
    assert own.ask("GET", f"{index}/_doc/1")["_source"] == {"a": 1}


def test_settings_are_those_of_the_server(own):
    pools = own.ask("GET", "/_nodes/_local/thread_pool?filter_path=nodes.*.thread_pool.write")["nodes"]
    assert [node["thread_pool"]["write"]["queue_size"] for node in pools.values()] == [1]


def test_the_version_before_can_be_had(elasticsearch_8, own):
    assert elasticsearch_8.version == "8.19.5"
    assert elasticsearch_8.port != own.port  # two at a time


def test_one_that_does_not_come_up_says_why(start_elasticsearch):
    server = start_elasticsearch(settings={"no.such.setting": 1})
    with pytest.raises(ServerError, match=r"ended with status 1 (.|\n)*unknown setting \[no.such.setting\]"):
        server.start()
    assert not server.folder.exists()


def test_a_port_that_is_taken_is_said(start_elasticsearch, own):
    with pytest.raises(ServerError, match=f"port {own.port} cannot be had: .*: choose another"):
        start_elasticsearch(port=own.port).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="who is not root runs it himself")
def test_a_folder_that_the_user_who_runs_it_may_not_look_into_is_said(start_elasticsearch, monkeypatch, tmp_path):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ServerError, match=r"nobody, who runs Elasticsearch for root, may not look into .*: set FLUME"):
        start_elasticsearch().start()
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_of_it_when_the_one_who_started_it_is_killed(own):
    script = """
import signal
from flume_adapter_elastic.testing import Server
server = Server()
server.start()
print(server.pid, server.folder, flush=True)
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        pid, folder = process.stdout.readline().split()
        assert lives(int(pid))
        assert Path(folder).is_dir()
        process.kill()
    assert until(lambda: not lives(int(pid)))
    assert until(lambda: not Path(folder).exists())


def test_ctrl_c_ends_the_one_for_trying(own):
    command = [sys.executable, "-m", "flume_adapter_elastic.testing", "sh", "-c", "echo $ELASTICSEARCH_URL"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert process.stdout.readline().strip() == url  # by the command
        try:
            assert Elasticsearch(url).version == own.version
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all in the foreground
            assert process.wait(20) == 0
        finally:
            process.kill()
    with pytest.raises(URLError, match="Connection refused"):
        Elasticsearch(url).ask("GET", "/_cluster/health")


# -- getting it -----------------------------------------------------------------------------------


def test_an_archive_that_is_not_the_one_is_not_used(monkeypatch, tmp_path):
    monkeypatch.setenv("FLUME_TEST_CACHE", str(tmp_path))
    with zipfile.ZipFile(tmp_path / "elasticsearch-9.2.0.zip", "w") as archive:
        archive.writestr("elasticsearch-9.2.0/bin/elasticsearch", "#!/bin/sh")
    with pytest.raises(InstallationError, match=r"is not Elasticsearch 9\.2\.0: its SHA-256 is"):
        install()
    assert not (tmp_path / "elasticsearch-9.2.0").exists()


@pytest.mark.parametrize(("ci", "result"), [("", "1 skipped"), ("1", "1 error")])
def test_where_there_is_none_the_end_says_so_and_what_to_do(run_tests, tmp_path, ci, result):
    done = run_tests(
        "def test_one(elasticsearch): ...", FLUME_TEST_CACHE=str(tmp_path / "empty"), PATH=str(tmp_path), CI=ci
    )
    assert result in done.stdout
    assert done.returncode == bool(ci)
    last = done.stdout.splitlines()[-2:]
    if not ci:
        assert any(line.startswith("NOT TESTED: 1 tests against Elasticsearch: ") for line in last), done.stdout
    assert "install Maven (apt install maven)" in done.stdout
    assert "set FLUME_TEST_ELASTICSEARCH_URL" in done.stdout


# -- the proxy ------------------------------------------------------------------------------------


@pytest.fixture
def proxy(elasticsearch) -> Iterator[Proxy]:
    with Proxy(elasticsearch.url) as made:
        yield made


def test_it_passes_on_what_is_asked_and_answered(proxy, elasticsearch, elasticsearch_index):
    through = Elasticsearch(proxy.url)
    through.ask("PUT", f"/{elasticsearch_index}/_doc/1?refresh=true", {"a": "ä" * 100_000})
    assert through.ask("GET", f"/{elasticsearch_index}/_doc/1") == elasticsearch.ask(
        "GET", f"/{elasticsearch_index}/_doc/1"
    )
    assert proxy.requests[0] == f"PUT /{elasticsearch_index}/_doc/1?refresh=true"
    with pytest.raises(HTTPError, match="404"):
        through.ask("GET", "/no-such-index/_search")


def test_a_connection_is_kept_whatever_the_form_of_the_body(proxy, elasticsearch_index):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port)
    connection.connect()
    port = connection.sock.getsockname()[1]
    path, kind = f"/{elasticsearch_index}/_doc/1", {"Content-Type": "application/json"}
    for method, body, status in [("PUT", iter([b'{"a":', b"1}"]), 201), ("HEAD", None, 200), ("GET", None, 200)]:
        connection.request(method, path, body, kind, encode_chunked=method == "PUT")
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == status
        assert bool(content) == (method != "HEAD")
        assert connection.sock.getsockname()[1] == port
    assert b'"_source":{"a":1}' in content
    connection.close()


def test_cut_before_the_answer_and_the_server_has_done_what_was_asked(proxy, elasticsearch, elasticsearch_index):
    proxy.cut("_doc", after=1)
    through = Elasticsearch(proxy.url)
    through.ask("PUT", f"/{elasticsearch_index}/_doc/1", {"a": 1})
    with pytest.raises(http.client.RemoteDisconnected):
        through.ask("PUT", f"/{elasticsearch_index}/_doc/2", {"a": 2})
    assert elasticsearch.ask("GET", f"/{elasticsearch_index}/_doc/2")["_source"] == {"a": 2}
    through.ask("PUT", f"/{elasticsearch_index}/_doc/3", {"a": 3})


def test_cut_within_the_answer(proxy):
    proxy.cut_within()
    with pytest.raises(http.client.IncompleteRead):
        Elasticsearch(proxy.url).ask("GET", "/_cluster/health")


def test_late(proxy):
    proxy.delay(0.5)
    begin = time.monotonic()
    Elasticsearch(proxy.url).ask("GET", "/_cluster/health")
    assert 0.5 <= time.monotonic() - begin < 5


def test_one_that_is_late_does_not_hold_up_its_end(elasticsearch):
    with Proxy(elasticsearch.url) as proxy:
        proxy.delay(60)
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port)
        connection.request("GET", "/_cluster/health")
        assert until(lambda: proxy.requests)
        begin = time.monotonic()
    connection.close()
    assert time.monotonic() - begin < 5


def test_refused_and_accepted_again_on_the_same_port(proxy):
    through = http.client.HTTPConnection("127.0.0.1", proxy.port)
    through.request("GET", "/_cluster/health")
    through.getresponse().read()
    proxy.refuse()
    through.request("GET", "/_cluster/health")
    with pytest.raises(ConnectionError):
        through.getresponse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port))
    proxy.recover()
    assert Elasticsearch(proxy.url).ask("GET", "/_cluster/health")


def test_the_first_requests_of_a_path_are_answered_429(proxy, elasticsearch, elasticsearch_index):
    proxy.answer(429, "/_bulk", times=2)
    through = Elasticsearch(proxy.url)
    for _ in range(2):
        with pytest.raises(HTTPError, match="429"):
            through.ask("POST", f"/{elasticsearch_index}/_bulk", STORED)
    assert elasticsearch.ask("GET", f"/{elasticsearch_index}*") == {}  # it saw none of them
    assert not through.ask("POST", f"/{elasticsearch_index}/_bulk", STORED)["errors"]


def test_only_whom_it_knows_is_let_in(elasticsearch):
    with Proxy(elasticsearch.url, user="ada", password="s:ä", api_key="a2V5") as proxy:
        authority = proxy.url.removeprefix("http://")
        assert Elasticsearch(f"http://ada:s%3A%C3%A4@{authority}").ask("GET", "/_cluster/health")
        with pytest.raises(HTTPError, match="401"):
            Elasticsearch(f"http://ada:wrong@{authority}").ask("GET", "/_cluster/health")
        with pytest.raises(HTTPError, match="401"):
            Elasticsearch(proxy.url).ask("GET", "/_cluster/health")
        with Client(proxy.url, api_key="a2V5") as client:
            assert client.cluster.health()["status"]


def test_its_certificate_is_vouched_for_by_nobody_but_itself(elasticsearch, need):
    need("openssl")
    with Proxy(elasticsearch.url, tls=True) as proxy:
        with pytest.raises(ssl.SSLCertVerificationError):
            http.client.HTTPSConnection("127.0.0.1", proxy.port).request("GET", "/")
        context = ssl.create_default_context(cafile=proxy.certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=context)
        for path in ("/_cluster/health", "/_nodes/_local"):
            connection.request("GET", path)
            assert connection.getresponse().read().startswith(b"{")
        proxy.cut()
        connection.request("GET", "/_cluster/health")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            connection.getresponse()
        connection.close()


def test_many_at_a_time(proxy):
    answers: list[object] = []
    through = Elasticsearch(proxy.url)
    threads = [
        threading.Thread(target=lambda: answers.append(through.ask("GET", "/_cluster/health"))) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
