"""Events: lines joined to records, before the parser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flume.adapters.multiline import Multiline
from flume.parsing import BadRecord, Event, OfEvents, Origin, Parser, split_lines

LONGEST = 1 << 20  # characters of an event that has several lines


def joined(parser: Parser, multiline: Multiline, blocks: Iterable[bytes], origin: Origin) -> Iterator[OfEvents]:
    """The records of *blocks*, which are cut at line ends; an empty one says that nothing more is there for now.

    One that nothing follows for a while is complete.  One of more than `LONGEST` characters is rejected, in pieces: a
    rule that finds no beginning would gather all of the input.
    """
    joining = _Joining(multiline)
    for block in origin.blocks(blocks):
        complete = joining.push(split_lines(block), origin.first) if block else joining.end()
        yield _records(parser, complete, joining, origin)
    yield _records(parser, joining.end(), joining, origin)


class _Joining:
    """Lines that wait for more."""

    def __init__(self, multiline: Multiline) -> None:
        self.too_long: list[Event] = []  # the pieces of events that are
        self._multiline = multiline
        self._begins = multiline.start()
        self._lines: list[str] = []
        self._first = 0  # the number of the first of them
        self._size = 0
        self._cut = False  # whether the event is in pieces

    def push(self, lines: Sequence[str], first: int) -> list[Event]:
        """Take lines, the first of which has this number; the events that are complete now."""
        complete: list[Event] = []
        for number, line in enumerate(lines, first):
            if self._begins(line):
                self._complete(complete)
            elif self._size + len(line) > LONGEST and self._lines:
                self._cut = True
                self._take_out(self.too_long)
            if not self._lines:
                self._first = number
            self._lines.append(line)
            self._size += len(line) + 1
        return complete

    def end(self) -> list[Event]:
        """The event that waits; what comes begins another one."""
        complete: list[Event] = []
        self._complete(complete)
        self._begins = self._multiline.start()
        return complete

    def _complete(self, complete: list[Event]) -> None:
        self._take_out(self.too_long if self._cut else complete)
        self._cut = False

    def _take_out(self, events: list[Event]) -> None:
        if text := "\n".join(self._lines).rstrip("\n"):
            events.append(Event(self._first, text))
        self._lines, self._size = [], 0


def _records(parser: Parser, complete: Sequence[Event], joining: _Joining, origin: Origin) -> OfEvents:
    points, events = [], []
    for event in complete:
        try:
            point = parser.parse_event(event.text)
        except BadRecord as error:
            origin.reject(event.line, str(error), event.text)
            continue
        if point is not None:
            points.append(point)
            events.append(event)
    for event in joining.too_long:
        reason = f"is of an event of more than {LONGEST:,} characters; see whether multiline= finds where one begins"
        origin.reject(event.line, reason, event.text)
    joining.too_long.clear()
    return OfEvents(points, origin, events)
