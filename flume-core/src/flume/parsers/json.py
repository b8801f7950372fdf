"""json: an array of objects, or objects one after another, read as they come."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace

from flume.errors import OptionError, SourceError
from flume.flow import Batch, Point
from flume.parsers.json_encoding import encode, encode_lines
from flume.parsers.json_text import JsonText, JsonValue, Numbers
from flume.parsing import Origin, Parser, Records, Rendering, decode


class json(Parser):
    """JSON documents: an array of objects, one object, or several after one another; never loaded whole.

    *path*: where the array is inside the document (`'data.items'`); fields around it are passed over.  Writing gives an
    array, a point a line; *compact*: without spaces; *pretty*: a field a line.

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
    plain = True

    path: str | None = None
    compact: bool = False
    pretty: bool = False

    def check(self) -> None:
        if self.compact and self.pretty:
            raise OptionError("json: compact and pretty exclude each other")
        if self.path is not None and not all(self.path.split(".")):
            raise OptionError(f"json: path takes the names of fields with dots between, not {self.path!r}")

    def for_a_record(self, beginning: bytes) -> json:
        return replace(self, path=None)

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Records]:
        path = self.path.split(".") if self.path is not None else []
        found = _Found(origin)
        reading = _documents(JsonText(origin.blocks(blocks, lines=False), origin), path, found)
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

    def render(self, *, live: bool = False) -> Rendering:
        return _Pretty() if self.pretty else _Array(self.compact)


class _Array(Rendering):
    def __init__(self, compact: bool) -> None:
        self.compact = compact
        self.begun = False

    def push(self, batch: Batch) -> bytes:
        if not batch:
            return b""
        data = (b",\n" if self.begun else b"[\n") + self._elements(batch)
        self.begun = True
        return data

    def _elements(self, batch: Batch) -> bytes:
        # a line end in a JSON text is always one between points
        return encode_lines(batch, compact=self.compact)[:-1].replace(b"\n", b",\n")

    def end(self) -> Iterator[bytes]:
        yield b"\n]\n" if self.begun else b"[]\n"


class _Pretty(_Array):
    def __init__(self) -> None:
        super().__init__(compact=True)

    def _elements(self, batch: Batch) -> bytes:
        import msgspec

        points = [msgspec.json.format(encode(point, compact=True), indent=2) for point in batch]
        return b",\n".join([b"  " + point.replace(b"\n", b"\n  ") for point in points])


class _Elements(Records):
    """Points of a document; a line of it may hold many, and a point many lines."""

    __slots__ = ()

    def raw(self, index: int) -> str | None:
        return decode(encode(self[index]))

    def given(self, points: Iterable[Point], places: Sequence[int]) -> _Elements:
        return _Elements(points, self.origin, [self.numbers[place] for place in places])


class _Found:
    """What has been read and not yet been given on."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.batches: list[Records] = []
        self.points: Batch = []
        self.numbers: list[int] = []

    def one(self, one: JsonValue) -> None:
        """Take one value."""
        if one.fault is not None:
            self.origin.reject(one.line, one.fault, one.raw)
        elif isinstance(one.value, dict):
            self.points.append(one.value)
            self.numbers.append(one.line)
        else:
            self.origin.reject(one.line, "is no JSON object", one.raw)

    def many(self, values: Batch, numbers: Numbers) -> None:
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


def _documents(text: JsonText, path: list[str], found: _Found) -> Generator[None, None, None]:
    """The values of each document: those of the array at *path*, or of the document itself."""
    separator = ""
    while first := (yield from text.peek()):
        if path:
            yield from _inside(text, path, found)
        elif first == "[":
            yield from _array(text, found)
        elif (objects := text.until(separator)) is not None:
            found.many(*objects)
        else:
            found.one((yield from text.value()))
            yield from text.peek()
            separator = text.separator()
            text.hint = " (where each line is an object of its own, format='jsonl' passes over bad ones)"


def _inside(text: JsonText, path: list[str], found: _Found) -> Generator[None, None, None]:
    first = yield from text.peek()
    if first != "{":
        raise text.failure(f"has {first!r} where path= asks for an object with the field {path[0]!r}")
    yield from text.take("{")
    seen = False
    ended = (yield from text.peek()) == "}"
    if ended:
        yield from text.take("}")
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
        raise text.failure(f"has no field {path[0]!r}, which path= goes through")


def _array(text: JsonText, found: _Found) -> Generator[None, None, None]:
    yield from text.take("[")
    if (yield from text.peek()) == "]":
        yield from text.take("]")
        return
    separator = ""
    while True:
        if (objects := text.until(separator)) is not None:
            found.many(*objects)
        else:
            found.one((yield from text.value()))
        if (yield from text.take(",]")) == "]":
            return
        yield from text.peek()
        separator = text.separator()
