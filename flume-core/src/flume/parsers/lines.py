"""lines: text, a field `line` each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flume.flow import Batch, Point
from flume.parsers.inferring import as_text
from flume.parsing import Origin, Parser, Records, Rendering, encode, split_lines


class lines(Parser):
    """Each line is a point with the one field `line`, without its end; writing gives the field `line` back.

    >>> from flume.testing import parse
    >>> parse(lines(), 'a\\r\\n\\nb')
    [{'line': 'a'}, {'line': ''}, {'line': 'b'}]

    A text with its lines numbered, and written again:

    >>> from flume import count, put
    >>> from flume.testing import render, run
    >>> numbered = run(parse(lines(), 'one\\ntwo'), put(number=count()), put(line='{number}: {line}'))
    >>> render(lines(), numbered)
    '1: one\\n2: two\\n'
    """

    splits = True
    plain = True
    only_field = "line"

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Records]:
        for block in origin.blocks(blocks):
            points: Batch = [{"line": line} for line in split_lines(block)]
            yield Records(points, origin, range(origin.first, origin.first + len(points)))

    def parse_event(self, text: str) -> Point:
        return {"line": text}

    def render(self, *, live: bool = False) -> Rendering:
        return _Lines()


class _Lines(Rendering):
    def push(self, batch: Batch) -> bytes:
        return encode("".join([f"{as_text(point.get('line'), 'line')}\n" for point in batch]))
