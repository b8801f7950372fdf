"""Parser: a format, from bytes to points and, where it can write, from points to bytes.

A format of lines needs one method::

    class shout(LineParser):
        def parse_line(self, line):
            return {"line": line.upper()}

`parse` and `render` can be replaced where a whole block at once is faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, tee
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from flume.errors import SinkError
from flume.flow import Batch, Needed, Point
from flume.run import Run
from flume.tables import Table
from flume.value import Value

if TYPE_CHECKING:
    from flume.panes import Pane
    from flume.viewing import Screen

_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # those between stand for bytes that are no UTF-8


class BadRecord(Exception):
    """A record that the parser refuses; the text is the reason."""


class Torn(Exception):
    """A record goes on behind the end of the part of a file that is read: the parts cannot be read by themselves."""


class Unwritable(SinkError):
    """A point that cannot be written; the text is the reason."""


class Records(Batch):
    """Points, and the place that each was read from."""

    __slots__ = ("numbers", "origin")

    def __init__(self, points: Iterable[Point], origin: Origin, numbers: Sequence[int]) -> None:
        super().__init__(points)
        self.origin = origin
        self.numbers = numbers  # the number of each point's line

    def raw(self, index: int) -> str | None:
        """The text that the point was read from, as far as known; ask before the next block is read."""
        return self.origin.raw(self.numbers[index])

    def before_refused(self) -> Records:
        """Those that stand before the first bad record."""
        first = self.origin.first_refused()
        count = len(self) if first is None else sum(number < first for number in self.numbers)
        return self if count == len(self) else self.given(self[:count], range(count))

    def given(self, points: Iterable[Point], places: Sequence[int]) -> Records:
        """These points in their stead, made of those at these *places*."""
        return Records(points, self.origin, [self.numbers[place] for place in places])


class Event(NamedTuple):
    """A text of one line or more that is one record, and the number of its first line."""

    line: int
    text: str


class OfEvents(Records):
    """Points, and the event that each was read from."""

    __slots__ = ("events",)

    def __init__(self, points: Iterable[Point], origin: Origin, events: Sequence[Event]) -> None:
        super().__init__(points, origin, [event.line for event in events])
        self.events = events

    def raw(self, index: int) -> str | None:
        return self.events[index].text

    def given(self, points: Iterable[Point], places: Sequence[int]) -> OfEvents:
        return OfEvents(points, self.origin, [self.events[place] for place in places])


class Refused(NamedTuple):
    """A record that is kept out of the stream."""

    line: int
    reason: str
    raw: str | None


class Origin:
    """Where records come from: the file, the lines of the present block, and what to do with a bad one.

    *needed* are the fields that the pipeline reads (None: all); a parser may leave out others after its
    first block (the first is whole, so that a misspelt field can be told from its neighbours).  *judged* are those that
    a record may be refused for: the fields that are read, also where all of them are decoded.  *tables*: whether it
    may give tables, whose columns are just those that are needed; *predicate* is what is asked first of each point, and
    a table may only count (`Table.refused`) those that surely fail it.  *extension*: where it is given, it may give
    tables that *extend* lines, though all fields are needed.
    """

    def __init__(self, run: Run, file: str) -> None:
        self.run = run
        self.file = file
        self.judged: Needed = run.needed
        self.needed: Needed = run.needed if run.optimize or run.tables else None
        self.tables = run.tables
        self.verbatim = run.verbatim
        self.predicate = run.predicate
        self.extension = run.extension
        self.goes_on = (
            False  # whether another one reads on behind the last block: a record that is open there is `Torn`
        )
        self.first = 1  # the number of the present block's first line
        self.block = b""
        self.open: tuple[int, Callable[[], str]] | None = None  # a line of an earlier block, where a record begins
        # that goes on here, and what there is of it
        self.length: Callable[[Iterable[str]], int] | None = None  # of a record, in lines, which begins these; None: 1
        self.counted: int | None = None  # how many lines the block has, where its parser knows: to count them is slow
        self._lines: list[bytes] | None = None
        self._refused: list[Refused] = []
        self._ended = False

    def blocks(self, blocks: Iterable[bytes], *, lines: bool = True) -> Iterator[bytes]:
        """The blocks one by one, counting lines as they pass; *lines*: whether they are cut at line ends."""
        for block in blocks:
            self.block, self._lines = block, None if lines else []  # half a line is no text to show
            self.counted = None
            yield block
            self.settle()
            known = self.counted if self._lines is None or not lines else len(self._lines)
            self.first += block.count(b"\n") if known is None else known - (not block.endswith(b"\n"))
        self._ended = True
        if self.run.report.elsewhere is not None:
            self.run.report.elsewhere.lines[self.file] = self.first - 1

    def lines(self) -> list[bytes]:
        """The lines of the present block, without their ends."""
        if self._lines is None:
            self._lines = lines_of(self.block)
        return self._lines

    def raw(self, line: int) -> str | None:
        """The text of the record that begins at a line of the present block, or at the one before that is open."""
        lines = self.lines()
        index = line - self.first
        begun: list[str] = []
        if self.open is not None and self.open[0] == line:
            begun, index = self.open[1]().split("\n"), 0
        elif not 0 <= index < len(lines):
            return None
        if self.length is None:
            return begun[0] if begun else decode(lines[index])
        following, again = tee(chain(begun, map(decode, islice(lines, index, None))))
        return "\n".join(islice(again, self.length(following)))

    def reject(self, line: int, reason: str, raw: str | None = None) -> None:
        """Keep the record of this line out of the stream, as the user chose.

        It is done once the points before it have left, so that what comes out does not depend on where blocks end.
        """
        self._refused.append(Refused(line, reason, self.raw(line) if raw is None else raw))
        if self._ended:
            self.settle()

    def first_refused(self) -> int | None:
        """The line of the first record that waits to be rejected."""
        return min((one.line for one in self._refused), default=None)

    def refused(self) -> list[Refused]:
        """The records that wait to be rejected; from now on they are the caller's."""
        refused, self._refused = self._refused, []
        return refused

    def settle(self, more: Iterable[Refused] = ()) -> None:
        """Reject what waits and *more*, in the order of their lines."""
        waiting = [*self.refused(), *more]
        for line, reason, raw in sorted(waiting, key=lambda one: one.line) if len(waiting) > 1 else waiting:
            self.run.reject(reason, file=self.file, line=line, raw=raw)


class Rendering:
    """The run-time state of writing: points in, bytes out."""

    made: frozenset[str] | None = None
    """The fields whose values may be others than JSON has; None: any."""

    def push(self, batch: Batch) -> bytes:
        """The bytes of these points; `Unwritable`, and nothing has changed, where one of them cannot be written."""
        raise NotImplementedError

    def push_table(self, table: Table) -> bytes:
        """The bytes of a table with `lines`, where the format is `verbatim`, or that *extends* lines.

        `Unwritable` where a point cannot be written.
        """
        raise NotImplementedError

    def advance(self) -> bytes:
        """Time has passed: the bytes of what waits to be shown."""
        return b""

    def end(self) -> Iterator[bytes]:
        """What comes after the last point; for no points at all, what an empty file holds."""
        yield from ()

    def close(self) -> None:
        """Release what is held: called once on every exit."""


class Parser(Value):
    """A format."""

    lines: ClassVar[bool] = True
    """Whether blocks are cut at line ends (and an input can be split there); otherwise they are as they come."""

    only_field: ClassVar[str | None] = None
    """The one field that is written, where it is one; a point without it cannot be."""

    @property
    def verbatim(self) -> bool:
        """Whether a line that nothing has changed can be written as it was read: its tables have `lines` then."""
        return False

    extends: ClassVar[bool] = False
    """Whether its tables can be of lines that fields are put behind."""

    plain: ClassVar[bool] = False
    """Whether the values that it reads are none but those that JSON has."""

    writes_text_bare: ClassVar[bool] = False
    """Whether a text is written as a time is that is spelt so."""

    splits: ClassVar[bool] = False
    """Whether every line stands for itself, so that parts of a file can be read, and written, by themselves."""

    def behind(self, beginning: bytes) -> Parser | None:
        """What reads lines from the middle of a file that has this *beginning*; None where nothing does.

        Where not every line stands for itself, such a part may turn out to begin, or to end, within a record: it is
        known by then that the one before it is `Torn`, or that it is itself.
        """
        return self if self.splits else None

    def for_a_record(self, beginning: bytes) -> Parser | None:
        """What reads one record by itself of an input that has this *beginning* (or of which none is known, where it is
        empty); None where that cannot be."""
        return self.behind(beginning)

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        """The records of *blocks* (go over `origin.blocks(blocks)`): one batch or more a block, bad ones rejected.

        A batch is `Records`, or a `Table` where `origin.tables`.  A format that only writes leaves this as it is.
        """
        raise NotImplementedError

    def parse_event(self, text: str) -> Point | None:
        """The point of a text of one line or more; None for one that holds none; `BadRecord` where it is refused.

        A format of lines has it, so that `multiline=` can join several to one record; others leave it as it is.
        """
        raise NotImplementedError

    def render(self, *, live: bool = False) -> Rendering:
        """A fresh state for writing; a format that only reads leaves this as it is."""
        raise NotImplementedError

    def render_behind(self, beginning: bytes, *, live: bool = False) -> Rendering:
        """A fresh state for writing behind a file with this *beginning*, which has its header, if there is one."""
        return self.render(live=live)

    def show(self, screen: Screen, *, live: bool, pane: Pane | None) -> Rendering:
        """A fresh state for writing on a terminal, where that is not the same as elsewhere.

        *pane*: where it can be drawn again and again, if nobody knows when the stream ends.
        """
        return self.render(live=live)

    @property
    def reads(self) -> bool:
        """Whether this format can be read."""
        return type(self).parse is not Parser.parse

    @property
    def takes_events(self) -> bool:
        """Whether a record of this format may have several lines that were joined."""
        return type(self).parse_event is not Parser.parse_event

    @property
    def writes(self) -> bool:
        """Whether this format can be written."""
        return type(self).render is not Parser.render


class LineParser(Parser):
    """A format of one record a line."""

    splits = True

    def parse_line(self, line: str) -> Point | None:
        """The point of one line (without its end); None for a line that holds none; `BadRecord` where it is refused."""
        raise NotImplementedError

    def parse_event(self, text: str) -> Point | None:
        return self.parse_line(text)

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        parse_line = self.parse_line
        for block in origin.blocks(blocks):
            points: list[Point] = []
            numbers: list[int] = []
            for number, line in enumerate(split_lines(block), origin.first):
                try:
                    point = parse_line(line)
                except BadRecord as error:
                    origin.reject(number, str(error), line)
                    continue
                if point is not None:
                    points.append(point)
                    numbers.append(number)
            yield Records(points, origin, numbers)


def lines_of(block: bytes) -> list[bytes]:
    r"""The lines of a block, without their ends; a last line may lack its own.

    >>> lines_of(b'a\r\n\nb')
    [b'a', b'', b'b']
    """
    lines = block.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix(b"\r") for line in lines] if b"\r" in block else lines


def split_lines(block: bytes) -> list[str]:
    r"""The lines of a block as text, without their ends; a last line may lack its own.

    >>> split_lines(b'a\r\n\nb')
    ['a', '', 'b']
    """
    lines = decode(block).split("\n")
    if not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith("\r") else line for line in lines] if b"\r" in block else lines


def decode(data: bytes) -> str:
    """UTF-8 text; bytes that are none are kept as lone surrogates and written back as they were."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The opposite of `decode`; half a surrogate pair, which no text in UTF-8 has, is written as U+FFFD."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return _HALF.sub("\ufffd", text).encode("utf-8", "surrogateescape")
