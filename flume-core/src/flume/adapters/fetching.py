"""Fetching: one connection to a web server, and what makes requests over it dependable.

Time-outs bound every silence, not the whole; what may pass is tried again with pauses that grow; redirects are
followed a few times; proxies are those of the environment.  The standard library's `http.client` speaks HTTP.
"""

from __future__ import annotations

import errno
import random
import socket
import ssl
import threading
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from http.client import HTTPException, HTTPResponse, IncompleteRead, RemoteDisconnected
from itertools import chain, count

from flume.adapters.blocks import BLOCK, decompress
from flume.adapters.connecting import BadProxy, Connection, Stopped
from flume.adapters.requesting import Request, from_header, split
from flume.errors import FlumeError
from flume.run import Run

AGAIN = frozenset({429, 502, 503, 504})  # answers that may be others a little later
UNDONE = frozenset({429, 503})  # those by which a server says that it did nothing
REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})  # RFC 9110, 9.2.2
LONGEST = 120.0  # seconds that a server may ask to wait
NOTABLE = 5.0  # seconds of waiting that are worth a word
REDIRECTS = 10

_MOVED = frozenset({301, 302, 303, 307, 308})
_FOREVER = 1e6  # seconds; sockets take no more than a few weeks
_EXCERPT = 300  # characters of a refusal's body that are shown
_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "zstd": "zstd"}


class Answer:
    """The answer to a request: its head, and the body in `chunks`; `close` it in the end."""

    def __init__(self, request: Request, status: int, reason: str, headers: Message) -> None:
        self.request = request  # the last one, after redirects
        self.status = status
        self.reason = reason
        self.headers = headers
        self.tries = 1

    def chunks(self) -> Iterator[bytes]:
        """The body as it came, still encoded."""
        raise NotImplementedError

    def finish(self) -> None:
        """The body was read to its end, and nothing was wrong with it."""

    def close(self) -> None:
        """Release what is held; a connection whose answer was not read to its end is hung up."""

    def body(self) -> Iterator[bytes]:
        """The body, its content codings undone."""
        chunks = self.chunks()
        codings = ",".join(self.headers.get_all("content-encoding", [])).lower().split(",")
        for coding in (name.strip() for name in reversed(codings)):
            if coding == "deflate":
                chunks = _inflated(chunks, str(self.request))
            elif coding in _CODINGS:
                chunks = decompress(chunks, _CODINGS[coding], str(self.request))
            elif coding not in ("", "identity"):
                raise ValueError(f"the content coding {coding!r} is not known")
        return chunks

    def refusal(self) -> str:
        """The request and its status in one line, with the first words of the body."""
        text = b""
        with suppress(FlumeError, ValueError):
            for chunk in self.body():
                text += chunk
                if len(text) > BLOCK:
                    break
        words = self._clean(text.decode("utf-8", "replace"))
        words = words[:_EXCERPT] + "…" if len(words) > _EXCERPT else words
        tried = f" (tried {self.tries} times)" if self.tries > 1 else ""
        return f"{self.request}: {self.said}{tried}{f': {words!r}' if words else ''}"

    @property
    def said(self) -> str:
        """The status in words: `404 Not Found`."""
        return self._clean(f"{self.status} {self.reason}")

    def _clean(self, text: str) -> str:
        """What a server says, on one line, without control characters and secrets."""
        return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(self.request.hide(text).split()))


class Fetcher:
    """Asks for one thing after another, over the same connection where that can be.

    *timeout*: seconds of silence, and for connecting; *retries*: how often what may pass is tried again;
    *failed*: the type of the errors raised; *stop*: what ends a wait.
    """

    def __init__(
        self, run: Run, *, timeout: float, retries: int, failed: type[FlumeError], stop: threading.Event | None = None
    ) -> None:
        self._run = run
        self._stop = stop or threading.Event()
        self._timeout = min(timeout, _FOREVER)
        self._retries = retries
        self._failed = failed
        self._connection: Connection | None = None

    def ask(self, request: Request, accepted: Container[int]) -> Answer:
        """The answer to *request*, whatever its status once there is no more to be tried.

        Raises an error where there is no answer, and `Stopped`.
        """
        for tries in count(1):
            last = tries > self._retries
            try:
                answer = self._through_redirects(request)
            except _NoAnswer as failure:
                if last or not failure.passing or (failure.sent and request.method not in REPEATABLE):
                    raise self._failed(failure.told(tries)) from failure.error
                found, pause = failure.found, _backoff(tries)
            else:
                answer.tries = tries
                statuses = AGAIN if request.method in REPEATABLE else UNDONE
                pause = self._asked_pause(answer) or _backoff(tries)
                if last or answer.status in accepted or answer.status not in statuses or pause > LONGEST:
                    return answer
                found = answer.said
                answer.close()
            if pause >= NOTABLE:
                self._run.warn_once(request.name, f"{request}: {found}; trying again in {pause:.0f} s")
            if not self._run.clock.wait(pause, self._stop):
                raise Stopped
        raise AssertionError("never reached")

    def refused(self, answer: Answer, advice: str = "") -> FlumeError:
        """The error for an answer that cannot be taken."""
        advice = _ADVICE.get(answer.status) or advice or "see what the server says"
        pause = self._asked_pause(answer)
        if pause and pause > LONGEST:
            advice = f"it asks to wait {pause:.0f} s"
        return self._failed(f"{answer.refusal()}; {advice}")

    def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    # -- one try ----------------------------------------------------------------------------------

    def _through_redirects(self, request: Request) -> Answer:
        for _ in range(REDIRECTS + 1):
            answer = self._answer(request)
            location = answer.headers.get("location")
            if answer.status not in _MOVED or location is None:
                return answer
            answer.close()
            asked = request
            try:
                request = request.at(from_header(location))
            except ValueError as error:
                found = f"{answer.status} to a place {error}"
                raise self._failed(f"{asked}: {found}; give the url that is meant") from None
            if answer.status == 303 and request.method != "HEAD":
                headers = {name: value for name, value in request.headers.items() if name.lower() != "content-type"}
                request = replace(request, method="GET", body=None, headers=headers)
        raise self._failed(f"{request}: {answer.status}, and {REDIRECTS} redirects before; give the url that is meant")

    def _answer(self, request: Request) -> Answer:
        target = split(request.url)
        connection = self._connection
        reused = connection is not None and connection.serves(target)
        sent = False
        try:
            if connection is None or not reused:
                self.close()
                tls = self._tls if target.scheme == "https" else None
                connection = self._connection = Connection(target, self._timeout, self._stop, tls)
            sent = True
            response = connection.exchange(request.method, target.path, _merged(request.headers), request.body)
        except (OSError, HTTPException) as error:
            self.close()
            if reused and request.method in REPEATABLE and isinstance(error, ConnectionError):
                return self._answer(request)  # it was hung up while it was idle
            raise _NoAnswer(request, error, _found(error, self._timeout), sent=sent) from error
        except BaseException:
            self.close()
            raise
        return _Fetched(self, request, response)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _asked_pause(self, answer: Answer) -> float | None:
        """The seconds that Retry-After names, as a number or as a date."""
        text = answer.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        return max(0.0, until.timestamp() - self._run.clock.now().timestamp())


class _Fetched(Answer):
    """An answer that is still coming in."""

    def __init__(self, fetcher: Fetcher, request: Request, response: HTTPResponse) -> None:
        super().__init__(request, response.status, response.reason, response.headers)
        self._fetcher = fetcher
        self._response = response
        self._whole = False

    def chunks(self) -> Iterator[bytes]:
        response = self._response
        fetcher = self._fetcher
        if self.headers.get("transfer-encoding", "chunked").lower() != "chunked":
            raise fetcher._failed(f"{self.request}: a transfer encoding that is not known; ask for another one")
        try:
            while chunk := response.read1(BLOCK):
                fetcher._run.report.bytes_read += len(chunk)
                yield chunk
            if response.length:
                raise IncompleteRead(b"", response.length)
        except (OSError, HTTPException) as error:
            found = "the body ended too early" if isinstance(error, IncompleteRead) else _found(error, fetcher._timeout)
            raise fetcher._failed(f"{self.request}: {found}; what came before is not the whole, try again") from error
        self._whole = not response.will_close

    def close(self) -> None:
        self._response.close()
        if not self._whole:
            self._fetcher.close()


class _NoAnswer(Exception):
    """A request that got no answer: *error* and *found* say why, *sent* whether the server may have seen it."""

    def __init__(self, request: Request, error: Exception, found: str, *, sent: bool) -> None:
        self.request = request
        self.error = error
        self.found = request.hide(found)
        self.sent = sent
        unknown = isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN
        self.passing = isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and not unknown

    def told(self, tries: int) -> str:
        """The whole message."""
        advice = "see whether the server is there, and the url is right"
        if isinstance(self.error, ssl.SSLCertVerificationError):
            advice = "SSL_CERT_FILE can name the certificates to trust"
        elif self.sent and self.request.method not in REPEATABLE:
            advice = f"not tried again, because the server may have taken the {self.request.method}"
        elif isinstance(self.error, TimeoutError):
            advice = "timeout= waits longer"
        tried = f" (tried {tries} times)" if tries > 1 else ""
        return f"{self.request}: {self.found}{tried}; {advice}"


def _found(error: Exception, timeout: float) -> str:
    """What went wrong, in words."""
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout:g} s"
    if isinstance(error, socket.gaierror):
        again = error.errno == socket.EAI_AGAIN
        return "the host's name could not be looked up" if again else "the host's name is not known"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no secure connection ({error.reason or error})"
    if isinstance(error, RemoteDisconnected):
        return "the server hung up without an answer"
    if isinstance(error, ConnectionError):
        return "the connection was broken"
    if isinstance(error, BadProxy):
        return str(error)
    if isinstance(error, OSError):
        return str(error.strerror or error).lower() if error.errno in errno.errorcode else str(error)
    return f"what came is no HTTP ({type(error).__name__})"


_ADVICE = {
    401: "auth= or headers= give credentials",
    403: "auth= or headers= give other credentials",
    404: "check the url",
    407: "the proxy wants credentials: http://name:password@proxy",
    429: "ask less often, or raise retries=",
    502: "try again later, or raise retries=",
    503: "try again later, or raise retries=",
    504: "try again later, or raise retries=",
}


def _merged(given: Mapping[str, str]) -> dict[str, str]:
    """The headers that are always sent, and those that were given."""
    names = {name.lower() for name in given}
    always = {"User-Agent": _user_agent(), "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    return {name: value for name, value in always.items() if name.lower() not in names} | dict(given)


@cache
def _user_agent() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"flume/{version('flume-core')}"
    except PackageNotFoundError:
        return "flume"


def _inflated(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """What `deflate` stands for: zlib's format by the standard, the bare data by the habit of some servers."""
    first = b""
    for chunk in chunks:
        first += chunk
        if len(first) > 1:
            break
    zlib = len(first) > 1 and first[0] & 15 == 8 and int.from_bytes(first[:2], "big") % 31 == 0
    return decompress(chain([first], chunks), "zlib" if zlib else "deflate", name)


def _backoff(tries: int) -> float:
    """Seconds to wait: doubled each time up to 30, and never the same for all who wait."""
    return min(30.0, 0.5 * 2.0 ** (tries - 1)) * random.uniform(0.5, 1.0)
