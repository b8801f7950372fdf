"""Connecting: one connection to a web server, straight or through the proxy that the environment names."""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from flume.adapters.blocks import BLOCK
from flume.adapters.requesting import Target, basic, shown_url, split

_TICK = 0.25  # seconds between looks at whether the run has been stopped


class Stopped(Exception):
    """The run was stopped while an answer was waited for."""


class BadProxy(HTTPException):
    """A proxy in the environment that cannot be used."""


class Connection:
    """A connection to one origin, for one request after another.

    *timeout*: seconds that bound connecting and every silence; *tls*: how to speak to an https origin.
    Raises `OSError` and `HTTPException`, as the standard library does, and `Stopped`.
    """

    def __init__(self, target: Target, timeout: float, stop: threading.Event, tls: ssl.SSLContext | None) -> None:
        self._origin = target.origin
        self._proxy = _proxy(target)
        self._http = self._make(target, timeout, tls)
        try:
            self._http.connect()
        except BaseException:
            self._http.close()
            raise
        self._wire = _Wire(self._http.sock, timeout, stop)
        self._http.sock = self._wire
        self._http.auto_open = 0

    def serves(self, target: Target) -> bool:
        """Whether a request to *target* can go here: it is the same origin, and the other side has not hung up."""
        return self._origin == target.origin and self._wire.idle

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> HTTPResponse:
        """Send a request; the answer, its body still to be read."""
        headers = {**headers}
        if self._proxy and self._origin[0] == "http":
            host, port = self._origin[1:]
            host = f"[{host}]" if ":" in host else host
            path = f"http://{host}{'' if port == 80 else f':{port}'}{path}"
            headers |= _proxy_headers(self._proxy)
        with suppress(BrokenPipeError):  # a server may refuse before it has seen all of a body: its answer says why
            self._http.request(method, path, body, headers)
        return self._http.getresponse()

    def close(self) -> None:
        """Hang up."""
        self._http.close()
        self._wire.hang_up()

    def _make(self, target: Target, timeout: float, tls: ssl.SSLContext | None) -> HTTPConnection:
        end = split(self._proxy) if self._proxy else target
        if tls is None:
            return HTTPConnection(end.host, end.port, timeout=timeout)
        connection = HTTPSConnection(end.host, end.port, timeout=timeout, context=tls)
        if self._proxy:
            connection.set_tunnel(target.host, target.port, _proxy_headers(self._proxy))
        return connection


class _Wire(io.RawIOBase):
    """A connected socket, as `http.client` writes to it and reads from it.

    A wait for input notices a stop, and ends after *timeout* seconds without a byte.  Closing does nothing, because an
    answer is read to its end before the connection is free for the next: only who connected hangs up.
    """

    def __init__(self, sock: socket.socket, timeout: float, stop: threading.Event) -> None:
        self._sock = sock
        self._timeout = timeout
        self._stop = stop

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        until = time.monotonic() + self._timeout
        self._sock.settimeout(min(_TICK, self._timeout))
        while True:
            try:
                return self._sock.recv_into(buffer)
            except TimeoutError:
                if self._stop.is_set():
                    raise Stopped from None
                if time.monotonic() >= until:
                    raise

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._timeout)
        for start in range(0, len(data), BLOCK):
            self._sock.sendall(data[start : start + BLOCK])

    @property
    def idle(self) -> bool:
        """Whether the other side is still there, and has nothing to say."""
        self._sock.settimeout(0)
        try:
            self._sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            pass
        return False

    def close(self) -> None:
        """Nothing: see above."""

    def hang_up(self) -> None:
        """Close the connection."""
        self._sock.close()


def _proxy(target: Target) -> str | None:
    """The url of the proxy that requests to *target* go through."""
    proxy = getproxies().get(target.scheme)
    if not proxy or proxy_bypass(f"{target.host}:{target.port}"):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    try:
        if split(proxy).scheme == "http":
            return proxy
    except ValueError:
        pass
    raise BadProxy(f"the proxy {shown_url(proxy)} cannot be used; name an http:// one in {target.scheme}_proxy")


def _proxy_headers(proxy: str) -> dict[str, str]:
    user = urlsplit(proxy)
    if user.username is None:
        return {}
    return {"Proxy-Authorization": basic(unquote(user.username), unquote(user.password or ""))}
