"""Requesting: what is asked of a web server, and how messages name it without its secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, unquote_plus, urljoin, urlsplit

from flume.adapters.secrets import is_secret
from flume.errors import MomentError, OptionError
from flume.value import env, thaw

PORTS = {"http": 80, "https": 443}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, 5.6.2
_OPAQUE = re.compile(r"[\w+/=.%-]{32,}", re.ASCII)
_HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "range", "user-agent"})
_LINK = re.compile(r"\s*<([^<>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([^\s;=,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
_SAFE = "%/:=&?~#+!$,;'@()*[]|"


class Target(NamedTuple):
    """Where a request goes: the connection's ends, and the path asked for there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What credentials belong to."""
        return self[:3]


@dataclass(frozen=True)
class Request:
    """One request, ready to be sent; *name* is its url as messages show it, *secrets* what they never show."""

    method: str
    url: str = field(repr=False)
    name: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    secret_url: bool = False
    secret_body: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    @property
    def conditional(self) -> bool:
        """Whether it asks for an answer only where something has changed."""
        return any(name.lower() in ("if-none-match", "if-modified-since") for name in self.headers)

    def hide(self, text: str) -> str:
        """*text* without the secrets."""
        for secret in sorted(filter(None, self.secrets), key=len, reverse=True):
            text = text.replace(secret, "…")
        return text

    def at(self, reference: str) -> Request:
        """The same request to another url, relative to this one; to another origin nothing goes that may be secret.

        Raises `ValueError` where it must not go there.
        """
        url = urljoin(self.url, reference).partition("#")[0]
        target, here = split(url), split(self.url)
        if here.scheme == "https" and target.scheme == "http":
            raise ValueError("which is not encrypted")
        name = self.name if self.secret_url else self.hide(shown_url(url))
        if _trusts(here, target):
            return replace(self, url=url, name=name)
        if self.secret_body:
            raise ValueError("on another host, and the body holds a secret")
        harmless = {
            header: value
            for header, value in self.headers.items()
            if header.lower() in _HARMLESS and value not in self.secrets
        }
        return replace(self, url=url, name=name, headers=harmless)


def split(url: str) -> Target:
    """Where *url* points to; a `ValueError` says why it is no url of the web.

    >>> split('https://user:pw@example.com/a b?c=d#e')
    Target(scheme='https', host='example.com', port=443, path='/a%20b?c=d')
    """
    if _CONTROL.search(url):
        raise ValueError("has a control character")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("cannot be read") from None
    if parts.scheme not in PORTS:
        raise ValueError("does not begin with http:// or https://")
    try:
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or PORTS[parts.scheme]
    except ValueError:
        raise ValueError("has a host or a port that cannot be") from None
    if not host or " " in host:
        raise ValueError("names no host")
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme, host, port, quote((parts.path or "/") + query, safe=_SAFE))


def shown_url(url: str) -> str:
    """*url* as messages show it: without credentials, and without the values of parameters that look secret.

    >>> shown_url('https://me:pw@example.com/a?page=2&api_key=123')
    'https://example.com/a?page=2&api_key=…'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "…"
    query = "&".join(map(_shown_pair, parts.query.split("&")))
    if not parts.netloc:  # it is no url of the web; there may be a password in it nevertheless
        return url.partition("#")[0].partition("?")[0].rpartition("@")[2] + ("?" if query else "") + query
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{'?' if query else ''}{query}"


def from_header(value: str) -> str:
    """A url that a header holds: headers are read as Latin-1, whatever bytes a server sent."""
    return quote(value.strip(), encoding="latin-1", errors="replace", safe=_SAFE)


def with_parameter(url: str, name: str, value: object) -> str:
    """*url* with the query parameter *name* set to *value*.

    >>> with_parameter('http://example.com/a?page=1&q=x', 'page', 2)
    'http://example.com/a?q=x&page=2'
    """
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair and _parameter(pair)[0] != name]
    return parts._replace(query="&".join([*pairs, f"{quote(name)}={value}"]), fragment="").geturl()


def parameter(url: str, name: str) -> str | None:
    """The value of the query parameter *name*; None where there is none."""
    return next((value for key, value in map(_parameter, urlsplit(url).query.split("&")) if key == name), None)


def next_link(headers: Iterable[str]) -> str | None:
    """Where the Link headers say that the next page is; None where they say nothing (RFC 8288).

    >>> next_link(['</a?page=1>; rel="prev first", </a?page=3>; rel=next'])
    '/a?page=3'
    """
    for text in headers:
        at = 0
        while link := _LINK.match(text, at):
            at = link.end()
            parameters: dict[str, str] = {}
            while found := _PARAMETER.match(text, at):
                at = found.end()
                parameters.setdefault(found[1].lower(), found[2] or found[3] or "")  # the first counts
            if "next" in parameters.get("rel", "").lower().split() and "anchor" not in parameters:
                return link[1]
            comma = text.find(",", at)
            if comma < 0:
                break
            at = comma + 1
    return None


# -- from options to a request --------------------------------------------------------------------


def check_request(word: str, asking: Any) -> None:
    """An `OptionError` unless the options that a reader and a writer share can be made a request."""
    if isinstance(asking.url, str):
        try:
            split(asking.url)
        except ValueError as error:
            shown = f"{word}: url={shown_url(asking.url)!r} {error}"
            raise OptionError(f"{shown}; give one like 'https://example.com/points'") from None
    if not _TOKEN.fullmatch(asking.method):
        raise OptionError(f"{word}: method takes GET, POST or another method of HTTP, not {asking.method!r}")
    if asking.headers is not None and not isinstance(asking.headers, Mapping):
        found = type(thaw(asking.headers)).__name__
        raise OptionError(f"{word}: headers takes names and values, {{'Accept': 'text/csv'}}, not a {found}")
    for name, value in (asking.headers or {}).items():
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            raise OptionError(f"{word}: {name!r} cannot be the name of a header")
        if not isinstance(value, env):
            _check_header(word, name, value)
    auth = asking.auth
    pair = isinstance(auth, tuple) and len(auth) == 2 and all(isinstance(each, (str, env)) for each in auth)
    if auth is not None and not isinstance(auth, (str, env)) and not pair:
        raise OptionError(f"{word}: auth takes a token or a pair of name and password, each text or env('NAME')")
    for status in asking.status if isinstance(asking.status, tuple) else (asking.status,):
        if status is not None and (type(status) is not int or not 200 <= status <= 599):
            raise OptionError(f"{word}: status takes numbers from 200 to 599, not {status!r}")
    if asking.retries < 0:
        raise OptionError(f"{word}: retries takes 0 or more, not {asking.retries}")
    seconds(word, "timeout", asking.timeout)


def seconds(word: str, option: str, value: Any) -> float:
    """The seconds of a duration that is longer than nothing; an `OptionError` where it is none."""
    from flume.duration import duration

    try:
        span = duration(value)
        if span:
            return span.seconds
    except MomentError as error:
        raise OptionError(f"{word}: {option}: {error}") from None
    raise OptionError(f"{word}: {option} takes a duration longer than nothing, not {value!r}")


def make_request(
    word: str, url: str | env, method: str, headers: Mapping[str, Any] | None, auth: object, body: object = None
) -> Request:
    """The request that the options describe, its secrets revealed; an `OptionError` where one cannot be used."""
    secrets: list[str] = []
    sent = {name: str(reveal(value, secrets)) for name, value in (headers or {}).items()}
    where: str = reveal(url, secrets)
    name = repr(url) if isinstance(url, env) else shown_url(where)
    try:
        split(where)
    except ValueError as error:
        raise OptionError(f"{word}: url={name} {error}; give one like 'https://example.com/points'") from None
    before = len(secrets)
    content = reveal(body, secrets)
    secret_body = len(secrets) > before
    given = {name.lower() for name in sent}
    if isinstance(content, (dict, list)):
        import json

        content = json.dumps(content, ensure_ascii=False)
        if "content-type" not in given:
            sent["Content-Type"] = "application/json"
    user = urlsplit(where)
    if auth is None and user.username is not None:
        auth = (unquote(user.username), unquote(user.password or ""))
        secrets.append(auth[1])
    if auth is not None and "authorization" not in given:
        plain = reveal(auth, secrets)
        sent["Authorization"] = f"Bearer {plain}" if isinstance(plain, str) else basic(*plain)
        secrets.append(sent["Authorization"].partition(" ")[2])
    for header, value in sent.items():
        _check_header(word, header, value, secret=True)
    data = content.encode() if isinstance(content, str) else content
    return Request(method.upper(), where, name, sent, data, tuple(secrets), isinstance(url, env), secret_body)


def reveal(value: Any, secrets: list[str]) -> Any:
    """*value*, plain again, with the secrets that its `env(...)` stand for; they are added to *secrets*."""
    if isinstance(value, env):
        secrets.append(value.reveal())
        return secrets[-1]
    if isinstance(value, Mapping):
        return {key: reveal(each, secrets) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [reveal(each, secrets) for each in value]
    return value


def basic(name: str, password: str) -> str:
    """The value of an Authorization header (RFC 7617).

    >>> basic('a', 'b')
    'Basic YTpi'
    """
    from base64 import b64encode

    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


def _check_header(word: str, name: str, value: object, *, secret: bool = False) -> None:
    if not isinstance(value, (str, int)):
        raise OptionError(f"{word}: the header {name!r} takes text or env('NAME'), not a {type(value).__name__}")
    shown = "" if secret or is_secret(name) else f" ({value!r})"
    if _CONTROL.search(str(value)):
        raise OptionError(f"{word}: the header {name!r} has a line break or another control character{shown}")
    try:
        str(value).encode("latin-1")
    except UnicodeEncodeError:
        raise OptionError(f"{word}: the header {name!r} has a character that headers cannot hold{shown}") from None


def _trusts(here: Target, target: Target) -> bool:
    """Whether what is secret may go to *target*: the same origin, or the same host once it is encrypted."""
    encrypted = here.host == target.host and (here.port, target.port) == (80, 443) and target.scheme == "https"
    return here.origin == target.origin or encrypted


def _parameter(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return unquote_plus(name), unquote_plus(value)


def _shown_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}=…" if equals and (is_secret(name) or _OPAQUE.fullmatch(value)) else pair
