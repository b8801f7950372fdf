"""Writing to a web server, a batch of points a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flume.adapters.requesting import Request, check_request, make_request, seconds
from flume.adapters.secrets import shown
from flume.adapting import make_parser, writable
from flume.errors import OptionError, SinkError
from flume.flow import Batch, Point, Sink, Stage
from flume.parsing import Parser, Unwritable
from flume.run import Run
from flume.value import env

if TYPE_CHECKING:
    from flume.adapters.fetching import Fetcher

WORD = "write('http')"
BATCH = 1000  # points a request

_TYPES = {"json": "application/json", "jsonl": "application/x-ndjson", "csv": "text/csv"}
_TYPES |= {"tsv": "text/tab-separated-values"}
_PASSING = (408, 429)  # refusals that are no fault of the points


class WriteHttp(Sink):
    """Send the points to a web server.

    *url*, *headers*, *auth*: as for reading.  *method*: POST, or PUT or PATCH.
    *array*: a JSON array a request, of *batch* points (1000); `array=False` or `batch=1`: one object a request.
    *status*: the statuses by which the server says that it has taken them; by default any from 200 to 299.
    *retries*: how often a lost connection and the statuses 429, 502, 503 and 504 are tried again; a POST only where the
    server did nothing (it refused the connection, or said 429 or 503), so that no point is written twice.
    *timeout*: the longest silence, while connecting and between bytes.
    *format*: another format than JSON, `jsonl` for example; further options are the format's.

    Points that the server refuses (statuses 400 to 499) are rejected records; any other failure is an error.  Points of
    a live stream are sent as they come, all others once there are enough of them, and at the end.

    >>> WriteHttp('http://localhost:8086/points', auth=env('POINTS_TOKEN'), batch=100)
    WriteHttp('http://localhost:8086/points', auth=env('POINTS_TOKEN'), batch=100)
    """

    url: str
    method: str
    headers: Any
    auth: Any
    array: bool | None
    batch: int | None
    status: Any
    retries: int
    timeout: Any
    format: str | None
    options: tuple[tuple[str, object], ...]

    def __init__(
        self,
        url: str | env,
        method: str = "POST",
        headers: Mapping[str, str | env] | None = None,
        auth: str | env | tuple[str | env, str | env] | None = None,
        array: bool | None = None,
        batch: int | None = None,
        status: int | Sequence[int] | None = None,
        retries: int = 3,
        timeout: str | float = "30s",
        format: str | None = None,
        **options: Any,
    ) -> None:
        self._set(
            url=url,
            method=method,
            headers=headers,
            auth=auth,
            array=array,
            batch=batch,
            status=status,
            retries=retries,
            timeout=timeout,
            format=format,
            options=tuple(options.items()),
        )

    def __repr__(self) -> str:
        return shown(self)

    def check(self) -> None:
        check_request(WORD, self)
        if self.method.upper() in ("GET", "HEAD"):
            raise OptionError(f"{WORD}: {self.method} sends no points; method takes POST, PUT or PATCH")
        if self.batch is not None and self.batch < 1:
            raise OptionError(f"{WORD}: batch takes 1 or more, not {self.batch}")
        if self.array is False and self.batch not in (None, 1):
            raise OptionError(f"{WORD}: array=False sends one point a request, not batch={self.batch}; leave one out")
        if self.format not in (None, "json") and self.array is not None:
            raise OptionError(f"{WORD}: array= is of JSON, not of format={self.format!r}; leave one out")
        self._parser()

    def start(self, run: Run) -> Stage:
        headers = {"Content-Type": _TYPES.get(self.format or "json", "text/plain; charset=utf-8")}
        given = {name.lower() for name in self.headers or {}}
        headers = {} if "content-type" in given else headers
        request = make_request(WORD, self.url, self.method, {**headers, **(self.headers or {})}, self.auth)
        return _Sending(self, request, run)

    def _parser(self) -> Parser | None:
        """What renders a request's body; None for JSON of our own."""
        if self.format is None and not self.options:
            return None
        return make_parser(type(self), self.format or "json", dict(self.options), writing=True)


class _Sending(Stage):
    """Collects points, and sends them."""

    holds = True

    def __init__(self, sink: WriteHttp, request: Request, run: Run) -> None:
        self.run = run
        self.request = request
        self.parser = sink._parser()
        self.array = sink.batch != 1 if sink.array is None else sink.array
        self.size = 1 if sink.array is False else sink.batch or BATCH
        self.accepted = _statuses(sink.status)
        self.timeout = seconds(WORD, "timeout", sink.timeout)
        self.retries = sink.retries
        self.waiting: Batch = []
        self._fetcher: Fetcher | None = None

    def push(self, batch: Batch) -> Batch:
        self.waiting += batch if self.parser is None else writable(self.parser, batch, self.run)
        least = 1 if self.run.live else self.size
        start = 0
        while len(self.waiting) - start >= least:
            self._send(self.waiting[start : start + self.size])
            start += self.size
        self.waiting = self.waiting[start:]
        return []

    def end(self) -> Batch:
        waiting, self.waiting = self.waiting, []
        if waiting:
            self._send(waiting)
        return []

    def close(self) -> None:
        if self._fetcher is not None:
            self._fetcher.close()

    def _send(self, points: Batch) -> None:
        try:
            body = self._body(points)
        except Unwritable:
            points = [point for point in points if self._can_be_written(point)]
            if not points:
                return
            body = self._body(points)
        fetcher = self._fetcher = self._fetcher or self._connected()
        answer = fetcher.ask(replace(self.request, body=body), self.accepted)
        try:
            if answer.status in self.accepted:
                for _ in answer.chunks():
                    pass  # the connection is free only after it
                self.run.account.take("written", len(points))
            elif 400 <= answer.status < 500 and answer.status not in _PASSING:
                reason = answer.refusal()
                for point in points:
                    self.run.reject(reason, point=point)
            else:
                raise fetcher.refused(answer)
        finally:
            answer.close()

    def _connected(self) -> Fetcher:
        from flume.adapters.fetching import Fetcher

        return Fetcher(self.run, timeout=self.timeout, retries=self.retries, failed=SinkError)

    def _can_be_written(self, point: Point) -> bool:
        try:
            self._body([point])
        except Unwritable as error:
            self.run.reject(f"write: the point {error}", point=point)
            return False
        return True

    def _body(self, points: Batch) -> bytes:
        from flume.parsers.json_encoding import encode, encode_lines

        if self.parser is not None:
            with closing(self.parser.render()) as rendering:
                return b"".join([rendering.push(points), *rendering.end()])
        if not self.array:
            return encode(points[0], compact=True)
        # a line end inside a point is written as \n: those that are there separate points
        return b"[" + encode_lines(points, compact=True)[:-1].replace(b"\n", b",") + b"]"


def _statuses(given: Any) -> Sequence[int]:
    return range(200, 300) if given is None else given if isinstance(given, tuple) else (given,)
