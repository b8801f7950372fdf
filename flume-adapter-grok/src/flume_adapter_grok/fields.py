"""What becomes of the captured text: which field it goes to, and as what."""

from __future__ import annotations

import re

from msgspec import Struct

_NESTED = re.compile(r"(?:\[[^\[\]]+\])+")
_INT = re.compile(r"\s*([+-]?\d+(?:_\d+)*)", re.ASCII)
_FLOAT = re.compile(r"\s*([+-]?\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+(?:[eE][+-]?\d+)?)", re.ASCII)


class Field(Struct, frozen=True):
    """Where a capture goes: a path of nested fields, and `int`, `float` or nothing.

    >>> Field.named("[source][port]:int")
    Field(path=('source', 'port'), kind='int')
    """

    path: tuple[str, ...]
    kind: str | None = None

    @classmethod
    def named(cls, name: str) -> Field:
        """Read the name of a capture: `field`, `field:int`, `[outer][inner]:float`; another kind counts as none."""
        field, *kinds = name.split(":")
        path = tuple(field[1:-1].split("][")) if _NESTED.fullmatch(field) else (field,)
        return cls(path, kinds[0] if kinds and kinds[0] in ("int", "float") else None)

    @property
    def dotted(self) -> str:
        """The name as the language writes it: `source.port`."""
        return ".".join(self.path)

    def needed(self, fields: frozenset[str] | None) -> bool:
        """Tell whether one of *fields* is this field, or inside of it, or holds it; None: all are needed."""
        if fields is None:
            return True
        mine = self.dotted
        return any(mine == f or mine.startswith(f + ".") or f.startswith(mine + ".") for f in fields)


def to_int(text: str) -> int | str:
    """Return the integer that *text* begins with, 0 if it begins with none (Ruby's to_i).

    A number of more digits than Python converts (4,300) stays text.

    >>> to_int("12.5"), to_int(" -7 apples"), to_int("-")
    (12, -7, 0)
    """
    if text.isdecimal() and text.isascii() and len(text) < 4000:
        return int(text)
    found = _INT.match(text)
    try:
        return int(found[1]) if found else 0
    except ValueError:
        return found[1] if found else 0


def to_float(text: str) -> float:
    """Return the number that *text* begins with, 0.0 if it begins with none (Ruby's to_f).

    >>> to_float("0.25s"), to_float("1e3"), to_float("-")
    (0.25, 1000.0, 0.0)
    """
    if "0" <= text[:1] <= "9":
        try:
            return float(text)
        except ValueError:
            pass
    found = _FLOAT.match(text)
    return float(found[1]) if found else 0.0


def several(*values: str | int | float | None) -> object:
    """Return the values of a name that captures several times: one as it is, more as a list, none as None."""
    present = [value for value in values if value is not None and value != ""]
    return present if len(present) > 1 else present[0] if present else None
