"""Elasticsearch: a server that runs somewhere, as the tests talk to it."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import ProxyHandler, Request, build_opener

_direct = build_opener(ProxyHandler({}))


class Elasticsearch:
    """A running Elasticsearch at *url*; user and password may stand in it.

    >>> Elasticsearch("http://localhost:9200").url
    'http://localhost:9200'
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    @property
    def version(self) -> str:
        """Its version, as `9.2.0`."""
        nodes = self.ask("GET", "/_nodes/_local?filter_path=nodes.*.version")["nodes"]
        return str(next(iter(nodes.values()))["version"])

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON that a request is answered with; *body* is sent as JSON, a list as lines of it.

        Raises `urllib.error.HTTPError` for a refusal, `OSError` where nobody answers.
        """
        place = urlsplit(self.url)
        address = urlunsplit(place._replace(netloc=place.netloc.rpartition("@")[2])) + path
        lines = [json.dumps(line) + "\n" for line in body] if isinstance(body, list) else [json.dumps(body)]
        request = Request(address, None if body is None else "".join(lines).encode(), method=method)
        request.add_header("Content-Type", "application/x-ndjson" if isinstance(body, list) else "application/json")
        if place.username:
            secret = f"{unquote(place.username)}:{unquote(place.password or '')}".encode()
            request.add_header("Authorization", f"Basic {base64.b64encode(secret).decode()}")
        with _direct.open(request, timeout=30) as answer:
            return json.load(answer)
