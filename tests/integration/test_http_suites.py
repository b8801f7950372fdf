"""The adapter http keeps the laws of sources and of sinks, with a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from flume import read, write
from flume.flow import Point, Sink, Source
from flume.moment import date
from flume.testing.sinks import SinkSuite
from flume.testing.sources import SourceSuite


class Shop(ThreadingHTTPServer):
    """Sells points, three pages of them, and keeps those that it is sent."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.url = f"http://127.0.0.1:{self.server_port}/points.jsonl"
        self.points: list[Point] = []


class Counter(BaseHTTPRequestHandler):
    """One request."""

    server: Shop

    def do_GET(self) -> None:
        """A page, and where the next one is."""
        page = int(self.path.partition("page=")[2] or 1)
        lines = [{"time": f"2024-01-01T00:0{page}:{n:02}Z", "n": n, "tags": [page]} for n in range(60)]
        self.send_response(200)
        if page < 3:
            self.send_header("link", f'<{self.server.url}?page={page + 1}>; rel="next"')
        self.answer("".join(f"{json.dumps(line)}\n" for line in lines).encode())

    def do_POST(self) -> None:
        """Keep the points, which are lines of JSON or an array."""
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        points = json.loads(text) if text.startswith("[") else list(map(json.loads, text.splitlines()))
        self.server.points += [{**point, "time": date(point["time"])} for point in points]
        self.send_response(200)
        self.answer(b"")

    def answer(self, body: bytes) -> None:
        """The rest of an answer."""
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is said."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A server."""
    with Shop() as shop:
        thread = threading.Thread(target=shop.serve_forever, args=(0.02,))
        thread.start()
        yield shop
        shop.shutdown()
        thread.join()


class TestReadHttp(SourceSuite):
    @pytest.fixture
    def source(self, shop: Shop) -> Source:
        return read("http", url=shop.url)


class TestWriteHttp(SinkSuite):
    atomic = False
    appends = True

    @pytest.fixture
    def sink(self, shop: Shop) -> Sink:
        return write("http", url=shop.url)

    @pytest.fixture
    def written(self, shop: Shop) -> Callable[[], Sequence[Point]]:
        return lambda: shop.points
