"""json: an array of objects, or objects one after another, read as they come."""

from __future__ import annotations

import json as json_module
import re
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, overload

import msgspec

from flume.errors import SourceError
from flume.flow import Batch
from flume.parsers.jsonl import encode, encode_lines
from flume.parsing import Origin, Parser, Records, Rendering, decode

SHORT = 1 << 16  # characters of a value that is still open; a longer one is not looked at again with each block
TRIES = 3  # places where a window is cut before its values are read one by one


class json(Parser):
    """JSON documents: an array of objects, one object, or several after one another; never loaded whole.

    *path*: where the array is inside the document (`'data.items'`); fields around it are passed over.

    An element that is no object is a rejected record, and so is one with a number that JSON does not have (NaN).
    What is no JSON ends the reading with an error at its line.

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
        found = _Found(origin)
        reading = _documents(_Text(origin.blocks(blocks, lines=False), origin), self._path(), found)
        while True:
            try:
                next(reading)
            except StopIteration:
                break
            except SourceError:
                yield from found.taken()  # what comes before the error does not depend on where blocks end
                origin.settle()
                raise
            yield from found.taken()
        yield from found.taken()

    def _path(self) -> list[str]:
        return self.path.split(".") if self.path else []

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
_BETWEEN = re.compile(r"[ \t\n\r,]*")
_CLOSED = ("}", "]", ",")
_CUT = 12  # characters: the longest escape, literal or piece of a number that can be cut in two
_many = msgspec.json.Decoder()


class _Fault(ValueError):
    """A number that is written as JSON has it not, or that is out of range."""


class _Faults:
    """Reads values and remembers what in them is no JSON, but does not hide where they end."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.raw_decode = json_module.JSONDecoder(
            parse_constant=self._constant, parse_float=self._float, parse_int=self._int
        ).raw_decode

    def _constant(self, text: str) -> None:
        self.reasons.append(f"{text} is no JSON")

    def _float(self, text: str) -> float:
        value = float(text)
        if value - value != 0:
            self.reasons.append("number out of range")
        return value

    def _int(self, text: str) -> int:
        try:
            return int(text)
        except ValueError:  # Python reads no integer of more than 4300 digits
            self.reasons.append("number out of range")
            return 0

    def taken(self) -> str | None:
        """The first reason since it was asked for."""
        reason = self.reasons[0] if self.reasons else None
        self.reasons.clear()
        return reason


class _One(NamedTuple):
    """A value, with the reason why it cannot be taken."""

    value: Any
    line: int
    fault: str | None
    raw: str


class _Elements(Records):
    """Points of a document; a line of it may hold many, and a point many lines."""

    __slots__ = ()

    def raw(self, index: int) -> str | None:
        return decode(encode(self[index]))


class _Numbers(Sequence[int]):
    """The line that each of many values begins at; looked for when one is asked for."""

    def __init__(self, text: str, first: int, count: int) -> None:
        self.text = text
        self.first = first
        self.count = count

    def __len__(self) -> int:
        return self.count

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return self._lines[index]

    @cached_property
    def _lines(self) -> list[int]:
        read = _Faults().raw_decode
        lines: list[int] = []
        at, line = 0, self.first
        for _ in range(self.count):
            match = _BETWEEN.match(self.text, at)
            assert match is not None
            line += self.text.count("\n", at, match.end())
            lines.append(line)
            at = read(self.text, match.end())[1]
            line += self.text.count("\n", match.end(), at)
        return lines


class _Found:
    """What has been read and not yet been given on."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.batches: list[Records] = []
        self.points: Batch = []
        self.numbers: list[int] = []

    def one(self, one: _One) -> None:
        """Take one value."""
        if one.fault is not None:
            self.origin.reject(one.line, f"is no valid JSON: {one.fault}", one.raw)
        elif isinstance(one.value, dict):
            self.points.append(one.value)
            self.numbers.append(one.line)
        else:
            self.origin.reject(one.line, "is no JSON object", one.raw)

    def many(self, values: Batch, numbers: _Numbers) -> None:
        """Take many objects."""
        self._pack()
        self.batches.append(_Elements(values, self.origin, numbers))

    def taken(self) -> list[Records]:
        """What has been read since it was asked for: one batch at least."""
        if self.points or not self.batches:
            self._pack()
        batches, self.batches = self.batches, []
        return batches

    def _pack(self) -> None:
        self.batches.append(_Elements(self.points, self.origin, self.numbers))
        self.points, self.numbers = [], []


class _Text:
    """The text of blocks, a window of it at a time.

    What may have to read on is a generator: it yields before, so that what has been found need not wait for the next
    block.
    """

    def __init__(self, blocks: Iterator[bytes], origin: Origin) -> None:
        self.hint = ""  # what is said beside an error
        self._blocks = blocks
        self._origin = origin
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._faults = _Faults()
        self._text = ""
        self._at = 0
        self._line = 1  # of the place below
        self._counted = 0
        self._ended = False

    def _more(self) -> Generator[None, None, None]:
        """Read one block on; what has been passed goes."""
        yield
        self.line()
        block = next(self._blocks, None)
        self._ended = block is None
        self._text = self._text[self._at :] + self._decoder.decode(block or b"", self._ended)
        self._at = self._counted = 0

    def peek(self) -> Generator[None, None, str]:
        """The next character that is no space; nothing at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            assert match is not None
            self._at = match.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            yield from self._more()

    def take(self, expected: str) -> Generator[None, None, str]:
        """The next character, one of *expected*."""
        found = yield from self.peek()
        if not found:
            raise self.error("ends in the middle")
        if found not in expected:
            raise self.error(f"expected {' or '.join(map(repr, expected))}, found {found!r}")
        self._at += 1
        return found

    def value(self) -> Generator[None, None, _One]:
        """The next value, whole."""
        yield from self.peek()
        while True:
            try:
                value, end = self._faults.raw_decode(self._text, self._at)
            except RecursionError:
                raise self.error("nested too deeply") from None
            except json_module.JSONDecodeError as error:
                cut = len(self._text) - error.pos <= _CUT or error.msg.startswith("Unterminated")
                if self._ended or not cut:
                    raise self._no_value(error, cut) from None
            else:
                fault = self._faults.taken()
                # a number at the end of a block may go on
                if end < len(self._text) or self._ended or self._text[end - 1] in '}]"':
                    one = _One(value, self.line(), fault, self._text[self._at : end])
                    self._at = end
                    return one
            self._faults.taken()
            yield from self._rest_of_value()

    def _rest_of_value(self) -> Generator[None, None, None]:
        """Read on, by a block or, of a long value, by as much again: it is not to be read over and over."""
        yield from self._more()
        long = 2 * len(self._text) if len(self._text) > SHORT else 0
        while len(self._text) < long and not self._ended and not self._text.rstrip().endswith(_CLOSED):
            yield from self._more()

    def until(self, separator: str) -> tuple[Batch, _Numbers] | None:
        """All the objects before the last *separator* that is in the window, if that can be done at once."""
        cut = len(self._text)
        for _ in range(TRIES):
            cut = self._text.rfind(separator, self._at, cut)
            if cut < 0:
                return None
            text = self._text[self._at : cut + 1]
            try:
                values = _many.decode(f"[{text}]")
            except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
                continue  # the separator stands inside a value, or a value needs a closer look
            if not {dict}.issuperset(map(type, values)):
                return None
            numbers = _Numbers(text, self.line(), len(values))
            self._at = cut + 1
            return values, numbers
        return None

    def separator(self) -> str:
        """What stands from the end of the last object to the beginning of the next, if both are in the window."""
        begin = self._text.rfind("}", 0, self._at)
        between = self._text[begin : self._at + 1]
        return between if begin >= 0 and between.endswith("{") and not between[1:-1].strip(", \t\r\n") else ""

    def line(self) -> int:
        """The number of the present line."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _no_value(self, error: json_module.JSONDecodeError, cut: bool) -> SourceError:
        if cut and (error.pos >= len(self._text.rstrip()) or error.msg.startswith("Unterminated")):
            return self.error("ends in the middle")
        self._at = error.pos
        return self.error(error.msg[:1].lower() + error.msg[1:].removesuffix(" at"))

    def error(self, reason: str) -> SourceError:
        """What is said of text that is no JSON."""
        return SourceError(f"{self._origin.file}:{self.line()}: is no valid JSON: {reason}{self.hint}")


def _documents(text: _Text, path: list[str], found: _Found) -> Generator[None, None, None]:
    """The values of each document: those of the array at *path*, or of the document itself."""
    while first := (yield from text.peek()):
        if path:
            yield from _inside(text, path, found)
        elif first == "[":
            yield from _array(text, found)
        else:
            found.one((yield from text.value()))
            text.hint = " (where each line is an object of its own, format='jsonl' passes over bad ones)"


def _inside(text: _Text, path: list[str], found: _Found) -> Generator[None, None, None]:
    first = yield from text.peek()
    if first != "{":
        raise text.error(f"expected an object with the field {path[0]!r}, found {first!r}")
    yield from text.take("{")
    seen = False
    ended = (yield from text.peek()) == "}" and (yield from text.take("}"))
    while not ended:
        if (yield from text.peek()) not in ('"', ""):
            raise text.error("expecting property name enclosed in double quotes")
        key = yield from text.value()
        yield from text.take(":")
        if key.value != path[0] or seen:
            yield from text.value()
        elif path[1:]:
            seen = True
            yield from _inside(text, path[1:], found)
        else:
            seen = True
            if (yield from text.peek()) == "[":
                yield from _array(text, found)
            else:
                found.one((yield from text.value()))
        ended = (yield from text.take(",}")) == "}"
    if not seen:
        raise text.error(f"has no field {path[0]!r} (path=)")


def _array(text: _Text, found: _Found) -> Generator[None, None, None]:
    yield from text.take("[")
    if (yield from text.peek()) == "]":
        yield from text.take("]")
        return
    separator = ""
    while True:
        at_once = text.until(separator) if separator else None
        if at_once is not None:
            found.many(*at_once)
        else:
            found.one((yield from text.value()))
        if (yield from text.take(",]")) == "]":
            return
        yield from text.peek()
        separator = "" if at_once is not None else text.separator()
