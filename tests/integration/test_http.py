"""The http adapter against a real server on this machine."""

from __future__ import annotations

import gzip
import json
import logging
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from flume import emit, env, head, memory, read, write
from flume.adapters import http_pages
from flume.errors import OptionError, RecordError, SinkError, SourceError
from flume.run import Clock, Run

JSON = "application/json"
LINES = "application/x-ndjson"
CACHE = "flume/http"

Page = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request to the site, and ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: Site
    content: bytes

    def answer(
        self, body: bytes | str = b"", status: int = 200, type: str = JSON, reason: str | None = None, **headers: str
    ) -> None:
        """A whole answer; the names of headers with `_` for `-`, one without a value is left out."""
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status, reason)
        headers = {"content_type": type, "content_length": str(len(data))} | headers
        for name, value in headers.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def chunked(self, *chunks: bytes, type: str = LINES) -> None:
        """The head of a chunked answer and its first chunks, without the end."""
        self.send_response(200)
        self.send_header("content-type", type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            self.chunk(chunk)

    def chunk(self, data: bytes) -> None:
        """One more chunk; an empty one is the end."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def handle_request(self) -> None:
        """Note the request, and let its page answer."""
        site = self.server
        self.content = self.rfile.read(int(self.headers.get("content-length", 0)))
        with site.lock:
            site.requests.append(copy(self))  # the next request on this connection changes it
        page = site.pages.get(self.path.partition("?")[0])
        if page is None:
            self.answer("no such page", 404)
        else:
            page(self)

    def handle(self) -> None:
        """Count the connection, and say when it has ended."""
        with self.server.lock:
            self.server.connections += 1
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = handle_request  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is said."""


class Site(ThreadingHTTPServer):
    """A web server with pages that the test gives; it knows what it was asked."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.scheme = "https" if tls else "http"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.pages: dict[str, Page] = {}
        self.requests: list[Exchange] = []
        self.connections = 0
        self.lock = threading.Lock()
        self.go = threading.Event()  # what a page may wait for
        self.hung_up = threading.Event()  # set when a connection has ended
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def page(self, path: str, *answers: Any, **options: Any) -> str:
        """Put a page at *path*: a function, or what it answers, one after the other, the last again and again."""
        given = [(lambda e, a=a: e.answer(a, **options)) if isinstance(a, (str, bytes)) else a for a in answers]
        self.pages[path] = lambda exchange: (given.pop(0) if len(given) > 1 else given[0])(exchange)
        return self.url(path)

    def url(self, path: str) -> str:
        """Where a page of this site is."""
        return f"{self.scheme}://localhost:{self.server_port}{path}"

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for."""
        return [exchange.path for exchange in self.requests]

    @property
    def bodies(self) -> list[Any]:
        """The JSON that was sent."""
        return [json.loads(exchange.content) for exchange in self.requests]

    def shutdown_request(self, request: Any) -> None:
        """Hang up, and say so once it is done."""
        super().shutdown_request(request)
        self.hung_up.set()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested here."""

    def shut(self) -> None:
        """End all waiting, and close."""
        self.go.set()
        self.shutdown()
        self.server_close()
        self.thread.join()


class HurriedClock(Clock):
    """Waits are noted and over at once."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.ahead = timedelta()

    def now(self) -> datetime:
        """The present, and what the test adds to it."""
        return super().now() + self.ahead

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Note it."""
        self.waits.append(seconds)
        return not stop.is_set()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server."""
    site = Site()
    yield site
    site.shut()


@pytest.fixture
def other() -> Iterator[Site]:
    """Another one: at another port it is another origin."""
    site = Site()
    yield site
    site.shut()


@pytest.fixture
def clock() -> HurriedClock:
    """A clock with which nobody waits."""
    return HurriedClock()


@pytest.fixture
def said(caplog) -> Callable[[], str]:
    """What was said to the user."""
    caplog.set_level(logging.WARNING, "flume")
    return lambda: "\n".join(record.getMessage() for record in caplog.records)


def points(url: Any, clock: Clock | None = None, **options: Any) -> list[dict[str, Any]]:
    """What reading *url* gives."""
    return (read("http", url=url, **options) | memory()).execute(clock=clock).points


def failure(url: Any, clock: Clock | None = None, **options: Any) -> str:
    """The error that reading *url* ends with, which is one line."""
    with pytest.raises(SourceError) as caught:
        points(url, clock, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


A, B, C = ({"a": 1}, {"a": 2}, {"a": 3})
TWO = '{"a": 1}\n{"a": 2}\n'

# -- formats and bodies ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "type", "body"),
    [
        ("/", JSON, '[{"a": 1}, {"a": 2}]'),
        ("/", "application/vnd.api+json; charset=utf-8", '[{"a": 1}, {"a": 2}]'),
        ("/", LINES, TWO),
        ("/", "text/csv", "a\n1\n2\n"),
        ("/", "text/tab-separated-values", "a\n1\n2\n"),
        ("/x.csv", "text/plain", "a\n1\n2\n"),
        ("/x.csv.gz", "application/gzip", gzip.compress(b"a\n1\n2\n")),
        ("/x.jsonl", "application/octet-stream", TWO),
        ("/x.csv", LINES, TWO),
        ("/", "", TWO),
        ("/", LINES, "\ufeff" + TWO),
        ("/", "application/x-ndjson; charset=utf-16", TWO.encode("utf-16")),
    ],
)
def test_the_format_is_what_the_answer_says(site, path, type, body):
    """By its Content-Type, else by the url's suffix, else JSON; whatever it is compressed or encoded with."""
    assert points(site.page(path, body, type=type)) == [A, B]


def test_the_format_may_be_given(site):
    """With the options of the format."""
    url = site.page("/", '{"n": 2, "data": {"items": [{"a": 1}, {"a": 2}]}}', type="text/html")
    assert points(url, format="json", path="data.items") == [A, B]
    assert points(url, path="data.items") == [A, B]


def test_an_option_that_the_answers_format_does_not_have_is_an_error(site):
    """Where only the answer tells the format, it is said then."""
    with pytest.raises(OptionError, match="delimiter"):
        points(site.page("/", "a\n1\n", type="text/csv"), delimeter=";")


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("identity", bytes),
    ],
)
def test_content_codings_are_undone(site, coding, compress):
    """Deflate in both its spellings; what was not asked for is refused by name."""
    assert points(site.page("/", compress(TWO.encode()), type=LINES, content_encoding=coding)) == [A, B]
    assert site.requests[0].headers["accept-encoding"] == "gzip, deflate"
    assert "'br' is not known" in failure(site.page("/", b"x", type=LINES, content_encoding="br"))


def test_an_unknown_charset_is_an_error(site):
    """It is named."""
    assert "'klingon'" in failure(site.page("/", "a", type="text/csv; charset=klingon"))


def test_points_arrive_before_the_body_ends(site):
    """The server sends the rest only after the first point has been seen."""

    def feed(exchange: Exchange) -> None:
        exchange.chunked(b'{"a": 1}\n{"a"')
        assert site.go.wait(10)
        exchange.chunk(b": 2}\n")
        exchange.chunk(b"")

    stream = iter(read("http", url=site.page("/", feed)))
    assert next(stream) == A
    site.go.set()
    assert list(stream) == [B]


def test_rejected_records_name_the_url_and_the_line(site, said):
    """Without its secrets."""
    url = site.page("/x.jsonl", '{"a": 1}\nnonsense\n', type=LINES)
    assert points(url + "?key=s3cr3t") == [A]
    assert f"{url}?key=…:2: " in said()
    assert "s3cr3t" not in said()


def test_a_request_is_sent_as_asked(site):
    """Method, headers, body, credentials; a user agent of our own."""
    url = site.page("/q", "[]")
    assert points(url, method="post", body={"q": ["é"]}, headers={"X-A": "b"}, auth=["me", "pw"]) == []
    request = site.requests[0]
    assert (request.command, json.loads(request.content)) == ("POST", {"q": ["é"]})
    assert request.headers["content-type"] == JSON
    assert request.headers["x-a"] == "b"
    assert request.headers["authorization"] == "Basic bWU6cHc="
    assert request.headers["user-agent"].startswith("flume/")


# -- pages ----------------------------------------------------------------------------------------


def linked(site: Site) -> str:
    """Three pages, each with a link to the next, relative in two ways."""
    site.page("/a/1", '[{"a": 1}]', link='<2?x=y>; rel="next", <1>; rel="first"')
    site.page("/a/2", '[{"a": 2}]', link='</a/3>; rel="next"')
    site.page("/a/3", '[{"a": 3}]', link='<2>; rel="prev"')
    return site.url("/a/1")


def test_links_to_the_next_page_are_followed(site):
    """Over one connection."""
    assert points(linked(site)) == [A, B, C]
    assert site.asked == ["/a/1", "/a/2?x=y", "/a/3"]
    assert site.connections == 1


def test_following_links_can_be_bounded(site):
    """By a number of pages, or altogether."""
    assert points(linked(site), max_pages=2) == [A, B]
    assert points(linked(site), follow_links=False) == [A]


def test_links_that_lead_in_a_circle_end(site, said):
    """Every page is read once, and it is said."""
    site.page("/2", '[{"a": 2}]', link="</1>; rel=next")
    assert points(site.page("/1", '[{"a": 1}]', link="</2>; rel=next")) == [A, B]
    assert "was read already" in said()


def test_links_are_relative_to_where_redirects_led(site):
    """As in a browser."""
    linked(site)
    assert points(site.page("/start", "", status=302, location="/a/1")) == [A, B, C]


def test_links_may_be_in_any_script(site):
    """The url that is given, and the bytes that a server sends."""
    page = "/%C3%A9"
    site.page(page, '[{"a": 1}]', link="</\u00c3\u00a9/2?\u00c3\u00bc>; rel=next")  # what UTF-8 looks like in a header
    site.page(page + "/2", '[{"a": 2}]', link="<?3>; rel=next")
    assert points(site.url("/é"), max_pages=3) == [A, B, B]
    assert site.asked == [page, page + "/2?%C3%BC", page + "/2?3"]


def test_credentials_do_not_follow_a_link_to_another_server(site, other, monkeypatch):
    """But they are there again when a link leads back."""
    monkeypatch.setenv("KEY", "s3cr3t")
    site.page("/1", '[{"a": 1}]', link=f"<{other.url('/2')}>; rel=next")
    other.page("/2", '[{"a": 2}]', link=f"<{site.url('/3')}>; rel=next")
    site.page("/3", '[{"a": 3}]')
    assert points(site.url("/1"), auth=env("KEY"), headers={"X-Key": env("KEY")}) == [A, B, C]
    assert [e.headers["authorization"] for e in site.requests] == ["Bearer s3cr3t"] * 2
    assert "s3cr3t" not in str(other.requests[0].headers)


def test_a_link_to_what_is_no_web_server_is_an_error(site):
    """Nothing else is opened."""
    assert "follow_links=False" in failure(site.page("/", "[]", link="<file:///etc/passwd>; rel=next"))


def test_pages_can_be_counted(site):
    """Until one has no points."""

    def page(exchange: Exchange) -> None:
        number = int(exchange.path.rpartition("=")[2])
        exchange.answer(json.dumps([{"a": number}] if number < 4 else []))

    url = site.page("/", page)
    assert points(url, page="page") == [A, B, C]
    assert points(url + "?page=2", page="page") == [B, C]
    assert points(url, page="page", max_pages=1) == [A]
    site.requests.clear()
    assert points(url, page="offset", page_step=2) == [{"a": 0}, B]
    assert site.asked == ["/?offset=0", "/?offset=2", "/?offset=4"]


def test_a_server_that_does_not_count_pages_is_found_out(site):
    """It would give the same page for ever."""
    assert "the same page as the one before" in failure(site.page("/", '[{"a": 1}]'), page="page")


def chained(site: Site, pages: dict[str, tuple[list[dict[str, Any]], Any]]) -> str:
    """A site whose answers say what comes next: by the cursor that was asked with, the points and the next cursor."""

    def page(exchange: Exchange) -> None:
        asked = parse_qs(urlsplit(exchange.path).query).get("after", [""])[0]
        given, following = pages[asked]
        exchange.answer(json.dumps({"data": given, "meta": {"next": following}}))

    return site.page("/", page) + "?limit=1"


CURSOR = {"path": "data", "next": "meta.next", "cursor": "after"}


@pytest.mark.parametrize("end", [None, "", False, 0])
def test_the_answer_says_the_next_page(site, end):
    """As a cursor that goes into a parameter, whatever characters it has; a page may have no points."""
    url = chained(site, {"": ([A], "b=+&/é"), "b=+&/é": ([], 7), "7": ([B, C], end)})
    assert points(url, **CURSOR) == [A, B, C]
    assert site.asked == ["/?limit=1", "/?limit=1&after=b%3D%2B%26%2F%C3%A9", "/?limit=1&after=7"]


def test_head_asks_for_no_more_pages(site):
    """Nor is more asked for than max_pages."""
    url = chained(site, {"": ([A], 1), "1": ([B], 2), "2": ([C], 3)})
    assert list(read("http", url=url, **CURSOR) | head(2)) == [A, B]
    assert points(url, max_pages=1, **CURSOR) == [A]
    assert len(site.asked) == 3


def test_the_answer_has_the_url_of_the_next_page(site, other):
    """Absolute or relative; credentials go with it on this host only."""
    site.page("/a/1", json.dumps({"data": [A], "links": {"next": "/a/2?x=y z"}}))
    site.page("/a/2", json.dumps({"data": [B], "links": {"next": other.url("/3")}}))
    other.page("/3", json.dumps({"data": [C], "links": {}}))
    assert points(site.url("/a/1"), path="data", next="links.next", auth="t0ken") == [A, B, C]
    assert site.asked == ["/a/1", "/a/2?x=y%20z"]
    assert [each.headers.get("authorization") for each in site.requests] == ["Bearer t0ken"] * 2
    assert other.requests[0].headers.get("authorization") is None


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ({"": ([A], 1), "1": ([B], 2), "2": ([C], 1)}, "'meta.next' leads to a page that was read already; max_pages="),
        ({"": ([A], 1), "1": ([B], 1)}, "'meta.next' leads to a page that was read already"),
        ({"": ([A], {"id": 1})}, "'meta.next' leads nowhere: it is a dict, not text"),
        ({"": ([A], True)}, "'meta.next' leads nowhere: it is a bool, not text"),
    ],
)
def test_cursors_that_lead_nowhere(site, pages, message):
    """What would go on for ever is an error, and so is what cannot be asked for."""
    assert message in failure(chained(site, pages), **CURSOR)


def test_no_more_for_now(site):
    """A feed says so with no points and the same cursor again."""
    assert points(chained(site, {"": ([A], 1), "1": ([B], 2), "2": ([], 2)}), **CURSOR) == [A, B]


def test_a_next_page_that_is_not_found(site, caplog):
    """A name that the first answer does not have is said; what is no url needs a parameter; what is no JSON fails."""
    url = chained(site, {"": ([A], "abc")})
    assert points(url, path="data", next="meta.nxt") == [A]
    assert "the answer has no 'meta.nxt' (it has 'next'), so this was the only page" in caplog.text
    assert "'meta.next' is no url: 'abc'; cursor= names the parameter" in failure(url, path="data", next="meta.next")
    site.page("/csv", "a\n1\n", type="text/csv")
    assert "next= looks into a JSON document, and this is none" in failure(site.url("/csv"), next="meta.next")


def test_a_page_that_is_too_large_to_look_into(site, monkeypatch):
    """It is held while it is read, so there is a bound."""
    monkeypatch.setattr(http_pages, "LARGEST", 1 << 20)
    url = site.page("/", json.dumps({"data": [{"a": "x" * 999}] * 2000, "meta": {"next": None}}))
    assert "next= looks into answers of up to 1 MB; ask for smaller pages" in failure(url, **CURSOR)


def test_a_page_is_asked_for_again(site, clock):
    """What passes is tried again, and no page is read twice."""
    tries = []

    def page(exchange: Exchange) -> None:
        tries.append(exchange.path)
        if len(tries) == 2:
            exchange.answer("not now", 503)
        else:
            following = None if "after" in exchange.path else "x"
            exchange.answer(json.dumps({"data": [B if "after" in exchange.path else A], "meta": {"next": following}}))

    assert points(site.page("/", page), clock, **CURSOR) == [A, B]
    assert tries == ["/", "/?after=x", "/?after=x"]


# -- what goes wrong ------------------------------------------------------------------------------


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def test_a_refused_connection_is_tried_again_and_said(clock):
    """With pauses that grow."""
    url = f"http://me:s3cr3t@127.0.0.1:{free_port()}/a?token=s3cr3t"
    message = failure(url, clock)
    shown = url.replace("me:s3cr3t@", "").replace("s3cr3t", "…")
    assert message.startswith(f"GET {shown}: connection refused")
    assert "(tried 4 times)" in message
    assert len(clock.waits) == 3
    assert all(0.25 * 2**n <= wait <= 0.5 * 2**n for n, wait in enumerate(clock.waits))


def test_a_host_that_does_not_exist_is_not_tried_again(clock):
    """Names under `.invalid` never exist; where no name can be looked up at all that is said."""
    assert "the host's name" in failure("http://flume.invalid/", clock, retries=0)


def test_silence_ends_after_the_timeout(site, clock):
    """Before the answer, and in the middle of it."""
    site.page("/never", lambda exchange: site.go.wait(10))
    assert "no answer within 0.1 s" in failure(site.url("/never"), clock, timeout="100ms")
    assert len(site.requests) == 4
    site.page("/half", lambda exchange: (exchange.chunked(b'{"a": 1}\n'), site.go.wait(10)))
    assert "not the whole" in failure(site.url("/half"), clock, timeout=0.1)


def test_a_pause_after_every_byte_is_no_silence(site):
    """The time-out bounds each wait, not the whole."""

    def slow(exchange: Exchange) -> None:
        exchange.chunked()
        for byte in b'{"a": 1}\n':
            exchange.chunk(bytes([byte]))
            time.sleep(0.05)
        exchange.chunk(b"")

    assert points(site.page("/", slow), timeout=0.3) == [A]


def cut(site: Site, how: str) -> None:
    """A page whose body breaks off."""

    def page(exchange: Exchange) -> None:
        exchange.close_connection = True
        data = gzip.compress(TWO.encode() * 100)[:-20] if how == "gzip" else TWO.encode()
        if how == "chunked":
            exchange.chunked(data)
        else:
            headers = {"gzip": {"content_encoding": "gzip", "content_length": ""}, "length": {"content_length": "999"}}
            exchange.answer(data, type=LINES, **headers[how])

    site.page("/", page)


@pytest.mark.parametrize("how", ["length", "chunked", "gzip"])
def test_a_body_that_breaks_off_is_an_error(site, how):
    """Never a short read: by its length, by its chunks, by its compression."""
    cut(site, how)
    message = failure(site.url("/"))
    assert "ended too early" in message or "ends in the middle" in message
    assert message.count(site.url("/")) == 1


def test_what_is_no_http_is_an_error():
    """Any other server may listen at a port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with server.accept()[0] as client:
                client.recv(1000)
                client.sendall(b"220 smtp.example.com ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        assert "what came is no HTTP" in failure(f"http://127.0.0.1:{server.getsockname()[1]}/", retries=0)
        thread.join()


def test_a_status_that_is_not_accepted_is_an_error(site):
    """With what the server said, on one line, and what to do."""
    message = failure(site.page("/x", "no\n such \x1b[31mindex", status=404))
    assert message == f"GET {site.url('/x')}: 404 Not Found: 'no such \ufffd[31mindex'; check the url"
    message = failure(site.page("/w", "", status=418))
    assert message == f"GET {site.url('/w')}: 418 I'm a Teapot; status=200 is what is taken"
    assert points(site.page("/y", '[{"a": 1}]', status=404), status=[200, 404]) == [A]
    assert points(site.page("/z", "", status=204), status=204) == []


# -- trying again ---------------------------------------------------------------------------------


def status(number: int, body: str = "later", **headers: str) -> Page:
    """A page that answers so."""
    return lambda exchange: exchange.answer(body, number, **headers)


def test_a_server_that_is_busy_is_asked_again_when_it_says(site, clock, said):
    """Retry-After is a number of seconds, or a date."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    url = site.page("/", status(503, retry_after="7"), status(429, retry_after=date), status(504), '[{"a": 1}]')
    assert points(url, clock) == [A]
    assert clock.waits[0] == 7
    assert 55 < clock.waits[1] <= 60
    assert 1 <= clock.waits[2] <= 2
    assert "503 Service Unavailable; trying again in 7 s" in said()


def test_trying_again_ends(site, clock):
    """After `retries`, or at once where the server asks for too much."""
    assert "502 Bad Gateway (tried 3 times): 'later'" in failure(site.page("/", status(502)), clock, retries=2)
    assert len(site.requests) == 3
    site.requests.clear()
    assert "it asks to wait 3600 s" in failure(site.page("/", status(503, retry_after="3600")), clock)
    assert len(site.requests) == 1


@pytest.mark.parametrize("number", [400, 401, 403, 404, 500])
def test_other_refusals_are_not_tried_again(site, clock, number):
    """They would be the same."""
    failure(site.page("/", status(number)), clock)
    assert len(site.requests) == 1


def test_a_post_is_tried_again_only_where_nothing_was_done(site, clock):
    """503 says so; 502 and a lost connection do not."""
    assert points(site.page("/", status(503), "[]"), clock, method="POST") == []
    assert len(site.requests) == 2
    site.requests.clear()
    failure(site.page("/", status(502)), clock, method="POST")
    site.page("/lost", lambda exchange: exchange.connection.shutdown(socket.SHUT_RDWR))
    assert "the server may have taken the POST" in failure(site.url("/lost"), clock, method="POST")
    assert len(site.requests) == 2
    site.requests.clear()
    assert "hung up without an answer (tried 4 times)" in failure(site.url("/lost"), clock)
    assert len(site.requests) == 4


def test_a_connection_that_was_hung_up_while_idle_is_made_anew(site, clock):
    """Also for a POST: nothing had been sent on it."""
    site.page("/2", '[{"a": 2}]')

    def first(exchange: Exchange) -> None:
        exchange.answer('[{"a": 1}]', link="</2>; rel=next")
        exchange.close_connection = True  # without having said so

    stream = iter(read("http", url=site.page("/1", first), method="POST", retries=0))
    assert next(stream) == A
    assert site.hung_up.wait(10)
    assert list(stream) == [B]
    assert site.connections == 2


def test_a_connection_that_is_hung_up_just_then_is_made_anew(site):
    """Without that being a try, for the server may have had enough of it while the request was on its way."""
    lost = lambda exchange: exchange.connection.shutdown(socket.SHUT_RDWR)
    site.page("/2", lost, '[{"a": 2}]')
    url = site.page("/1", '[{"a": 1}]', link="</2>; rel=next")
    assert points(url, retries=0) == [A, B]
    site.page("/2", lost, '[{"a": 2}]')
    assert "may have taken the POST" in failure(url, retries=0, method="POST")


def test_a_stop_ends_the_waiting_for_another_try(site):
    """And the reading, quietly."""
    run = Run()
    site.page("/", lambda exchange: (run.stop.set(), exchange.answer("", 503, retry_after="100")))
    assert list(read("http", url=site.url("/")).start(run)) == []


def test_a_stop_ends_the_waiting_for_an_answer(site):
    """Within a moment, though the time-out is long."""
    run = Run()
    site.page("/", lambda exchange: (run.stop.set(), site.go.wait(10)))
    began = time.monotonic()
    assert list(read("http", url=site.url("/")).start(run)) == []
    assert time.monotonic() - began < 5


def test_who_has_enough_hangs_up(site):
    """The server does not send the rest of an endless answer to nobody."""

    def endless(exchange: Exchange) -> None:
        exchange.chunked()
        while True:
            exchange.chunk(TWO.encode() * 1000)

    assert list(read("http", url=site.page("/", endless)) | head(1)) == [A]
    assert site.hung_up.wait(10)


def test_a_feed_is_live(site):
    """With `follow=True` it is read beside the clock, and left when there is enough."""

    def feed(exchange: Exchange) -> None:
        exchange.chunked(b'{"a": 1}\n')
        while not site.go.wait(0.01):
            exchange.chunk(b"\n")

    step = read("http", url=site.page("/", feed), follow=True)
    assert step.live(datetime.now(UTC))
    assert list(step | head(1)) == [A]
    assert site.hung_up.wait(10)


# -- redirects ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site, number):
    """With method and body, but for 303, which is a GET."""
    site.page("/data", '[{"a": 1}]')
    assert points(site.page("/old", "", status=number, location="data"), method="POST", body="x") == [A]
    last = site.requests[-1]
    assert (last.command, last.content) == (("GET", b"") if number == 303 else ("POST", b"x"))


def test_redirects_end(site):
    """A circle of them is an error."""
    assert "10 redirects before" in failure(site.page("/", "", status=302, location="/"))
    assert len(site.requests) == 11


def test_credentials_do_not_follow_a_redirect_to_another_server(site, other, monkeypatch):
    """And a body that holds a secret does not go there at all."""
    monkeypatch.setenv("KEY", "s3cr3t")
    other.page("/", '[{"a": 1}]')
    url = site.page("/", "", status=307, location=other.url("/"))
    assert points(url, auth=env("KEY"), headers={"Accept": "x/y"}) == [A]
    assert site.requests[0].headers["authorization"] == "Bearer s3cr3t"
    assert other.requests[0].headers["authorization"] is None
    assert other.requests[0].headers["accept"] == "x/y"
    assert "the body holds a secret" in failure(url, method="POST", body={"key": env("KEY")})
    assert len(other.requests) == 1


# -- TLS and proxies ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate of our own and its key, as a file."""
    if shutil.which("openssl") is None:
        pytest.skip("the openssl program makes the certificate")
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    extra = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run([*command.split(), *extra], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@pytest.fixture
def secure(certificate) -> Iterator[Site]:
    """A web server that speaks https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    site = Site(context)
    yield site
    site.shut()


@pytest.fixture
def _trusted(certificate, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))


def test_a_certificate_that_nobody_vouches_for_is_refused(secure, clock):
    """At once, with what to do."""
    message = failure(secure.page("/", "[]"), clock)
    assert "its certificate is not trusted" in message
    assert "SSL_CERT_FILE" in message
    assert clock.waits == []


@pytest.mark.usefixtures("_trusted")
def test_https_is_spoken(secure):
    """Over one connection for all pages."""
    assert points(linked(secure)) == [A, B, C]
    assert secure.connections == 1


@pytest.mark.usefixtures("_trusted")
def test_silence_ends_over_https_too(secure):
    """After the time-out, or with the run."""
    secure.page("/half", lambda exchange: (exchange.chunked(b'{"a": 1}\n'), secure.go.wait(10)))
    assert "no answer within 0.6 s" in failure(secure.url("/half"), timeout=0.6)
    run = Run()
    secure.page("/", lambda exchange: (run.stop.set(), secure.go.wait(10)))
    assert list(read("http", url=secure.url("/")).start(run)) == []


@pytest.mark.usefixtures("_trusted")
def test_nothing_goes_from_https_to_http(secure, site):
    """Neither by a redirect nor by a link."""
    site.page("/", "[]")
    assert "not encrypted" in failure(secure.page("/1", "", status=302, location=site.url("/")))
    assert "not encrypted" in failure(secure.page("/2", "[]", link=f"<{site.url('/')}>; rel=next"))
    assert site.requests == []


def test_a_proxy_of_the_environment_is_used(site, other, monkeypatch):
    """With its own credentials; hosts of `no_proxy` are asked directly."""
    monkeypatch.setenv("http_proxy", site.url("").replace("//", "//me:pw@"))
    site.page("http://flume.invalid/a", '[{"a": 1}]')
    site.page("http://flume.invalid:8080/a", '[{"a": 2}]')
    assert points("http://flume.invalid/a") == [A]
    assert points("http://flume.invalid:8080/a") == [B]
    assert site.requests[0].headers["host"] == "flume.invalid"
    assert site.requests[0].headers["proxy-authorization"] == "Basic bWU6cHc="
    monkeypatch.setenv("no_proxy", "localhost")
    assert points(other.page("/", '[{"a": 2}]')) == [B]
    assert other.requests[0].headers["proxy-authorization"] is None


@pytest.mark.usefixtures("_trusted")
def test_https_goes_through_a_proxy_unread(secure, site, monkeypatch):
    """By a tunnel."""
    monkeypatch.setenv("https_proxy", site.url(""))
    monkeypatch.setattr(Exchange, "do_CONNECT", tunnel, raising=False)
    assert points(secure.page("/", '[{"a": 1}]'), auth="s3cr3t") == [A]
    assert site.asked == [f"localhost:{secure.server_port}"]
    assert "s3cr3t" not in str(site.requests[0].headers)


def tunnel(exchange: Exchange) -> None:
    """What a proxy does for CONNECT."""
    exchange.server.requests.append(exchange)
    host, _, port = exchange.path.rpartition(":")
    with socket.create_connection((host, int(port))) as far:
        exchange.send_response(200)
        exchange.end_headers()

        def forward(source: socket.socket, target: socket.socket) -> None:
            with suppress(ConnectionError):
                while data := source.recv(65536):
                    target.sendall(data)

        back = threading.Thread(target=forward, args=(far, exchange.connection))
        back.start()
        forward(exchange.connection, far)
        far.shutdown(socket.SHUT_RDWR)
        back.join()
    exchange.close_connection = True


def test_a_proxy_that_cannot_be_used_is_an_error(site, monkeypatch):
    """Its password is not shown."""
    monkeypatch.setenv("http_proxy", "socks5://me:s3cr3t@127.0.0.1:1")
    message = failure(site.url("/"))
    assert "the proxy socks5://127.0.0.1:1 cannot be used" in message
    assert "s3cr3t" not in message


# -- secrets --------------------------------------------------------------------------------------


def test_secrets_are_sent_and_never_shown(site, monkeypatch, said, clock):
    """Not in the report, not in an error, not even where the server says them back."""
    monkeypatch.setenv("KEY", "s3cr3t")
    monkeypatch.setenv("WHERE", site.page("/s3cr3t-place", '[{"a": 1}]'))
    step = read("http", url=env("WHERE"), headers={"X-Key": env("KEY")})
    report = (step | memory()).execute()
    assert report.points == [A]
    assert site.requests[0].headers["x-key"] == "s3cr3t"
    shown = str(report) + json.dumps(report.as_dict())
    site.page("/s3cr3t-place", status(503, "bad key s3cr3t", retry_after="9"))
    shown += failure(env("WHERE"), clock, headers={"X-Key": env("KEY")})
    site.page("/s3cr3t-place", lambda exchange: exchange.answer(status=400, reason="no s3cr3t"))
    shown += failure(env("WHERE"), headers={"X-Key": env("KEY")})
    monkeypatch.setenv("WHERE", f"http://127.0.0.1:{free_port()}/s3cr3t-place")
    shown += failure(env("WHERE"), clock) + said()
    assert "s3cr3t" not in shown
    assert "GET env('WHERE'): connection refused" in shown


# -- the cache ------------------------------------------------------------------------------------


def kept() -> list[Path]:
    """The files of the cache."""
    folder = Path(os.environ["XDG_CACHE_HOME"], CACHE)
    return sorted(folder.iterdir()) if folder.exists() else []


def test_a_kept_answer_is_not_asked_for(site, clock):
    """Until its time is over; without an ETag it is then read anew."""
    url = site.page("/", '[{"a": 1}]', '[{"a": 2}]')
    assert points(url, clock, cache="1h") == [A]
    assert points(url, clock, cache="1h") == [A]
    assert len(site.requests) == 1
    clock.ahead = timedelta(hours=2)
    assert points(url, clock, cache="1h") == [B]
    assert points(url, clock, cache="1h") == [B]
    assert len(site.requests) == 2
    assert points(url, clock) == [B]
    assert len(site.requests) == 3


def test_pages_are_kept_with_their_links(site):
    """And with their compression, and where a redirect led."""
    linked(site)
    site.page("/a/3", gzip.compress(b'[{"a": 3}]'), content_encoding="gzip")
    url = site.page("/start", "", status=302, location="/a/1")
    for _ in range(2):
        assert points(url, cache="1h") == [A, B, C]
    assert len(site.requests) == 4


def test_a_stale_answer_is_asked_after(site, clock):
    """By its ETag and its date; 304 makes it fresh again."""

    def page(exchange: Exchange) -> None:
        if exchange.headers["if-none-match"] == '"1"' and exchange.headers["if-modified-since"] == "yesterday":
            exchange.answer(status=304)
        else:
            exchange.answer('[{"a": 1}]', etag='"1"', last_modified="yesterday")

    url = site.page("/", page)
    for hours in (0, 2, 2, 4):
        clock.ahead = timedelta(hours=hours)
        assert points(url, clock, cache="1h") == [A]
    assert [e.headers["if-none-match"] for e in site.requests] == [None, '"1"', '"1"']
    site.page("/", '[{"a": 2}]')
    clock.ahead = timedelta(hours=6)
    assert points(url, clock, cache="1h") == [B]


def test_a_stale_answer_is_no_answer(site, clock):
    """Where the server cannot be asked after it, that is an error."""
    url = site.page("/", lambda exchange: exchange.answer("[]", etag='"1"'), status(500))
    points(url, clock, cache="1h")
    clock.ahead = timedelta(hours=2)
    assert "500" in failure(url, clock, cache="1h")


@pytest.mark.parametrize(
    ("headers", "requests"),
    [
        ({"cache_control": "public, max-age=60"}, 1),
        ({"expires": "Thu, 01 Jan 2099 00:00:00 GMT"}, 1),
        ({"cache_control": "no-store, max-age=60"}, 2),
        ({"cache_control": "no-cache"}, 2),
        ({"expires": "0"}, 2),
        ({}, 2),
    ],
)
def test_the_server_may_say_how_long(site, headers, requests):
    """With `cache=True`."""
    url = site.page("/", '[{"a": 1}]', **headers)
    assert points(url, cache=True) == points(url, cache=True) == [A]
    assert len(site.requests) == requests
    assert len(kept()) == ("no-store" not in headers.get("cache_control", ""))


def test_requests_that_differ_are_kept_apart(site, monkeypatch):
    """By url, method, headers and body; the names of the files say nothing of them, and only the user reads them."""
    monkeypatch.setenv("KEY", "s3cr3t")
    url = site.page("/s3cr3t", '[{"a": 1}]')
    header = {"headers": {"X": env("KEY")}}
    for options in ({}, {"method": "POST"}, {"body": "s3cr3t"}, header, {"url": url + "?s3cr3t"}):
        points(**({"url": url, "cache": "1h"} | options))
    assert len(site.requests) == 5
    assert len(kept()) == 5
    assert all("s3cr3t" not in file.name and file.stat().st_mode & 0o077 == 0 for file in kept())
    assert b"s3cr3t" not in b"".join(file.read_bytes() for file in kept())


@pytest.mark.parametrize("how", ["length", "chunked", "gzip"])
def test_only_whole_answers_are_kept(site, how):
    """Not one that broke off, nor one that was left early."""
    cut(site, how)
    failure(site.url("/"), cache="1h")
    site.page("/x.jsonl", TWO * 100_000, type=LINES)
    assert list(read("http", url=site.url("/x.jsonl"), cache="1h") | head(1)) == [A]
    assert kept() == []


def test_a_cache_that_cannot_be_written_does_no_harm(site, monkeypatch, tmp_path, said):
    """It is said once."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert points(linked(site), cache="1h") == [A, B, C]
    assert said().count("nothing is kept by cache=") == 1


def test_a_kept_answer_that_is_damaged_is_asked_for_again(site):
    """As if it were not there; and what nobody asked for in a month goes."""
    url = site.page("/", '[{"a": 1}]')
    points(url, cache="1h")
    kept()[0].write_bytes(b"[]\nnonsense")
    assert points(url, cache="1h") == [A]
    assert len(site.requests) == 2
    os.utime(kept()[0], (0, 0))
    points(site.page("/other", "[]"), cache="1h")
    assert len(kept()) == 1


# -- writing --------------------------------------------------------------------------------------


def send(url: Any, count: int = 5, clock: Clock | None = None, **options: Any) -> Any:
    """Write so many points to *url*."""
    numbers = emit(points=[{"n": n} for n in range(count)])
    return (numbers | write("http", url=url, **options)).execute(clock=clock)


@pytest.mark.parametrize(
    ("options", "bodies"),
    [
        ({}, [[0, 1, 2, 3, 4]]),
        ({"batch": 2}, [[0, 1], [2, 3], [4]]),
        ({"batch": 1, "array": True}, [[0], [1], [2], [3], [4]]),
        ({"batch": 1}, [0, 1, 2, 3, 4]),
        ({"array": False, "method": "PUT"}, [0, 1, 2, 3, 4]),
    ],
)
def test_points_are_sent_in_arrays_or_one_by_one(site, options, bodies):
    """Over one connection; all of them are in the ledger."""
    report = send(site.page("/", "thanks", status=201), **options)
    found = [[p["n"] for p in body] if isinstance(body, list) else body["n"] for body in site.bodies]
    assert found == bodies
    assert (report.written, report.adds_up, site.connections) == (5, True, 1)
    assert site.requests[0].headers["content-type"] == JSON
    assert site.requests[0].command == options.get("method", "POST")


def test_nothing_is_sent_for_no_points(site):
    """Not even an empty array."""
    send(site.url("/"), 0)
    assert site.requests == []


def test_times_and_line_ends_are_sent_as_flume_writes_them(site):
    """And read back by the same adapter."""
    given = [{"time": "2016-07-17T19:55:40.853Z", "text": "a\nb\u2028", "deep": [{"x": None}]}] * 3
    (emit(points=given) | write("http", url=site.page("/", ""))).execute()
    assert site.bodies == [given]


def test_another_format_may_be_sent(site):
    """With its content type, unless that is given."""
    url = site.page("/", "")
    send(url, 3, format="jsonl", batch=2, compact=True)
    send(url, 1, format="csv", headers={"content-type": "text/x"})
    assert [e.content for e in site.requests] == [b'{"n":0}\n{"n":1}\n', b'{"n":2}\n', b"n\n0\n"]
    assert [e.headers["content-type"] for e in site.requests] == [LINES, LINES, "text/x"]


def test_points_that_are_refused_are_rejected_records(site, said):
    """Those of one request; the others are written, and the run ends with status 3."""
    url = site.page("/", "", status(422, "n must be even"), "")
    report = send(url, batch=2)
    assert (report.written, report.rejected, report.adds_up, report.status) == (3, 2, True, 3)
    assert f"POST {url}: 422 Unprocessable Entity: 'n must be even': '{{\"n\": 2}}'" in said()


def test_refused_points_are_kept_where_rejects_are(site, tmp_path):
    """To be sent again; or the first one stops the run."""
    url = site.page("/", status(400))
    bad = tmp_path / "bad.jsonl"
    source = site.page("/source.jsonl", TWO, type=LINES)
    (read("http", url=source, rejects=str(bad)) | write("http", url=url)).execute()
    assert [json.loads(line)["point"] for line in bad.read_text().splitlines()] == [A, B]
    with pytest.raises(RecordError, match="400 Bad Request"):
        (read("http", url=source, errors="raise") | write("http", url=url)).execute()


def test_a_busy_server_is_sent_them_again(site, clock):
    """No point is lost and none doubled."""
    report = send(site.page("/", status(503), status(429, retry_after="3"), ""), clock=clock, batch=3)
    assert [len(body) for body in site.bodies] == [3, 3, 3, 2]
    assert clock.waits[1] == 3
    assert (report.written, report.status) == (5, 0)


@pytest.mark.parametrize("number", [500, 501, 304, 404])
def test_a_server_that_fails_is_an_error(site, clock, number):
    """Not the fault of the points; 404 shows that a refusal is another thing."""
    url = site.page("/", status(number, "oops" if number != 304 else ""))
    if number == 404:
        assert send(url, clock=clock).rejected == 5
        return
    with pytest.raises(SinkError, match=f"POST {url}: {number}"):
        send(url, clock=clock)
    assert len(site.requests) == 1


def test_a_post_is_never_doubled(site, clock):
    """Where the server may have taken it, there is an error instead; a PUT may be sent again."""
    site.page("/lost", lambda exchange: exchange.connection.shutdown(socket.SHUT_RDWR))
    with pytest.raises(SinkError, match="may have taken the POST"):
        send(site.url("/lost"), clock=clock)
    assert len(site.requests) == 1
    with pytest.raises(SinkError, match="tried 4 times"):
        send(site.url("/lost"), clock=clock, method="PUT")
    with pytest.raises(SinkError, match=r"connection refused \(tried 4 times\)"):
        send(f"http://127.0.0.1:{free_port()}/", clock=clock)


def test_live_points_are_sent_as_they_come(site):
    """They do not wait for others: the second one is made only after the first one was seen."""

    def feed(exchange: Exchange) -> None:
        exchange.chunked(b'{"a": 1}\n')
        assert site.go.wait(10)
        exchange.chunk(b'{"a": 2}\n')
        exchange.chunk(b"")

    url = site.page("/", lambda exchange: (site.go.set(), exchange.answer()))
    (read("http", url=site.page("/feed", feed), follow=True) | write("http", url=url)).execute()
    assert [json.loads(e.content) for e in site.requests if e.command == "POST"] == [[A], [B]]


def test_a_refusal_before_the_body_was_read_is_understood(site):
    """The server says why and hangs up, while the points are still on their way."""

    class Busy(Exchange):
        def handle_request(self) -> None:
            self.close_connection = True
            self.answer("too large", 413)

        do_POST = handle_request  # noqa: N815

    site.RequestHandlerClass = Busy
    report = send(site.url("/"), 3)
    assert report.rejected == 3


def test_writing_goes_where_a_redirect_leads(site):
    """With the points."""
    site.page("/new", "")
    assert send(site.page("/", "", status=308, location="/new")).written == 5
    assert len(site.bodies[1]) == 5
