"""Adapter: a name that can be read from and written to: `read('stdio', …)`, `write('stdio', …)`."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar

from flume.errors import OptionError, UsageError
from flume.flow import Sink, Source
from flume.parsing import Parser
from flume.value import unknown_option


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
    known = [name for name, p in inspect.signature(made).parameters.items() if p.kind is not p.VAR_KEYWORD]
    own = [n for n, p in inspect.signature(owner).parameters.items() if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    for name in options:
        if name not in known:
            raise unknown_option(f"{'write' if writing else 'read'} with format={format!r}", name, [*own, *known])
    parser = made(**options)
    if not isinstance(parser, Parser):
        raise UsageError(f"the format {format!r} is no parser: {made!r}")
    if writing and not parser.writes:
        raise OptionError(f"the format {format!r} can be read, not written; choose another format=")
    return parser
