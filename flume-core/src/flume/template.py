"""Templates: text with the values of fields in it, `put(x='{user.name} took {seconds:.2f} s')`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from string import Formatter
from typing import Any, TypeAlias

from flume.caret import caret, quoted
from flume.point import getter
from flume.strftime import check_format, strftime

_LONGEST = 10_000  # characters of a template
_NAME = re.compile(r"(?:[\w@$#][^\s\[\](){}'\"+*=<>|&,;?]*(?: (?!$)|$))+")  # `user.first name`, `@timestamp`
_WIDE = re.compile(r"\d{4}")  # a width or precision over 999

Piece: TypeAlias = tuple[str, str | None, str]
Part: TypeAlias = tuple[str, Callable[[Mapping[str, Any]], Any] | None, str]


@dataclass(frozen=True)
class Template:
    """Text with fields in braces, made by `template`; it is equal to another with the same text, and pickles.

    :param text: as it was written.
    :param pieces: text, the name of the field behind it (None where there is none), and its format.
    :param fields: the names of the fields that it reads.
    """

    text: str
    pieces: tuple[Piece, ...] = field(compare=False)
    fields: frozenset[str] = field(compare=False)
    _parts: tuple[Part, ...] = field(compare=False)

    def render(self, point: Mapping[str, Any]) -> str:
        """The text, with the values of this point.

        >>> template('{a.b}: {n:.1f}').render({'a': {'b': 'x'}, 'n': 2})
        'x: 2.0'
        """
        texts = []
        for literal, read, spec in self._parts:
            texts.append(literal)
            if read is not None:
                texts.append(shown(read(point), spec))
        return "".join(texts)

    def __repr__(self) -> str:
        return f"template({self.text!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return template, (self.text,)


@lru_cache(maxsize=1024)
def template(text: str) -> Template:
    """Read a template: fields stand in braces, dotted names reach inside, `{{` and `}}` are plain braces.

    After a colon may stand a format as in Python (`{n:>8}`, `{x:.2f}`, `{time:%H:%M}`); where it does not fit the
    value, the value is printed plainly.  A field that is missing or null prints as nothing.

    :param text: at most 10,000 characters.
    :raises ExpressionError: braces that do not pair, something in them that is no name, or a width over 999.

    >>> template('{user} from {host.name}').fields == {'user', 'host.name'}
    True
    """
    if len(text) > _LONGEST:
        raise caret(f"a template has at most {_LONGEST:,} characters, not {len(text):,}", text, 0)
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        place = max(text.rfind("{"), text.rfind("}"), 0)
        raise caret(f"{str(error).lower()}; write {{{{ and }}}} for plain braces", text, place) from None
    pieces: list[Piece] = []
    start = 0
    for literal, name, spec, conversion in parsed:
        pieces.append((literal, name, spec or ""))
        if name is None:
            continue
        start = max(text.find("{" + name, start), 0)
        if reason := _refusal(name, spec or "", conversion):
            raise caret(reason, text, start, text.find("}", start) + 1)
        start += 1
    names = frozenset(name for _, name, _ in pieces if name is not None)
    parts = tuple((literal, None if name is None else getter(name), spec) for literal, name, spec in pieces)
    return Template(text, tuple(pieces), names, parts)


def shown(value: Any, spec: str = "") -> str:
    """A value as a template prints it, in the format *spec*.

    >>> shown('x'), shown(1.5), shown(2, '.1f'), shown(None, '>8')
    ('x', '1.5', '2.0', '')
    """
    kind = value.__class__
    if not spec and (kind is str or kind is int or kind is float):
        return str(value)
    if value is None:
        return ""
    return _formatted(value, spec) if spec else plain(value)


def plain(value: Any) -> str:
    """A value as text, as flume prints it: times in ISO 8601, true and false, lists and dicts in JSON, null as nothing.

    >>> plain(None), plain(1.5), plain(True), plain({'a': [None]})
    ('', '1.5', 'true', '{"a": [null]}')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        from flume.moment import render

        return render(value)
    if isinstance(value, timedelta):
        from flume.moment import render_delta

        return render_delta(value)
    if isinstance(value, (list, dict)):
        import json

        return json.dumps(value, ensure_ascii=False, default=plain)
    return str(value)


def _formatted(value: Any, spec: str) -> str:
    """The value in this format, or as it is where that does not fit."""
    try:
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            return format(value, spec)
        if isinstance(value, datetime) and "%" in spec:
            return strftime(value, spec)
        return format(plain(value), spec)
    except (ValueError, TypeError, OverflowError):
        return plain(value)


def _refusal(name: str, spec: str, conversion: str | None) -> str | None:
    """Why these braces are refused, if they are."""
    if not name:
        return "braces hold the name of a field: {name}; write {{ and }} for plain ones"
    if name.isdecimal() or not all(name.split(".")) or not _NAME.fullmatch(name):
        computed = "; expr('…') computes" if re.search(r"[\[(+*/]", name) else ""
        return f"{name!r} is no name of a field: braces hold a name, dotted where it is nested{computed}"
    if conversion is not None:
        return f"!{conversion} is not allowed: only a format may follow the name, {{{name}:>8}}"
    if "{" in spec:
        return "a format cannot hold braces itself"
    if _WIDE.search(spec):
        return "a width or precision is at most 999"
    return None if not spec or _fits(spec) else f"{quoted(spec)} is no format, such as '>8', '.2f' or '%H:%M'"


def _fits(spec: str) -> bool:
    """Whether there are values of this format."""
    for value in (1, 1.5, "text"):
        with suppress(ValueError):
            return bool(format(value, spec))
    with suppress(ValueError):
        return "%" in spec and bool(check_format(spec))
    return False
