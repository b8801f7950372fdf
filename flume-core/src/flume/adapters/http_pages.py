"""Pages: which request comes after which, by a Link header, by a count, or by what the answer says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

import msgspec

from flume.adapters.requesting import Request, from_header, next_link, parameter, shown_url, with_parameter
from flume.caret import quoted
from flume.errors import OptionError, SourceError
from flume.run import Run

if TYPE_CHECKING:
    from flume.adapters.fetching import Answer
    from flume.adapters.http_read import ReadHttp

WORD = "read('http')"
LARGEST = 1 << 28  # bytes of an answer that is looked into for what comes next

_LEVEL = msgspec.json.Decoder(dict[str, msgspec.Raw])


def check_paging(source: ReadHttp) -> None:
    """An `OptionError` for options of paging that cannot be, or not together."""
    if source.max_pages is not None and source.max_pages < 1:
        raise OptionError(f"{WORD}: max_pages takes 1 or more, not {source.max_pages}")
    if source.page_step < 1:
        raise OptionError(f"{WORD}: page_step takes 1 or more, not {source.page_step}")
    if source.page_step != 1 and source.page is None:
        raise OptionError(f"{WORD}: page_step says how page= counts, and there is no page=")
    if source.page is not None and isinstance(source.url, str):
        first_page(source, source.url)
    if source.next is not None:
        if source.page is not None:
            raise OptionError(f"{WORD}: page= counts pages, and next= looks for the next one: one of them can be given")
        if not all(source.next.split(".")):
            raise OptionError(f"{WORD}: next takes the names of fields with dots between, not {source.next!r}")
        if source.format not in (None, "json"):
            raise OptionError(f"{WORD}: next= looks into a JSON document, format='json', not {source.format!r}")
    elif source.cursor is not None:
        advice = "next= says where the answer has what goes there"
        raise OptionError(f"{WORD}: cursor={source.cursor!r} is the parameter that leads on; {advice}")


def first_page(source: ReadHttp, url: str) -> int:
    """The number of the first page: what the url says, else 1, or 0 where it counts points."""
    given = parameter(url, source.page) if source.page is not None else None
    if given is None:
        return 1 if source.page_step == 1 else 0
    if not given.isascii() or not given.isdigit():
        raise OptionError(f"{WORD}: page={source.page!r} counts pages from what the url has there: no number")
    return int(given)


class Pages:
    """Which page comes after which."""

    def __init__(self, source: ReadHttp, request: Request, run: Run) -> None:
        self.points = 0  # of the present page
        self._source = source
        self._request = request
        self._run = run
        self._number = 1
        self._start = first_page(source, request.url)
        self._seen = {request.url}
        self._body = b""  # a hash of the present page, and of the one before
        self._before = b""
        self._kept = bytearray()  # the present page, where it says what comes next
        self.first = request if source.page is None else self._counted()

    def watch(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks; where pages are counted they are told apart by what is in them."""
        if self._source.next is not None:
            return self._keeping(chunks)
        return chunks if self._source.page is None else self._hashed(chunks)

    def after(self, answer: Answer) -> Request | None:
        """What to ask for next; None at the end."""
        points, self.points = self.points, 0
        kept, self._kept = self._kept, bytearray()
        self._number += 1
        if self._source.max_pages is not None and self._number > self._source.max_pages:
            return None
        if self._source.next is not None:
            return self._named(answer, kept, self._source.next, points)
        if self._source.page is not None:
            if not points:
                return None
            if self._body == self._before:
                advice = f"see whether {self._source.page!r} counts pages there"
                raise SourceError(f"{answer.request}: this is the same page as the one before; {advice}")
            self._before = self._body
            return self._counted()
        link = next_link(answer.headers.get_all("link", [])) if self._source.follow_links else None
        return None if link is None else self._linked(answer, link)

    def _counted(self) -> Request:
        page = self._start + (self._number - 1) * self._source.page_step
        return self._with_parameter(self._source.page or "", page)

    def _with_parameter(self, name: str, value: object) -> Request:
        url = with_parameter(self._request.url, name, quote(str(value), safe=""))
        shown = self._request.name if self._request.secret_url else self._request.hide(shown_url(url))
        return replace(self._request, url=url, name=shown)

    def _linked(self, answer: Answer, link: str) -> Request | None:
        request = self._at(answer, from_header(link), "its link", "follow_links=False stops here")
        if request.url in self._seen:
            self._run.warn(f"{answer.request}: the next page was read already; stopped there")
            return None
        self._seen.add(request.url)
        return request

    def _at(self, answer: Answer, reference: str, what: str, advice: str) -> Request:
        try:
            return self._request.at(urljoin(answer.request.url, reference))
        except ValueError as error:
            raise SourceError(f"{answer.request}: {what} leads to a place {error}; {advice}") from None

    def _named(self, answer: Answer, page: bytearray, path: str, points: int) -> Request | None:
        """The request that the answer's field leads to."""
        try:
            value = _found(bytes(page), path)
        except LookupError as error:
            if self._number == 2 and points:
                self._run.warn(f"{answer.request}: the answer has no {path!r} ({error}), so this was the only page")
            return None
        except (msgspec.DecodeError, RecursionError) as error:
            raise SourceError(
                f"{answer.request}: next= looks into a JSON document, and this is none ({error})"
            ) from None
        if value in (None, "", False):
            return None
        if not isinstance(value, (str, int)) or value is True:
            raise SourceError(f"{answer.request}: {path!r} leads nowhere: it is a {type(value).__name__}, not text")
        if self._source.cursor is not None:
            request = self._with_parameter(self._source.cursor, value)
        elif isinstance(value, str) and value.startswith(("http://", "https://", "/", "?")):
            request = self._at(answer, quote(value, safe=_URL), path, "max_pages=1 stops here")
        else:
            advice = "cursor= names the parameter that it goes to"
            raise SourceError(f"{answer.request}: {path!r} is no url: {_short(value)}; {advice}")
        if request.url in self._seen:
            if not points and request.url == answer.request.url:
                return None  # so says who has no more: nothing, and the same place again
            advice = "max_pages= stops before"
            raise SourceError(f"{answer.request}: {path!r} leads to a page that was read already; {advice}")
        self._seen.add(request.url)
        return request

    def _keeping(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._kept += chunk
            if len(self._kept) > LARGEST:
                most = LARGEST >> 20
                raise SourceError(
                    f"{self._request}: next= looks into answers of up to {most} MB; ask for smaller pages"
                )
            yield chunk

    def _hashed(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        from hashlib import sha256

        state = sha256()
        for chunk in chunks:
            state.update(chunk)
            yield chunk
        self._body = state.digest()


_URL = "%/:=&?~#+!$,;'@()*[]|"


def _short(value: object) -> str:
    text = str(value)
    return quoted(text[:40] + "…" if len(text) > 40 else text)


def _found(document: bytes, path: str) -> Any:
    """The value of the field *path* of a JSON document; a `LookupError` says what there is instead.

    >>> _found(b'{"meta": {"next": "abc"}, "data": [1, 2]}', 'meta.next')
    'abc'
    """
    rest = path
    level: dict[str, msgspec.Raw] = _LEVEL.decode(document)
    while rest not in level:
        name, dot, rest = rest.partition(".")
        if not dot or name not in level:
            raise LookupError(f"it has {', '.join(map(repr, list(level)[:9]))}" if level else "it is empty")
        inner = level[name]
        if not bytes(inner).lstrip().startswith(b"{"):
            raise LookupError(f"{name!r} is no object")
        level = _LEVEL.decode(inner)
    return msgspec.json.decode(level[rest])
