"""Proxy: stands between a client and a real server, and makes the faults that networks make."""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

from flume_adapter_elastic.testing.certificate import certificate, context

Kind = Literal["cut", "cut within", "delay", "answer"]

_OF_A_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length"}
"""Headers that are said anew on each side of the proxy."""


@dataclass
class _Fault:
    """What goes wrong with the next *times* requests whose path has *path* in it, after *after* that go well."""

    kind: Kind
    path: str
    times: int
    after: int
    seconds: float = 0
    status: int = 0


class Proxy:
    """Passes requests on to the server at *url*, until it is told what goes wrong.

    With *tls* it speaks https, with a certificate that nobody vouches for but the file `certificate`; the program
    `openssl` makes it.  With *user* and *password*, or *api_key*, it answers 401 to whoever does not send them: the
    server behind it knows no users.

    A fault is met by the next *times* requests (0: all) whose path has *path* in it, once *after* of them went well.

        with Proxy(server.url) as proxy:
            proxy.cut("/_bulk")
            proxy.answer(429, "/_bulk", times=3)
            client = elasticsearch.Elasticsearch(proxy.url)
    """

    def __init__(
        self,
        url: str,
        *,
        tls: bool = False,
        user: str | None = None,
        password: str | None = None,
        api_key: str | None = None,
    ) -> None:
        self._target = urlsplit(url)
        self._folder = Path(tempfile.mkdtemp(prefix="flume-proxy-"))
        self._tls = tls
        self.certificate = certificate(self._folder) if tls else None
        self._accepted = []
        if user is not None:
            self._accepted.append("Basic " + base64.b64encode(f"{user}:{password or ''}".encode()).decode())
        if api_key is not None:
            self._accepted.append(f"ApiKey {api_key}")
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._listener: _Listener | None = None
        self.port = 0
        self.requests: list[str] = []
        """The requests so far, each as `POST /_bulk?refresh=true`, those that went wrong too."""
        self.accept()

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        self.refuse()
        shutil.rmtree(self._folder)

    def cut(self, path: str = "", *, times: int = 1, after: int = 0) -> None:
        """Cut the connection when the server has done what was asked and before its answer is passed on."""
        self._faults.append(_Fault("cut", path, times, after))

    def cut_within(self, path: str = "", *, times: int = 1, after: int = 0) -> None:
        """Cut the connection in the middle of the answer."""
        self._faults.append(_Fault("cut within", path, times, after))

    def delay(self, seconds: float, path: str = "", *, times: int = 1, after: int = 0) -> None:
        """Pass the answer on *seconds* late."""
        self._faults.append(_Fault("delay", path, times, after, seconds=seconds))

    def answer(self, status: int, path: str = "", *, times: int = 1, after: int = 0) -> None:
        """Answer *status* in the server's place, which never sees the request."""
        self._faults.append(_Fault("answer", path, times, after, status=status))

    def recover(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._faults.clear()
        if self._listener is None:
            self.accept()

    def refuse(self) -> None:
        """Cut all connections and refuse new ones, until told to `accept` them."""
        if listener := self._listener:
            self._listener = None
            listener.close()

    def accept(self) -> None:
        """Accept connections (again), on the same port."""
        self._listener = _Listener(self, self.port, context(self.certificate) if self.certificate else None)
        self.port = self._listener.server_address[1]

    def fault(self, request: str) -> _Fault | None:
        """What goes wrong with *request*."""
        with self._lock:
            self.requests.append(request)
            for fault in self._faults:
                if fault.path not in request:
                    continue
                if fault.after:
                    fault.after -= 1
                    continue
                if fault.times == 1:
                    self._faults.remove(fault)
                fault.times -= bool(fault.times)
                return fault
        return None

    def permits(self, authorization: str | None) -> bool:
        """Whether it lets one in who says this."""
        return not self._accepted or authorization in self._accepted

    def forward(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """What the server answers, and its content; raises what `http.client` raises."""
        with closing(http.client.HTTPConnection(self._target.hostname or "", self._target.port, timeout=120)) as server:
            server.request(method, path, body or None, headers)
            answer = server.getresponse()
            return answer, answer.read()

    def sleep(self, seconds: float) -> None:
        """Wait, unless the proxy comes to its end."""
        self._closing.wait(seconds)


class _Listener(ThreadingHTTPServer):
    """The port, and the connections that came in through it."""

    daemon_threads = True

    def __init__(self, proxy: Proxy, port: int, tls: ssl.SSLContext | None) -> None:
        self.proxy = proxy
        self._tls = tls
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Exchange)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        if self._tls:  # hands are shaken when the thread of the connection reads: a slow client holds up nobody
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: object) -> None:
        assert isinstance(request, socket.socket)
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away, or do not trust us: they are what is tested."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def close(self) -> None:
        """Accept nothing any more, and cut what is there."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in list(self._connections):
            _cut(connection)


class _Exchange(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests look at `Proxy.requests`."""

    def exchange(self) -> None:
        """Pass the request on, and the answer back, as far as the faults let them."""
        proxy = self.server.proxy
        body = self._body()
        fault = proxy.fault(f"{self.command} {self.path}")
        if not proxy.permits(self.headers["Authorization"]):
            return self._refuse(401, "security_exception", "missing or wrong authorization")
        if fault and fault.kind == "answer":
            return self._refuse(fault.status, "fault", f"the proxy of the tests answers {fault.status}")
        try:
            answer, content = proxy.forward(self.command, self.path, body, self._to_pass_on(self.headers.items()))
        except (OSError, http.client.HTTPException):
            return self._end()
        if fault and fault.kind == "delay":
            proxy.sleep(fault.seconds)
        elif fault and fault.kind == "cut":
            return self._end()
        self.send_response_only(answer.status, answer.reason)
        for name, value in self._to_pass_on(answer.getheaders()).items():
            self.send_header(name, value)
        if self.command == "HEAD":
            length = answer.headers["Content-Length"] or "0"
        else:
            length = str(len(content))
        self.send_header("Content-Length", length)
        if fault and fault.kind == "cut within":
            self._send(content[: len(content) // 2])
            return self._end()
        return self._send(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = exchange  # noqa: N815 what http.server looks for

    def _body(self) -> bytes:
        if "chunked" not in (self.headers["Transfer-Encoding"] or ""):
            return self._read(int(self.headers["Content-Length"] or 0))
        chunks = []
        while size := int(self._line().partition(b";")[0], 16):
            chunks.append(self._read(size))
            self._line()
        while self._line().strip():
            pass  # trailers
        return b"".join(chunks)

    def _read(self, size: int) -> bytes:
        """*size* bytes; half a request must not reach the server as if it were one."""
        content = self.rfile.read(size)
        if len(content) < size:
            raise ConnectionError("the client went away")
        return content

    def _line(self) -> bytes:
        line = self.rfile.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the client went away")
        return line

    @staticmethod
    def _to_pass_on(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {name: value for name, value in headers if name.lower() not in _OF_A_CONNECTION}

    def _refuse(self, status: int, kind: str, reason: str) -> None:
        """Refuse in the words of Elasticsearch."""
        self.send_response_only(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="security", ApiKey')
        content = json.dumps({"error": {"type": kind, "reason": reason}, "status": status}).encode()
        self.send_header("Content-Length", str(len(content)))
        self._send(b"" if self.command == "HEAD" else content)

    def _send(self, content: bytes) -> None:
        self.end_headers()
        self.wfile.write(content)

    def _end(self) -> None:
        """Cut the connection, whatever the client still waits for."""
        self.close_connection = True
        _cut(self.connection)


def _cut(connection: socket.socket) -> None:
    """Cut *connection* at once; of one with TLS too, whose own `shutdown` another thread may not call."""
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
