"""JSON text, read as it comes: value by value, or many at once."""

from __future__ import annotations

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, overload

import msgspec

from flume.errors import SourceError
from flume.flow import Batch
from flume.parsers.refusing import TOO_DEEP
from flume.parsing import Origin
from flume.point import DEEPEST, NESTED, is_too_deep

SHORT = 1 << 16  # characters of a value that is still open; a longer one is not looked at again with each block
TRIES = 3  # places where a window is cut before its values are read one by one
_SPACE = re.compile(r"[ \t\n\r]*")
_BETWEEN = re.compile(r"[ \t\n\r,]*")
_GOES_ON = re.compile(r"(?:\.|[eE][+-]?)?\Z")  # what a number at the end of a block may do
_CLOSED = ("}", "]", ",")
_CUT = 12  # characters: the longest escape, literal or piece of a number that can be cut in two
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[{]|[\]}]', re.DOTALL)
_OUT_OF_RANGE = "is no valid JSON: number out of range"
_many = msgspec.json.Decoder()


class _Faults:
    """Reads values, and remembers numbers in them that JSON does not have: it is known where they end."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.raw_decode = json.JSONDecoder(
            parse_constant=self._constant, parse_float=self._float, parse_int=self._int
        ).raw_decode

    def _constant(self, text: str) -> None:
        self.reasons.append(f"is no valid JSON: {text} is no JSON")

    def _float(self, text: str) -> float:
        value = float(text)
        if value - value != 0:
            self.reasons.append(_OUT_OF_RANGE)
        return value

    def _int(self, text: str) -> int:
        try:
            return int(text)
        except ValueError:  # Python reads no integer of more than 4300 digits
            self.reasons.append(_OUT_OF_RANGE)
            return 0

    def taken(self) -> str | None:
        """The first reason since it was asked for."""
        reason = self.reasons[0] if self.reasons else None
        self.reasons.clear()
        return reason


class JsonValue(NamedTuple):
    """A value, with the reason why it cannot be taken."""

    value: Any
    line: int
    fault: str | None
    raw: str


class Numbers(Sequence[int]):
    """The line that each of many values begins at; looked for when one is asked for."""

    def __init__(self, text: str, first: int, length: int) -> None:
        self.text = text
        self.first = first
        self.length = length

    def __len__(self) -> int:
        return self.length

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
        for _ in range(self.length):
            match = _BETWEEN.match(self.text, at)
            assert match is not None
            line += self.text.count("\n", at, match.end())
            lines.append(line)
            at = read(self.text, match.end())[1]
            line += self.text.count("\n", match.end(), at)
        return lines


class JsonText:
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
        self._at_once = True  # whether to try it in this window

    def _more(self, least: int = 0) -> Generator[None, None, None]:
        """Read one block on, or until there are *least* characters more or a value may be closed."""
        self.line()
        parts = [self._text[self._at :]]
        while True:
            yield
            block = next(self._blocks, None)
            self._ended = block is None
            parts.append(self._decoder.decode(block or b"", self._ended))
            least -= len(parts[-1])
            if self._ended or least <= 0 or parts[-1].rstrip().endswith(_CLOSED):
                break
        self._text = "".join(parts)
        self._at = self._counted = 0
        self._at_once = True

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

    def value(self) -> Generator[None, None, JsonValue]:
        """The next value, whole."""
        yield from self.peek()
        while True:
            try:
                value, end = self._decoded()
            except json.JSONDecodeError as error:
                cut = len(self._text) - error.pos <= _CUT or error.msg.startswith("Unterminated")
                if self._ended or not cut:
                    raise self._no_value(error, cut) from None
            else:
                fault = self._faults.taken() or _depth_of(value)
                if self._ended or self._text[end - 1] in '}]"' or not _GOES_ON.match(self._text, end):
                    one = JsonValue(value, self.line(), fault, self._text[self._at : end])
                    self._at = end
                    return one
            self._faults.taken()
            # a long one is read on by as much again: it is not to be looked at over and over
            length = len(self._text) - self._at
            yield from self._more(length if length > SHORT else 0)

    def _decoded(self) -> tuple[Any, int]:
        """The value that begins here, and where it ends; None for one that the decoder cannot follow."""
        try:
            return self._faults.raw_decode(self._text, self._at)
        except RecursionError:
            self._faults.reasons[:] = [TOO_DEEP]
            depth = 0
            for match in _TOKEN.finditer(self._text, self._at):
                depth += (match[0] in "[{") - (match[0] in "]}")
                if depth == 0:
                    return None, match.end()
            raise json.JSONDecodeError("Unterminated value", self._text, self._at) from None

    def until(self, separator: str) -> tuple[Batch, Numbers] | None:
        """All the objects before the last *separator* that is in the window, if that can be done at once."""
        if not separator or not self._at_once:
            return None
        cut = len(self._text)
        for _ in range(TRIES):
            cut = self._text.rfind(separator, self._at, cut)
            if cut < 0:
                return None
            text = self._text[self._at : cut + 1]
            try:
                values = _many.decode(f"[{text}]") if "," in separator else _many.decode_lines(text)
            except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
                continue  # the separator stands inside a value, or a value needs a closer look
            if not {dict}.issuperset(map(type, values)) or _may_be_deep(values):
                break
            numbers = Numbers(text, self.line(), len(values))
            self._at = cut + 1
            return values, numbers
        self._at_once = False
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

    def _no_value(self, error: json.JSONDecodeError, cut: bool) -> SourceError:
        if cut and (error.pos >= len(self._text.rstrip()) or error.msg.startswith("Unterminated")):
            return self.error("ends in the middle")
        self._at = error.pos
        return self.error(error.msg[:1].lower() + error.msg[1:].removesuffix(" at"))

    def error(self, reason: str) -> SourceError:
        """What is said of text that is no JSON."""
        return self.failure(f"is no valid JSON: {reason}{self.hint}")

    def failure(self, reason: str) -> SourceError:
        """What is said of text that cannot be read on from here."""
        return SourceError(f"{self._origin.file}:{self.line()}: {reason}")


def _depth_of(value: Any) -> str | None:
    """What is wrong with an object that goes too deep."""
    deep = value.__class__ is dict and _may_be_deep([value]) and any(map(is_too_deep, value.values()))
    return TOO_DEEP if deep else None


def _may_be_deep(points: Batch) -> bool:
    """Whether some need a closer look: there are more than `DEEPEST` levels of lists and objects in them."""
    level: list[Any] = points
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for each in level
            for inner in (each.values() if each.__class__ is dict else each)
            if inner.__class__ in NESTED
        ]
        if not level:
            return False
    return True
