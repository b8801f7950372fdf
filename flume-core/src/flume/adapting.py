"""Adapter: a name that can be read from and written to: `read('stdio', …)`, `write('stdio', …)`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, ClassVar, TypeVar

from flume.errors import MomentError, OptionError, UsageError
from flume.flow import Batch, Sink, Source, Step
from flume.parsing import Parser
from flume.run import Run
from flume.value import spoken, unknown_option

E = TypeVar("E", bound=Step)
_VARIABLE = inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL


class Adapter:
    """One name to read from, to write to, or both.

        class sqlite(Adapter):
            Reader = ReadSqlite      # a Source: its options are those of read('sqlite', …)
            Writer = WriteSqlite     # a Sink: its options are those of write('sqlite', …)

    `read` itself does what is the same everywhere (the time field, bounds of time, rejected records), so a
    Reader gives plain points; a list of `flume.parsing.Records` where it knows the place of each.
    """

    Reader: ClassVar[type[Source] | None] = None
    Writer: ClassVar[type[Sink] | None] = None


def make_parser(owner: type, format: str, options: Mapping[str, Any], *, writing: bool = False) -> Parser:
    """The parser that *format* names, with the options that *owner* (an adapter's reader or writer) did not take.

    Raises `UnknownName` for a format that nobody offers and `OptionError` for an option that neither knows.
    """
    from flume import registry

    made = registry.default().find("parser", format)
    if isinstance(made, type) and issubclass(made, Parser):  # said before a word on its options
        if writing and made.render is Parser.render:
            raise _cannot_write(format)
        if not writing and made.parse is Parser.parse:
            raise _cannot_read(format)
    known = [name for name, p in inspect.signature(made).parameters.items() if p.kind is not p.VAR_KEYWORD]
    own = [n for n, p in inspect.signature(owner).parameters.items() if _is_named(p)]
    word = "write" if writing else "read"
    for name in options:
        if name not in known:
            raise unknown_option(f"{word} with format={format!r}", name, [*own, *known, *_options_of(word)])
    parser = made(**options)
    if not isinstance(parser, Parser):
        raise UsageError(f"the format {format!r} is no parser: {made!r}")
    if writing and not parser.writes:
        raise _cannot_write(format)
    if not writing and not parser.reads:
        raise _cannot_read(format)
    return parser


def check_options(owner: type, formats: Iterable[str], options: Mapping[str, Any]) -> None:
    """An `OptionError` for an option of reading that neither *owner* nor any of *formats* knows.

    For where only what is read says which of them it is.
    """
    from difflib import get_close_matches

    from flume import registry

    made = [owner, *(registry.default().find("parser", format) for format in formats)] if options else []
    known = [[n for n, p in inspect.signature(one).parameters.items() if _is_named(p)] for one in made]
    for name in options:
        if not any(name in names for names in known):
            own = [*known[0], *_options_of("read")]  # before those of formats, which may be many
            near = get_close_matches(name, own, 1, 0.7)
            raise unknown_option("read", name, near or list(dict.fromkeys(chain(*known, own))))


def _options_of(word: str) -> list[str]:
    """The options of `read` or `write` itself."""
    from flume import registry

    _, *own = [n for n, p in inspect.signature(registry.default().word(word)).parameters.items() if _is_named(p)]
    return own


def _is_named(parameter: inspect.Parameter) -> bool:
    return parameter.kind not in _VARIABLE


def _cannot_write(format: str) -> OptionError:
    able = _formats_with("render")
    return OptionError(f"the format {format!r} can be read, not written; {able} can be written")


def _cannot_read(format: str) -> OptionError:
    able = _formats_with("parse")
    return OptionError(f"the format {format!r} can be written, not read; {able} can be read")


def _formats_with(method: str) -> str:
    """The formats of core that have this method of a parser."""
    from flume import registry

    known = registry.default()
    found = [name for name in known.names("parser") if _has(known.find("parser", name), method)]
    return f"{', '.join(found[:-1])} and {found[-1]}"


def _has(made: Any, method: str) -> bool:
    return getattr(made, method, None) is not getattr(Parser, method)


def writable(parser: Parser, batch: Batch, run: Run) -> Batch:
    """The points that the parser's format can hold; each of the others is a rejected record."""
    field = parser.only_field
    if field is None or all(field in point for point in batch):
        return batch
    format = spoken(type(parser))
    missing = f"write: the point has no field {field!r}, which is all that format={format!r} writes"
    reason = f"{missing}; put({field}='…') makes one"
    for point in batch:
        if field not in point:
            run.reject(reason, point=point)
    return [point for point in batch if field in point]


def make_end(word: type, adapter: str, kind: type[E], options: Mapping[str, Any]) -> E:
    """A reader or a writer, with the options of `word(adapter, …)`: mistakes in them are said of that word."""
    call = f"{spoken(word)}({adapter!r})"
    known = inspect.signature(kind).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in known.values()):
        for name in options:
            if name not in known:  # the word's own may have been meant as well
                raise unknown_option(call, name, [*known, *_options_of(spoken(word))])
    try:
        return kind(**options)
    except (OptionError, MomentError) as error:
        message, name = str(error), spoken(kind)
        if message.startswith((f"{name} ", f"{name}:")):
            raise type(error)(f"{call}{message.removeprefix(name)}") from None
        raise
