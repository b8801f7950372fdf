"""The cache of `read('http', cache=…)`: answers kept in the user's cache folder, a file each."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO

from flume.adapters.blocks import BLOCK
from flume.adapters.fetching import Answer
from flume.adapters.requesting import Request
from flume.run import Run

Ask = Callable[[Request], Answer]
"""Gives the answer to a request, and raises where it cannot be taken; 304 can, where the request is conditional."""

_KEPT = ("content-type", "content-encoding", "link", "etag", "last-modified", "cache-control", "expires", "date")
_OLD = 30 * 86400.0  # seconds after which an entry that nobody asked for goes
_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})")
_ENTRY = re.compile(r"[0-9a-f]{64}(\w*\.part)?")


class Cache:
    """Answers by request: its method, url, headers and body, of which only a hash is the file's name.

    *fresh*: the seconds that an answer is good for, None for as long as its server says; after that the server is asked
    whether it has changed (by its ETag or its date).  A cache that cannot be written is said once and does no harm.
    """

    def __init__(self, run: Run, fresh: float | None) -> None:
        self._run = run
        self._fresh = fresh
        self._folder = folder()
        self._clear()

    def answer(self, request: Request, ask: Ask) -> Answer:
        """The kept answer where it is good, else the one that *ask* gives, which is kept once it is read whole."""
        path = self._folder / _name(request)
        kept = _open(path, request)
        if kept is not None and self._is_fresh(kept):
            return kept
        try:
            answer = ask(request if kept is None else _conditional(request, kept))
        except BaseException:
            if kept is not None:
                kept.close()
            raise
        if kept is not None and answer.status == 304:
            for _ in answer.chunks():
                pass  # there are none: the connection is free
            answer.close()
            self._touch(path)
            return kept
        if kept is not None:
            kept.close()
        if self._fresh is None and "no-store" in answer.headers.get("cache-control", "").lower():
            return answer
        return _Keeping(answer, request, path, self)

    def now(self) -> float:
        """The present, in seconds since 1970."""
        return self._run.clock.now().timestamp()

    def warn(self, error: OSError) -> None:
        """Say that nothing can be kept."""
        reason = (error.strerror or str(error)).lower()
        self._run.warn_once("cache", f"nothing is kept by cache=: cannot write {str(self._folder)!r}: {reason}")

    def _is_fresh(self, kept: _Kept) -> bool:
        good = _good_for(kept.headers) if self._fresh is None else self._fresh
        return 0 <= self.now() - kept.since < good

    def _touch(self, path: Path) -> None:
        try:
            os.utime(path, (self.now(), self.now()))
        except OSError as error:
            self.warn(error)

    def _clear(self) -> None:
        """Remove what is old."""
        oldest = self.now() - max(_OLD, self._fresh or 0.0)
        with suppress(OSError):
            for entry in os.scandir(self._folder):
                if _ENTRY.fullmatch(entry.name) and entry.stat().st_mtime < oldest:
                    os.unlink(entry.path)


class _Kept(Answer):
    """An answer that was kept: a line of JSON, then the body as it had come."""

    def __init__(self, request: Request, head: dict[str, Any], file: BinaryIO) -> None:
        headers = Message()
        for name, value in head["headers"]:
            headers[name] = value
        super().__init__(replace(request, url=head.get("url", request.url)), head["status"], head["reason"], headers)
        self.since = os.fstat(file.fileno()).st_mtime
        self._file = file

    def chunks(self) -> Iterator[bytes]:
        while chunk := self._file.read(BLOCK):
            yield chunk

    def close(self) -> None:
        self._file.close()


class _Keeping(Answer):
    """An answer that is kept as it is read: under its name only once it was read to its end."""

    def __init__(self, answer: Answer, asked: Request, path: Path, cache: Cache) -> None:
        super().__init__(answer.request, answer.status, answer.reason, answer.headers)
        self._answer = answer
        self._moved = {} if asked.url == answer.request.url else {"url": answer.request.url}
        self._path = path
        self._cache = cache
        self._file: BinaryIO | None = None
        self._part = ""

    def chunks(self) -> Iterator[bytes]:
        self._try(self._begin)
        for chunk in self._answer.chunks():
            if self._file is not None:
                self._try(self._file.write, chunk)
            yield chunk

    def finish(self) -> None:
        self._answer.finish()
        self._try(self._commit)

    def close(self) -> None:
        self._answer.close()
        self._drop()

    def _begin(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, self._part = tempfile.mkstemp(".part", self._path.name, self._path.parent)
        self._file = open(descriptor, "wb")  # noqa: SIM115 - closed by _commit or _drop
        headers = [(name, value) for name, value in self.headers.items() if name.lower() in _KEPT]
        head = {"status": self.status, "reason": self.reason, "headers": headers} | self._moved
        self._file.write(json.dumps(head).encode() + b"\n")

    def _commit(self) -> None:
        if self._file is not None:
            self._file.close()
            os.utime(self._part, (self._cache.now(), self._cache.now()))
            os.replace(self._part, self._path)
            self._file = None

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            with suppress(OSError):
                os.unlink(self._part)

    def _try(self, do: Callable[..., object], *given: bytes) -> None:
        try:
            do(*given)
        except OSError as error:
            self._cache.warn(error)
            self._drop()


def folder() -> Path:
    """Where answers are kept: `flume/http` in the user's cache folder, as the XDG specification has it."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return Path(base if os.path.isabs(base) else os.path.expanduser("~/.cache"), "flume", "http")


def _name(request: Request) -> str:
    """The name of the file of the answer to *request*: it tells nothing of it."""
    headers = sorted((name.lower(), value) for name, value in request.headers.items())
    asked = [request.method, request.url, headers, (request.body or b"").hex()]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _open(path: Path, request: Request) -> _Kept | None:
    """The kept answer; None where there is none that can be read."""
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed with the answer
    except OSError:
        return None
    try:
        return _Kept(request, json.loads(file.readline()), file)
    except (ValueError, LookupError, TypeError, AttributeError):
        file.close()
        return None


def _conditional(request: Request, kept: Answer) -> Request:
    """*request*, to be answered only if what was kept is no longer right."""
    conditions = {"If-None-Match": kept.headers.get("etag"), "If-Modified-Since": kept.headers.get("last-modified")}
    return replace(request, headers={**request.headers, **{name: text for name, text in conditions.items() if text}})


def _good_for(headers: Message) -> float:
    """The seconds that the server says an answer is good for (RFC 9111, 4.2.1)."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return 0.0
    if age := _AGE.search(control):
        return float(age[1])
    try:
        until, since = (parsedate_to_datetime(headers.get(name, "")) for name in ("expires", "date"))
        return (until - since).total_seconds()
    except (ValueError, TypeError):
        return 0.0
