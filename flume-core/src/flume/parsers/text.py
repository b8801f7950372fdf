"""text: a line for each point, to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flume.errors import ExpressionError, OptionError
from flume.flow import Batch
from flume.parsers.inferring import as_text
from flume.parsing import Parser, Rendering, encode
from flume.point import getter
from flume.template import shown, template
from flume.width import escaped


class text(Parser):
    """A line for each point: its fields as `field=value`, or what *template* says.

    *template*: text with fields in braces, as in `'{time:%H:%M} {user.name}'`.  What a terminal would obey is written
    as in a program: `\\x1b`.  This format can only be written; `logfmt` can be read back.

    >>> from flume.testing import render
    >>> render(text(), [{'name': 'a', 'n': 1}])
    'name=a n=1\\n'
    >>> render(text(template='{name}: {n:.2f}'), [{'name': 'a', 'n': 1}])
    'a: 1.00\\n'
    """

    template: str | None = None

    def check(self) -> None:
        if self.template is not None:
            try:
                template(self.template)
            except ExpressionError as error:
                raise OptionError(f"text: template: {error}") from None

    def render(self, *, live: bool = False) -> Rendering:
        return _Pairs() if self.template is None else _Filled(self.template)


class _Pairs(Rendering):
    def push(self, batch: Batch) -> bytes:
        lines = [
            " ".join([f"{escaped(field)}={escaped(as_text(value, field))}" for field, value in point.items()])
            for point in batch
        ]
        return encode("".join([f"{line}\n" for line in lines]))


class _Filled(Rendering):
    def __init__(self, given: str) -> None:
        self._parts: Sequence[tuple[str, Callable[[Mapping[str, Any]], Any] | None, str]] = [
            (literal, None if name is None else getter(name), spec) for literal, name, spec in template(given).pieces
        ]

    def push(self, batch: Batch) -> bytes:
        lines = []
        for point in batch:
            for literal, read, spec in self._parts:
                lines.append(literal)  # which is the user's own
                if read is not None:
                    lines.append(escaped(shown(read(point), spec)))
            lines.append("\n")
        return encode("".join(lines))
