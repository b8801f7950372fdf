"""Following a real Elasticsearch: what is there, and what comes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flume import read
from flume.duration import EPOCH
from flume.errors import SourceError
from flume.flow import Point
from flume_adapter_elastic.documents import Document
from flume_adapter_elastic.following import Given
from flume_adapter_elastic.testing import Elasticsearch, Proxy, Server

FLUME = str(Path(sys.executable).with_name("flume"))


def ago(seconds: float) -> str:
    """A time so long ago, as a document has it."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def written(elasticsearch: Elasticsearch, index: str, *documents: dict[str, Any], refresh: bool = True) -> None:
    """Write documents."""
    lines = [line for document in documents for line in ({"index": {}}, document)]
    assert not elasticsearch.ask("POST", f"/{index}/_bulk?refresh={str(refresh).lower()}", lines)["errors"]


class Followed:
    """The points that a thread gets of a stream that does not end."""

    def __init__(self, points: Iterator[Point]) -> None:
        self.points: list[Point] = []
        self.error: Exception | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(points,), daemon=True)
        self._thread.start()

    def _work(self, points: Iterator[Point]) -> None:
        try:
            for point in points:
                self.points.append(point)
                if point.get("end"):
                    break
        except Exception as error:
            self.error = error

    def until(self, number: int, seconds: float = 20) -> list[Any]:
        """The numbers of the points, once there are so many."""
        end = time.monotonic() + seconds
        while len(self.points) < number and self.error is None and time.monotonic() < end:
            time.sleep(0.02)
        return [point["n"] for point in self.points]

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def proxy(elasticsearch: Elasticsearch) -> Iterator[Proxy]:
    """What makes faults between the reader and the server."""
    with Proxy(elasticsearch.url) as proxy:
        yield proxy


@pytest.mark.parametrize("lag", ["0.2s", "1s"])
def test_history_then_live(elastic_index: Callable[..., str], elasticsearch: Elasticsearch, lag: str) -> None:
    """One stream: no gap and no double, whatever is written while history is read, and in order of time."""
    name = elastic_index(*({"time": ago(900 - n / 10), "n": n} for n in range(3000)), refresh_interval="100ms")
    followed = Followed(iter(read("elastic", index=name, url=elasticsearch.url, follow=True, lag=lag, batch=100)))
    number = 3000
    for _ in range(60):
        written(elasticsearch, name, *({"time": ago(0), "n": number + n} for n in range(5)), refresh=False)
        number += 5
        time.sleep(0.03)
    assert sorted(followed.until(number)) == list(range(number))
    written(elasticsearch, name, {"time": ago(0), "n": number, "end": True})
    followed.join()
    assert sorted(point["n"] for point in followed.points) == list(range(number + 1))
    if lag == "1s":  # longer than a document takes to be shown
        stamps = [point["time"] for point in followed.points]
        assert stamps == sorted(stamps)


def test_a_late_document_is_given_once(elastic_index: Callable[..., str], elasticsearch: Elasticsearch) -> None:
    """Up to a minute late, and not those that were given at that time already."""
    name = elastic_index({"time": ago(30), "n": 0}, {"time": ago(5), "n": 1}, {"n": -1})
    followed = Followed(iter(read("elastic", index=name, url=elasticsearch.url, follow=True, lag="0.1s")))
    assert followed.until(3) == [-1, 0, 1]
    written(elasticsearch, name, {"time": ago(40), "n": 2})
    assert followed.until(4) == [-1, 0, 1, 2]
    written(elasticsearch, name, {"time": ago(3600), "n": 3}, {"time": ago(0), "n": 4, "end": True})
    followed.join()
    assert [point["n"] for point in followed.points] == [-1, 0, 1, 2, 4]


def test_bounds_end_it(elastic_index: Callable[..., str], elasticsearch: Elasticsearch) -> None:
    """`last` begins it, `to` ends it."""
    name = elastic_index({"time": ago(3600), "n": 0}, {"time": ago(5), "n": 1}, {"n": -1})
    end = datetime.now(UTC) + timedelta(seconds=2)
    options = {"from_": datetime.now(UTC) - timedelta(seconds=60), "to": end}
    followed = Followed(iter(read("elastic", index=name, url=elasticsearch.url, follow=True, lag="0.1s", **options)))
    assert followed.until(1) == [1]
    written(elasticsearch, name, {"time": ago(0), "n": 2}, {"time": ago(-60), "n": 3})
    followed.join()
    assert [point["n"] for point in followed.points] == [1, 2]


def test_a_new_index_of_a_pattern_is_followed(elastic_index: Callable[..., str], elasticsearch: Elasticsearch) -> None:
    """Also one that is made later."""
    name = elastic_index({"time": ago(5), "n": 0})
    followed = Followed(iter(read("elastic", index=f"{name}*", url=elasticsearch.url, follow=True, lag="0.1s")))
    assert followed.until(1) == [0]
    written(elasticsearch, elastic_index(name=f"{name}-2"), {"time": ago(0), "n": 1, "end": True})
    followed.join()
    assert [point["n"] for point in followed.points] == [0, 1]


def test_without_times_nothing_is_followed(elastic_index: Callable[..., str], elasticsearch: Elasticsearch) -> None:
    """It says so."""
    name = elastic_index({"n": 1}, mappings={"properties": {"time": {"type": "long"}}})
    with pytest.raises(SourceError, match="time=None reads none"):
        list(read("elastic", index=name, url=elasticsearch.url, follow=True, time=None))
    with pytest.raises(SourceError, match="mapped as long; map it as date"):
        list(read("elastic", index=name, url=elasticsearch.url, follow=True))


@pytest.mark.fault
@pytest.mark.parametrize("end", [Server.stop, Server.kill])
def test_a_server_that_is_started_again(
    own_elasticsearch: Server, elasticsearch_index: str, end: Callable[[Server], None], caplog: pytest.LogCaptureFixture
) -> None:
    """What was written before and behind is given once, and it is said once that the server was away."""
    own, name = own_elasticsearch, elasticsearch_index
    mappings = {"properties": {"time": {"type": "date"}}}
    own.ask("PUT", f"/{name}", {"mappings": mappings, "settings": {"number_of_replicas": 0}})
    written(own, name, *({"time": ago(90 - n / 10), "n": n} for n in range(900)))
    followed = Followed(iter(read("elastic", index=name, url=own.url, follow=True, lag="0.1s", retries=50)))
    assert followed.until(900) == list(range(900))
    written(own, name, *({"time": ago(0), "n": n} for n in range(900, 950)), refresh=False)
    end(own)
    time.sleep(2)
    own.start()
    written(own, name, {"time": ago(20), "n": 950}, *({"time": ago(0), "n": n} for n in range(951, 960)))
    found = followed.until(960, seconds=60)
    assert followed.error is None
    assert sorted(found) == list(range(960))
    written(own, name, {"time": ago(0), "n": 960, "end": True})
    followed.join()
    assert followed.error is None
    assert sorted(point["n"] for point in followed.points) == list(range(961))
    assert caplog.text.count("following goes on when the server is back: read('elastic'): ") == 1


@pytest.mark.fault
@pytest.mark.parametrize("end", [1, 5])
@pytest.mark.parametrize("fault", ["cut", "cut_within", "answer"])
def test_history_that_breaks_off_is_gone_on_with(
    elastic_index: Callable[..., str], proxy: Proxy, fault: str, end: int
) -> None:
    """Wherever that is, also between documents of one millisecond, and with those that wait for others of it.

    At minute 1 of what is read all names are remembered, at 5 only those of that millisecond.
    """
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    times = [begin + timedelta(milliseconds=n // 40, microseconds=40 - n % 40) for n in range(1100)]
    name = elastic_index(*({"time": f"{times[n]:%FT%T.%fZ}", "n": n} for n in range(1100)))
    faults = {"answer": (503,)}.get(fault, ())
    for after in (2, 3, 7):  # each is the end of a look: the client asks again as often as it fails
        getattr(proxy, fault)(*faults, "/_search", times=3, after=after)
    options = {"follow": True, "lag": "0.1s", "batch": 100, "retries": 2}
    followed = Followed(iter(read("elastic", index=name, url=proxy.url, to=begin + timedelta(minutes=end), **options)))
    followed.join()
    assert followed.error is None
    assert sorted(point["n"] for point in followed.points) == list(range(1100))


@pytest.mark.fault
def test_a_server_that_stays_away(elastic_index: Callable[..., str], proxy: Proxy) -> None:
    """Is an error in the end; one that was never there, and documents that could be given twice, at once."""
    name = elastic_index({"time": ago(5), "n": 0})
    followed = Followed(iter(read("elastic", index=name, url=proxy.url, follow=True, lag="0.1s", retries=2)))
    assert followed.until(1) == [0]
    proxy.refuse()
    followed.join()
    assert "is it running there" in str(followed.error)
    assert [point["n"] for point in followed.points] == [0]
    with pytest.raises(SourceError, match="is it running there"):
        list(read("elastic", index=name, url=proxy.url, follow=True))
    proxy.recover()
    timeless = elastic_index(*({"n": n} for n in range(1000)))
    proxy.cut("/_search", times=3, after=1)
    followed = Followed(iter(read("elastic", index=timeless, url=proxy.url, follow=True, batch=100, retries=2)))
    followed.join()
    assert "cannot talk to" in str(followed.error)
    assert [point["n"] for point in followed.points] == list(range(100))


def test_ctrl_c_ends_it_soon(elastic_index: Callable[..., str], elasticsearch: Elasticsearch) -> None:
    """And what was given before has been written."""
    name = elastic_index(*({"time": ago(60 - n), "n": n} for n in range(9)))
    program = f"read('elastic', index={name!r}, url={elasticsearch.url!r}, follow=True) | keep('n') | write('stdio')"
    with subprocess.Popen([FLUME, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as flume:
        assert flume.stdout
        lines = [flume.stdout.readline() for _ in range(9)]
        began = time.monotonic()
        flume.send_signal(signal.SIGINT)
        rest, said = flume.communicate(timeout=10)
    assert [json.loads(line)["n"] for line in lines] == list(range(9))
    assert time.monotonic() - began < 3
    assert (rest, flume.returncode) == ("", 130), said


def test_few_names_are_remembered() -> None:
    """Where more documents come than are remembered, looks go back less far: none is given twice."""
    given = Given(most=10)
    documents = [Document([n, n, ""], "index", str(n), {"n": n}) for n in range(100)]
    assert list(given.new(iter([documents]), EPOCH)) == [documents]
    since = given.forget(EPOCH)
    assert since == EPOCH + timedelta(milliseconds=90)
    assert list(given.new(iter([documents[90:]]), since)) == []


def test_a_millisecond_with_too_many_documents_is_not_begun_with_again() -> None:
    """Which of them were given is not known; behind it, it is again."""
    given = Given(most=10)
    crowd = [Document([1, n, ""], "index", str(n), {"n": n}) for n in range(11)]
    late = EPOCH + timedelta(seconds=1)
    assert list(given.new(iter([crowd[:6]]), late)) == [crowd[:6]]
    assert given.can_go_on
    assert list(given.new(iter([crowd[:6], crowd[6:]]), late)) == [crowd[6:]]
    assert not given.can_go_on
    assert list(given.new(iter([[Document([2, 0, ""], "index", "11", {})]]), late)) != []
    assert given.can_go_on
