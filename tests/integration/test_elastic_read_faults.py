"""Reading from a real Elasticsearch when things go wrong: an error in one line, never less data."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from flume import count, head, read, reduce
from flume.errors import SourceError
from flume.flow import Point
from flume_adapter_elastic import point_in_time, reading
from flume_adapter_elastic.testing import Elasticsearch, Proxy, Server

pytestmark = pytest.mark.fault

FLUME = str(Path(sys.executable).with_name("flume"))

Make = Callable[..., str]


def documents(count: int) -> Iterator[Point]:
    """Documents of one second after the other."""
    return ({"time": f"2024-01-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z", "n": n} for n in range(count))


@pytest.fixture
def proxy(elasticsearch: Elasticsearch) -> Iterator[Proxy]:
    """What makes faults between the reader and the server."""
    with Proxy(elasticsearch.url) as proxy:
        yield proxy


def filled(server: Elasticsearch, index: str, count: int) -> str:
    """An index of so many documents."""
    lines = [line for document in documents(count) for line in ({"index": {}}, document)]
    mappings = {"properties": {"time": {"type": "date"}}}
    server.ask("PUT", f"/{index}", {"mappings": mappings, "settings": {"number_of_replicas": 0}})
    server.ask("POST", f"/{index}/_bulk?refresh=true", lines)
    return index


# -- connections -------------------------------------------------------------------------------------


def test_an_answer_that_breaks_off_is_asked_for_again(elastic_index: Make, proxy: Proxy) -> None:
    """Each page once; where it breaks off again and again, that is an error and no end."""
    name = elastic_index(*documents(50))
    proxy.cut_within("/_search", after=2)
    proxy.cut("/_search", after=3)
    proxy.answer(503, "/_search", after=4)
    assert [point["n"] for point in read("elastic", index=name, url=proxy.url, batch=7)] == list(range(50))
    proxy.cut_within("/_search", times=0, after=3)
    found: list[int] = []
    with pytest.raises(SourceError, match=r"read\('elastic'\): cannot talk to http://"):
        found.extend(point["n"] for point in read("elastic", index=name, url=proxy.url, batch=7))
    assert found == list(range(21))


def test_an_answer_that_does_not_come(elastic_index: Make, proxy: Proxy) -> None:
    """Is an error after `timeout`."""
    name = elastic_index(*documents(50))
    proxy.delay(30, "/_search", times=0, after=1)
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"took longer than 0\.5 s; timeout= waits longer"):
        list(read("elastic", index=name, url=proxy.url, batch=7, timeout="0.5s", retries=1))
    assert time.monotonic() - began < 10


def test_nothing_is_left_open_where_a_page_takes_long(
    elastic_index: Make, elasticsearch: Elasticsearch, proxy: Proxy
) -> None:
    """Who has enough lets go of what the server keeps for the reading, also while a page is waited for."""
    name = elastic_index(*documents(50))
    proxy.delay(4, "/_search", times=0, after=1)
    points = iter(read("elastic", index=name, url=proxy.url, batch=7) | head(3))
    assert [point["n"] for point in points] == [0, 1, 2]
    found = elasticsearch.ask("GET", f"/{name}/_stats/search")["_all"]["total"]["search"]
    assert found["open_contexts"] == 0


def test_a_wrong_password(elastic_index: Make, elasticsearch: Elasticsearch) -> None:
    """Says so, and shows none."""
    name = elastic_index(*documents(1))
    with Proxy(elasticsearch.url, user="me", password="right") as proxy:
        assert len(list(read("elastic", index=name, url=proxy.url, user="me", password="right"))) == 1
        with pytest.raises(SourceError, match="does not know this key or password") as raised:
            list(read("elastic", index=name, url=proxy.url, user="me", password="wr0ng"))
    assert "wr0ng" not in str(raised.value)


def test_an_unknown_certificate(
    elastic_index: Make, elasticsearch: Elasticsearch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody is asked who cannot prove who they are, unless `ca_certs` vouches for them; it may stand in the file."""
    monkeypatch.chdir(tmp_path)
    name = elastic_index(*documents(50))
    with Proxy(elasticsearch.url, tls=True) as secure:
        with pytest.raises(SourceError, match=r"certificate.*; ca_certs= names the certificate to trust") as raised:
            list(read("elastic", index=name, url=secure.url))
        assert "\n" not in str(raised.value)
        assert secure.requests == []
        trusted: dict[str, Any] = {"ca_certs": secure.certificate, "batch": 7}
        assert [point["n"] for point in read("elastic", index=name, url=secure.url, **trusted)] == list(range(50))
        (counted,) = read("elastic", index=name, url=secure.url, **trusted) | reduce(n=count())
        assert counted["n"] == 50
        assert len(list(read("elastic", index=name, url=secure.url, verify=False))) == 50
        (tmp_path / "flume.toml").write_text(f'[elastic]\nurl = "{secure.url}"\nca_certs = "{secure.certificate}"\n')
        assert len(list(read("elastic", index=name))) == 50


def test_a_server_of_another_major_version(elasticsearch_8: Server) -> None:
    """A client of its own version reads and counts there; of a newer one the error says which to install."""
    import elasticsearch as client

    name = filled(elasticsearch_8, f"read-{time.time_ns()}", 50)
    found = read("elastic", index=name, url=elasticsearch_8.url, batch=7)
    if client.__version__[0] == 8:
        assert [point["n"] for point in found] == list(range(50))
        assert [point["n"] for point in found | reduce(n=count())] == [50]
        return
    said = r"is of version 8 and does not understand the client, .*; pip install 'elasticsearch<9'"
    for asked in (found, found | reduce(n=count())):
        with pytest.raises(SourceError, match=said) as raised:
            list(asked)
        assert "\n" not in str(raised.value)


def test_ctrl_c_while_an_answer_is_waited_for(elastic_index: Make, proxy: Proxy) -> None:
    """Ends the run soon, with what was read before."""
    name = elastic_index(*documents(50))
    proxy.delay(30, "/_search", times=0, after=2)
    program = f"read('elastic', index={name!r}, url={proxy.url!r}, batch=7) | keep('n') | write('stdio')"
    with subprocess.Popen([FLUME, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as flume:
        while len([request for request in proxy.requests if "/_search" in request]) < 3:
            time.sleep(0.02)
        time.sleep(0.2)
        began = time.monotonic()
        flume.send_signal(signal.SIGINT)
        out, said = flume.communicate(timeout=20)
    assert (flume.returncode, len(out.splitlines())) == (130, 14), said
    assert time.monotonic() - began < 5


# -- indices and shards ------------------------------------------------------------------------------


def test_an_index_that_is_not_there(elastic_index: Make, elasticsearch: Elasticsearch) -> None:
    """Names like ones; also where it is one of several, or a pattern that none has."""
    name = elastic_index(*documents(1))
    for index in (f"{name}s", [name, f"{name}s"]):
        with pytest.raises(SourceError, match=rf"no such index \[{name}s\]; did you mean .*'{name}'"):
            list(read("elastic", index=index, url=elasticsearch.url))
    with pytest.raises(SourceError, match=rf"no such index \[{name}-none-\*\]"):
        list(read("elastic", index=f"{name}-none-*", url=elasticsearch.url))


def test_a_shard_that_is_not_there(elastic_index: Make, elasticsearch: Elasticsearch) -> None:
    """The documents of the others are not given for all."""
    name = elastic_index(*documents(5))
    elasticsearch.ask(
        "PUT",
        f"/{name}-x?wait_for_active_shards=0&timeout=0s",
        {"settings": {"index.routing.allocation.require._name": "nowhere", "number_of_replicas": 0}},
    )
    with pytest.raises(SourceError, match=r"missing shards \[\[.*-x\]\[0\]\].*less data is never given"):
        list(read("elastic", index=[name, f"{name}-x"], url=elasticsearch.url, retries=0))


def test_a_shard_that_fails(elastic_index: Make, elasticsearch: Elasticsearch) -> None:
    """One that cannot do the query, as it has the field otherwise."""
    dated = {"properties": {"time": {"type": "date"}, "x": {"type": "date"}}}
    word = {"properties": {"time": {"type": "date"}, "x": {"type": "keyword"}}}
    first = elastic_index({"time": "2024-01-01", "x": "2024-01-01"}, mappings=dated)
    other = elastic_index({"time": "2024-01-01", "x": "word"}, mappings=word)
    query = {"range": {"x": {"gte": "abc"}}}
    with pytest.raises(SourceError, match=r"failed to parse date field \[abc\]"):
        list(read("elastic", index=[first, other], url=elasticsearch.url, query=query))


# -- the state that is read --------------------------------------------------------------------------


def test_what_is_written_meanwhile_is_not_read(elastic_index: Make, elasticsearch: Elasticsearch) -> None:
    """Nor is anything missing that is deleted meanwhile."""
    name = elastic_index(*documents(100))
    points = iter(read("elastic", index=name, url=elasticsearch.url, batch=10))
    found = list(islice(points, 5))
    lines = [line for document in documents(100) for line in ({"index": {}}, document)]
    elasticsearch.ask("POST", f"/{name}/_bulk?refresh=true", lines)
    elasticsearch.ask("POST", f"/{name}/_forcemerge?max_num_segments=1")
    assert [point["n"] for point in [*found, *points]] == list(range(100))


def test_a_page_that_is_worked_on_for_long(
    own_elasticsearch: Server, elasticsearch_index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server keeps the state meanwhile; where it has lost it all the same, that is said, and nothing is doubled."""
    own, name = own_elasticsearch, filled(own_elasticsearch, elasticsearch_index, 100)
    monkeypatch.setattr(point_in_time, "KEPT", "1s")
    monkeypatch.setattr(reading, "_TOUCHED", 0.3)
    found: list[int] = []
    for point in read("elastic", index=name, url=own.url, batch=30):
        if point["n"] in (0, 30):
            time.sleep(1.8)
        found.append(point["n"])
    assert found == list(range(100))
    monkeypatch.setattr(reading, "_TOUCHED", 60.0)
    found.clear()

    def slowly() -> None:
        for point in read("elastic", index=name, url=own.url, batch=30):
            if point["n"] == 0:
                time.sleep(1.8)
            found.append(point["n"])

    with pytest.raises(SourceError, match="has lost the state of the indices that was read, after 90 documents"):
        slowly()
    assert found == list(range(90))


def test_a_server_that_dies(own_elasticsearch: Server, elasticsearch_index: str) -> None:
    """It is gone, or another one is there: an error either way, after the points that were read."""
    own, name = own_elasticsearch, filled(own_elasticsearch, elasticsearch_index, 100)
    first, second = (iter(read("elastic", index=name, url=own.url, batch=10, retries=1)) for _ in range(2))
    of_first, of_second = [next(first)["n"]], [next(second)["n"]]
    until = time.monotonic() + 30
    while own.ask("GET", f"/{name}/_stats/search")["_all"]["total"]["search"]["fetch_total"] < 6:
        assert time.monotonic() < until, "the readers are not as far ahead as they go: a page that waits, and one more"
        time.sleep(0.1)
    time.sleep(1)  # for the last answers to arrive
    own.kill()
    with pytest.raises(SourceError, match=r"cannot talk to .*is it running there"):
        of_first.extend(point["n"] for point in first)
    own.start()
    with pytest.raises(SourceError, match="has lost the state of the indices that was read, after 30 documents"):
        of_second.extend(point["n"] for point in second)
    assert of_first == of_second == list(range(30))


def test_memory_is_constant(elastic_index: Make, elasticsearch: Elasticsearch) -> None:
    """However many documents there are."""
    few, many = (
        elastic_index(*({**document, "text": f"{document['n']:01000}"} for document in documents(count)))
        for count in (2_000, 25_000)
    )

    def peak(index: str) -> int:
        program = (
            "from pathlib import Path; from flume import read, tail, memory;"
            f"report = (read('elastic', index={index!r}, url={elasticsearch.url!r}, batch=1000) | tail(1) | memory())"
            ".execute(); print(Path('/proc/self/status').read_text().partition('VmHWM:')[2])"
        )
        said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        return int(said.split()[0])

    assert peak(many) - peak(few) < 10_000  # kilobytes; the documents are 25,000
