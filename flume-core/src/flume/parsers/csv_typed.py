"""Typed rows of csv: the cells of a block become JSON, and that the values of its rows, with no text in between.

What stood in the columns so far says what they hold.  A block is read so if all of it is as expected: each line is a
row with all its cells, in which times, numbers and words stand where they stood before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from flume.parsers.csv_patterns import Wanted, escaped, finder
from flume.parsers.csv_rows import Dialect
from flume.parsers.csv_sifting import Refusal
from flume.parsers.json_decoding import TROUBLES
from flume.tables import Column, attributes
from flume.timestamps import all_in_utc

Kind = Literal["time", "number", "word", "text"]
"""What a column holds: `number` may be empty, `word` is text that is no value of another type, `text` may be one."""

_TYPES: dict[Kind, Any] = {
    "time": Annotated[datetime, msgspec.Meta(tz=True)],
    "number": int | float | None,
    "word": str,
    "text": str,
}
DELIMITERS = ",;|\t"
"""Those that stand in no time, number or name of a truth."""

_PLAIN = rb'"\\\x00-\x1f'  # what is not written just so in JSON
# Times at the ends of the calendar may leave it in UTC, and of finer ones flume cuts off what is finer than a
# microsecond; -0 is no number to it, nor is one of thousands of digits.
_SPELT: dict[Kind, bytes] = {
    "time": rb"[12][0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}(?:\.[0-9]{1,6})?+(?:Z|[+-][0-9:]{5})",
    "number": rb"(?!-0[D\"\r\n])[0-9.eE+-]{1,300}+",
    "word": rb"(?!(?i:true|false)[D\"\r\n])[^-.0-9DP][^DP]*+",
    "text": rb"[^DP]*+",
}
_WORD = re.compile(r'(?!(?i:true|false)\Z)[^-.0-9"\\\x00-\x1f][^"\\\x00-\x1f]*+')


def kind_of(texts: Column, values: Column, *, is_time: bool) -> Kind:
    """What a column with these texts holds, whose values are these.

    >>> kind_of(['1', ''], [1, None], is_time=False), kind_of(['web-1', 'x'], ['web-1', 'x'], is_time=False)
    ('number', 'word')
    """
    if is_time:
        return "time" if all_in_utc(texts) is not None else "text"
    types = set(map(type, values)) - {type(None)}
    if types and types <= {int, float}:
        return "number"
    return "word" if values and None not in texts and all(map(_WORD.fullmatch, texts)) else "text"


class TypedRows:
    """Reads blocks of lines as rows of *width* cells, with an attribute for each field; *names* says which.

    *refusal*: rows that are left out.
    """

    def __init__(
        self,
        dialect: Dialect,
        width: int,
        places: Mapping[str, int],
        kinds: Mapping[str, Kind],
        refusal: Refusal | None = None,
    ) -> None:
        self.names = attributes(places)
        self.kinds = kinds
        self.refusal = refusal
        in_order = sorted(places, key=lambda field: places[field])
        wanted = tuple(_wanted(dialect.delimiter, places[field], kinds[field]) for field in in_order)
        # a comma behind each cell, but the last
        wanted = (
            wanted[0]._replace(template=b"[" + wanted[0].template),
            *[cell._replace(template=b"," + cell.template) for cell in wanted[1:]],
        )
        wanted = (*wanted[:-1], wanted[-1]._replace(template=wanted[-1].template + b"]"))
        refused = () if refusal is None else refusal.cells(places, dialect.delimiter)
        self._finders = {
            quoted: finder(dialect, width, wanted, quoted=quoted, all_lines=False, refused=refused)
            for quoted in (False, True)
        }
        members = [(self.names[field], _TYPES[kinds[field]]) for field in in_order]
        self._decode = msgspec.json.Decoder(msgspec.defstruct("Row", members, array_like=True, gc=False)).decode_lines

    @property
    def works(self) -> bool:
        """Whether there are patterns that find them."""
        return None not in self._finders.values()

    def read(self, block: bytes) -> list[Any] | None:
        """A row for each line, the last of which has an end too; None where some are not as expected."""
        find = self._finders[b'"' in block]
        found = None if find is None else find(block)
        # from the first line that is not as expected all is as it was, and ends with a line end
        if found is None or found.endswith(b"\n"):
            return None
        try:
            return self._decode(memoryview(found)[: found.rfind(b"\n") + 1])
        except TROUBLES:
            return None


def _wanted(delimiter: str, place: int, kind: Kind) -> Wanted:
    bare, inside = (_SPELT[kind].replace(b"D", end).replace(b"P", _PLAIN) for end in (escaped(delimiter), b""))
    if kind == "number":
        return Wanted(place, bare, inside, b"%b", otherwise=b"null")
    return Wanted(place, bare, inside, b'"%b"')
