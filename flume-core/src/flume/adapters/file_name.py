"""The name of a file with fields in it: `out/{host}/{time:%Y-%m-%d}.jsonl` is one file for each of their values.

What comes of a value is always a part of a name, whatever the data holds, and two different values never give one name:
from a name it can be told which they were.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

from flume.errors import ExpressionError, OptionError
from flume.point import getter
from flume.template import shown, template

LONGEST = 200  # bytes of one name: file systems take 255, and the temporary one beside it is longer
SHORTEST = 60  # bytes that a value keeps of them, however much else there is
MISSING = "%null"
EMPTY = "%empty"


class _Value(NamedTuple):
    """A place where the value of a field stands."""

    field: str
    read: Callable[[Mapping[str, Any]], Any]
    spec: str
    begins: bool  # whether there is nothing before it in the name, or nothing but dots
    until: str  # what stands behind it begins so, where another value follows in the same name

    @property
    def shown(self) -> str:
        return f"{{{self.field}{':' if self.spec else ''}{self.spec}}}"


_Part: TypeAlias = str | _Value


class Unnamed(Exception):
    """There is no name for a point; the text is the reason."""


class FileName:
    """The name of a file, made of the fields of a point.

    :param text: a path with fields in braces, as `flume.template` has them; a `/` in a format of time parts folders.
    :raises OptionError: braces that cannot be read, or values with nothing between them.

    >>> FileName('out/{host}/{time:%Y/%m}.jsonl').of({'host': 'a/b', 'time': datetime(2024, 1, 2)})
    'out/a%2Fb/2024/01.jsonl'
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            pieces = template(text).pieces
        except ExpressionError as error:
            raise OptionError(f"write: file: {error}") from None
        self.fields = frozenset(name for _, name, _ in pieces if name is not None)
        names: list[list[_Part]] = [[]]
        for literal, field, spec in pieces:
            _add_literal(names, literal)
            if field is None:
                continue
            if "%" not in spec:
                _add(names[-1], _Value(field, getter(field), spec, False, ""))
                continue
            for number, part in enumerate(spec.split("/")):  # of a time
                if number:
                    names.append([])
                _add(names[-1], _Value(field, getter(field), part, False, "") if "%" in part else part)
        self._names = [self._placed(parts) for parts in names]
        self._values = [part for parts in self._names for part in parts if isinstance(part, _Value)]
        self._path = lru_cache(maxsize=1 << 13)(self._made)  # points of one file come often

    @property
    def folder(self) -> str:
        """The folder that all the files are in, as far as it is known."""
        return self._known()[0]

    def _known(self) -> tuple[str, Sequence[Sequence[_Part]]]:
        """The folder that all the files are in, and the names behind it."""
        first = next(n for n, parts in enumerate(self._names) if any(isinstance(part, _Value) for part in parts))
        folders = ["".join(map(str, parts)) for parts in self._names[:first]]
        return "/".join(folders) or ("/" if folders else ""), self._names[first:]

    def of(self, point: Mapping[str, Any]) -> str:
        """The path of the file that *point* belongs to; `Unnamed` where it has none."""
        return self._path(tuple([_text(value, point) for value in self._values]))

    def _made(self, texts: Sequence[str | None]) -> str:
        """The path that these texts of its values make."""
        rest = iter(texts)
        return "/".join([_name(parts, rest) for parts in self._names])

    def covers(self, path: str) -> bool:
        """Whether *path* may be one of the files.

        >>> name = FileName('out/{host}.jsonl')
        >>> name.covers('./out/bad.jsonl'), name.covers('out/bad.csv'), name.covers('out/a/b.jsonl')
        (True, False, False)
        """
        known = self._known()
        names = ["".join("[^/]+" if isinstance(p, _Value) else re.escape(p) for p in parts) for parts in known[1]]
        pattern = re.escape(os.path.realpath(known[0] or ".").rstrip("/")) + "".join(f"/{name}" for name in names)
        return re.fullmatch(pattern, os.path.realpath(path), re.DOTALL) is not None

    def _placed(self, parts: list[_Part]) -> tuple[_Part, ...]:
        """The parts of one name, each value told of its neighbours."""
        placed: list[_Part] = []
        for number, part in enumerate(parts):
            if isinstance(part, str):
                placed.append(part)
                continue
            behind = parts[number + 1 :]
            if behind and (isinstance(behind[0], _Value) or (behind[0][0] == "%" and len(behind) > 1)):
                raise OptionError(
                    f"write: file={self.text!r}: nothing tells where {part.shown} ends; put '_' or '/' behind it"
                )
            begins = not any(isinstance(one, _Value) or one.strip(".") for one in parts[:number])
            until = behind[0][0] if len(behind) > 1 and isinstance(behind[0], str) else ""
            until = "" if "%" in part.spec else until  # how far a time goes, its format says
            placed.append(part._replace(begins=begins, until=until))
        return tuple(placed)


def _add_literal(names: list[list[_Part]], literal: str) -> None:
    for number, part in enumerate(literal.split("/")):
        if number:
            names.append([])
        _add(names[-1], part)


def _add(name: list[_Part], part: _Part) -> None:
    """Put *part* behind those of a name; text becomes one with the text before it."""
    if isinstance(part, str) and name and isinstance(name[-1], str):
        name[-1] += part
    elif part:
        name.append(part)


def _name(parts: Sequence[_Part], values: Iterator[str | None]) -> str:
    """One name of the path, with the texts of its values."""
    texts = [part if isinstance(part, str) else _safe(next(values), part.begins, part.until) for part in parts]
    name = "".join(texts)
    if len(name) * 4 <= LONGEST or len(os.fsencode(name)) <= LONGEST:
        return name
    count = sum(not isinstance(part, str) for part in parts)
    literal = sum(len(os.fsencode(part)) for part in parts if isinstance(part, str))
    share = max(SHORTEST, (LONGEST - literal) // count) if count else LONGEST
    return "".join(
        text if isinstance(part, str) else _shortened(text, share) for part, text in zip(parts, texts, strict=True)
    )


def _text(value: _Value, point: Mapping[str, Any]) -> str | None:
    """The value as text; None where there is none."""
    found = value.read(point)
    if found is None:
        return None
    if "%" not in value.spec:
        return shown(found, value.spec)
    if not isinstance(found, datetime):
        raise Unnamed(f"has no time in {value.field!r}, which its file is to be called by")
    return found.strftime(value.spec)


def _safe(text: str | None, begins: bool, until: str) -> str:
    """*text* as a part of a name: what is dangerous or ambiguous there is written as in a url.

    >>> _safe('../a b', True, ''), _safe('a-b', False, '-'), _safe('', False, '')
    ('%2E.%2Fa b', 'a%2Db', '%empty')
    """
    if not text:
        return MISSING if text is None else EMPTY
    if text.isascii() and text.isalnum() and not until.isalnum():
        return text
    kept = [character if _is_harmless(character) and character != until else _quoted(character) for character in text]
    if begins and text[0] in ".-~":  # a hidden file, an option, a home
        kept[0] = _quoted(text[0])
    return "".join(kept)


def _is_harmless(character: str) -> bool:
    return character not in "/%\\" and character.isprintable()


def _quoted(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _shortened(text: str, most: int) -> str:
    """*text* in at most so many bytes: its beginning, and what tells it from others that begin so."""
    data = os.fsencode(text)
    if len(data) <= most:
        return text
    kept = data[: most - 34].decode("utf-8", "ignore")
    quote = kept.rfind("%", max(0, len(kept) - 2))  # an escape is not cut in two
    return f"{kept if quote < 0 else kept[:quote]}%~{sha256(data).hexdigest()[:32]}"
