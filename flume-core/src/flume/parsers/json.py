"""json: an array of objects, or objects one after another, read as they come."""

from __future__ import annotations

import json as json_module
import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from typing import Any

from flume.errors import SourceError
from flume.flow import Batch
from flume.parsers.jsonl import encode_lines
from flume.parsing import Origin, Parser, Records, Rendering

BATCH = 1000


class json(Parser):
    """JSON documents: an array of objects, one object, or several after one another; never loaded whole.

    *path*: where the array is inside the document (`'data.items'`); fields around it are passed over.

    An element that is no object is a rejected record.  What is no JSON ends the reading with an error at its line.

    >>> from flume.testing import parse, render
    >>> parse(json(), '[{"a": 1}, {"a": 2}]')
    [{'a': 1}, {'a': 2}]
    >>> parse(json(path='data'), '{"n": 1, "data": [{"a": 1}]}')
    [{'a': 1}]
    >>> render(json(), [{'a': 1}, {'a': 2}])
    '[\\n{"a": 1},\\n{"a": 2}\\n]\\n'
    """

    lines = False
    path: str | None = None
    compact: bool = False

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Records]:
        text = _Text(origin.blocks(blocks), origin)
        points: Batch = []
        numbers: list[int] = []
        for line, value in _values(text, self.path.split(".") if self.path else []):
            if isinstance(value, dict):
                points.append(value)
                numbers.append(line)
            else:
                origin.reject(line, "is no JSON object", json_module.dumps(value, ensure_ascii=False))
            if len(points) >= BATCH or text.used_up:
                yield Records(points, origin, numbers)
                points, numbers = [], []
        yield Records(points, origin, numbers)

    def render(self, *, live: bool = False) -> Rendering:
        return _Array(self.compact)


class _Array(Rendering):
    def __init__(self, compact: bool) -> None:
        self.compact = compact
        self.begun = False

    def push(self, batch: Batch) -> bytes:
        if not batch:
            return b""
        # a line end in a JSON text is always one between points
        data = encode_lines(batch, compact=self.compact)[:-1].replace(b"\n", b",\n")
        begun, self.begun = self.begun, True
        return (b",\n" if begun else b"[\n") + data

    def end(self) -> Iterator[bytes]:
        yield b"\n]\n" if self.begun else b"[]\n"


_SPACE = re.compile(r"[ \t\n\r]*")
_BETWEEN = re.compile(r"[ \t\n\r,\]}]*")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


_decoder = json_module.JSONDecoder(parse_constant=_refuse)


class _Text:
    """The text of blocks, a window of it at a time."""

    def __init__(self, blocks: Iterator[bytes], origin: Origin) -> None:
        self._blocks = blocks
        self._origin = origin
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def more(self) -> bool:
        """Read on; False at the end."""
        if self._ended:
            return False
        # at least as much again, so that a long value is not read over and over
        wanted = max(1, len(self._text) - self._at)
        parts = [self._text[self._at :]]
        while wanted > 0 and not self._ended:
            block = next(self._blocks, None)
            part = self._decoder.decode(block or b"", block is None)
            self._ended = block is None
            parts.append(part)
            wanted -= len(part)
        self._line += self._text.count("\n", 0, self._at)
        self._text, self._at = "".join(parts), 0
        return True

    def peek(self) -> str:
        """The next character that is no space; nothing at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            assert match is not None
            self._at = match.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self.more():
                return ""

    def take(self, expected: str) -> str:
        """The next character, one of *expected*."""
        found = self.peek()
        if not found or found not in expected:
            raise self.error(f"expected {' or '.join(expected)}, found {repr(found) if found else 'the end'}")
        self._at += 1
        return found

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or not self.more():
                    raise self.error(str(error).split(":")[0].lower()) from error
                continue
            if end == len(self._text) and self._text[-1].isdigit() and self.more():
                continue  # the number may go on
            self._at = end
            return value

    @property
    def used_up(self) -> bool:
        """Whether nothing but punctuation is left of what was read, so that the next value may be long in coming."""
        match = _BETWEEN.match(self._text, self._at)
        return match is not None and match.end() == len(self._text)

    @property
    def line(self) -> int:
        """The number of the present line."""
        return self._line + self._text.count("\n", 0, self._at)

    def error(self, reason: str) -> SourceError:
        """What is said of text that is no JSON."""
        return SourceError(f"{self._origin.file}:{self.line}: is no valid JSON: {reason}")


def _values(text: _Text, path: list[str]) -> Iterator[tuple[int, Any]]:
    """The values of the document: those of the array at *path*, or of the document itself, with their lines."""
    while first := text.peek():
        if path:
            yield from _inside(text, path)
        elif first == "[":
            yield from _array(text)
        else:
            line = text.line
            yield line, text.value()


def _inside(text: _Text, path: list[str]) -> Iterator[tuple[int, Any]]:
    if (first := text.peek()) != "{":
        raise text.error(f"expected an object with the field {path[0]!r} (path=), found {first!r}")
    text.take("{")
    found = False
    while text.peek() != "}":
        key = text.value()
        text.take(":")
        if key == path[0] and not found:
            found = True
            if path[1:]:
                yield from _inside(text, path[1:])
            elif text.peek() == "[":
                yield from _array(text)
            else:
                line = text.line
                yield line, text.value()
        else:
            text.value()
        if text.take(",}") == "}":
            break
    else:
        text.take("}")
    if not found:
        raise text.error(f"has no field {path[0]!r} (path=)")


def _array(text: _Text) -> Iterator[tuple[int, Any]]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        text.peek()
        line = text.line
        yield line, text.value()
        if text.take(",]") == "]":
            return
