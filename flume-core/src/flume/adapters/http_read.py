"""Reading from a web server, page by page."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flume.adapters.blocks import decompress, line_blocks, transcode, without_mark
from flume.adapters.formats import DEFAULT, check_encoding, format_of
from flume.adapters.http_pages import WORD, Pages, check_paging
from flume.adapters.requesting import (
    Request,
    check_request,
    make_request,
    seconds,
)
from flume.adapters.secrets import shown
from flume.adapting import check_options, make_parser
from flume.errors import OptionError, SourceError
from flume.flow import Batch, Source
from flume.parsing import Origin, Parser
from flume.run import Run
from flume.tables import Table
from flume.value import env

if TYPE_CHECKING:
    from flume.adapters.fetching import Answer

_FORMATS = {
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/jsonlines": "jsonl",
    "application/json-lines": "jsonl",
    "application/ndjson": "jsonl",
    "application/stream+json": "jsonl",
    "application/x-jsonlines": "jsonl",
    "application/x-ndjson": "jsonl",
    "text/json": "json",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}


class ReadHttp(Source):
    """Read the points that a web server answers with.

    *url*: where, `http://` or `https://`; a name and password in it are sent as Basic credentials.
    *method*, *headers*, *body*: of the request; a body that is a dict or a list is sent as JSON.
    *auth*: a token that is sent as `Bearer`, or a pair of name and password.
    *status*: the statuses whose answers are data, one or a list; any other is an error.
    *follow_links*: go on with the page that the answer's `Link: …; rel="next"` names.
    *page*: the query parameter that counts pages, from what *url* says (else 1, or 0 where *page_step* is not 1), in
    steps of *page_step*, until a page has no points: `page='offset', page_step=100` counts points.
    *next*: the field of the answer that leads to the next page (`'meta.next'`), until it is missing, null, empty or 0:
    a url, or, with *cursor*, what goes into that query parameter (`next='meta.cursor', cursor='after'`).
    *max_pages*: stop after so many.
    *retries*: how often a lost connection and the statuses 429, 502, 503 and 504 are tried again, with pauses that grow
    or that the server asks for; a POST only where the server did nothing.
    *timeout*: the longest silence, while connecting and between bytes.
    *cache*: keep answers, for a time (`'1h'`) or as long as the server says (`True`); then it is asked for changes.
    *format*: by default what the Content-Type says, else the url's suffix, else `json`.
    *follow*: the answer goes on as time does, so that windows close with the clock.
    Further options are the format's.

    Values may be `env('NAME')`.  Credentials and headers never go to another host than that of *url*, and nothing goes
    from https to http.  Compressed bodies are decompressed.  A body that breaks off is an error, never a short read.

    >>> ReadHttp('https://example.com/builds', headers={'X-Key': env('BUILDS_KEY')}, max_pages=3)
    ReadHttp('https://example.com/builds', headers={'X-Key': env('BUILDS_KEY')}, max_pages=3)
    """

    url: str
    method: str
    headers: Any
    body: Any
    auth: Any
    status: Any
    follow_links: bool
    page: str | None
    page_step: int
    next: str | None
    cursor: str | None
    max_pages: int | None
    retries: int
    timeout: Any
    cache: Any
    format: str | None
    follow: bool
    options: tuple[tuple[str, object], ...]

    def __init__(
        self,
        url: str | env,
        method: str = "GET",
        headers: Mapping[str, str | env] | None = None,
        body: str | bytes | Mapping[str, Any] | Sequence[Any] | env | None = None,
        auth: str | env | tuple[str | env, str | env] | None = None,
        status: int | Sequence[int] = 200,
        follow_links: bool = True,
        page: str | None = None,
        page_step: int = 1,
        next: str | None = None,
        cursor: str | None = None,
        max_pages: int | None = None,
        retries: int = 3,
        timeout: str | float = "30s",
        cache: str | bool | None = None,
        format: str | None = None,
        follow: bool = False,
        **options: Any,
    ) -> None:
        self._set(
            url=url,
            method=method,
            headers=headers,
            body=body,
            auth=auth,
            status=status,
            follow_links=follow_links,
            page=page,
            page_step=page_step,
            next=next,
            cursor=cursor,
            max_pages=max_pages,
            retries=retries,
            timeout=timeout,
            cache=cache,
            format=format,
            follow=follow,
            options=tuple(options.items()),
        )

    def __repr__(self) -> str:
        return shown(self)

    def check(self) -> None:
        check_request(WORD, self)
        if self.body is not None and not isinstance(self.body, (str, bytes, Mapping, tuple, env)):
            raise OptionError(f"{WORD}: body takes text, or a dict or a list that is sent as JSON, not {self.body!r}")
        check_paging(self)
        if isinstance(self.cache, (str, int, float)) and not isinstance(self.cache, bool):
            seconds(WORD, "cache", self.cache)
        elif self.cache not in (None, True, False):
            raise OptionError(f"{WORD}: cache takes a duration such as '1h', or True, not {self.cache!r}")
        if format := self.format or (_format_of_url(self.url) if isinstance(self.url, str) else None):
            make_parser(type(self), format, dict(self.options))
        else:
            check_options(type(self), dict.fromkeys(_FORMATS.values()), dict(self.options))

    def record_parser(self, name: str | None) -> Parser | None:
        return make_parser(type(self), self.format or "json", dict(self.options)).for_a_record(b"")

    def live(self, now: datetime) -> bool:
        return self.follow

    def start(self, run: Run) -> Iterator[Batch | Table]:
        request = make_request(WORD, self.url, self.method, self.headers, self.auth, self.body)
        return self._batches(run, request)

    def _batches(self, run: Run, first: Request) -> Iterator[Batch | Table]:
        from flume.adapters.connecting import Stopped
        from flume.adapters.fetching import Fetcher
        from flume.adapters.http_cache import Cache

        fetcher = Fetcher(
            run,
            timeout=seconds(WORD, "timeout", self.timeout),
            retries=self.retries,
            failed=SourceError,
            stop=run.stop,
        )
        statuses = self.status if isinstance(self.status, tuple) else (self.status,)

        def ask(request: Request) -> Answer:
            accepted = (*statuses, 304) if request.conditional else statuses
            answer = fetcher.ask(request, accepted)
            if answer.status in accepted:
                return answer
            try:
                raise fetcher.refused(answer, f"status={self.status} is what is taken")
            finally:
                answer.close()

        pages = Pages(self, first, run)
        request: Request | None = pages.first
        try:
            cache = Cache(run, self._fresh()) if self.cache else None
            while request is not None and not run.stop.is_set():
                answer = cache.answer(request, ask) if cache else ask(request)
                try:
                    yield from self._page(run, request, answer, pages)
                finally:
                    answer.close()
                request = pages.after(answer)
        except Stopped:
            pass
        finally:
            fetcher.close()

    def _page(self, run: Run, request: Request, answer: Answer, pages: Pages) -> Generator[Batch | Table, None, None]:
        try:
            chunks = answer.body()
        except ValueError as error:
            raise SourceError(f"{request}: {error}; headers={{'Accept-Encoding': 'identity'}} asks for none") from None
        chunks = pages.watch(_as_utf8(answer, decompress(chunks, name=str(request))))
        parser = self._parser(request, answer)
        for batch in parser.parse(line_blocks(chunks) if parser.lines else chunks, Origin(run, request.name)):
            pages.points += len(batch)
            yield batch
        for _ in chunks:
            pass  # what a parser left: the connection is free only after it
        answer.finish()

    def _parser(self, request: Request, answer: Answer) -> Parser:
        kind = answer.headers.get_content_type()
        by_type = _FORMATS.get(kind) or ("json" if kind.endswith("+json") else None)
        by_name = _format_of_url(request.url) or _format_of_url(answer.request.url)
        return make_parser(type(self), self.format or by_type or by_name or "json", dict(self.options))

    def _fresh(self) -> float | None:
        return None if self.cache is True else seconds(WORD, "cache", self.cache)


def _format_of_url(url: str) -> str | None:
    """The format that the suffix of a url's path means."""
    path = urlsplit(url).path
    format = format_of(path)
    return format if format != DEFAULT or re.search(r"\.(jsonl|ndjson)(\.\w+)?$", path, re.IGNORECASE) else None


def _as_utf8(answer: Answer, chunks: Iterator[bytes]) -> Iterator[bytes]:
    charset = answer.headers.get_content_charset("utf-8")
    if charset in ("utf-8", "utf8", "us-ascii", "ascii"):
        return without_mark(chunks)
    try:
        check_encoding(str(answer.request), charset)
    except OptionError as error:
        raise SourceError(f"{error}") from None
    return transcode(chunks, charset)
