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
from flume_adapter_elastic.testing import Elasticsearch

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
        self._thread.join(20)
        assert not self._thread.is_alive()


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
