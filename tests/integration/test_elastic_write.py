"""Writing to a real Elasticsearch, with all that goes wrong on the way: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flume import emit, read, write
from flume.errors import SinkError
from flume.report import Report
from flume_adapter_elastic.testing import Elasticsearch, Proxy, Server

BEGIN = datetime(2024, 3, 1, 12, tzinfo=UTC)
Point = dict[str, Any]


def numbered(count: int, first: int = 0) -> list[Point]:
    """Points that tell themselves apart."""
    return [{"time": BEGIN + timedelta(seconds=n), "n": n, "host": f"web{n % 5}"} for n in range(first, first + count)]


def written(points: list[Point], url: str, index: str, **options: Any) -> Report:
    """What the report of writing these says."""
    return (emit(points=points) | write("elastic", url=url, index=index, **options)).execute()


def documents(server: Elasticsearch, index: str) -> list[Point]:
    """All that is there, by number."""
    server.ask("POST", f"/{index}/_refresh")
    query = {"size": 10_000, "sort": [{"n": {"order": "asc", "unmapped_type": "long"}}]}
    return [hit["_source"] for hit in server.ask("POST", f"/{index}/_search", query)["hits"]["hits"]]


def numbers(server: Elasticsearch, index: str) -> Counter[int]:
    """How often each number is there."""
    return Counter(document["n"] for document in documents(server, index))


def once(count: int) -> Counter[int]:
    """Each number once."""
    return Counter(range(count))


@pytest.fixture(autouse=True)
def _of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the settings that this user has."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.delenv("ELASTICSEARCH_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def proxy(elasticsearch: Elasticsearch) -> Iterator[Proxy]:
    """What makes faults."""
    with Proxy(elasticsearch.url) as between:
        yield between


# -- what is there afterwards -----------------------------------------------------------------------


def test_points_become_documents(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """They can be found as soon as the run has ended, with every digit that they had."""
    point = {
        "n": 2**63 - 1,
        "time": BEGIN + timedelta(microseconds=1),
        "text": 'a "b"\n\u20ac',
        "few": [1, None, 2],
        "user": {"id": 1, "at.home": True},
        "f": 0.1,
        "nothing": None,
    }
    report = written([point], elasticsearch.url, elasticsearch_index)
    assert (report.status, report.accounts[-1].taken["written"]) == (0, 1)
    hits = elasticsearch.ask("GET", f"/{elasticsearch_index}/_search")["hits"]["hits"]
    assert [hit["_source"] for hit in hits] == [point | {"time": "2024-03-01T12:00:00.000001Z"}]


def test_an_index_that_flume_makes_says_what_its_values_are(
    elasticsearch: Elasticsearch, elasticsearch_index: str
) -> None:
    """Numbers with all their digits, no text taken for a date, and a mark for each kind of value, which nobody sees."""
    points = [{"n": 1, "f": 1.5, "day": "2024-03-01", "message": "it fails"}, {"n": "one", "f": None, "day": ["x"]}]
    written(points, elasticsearch.url, elasticsearch_index)
    mapping = elasticsearch.ask("GET", f"/{elasticsearch_index}/_mapping")[elasticsearch_index]["mappings"]
    kinds = {name: field["type"] for name, field in mapping["properties"].items()}
    own = {"time": "date", "flume_types": "keyword"}
    assert kinds == own | {"n": "long", "f": "double", "day": "keyword", "message": "text"}
    marked = {"": 1, "n:long": 1, "f:double": 1, "day:text": 1, "n:text": 0}
    for mark, count in marked.items():
        query = {"query": {"term": {"flume_types": mark}}}
        assert elasticsearch.ask("POST", f"/{elasticsearch_index}/_count", query)["count"] == count
    searched = {"query": {"match": {"message": "fails"}}}
    assert elasticsearch.ask("POST", f"/{elasticsearch_index}/_count", searched)["count"] == 1


def test_an_index_that_others_made_is_left_as_it_is(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """Nothing is written into it but the points."""
    elasticsearch.ask(
        "PUT", f"/{elasticsearch_index}", {"mappings": {"dynamic": "strict", "properties": {"n": {"type": "byte"}}}}
    )
    assert written([{"n": 1}], elasticsearch.url, elasticsearch_index).status == 0
    assert documents(elasticsearch, elasticsearch_index) == [{"n": 1}]


def test_a_template_that_keeps_no_source_as_it_came(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """The server makes such an index as it was told, since flume's marks have no place in it."""
    template = {
        "index_patterns": [f"{elasticsearch_index}*"],
        "template": {
            "settings": {"index.mapping.source.mode": "synthetic"},
            "mappings": {"properties": {"time": {"type": "date"}, "n": {"type": "long"}, "host": {"type": "keyword"}}},
        },
    }
    elasticsearch.ask("PUT", f"/_index_template/{elasticsearch_index}", template)
    try:
        assert written(numbered(3), elasticsearch.url, elasticsearch_index).status == 0
        assert numbers(elasticsearch, elasticsearch_index) == once(3)
    finally:
        elasticsearch.ask("DELETE", f"/_index_template/{elasticsearch_index}")


def test_an_index_for_each_day(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """A point goes to the index of its own time; one that has none is rejected."""
    points = [*numbered(2), {"n": 2, "time": BEGIN + timedelta(days=1)}, {"n": 3}]
    report = written(points, elasticsearch.url, f"{elasticsearch_index}-%Y.%m.%d")
    assert report.status == 3
    assert numbers(elasticsearch, f"{elasticsearch_index}-2024.03.01") == Counter([0, 1])
    assert numbers(elasticsearch, f"{elasticsearch_index}-2024.03.02") == Counter([2])


def test_writing_again_changes_nothing(
    elasticsearch: Elasticsearch, elasticsearch_index: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Where fields name the documents; without them there are two of each."""
    for _ in range(2):
        report = written(numbered(300), elasticsearch.url, elasticsearch_index, id=["host", "n"], batch=100)
        assert report.status == 0
        assert numbers(elasticsearch, elasticsearch_index) == once(300)
    assert "300 were there already" in caplog.text
    written(numbered(300), elasticsearch.url, elasticsearch_index)
    assert numbers(elasticsearch, elasticsearch_index) == once(300) + once(300)


def test_text_that_names_a_document_is_its_id(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """Other values are not, so that 1 and '1' are two; what has no value to be named by is rejected."""
    points = [{"n": 0, "k": "a/b ?"}, {"n": 1, "k": 1}, {"n": 2, "k": "1"}, {"n": 3, "k": None}, {"n": 4}]
    report = written(points, elasticsearch.url, elasticsearch_index, id="k")
    assert report.rejected == 2
    hits = elasticsearch.ask("GET", f"/{elasticsearch_index}/_search?sort=n")["hits"]["hits"]
    assert [hit["_source"]["n"] for hit in hits] == [0, 1, 2]
    assert (hits[0]["_id"], hits[2]["_id"]) == ("a/b ?", "1")


def test_an_own_field_of_flume_is_refused(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """Else it would say what is not so."""
    points = [{"n": 0}, {"n": 1, "flume_types": ["n:text"]}]
    assert written(points, elasticsearch.url, elasticsearch_index).rejected == 1
    assert numbers(elasticsearch, elasticsearch_index) == once(1)


# -- faults ---------------------------------------------------------------------------------------


@pytest.mark.fault
def test_one_document_that_the_server_refuses(
    elasticsearch: Elasticsearch, elasticsearch_index: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is rejected with the reason, the others of the same request are written, and the status is 3."""
    points = numbered(1000)
    elasticsearch.ask("PUT", f"/{elasticsearch_index}", {"mappings": {"properties": {"n": {"type": "long"}}}})
    points[500] = {"n": "five hundred"}
    report = written(points, elasticsearch.url, elasticsearch_index)
    assert (report.status, report.rejected) == (3, 1)
    assert numbers(elasticsearch, elasticsearch_index) == once(1000) - Counter([500])
    said = caplog.text
    assert "failed to parse field [n] of type [long]" in said
    assert '"five hundred"' in said
    assert "elastic: 999 written, 1 rejected" in said


@pytest.mark.fault
def test_what_is_refused_is_kept_with_its_place(
    elasticsearch: Elasticsearch, elasticsearch_index: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In the input that it was read from, whether the server refuses it or flume does."""
    elasticsearch.ask("PUT", f"/{elasticsearch_index}", {"mappings": {"properties": {"n": {"type": "long"}}}})
    lines = [f'{{"n": {n}, "k": {n}}}' for n in range(10_000)]
    lines[7_000], lines[8_000], lines[9_000] = '{"n": "x", "k": 1}', "no json", '{"n": 9000}'
    source, rejects = tmp_path / "in.jsonl", tmp_path / "rejects.jsonl"
    source.write_text("\n".join(lines))
    report = (
        read("stdio", file=source, rejects=str(rejects))
        | write("elastic", index=elasticsearch_index, id="k", url=elasticsearch.url, batch=500)
    ).execute()
    assert (report.status, report.rejected) == (3, 3)
    kept = {record["line"]: record for record in map(json.loads, rejects.read_text().splitlines())}
    assert sorted(kept) == [7_001, 8_001, 9_001]
    assert all(record["file"] == str(source) for record in kept.values())
    assert "failed to parse field [n] of type [long]" in kept[7_001]["reason"]
    assert (kept[7_001]["point"], kept[9_001]["point"]) == ({"n": "x", "k": 1}, {"n": 9000})
    assert f"{source}:7001: write('elastic'): " in caplog.text


@pytest.mark.fault
@pytest.mark.parametrize("id", [None, "n"])
@pytest.mark.parametrize("fault", ["cut", "cut_within", "delay"])
def test_an_answer_that_is_lost(
    elasticsearch: Elasticsearch, elasticsearch_index: str, proxy: Proxy, fault: str, id: str | None
) -> None:
    """What was written is not written again."""
    if fault == "delay":
        proxy.delay(3, "/_bulk", times=2, after=1)
    else:
        getattr(proxy, fault)("/_bulk", times=2, after=1)
    report = written(numbered(1000), proxy.url, elasticsearch_index, batch=250, id=id, timeout="1s")
    assert (report.status, report.accounts[-1].taken["written"]) == (0, 1000)
    assert numbers(elasticsearch, elasticsearch_index) == once(1000)
    assert sum("/_bulk" in request for request in proxy.requests) == 6


@pytest.mark.fault
@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_is_busy_for_a_while(
    elasticsearch: Elasticsearch, elasticsearch_index: str, proxy: Proxy, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """It is asked again, and the run says how often."""
    proxy.answer(status, "/_bulk", times=3)
    report = written(numbered(100), proxy.url, elasticsearch_index)
    assert report.status == 0
    assert numbers(elasticsearch, elasticsearch_index) == once(100)
    assert "elastic: 100 written, 300 retried" in caplog.text


@pytest.mark.fault
def test_a_server_that_stays_busy(elasticsearch: Elasticsearch, elasticsearch_index: str, proxy: Proxy) -> None:
    """An error ends the run, and says how many are written: as many as are there."""
    proxy.answer(429, "/_bulk", times=0, after=2)
    with pytest.raises(SinkError, match=r"too much to do.*; 200 points were written before"):
        written(numbered(500), proxy.url, elasticsearch_index, batch=100, retries=1)
    assert numbers(elasticsearch, elasticsearch_index) == once(200)


@pytest.mark.fault
def test_an_index_that_becomes_read_only(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """The error says why, and how many are there."""
    written(numbered(10), elasticsearch.url, elasticsearch_index)
    elasticsearch.ask("PUT", f"/{elasticsearch_index}/_settings", {"index.blocks.write": True})
    with pytest.raises(SinkError, match=r"does not allow it: .*blocked.*; 0 points were written before"):
        written(numbered(10, 10), elasticsearch.url, elasticsearch_index)
    assert numbers(elasticsearch, elasticsearch_index) == once(10)


@pytest.mark.fault
def test_nobody_is_there(unused: str, elasticsearch_index: str) -> None:
    """The error asks whether it is running."""
    with pytest.raises(SinkError, match=r"cannot talk to http://127.0.0.1:\d+: .*is it running there\?") as caught:
        written(numbered(1), unused, elasticsearch_index, retries=0)
    assert "\n" not in str(caught.value)


@pytest.fixture
def unused(elasticsearch: Elasticsearch) -> str:
    """Where nobody listens."""
    with Proxy(elasticsearch.url) as gone:
        return gone.url


@pytest.mark.fault
def test_a_wrong_password(
    elasticsearch: Elasticsearch, elasticsearch_index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the options, and not the password."""
    with Proxy(elasticsearch.url, user="me", password="right", api_key="k3y") as guarded:
        with pytest.raises(SinkError, match="does not know this key or password; api_key= or user=") as caught:
            written(numbered(1), guarded.url, elasticsearch_index, user="me", password="wr0ng")
        assert "wr0ng" not in str(caught.value)
        with pytest.raises(SinkError, match="does not know who asks"):
            written(numbered(1), guarded.url, elasticsearch_index)
        written(numbered(1), guarded.url.replace("//", "//me:right@"), elasticsearch_index)
        monkeypatch.setenv("ELASTICSEARCH_API_KEY", "k3y")
        written(numbered(1, 1), guarded.url, elasticsearch_index)
    with Proxy(elasticsearch.url, user="me", password="schön") as guarded:
        written(numbered(1, 2), guarded.url, elasticsearch_index, user="me", password="schön")
    assert numbers(elasticsearch, elasticsearch_index) == once(3)


@pytest.mark.fault
def test_an_unknown_certificate(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """Nothing is sent to who cannot prove who they are, unless the file that vouches for them is named."""
    with Proxy(elasticsearch.url, tls=True) as secure:
        with pytest.raises(SinkError, match=r"certificate.*; ca_certs= names the certificate to trust"):
            written(numbered(1), secure.url, elasticsearch_index)
        assert secure.requests == []
        written(numbered(1), secure.url, elasticsearch_index, ca_certs=str(secure.certificate))
        written(numbered(1, 1), secure.url, elasticsearch_index, verify=False)
    assert numbers(elasticsearch, elasticsearch_index) == once(2)


@pytest.mark.fault
def test_a_server_of_another_major_version(elasticsearch_8: Server) -> None:
    """A client of its own version writes there; of a newer one the error says which it understands."""
    import elasticsearch as client

    if client.__version__[0] == 8:
        written(numbered(9), elasticsearch_8.url, "written", id="n")
        assert numbers(elasticsearch_8, "written") == once(9)
        return
    with pytest.raises(SinkError, match=r"is of version 8 and does not .* pip install 'elasticsearch<9'"):
        written(numbered(1), elasticsearch_8.url, "written")


@pytest.mark.fault
def test_two_writers_with_the_same_ids(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """Each document is there once, whoever wrote it."""
    reports: list[Report] = []

    def write_all() -> None:
        reports.append(written(numbered(2000), elasticsearch.url, elasticsearch_index, id="n", batch=100))

    writers = [threading.Thread(target=write_all) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [report.accounts[-1].taken["written"] for report in reports] == [2000, 2000]
    assert numbers(elasticsearch, elasticsearch_index) == once(2000)


@pytest.mark.fault
def test_a_queue_that_is_full(own_elasticsearch: Server, elasticsearch_index: str) -> None:
    """Only the documents that the server did not take are sent again, for as long as it takes some."""
    own, index = own_elasticsearch, elasticsearch_index
    own.ask("PUT", f"/{index}", {"settings": {"number_of_shards": 8, "number_of_replicas": 0}})

    def write_from(first: int) -> Report:
        return written(numbered(300, first), own.url, index, batch=50)

    with ThreadPoolExecutor() as threads:
        reports = list(threads.map(write_from, range(0, 1200, 300)))
    assert [report.accounts[-1].taken["written"] for report in reports] == [300] * 4
    assert numbers(own, index) == once(1200)
    pools = own.ask("GET", "/_nodes/_local/stats/thread_pool")["nodes"]
    assert all(node["thread_pool"]["write"]["rejected"] > 0 for node in pools.values())


@pytest.mark.fault
def test_requests_that_are_too_large(
    own_elasticsearch: Server, elasticsearch_index: str, caplog: pytest.LogCaptureFixture
) -> None:
    """They are sent in parts; a document that is too large by itself is rejected."""
    own, index = own_elasticsearch, elasticsearch_index
    points = [point | {"text": "x" * 100_000} for point in numbered(30)]
    points[7]["text"] = "x" * 1_200_000
    report = written(points, own.url, index)
    assert (report.status, report.rejected) == (3, 1)
    assert numbers(own, index) == once(30) - Counter([7])
    assert "the document is too large for the server, as a request of 1,200," in caplog.text


@pytest.mark.fault
def test_a_shard_that_is_not_there(elasticsearch: Elasticsearch, elasticsearch_index: str) -> None:
    """An error after a time that is known, in one line."""
    nowhere = {"settings": {"index.routing.allocation.require._name": "nowhere"}}
    template = {"index_patterns": [elasticsearch_index], "template": nowhere}
    elasticsearch.ask("PUT", f"/_index_template/{elasticsearch_index}", template)
    began = time.monotonic()
    said = "primary shard is not active; its /_cluster/allocation/explain says why; 0 points were written before\n"
    with pytest.raises(SinkError, match=said):
        written(numbered(10), elasticsearch.url, elasticsearch_index, timeout="1s", retries=1)
    assert time.monotonic() - began < 10
    elasticsearch.ask("DELETE", f"/_index_template/{elasticsearch_index}")


@pytest.mark.fault
def test_a_server_that_is_killed_and_comes_back(
    own_elasticsearch: Server, elasticsearch_index: str, caplog: pytest.LogCaptureFixture
) -> None:
    """In the middle of its requests: what it has kept is not written again, what it has not kept is."""
    own, ids = own_elasticsearch, {f"{elasticsearch_index}-any": None, f"{elasticsearch_index}-named": "n"}

    def write_into(index: str) -> Report:
        return written(numbered(6000), own.url, index, id=ids[index], batch=100, retries=50)

    with ThreadPoolExecutor() as threads:
        reports = threads.map(write_into, ids)
        wait_until(lambda: all(found(own, index) > 500 for index in ids))
        own.kill()
        time.sleep(0.5)
        own.start()
    assert [report.accounts[-1].taken["written"] for report in reports] == [6000, 6000]
    for index in ids:
        assert numbers(own, index) == once(6000)
    assert caplog.text.count("retried") == 2


def found(server: Elasticsearch, index: str) -> int:
    """How many documents there are, as far as is known."""
    try:
        server.ask("POST", f"/{index}/_refresh")
        return int(server.ask("GET", f"/{index}/_count")["count"])
    except OSError:
        return 0


def wait_until(come: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for what must come soon."""
    end = time.monotonic() + seconds
    while not come():
        assert time.monotonic() < end, "it has not come"
        time.sleep(0.02)


# -- as time goes -----------------------------------------------------------------------------------

FLUME = str(Path(sys.executable).with_name("flume"))


def test_points_of_a_quiet_pipe_are_written(
    elasticsearch: Elasticsearch, elasticsearch_index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They do not wait for the next one, also where that is one which a filter drops; a refused one is said as soon."""
    monkeypatch.setenv("ELASTICSEARCH_URL", elasticsearch.url)
    log = tmp_path / "log"
    log.write_text('{"n": 0}\n{"n": 1}\n')
    program = f"read('stdio') | filter('n != 3') | write('elastic', index={elasticsearch_index!r})"
    with (
        subprocess.Popen(["tail", "-n", "+1", "-f", log], stdout=subprocess.PIPE) as tail,
        subprocess.Popen([FLUME, program], stdin=tail.stdout, stderr=subprocess.PIPE, text=True) as flume,
        log.open("a") as more,
    ):
        try:
            wait_until(lambda: found(elasticsearch, elasticsearch_index) == 2)
            print('{"n": 2}', '{"n": 3}', '{"n": "four"}', sep="\n", file=more, flush=True)
            wait_until(lambda: found(elasticsearch, elasticsearch_index) == 3)
            assert flume.stderr
            assert "failed to parse field [n] of type [long]" in flume.stderr.readline()
        finally:
            tail.terminate()
        assert flume.wait(20) == 3
    assert numbers(elasticsearch, elasticsearch_index) == once(3)


LIVE = """
import sys
from flume import emit, write

try:
    (emit(limit=100_000, every="10ms") | write("elastic", url=sys.argv[1], index=sys.argv[2])).execute()
except KeyboardInterrupt as ended:
    print(ended.report.read)
"""


@pytest.fixture
def live(elasticsearch_index: str) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """What starts a program that writes a hundred points a second, and says at Ctrl-C how many it had."""
    programs: list[subprocess.Popen[str]] = []

    def start(url: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", LIVE, url, elasticsearch_index]
        programs.append(subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return programs[-1]

    yield start
    for program in programs:
        program.kill()
        program.communicate()


@pytest.mark.fault
def test_what_was_taken_is_written_on_ctrl_c(
    elasticsearch: Elasticsearch, elasticsearch_index: str, live: Callable[[str], subprocess.Popen[str]]
) -> None:
    """All of it; and before, points do not wait until there are enough for a request."""
    program = live(elasticsearch.url)
    wait_until(lambda: found(elasticsearch, elasticsearch_index) > 0)
    time.sleep(0.5)
    program.send_signal(signal.SIGINT)
    said, _ = program.communicate(timeout=20)
    elasticsearch.ask("POST", f"/{elasticsearch_index}/_refresh")
    assert elasticsearch.ask("GET", f"/{elasticsearch_index}/_count")["count"] == int(said) > 0


@pytest.mark.fault
def test_ctrl_c_while_the_server_is_away(
    elasticsearch: Elasticsearch,
    elasticsearch_index: str,
    live: Callable[[str], subprocess.Popen[str]],
    proxy: Proxy,
) -> None:
    """It does not go on for ever, and says how many are written."""
    program = live(proxy.url)
    wait_until(lambda: found(elasticsearch, elasticsearch_index) > 0)
    proxy.answer(503, "/_bulk", times=0)  # a request that is cut may have been done, and nobody could say
    before = len(proxy.requests)
    wait_until(lambda: len(proxy.requests) > before)
    proxy.refuse()
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=20)
    count = found(elasticsearch, elasticsearch_index)
    assert f"{count} points were written before" in said


@pytest.mark.fault
def test_ctrl_c_while_the_server_is_busy(
    elasticsearch: Elasticsearch,
    elasticsearch_index: str,
    live: Callable[[str], subprocess.Popen[str]],
    proxy: Proxy,
) -> None:
    """What it does not take at once it gets a moment later."""
    program = live(proxy.url)
    wait_until(lambda: found(elasticsearch, elasticsearch_index) > 0)
    proxy.answer(429, "/_bulk", times=0)
    before = len(proxy.requests)
    program.send_signal(signal.SIGINT)
    wait_until(lambda: len(proxy.requests) > before)
    time.sleep(0.2)
    proxy.recover()
    said, _ = program.communicate(timeout=20)
    assert found(elasticsearch, elasticsearch_index) == int(said) > 0
