"""Names: which indices an `index=` means: one, a pattern, a list of them, or one for each time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from flume.errors import OptionError

DEFAULT = "flume"
"""Where documents are written to, and read from, unless another index is named."""

_DIRECTIVE = re.compile("%[A-Za-z%]")
_KNOWN = ("%Y", "%m", "%d", "%H", "%j", "%G", "%V", "%y", "%%")
_FORBIDDEN = re.compile(r'[\\/*?"<>| ,#:\x00-\x1f]')


def check_names(word: str, names: Sequence[str], *, writing: bool) -> None:
    """See that these can be names of indices.

    :param names: patterns and templates among them. :param writing: where each must be one index.
    :raises OptionError: one cannot.
    """
    if not names:
        raise OptionError(f"{word}: index takes a name, and there is none")
    for name in names:
        if not isinstance(name, str) or not name:
            raise OptionError(f"{word}: index takes names, not {name!r}")
        for directive in _DIRECTIVE.findall(name):
            if directive not in _KNOWN:
                raise OptionError(f"{word}: index={name!r}: {directive} is no part of a time; {' '.join(_KNOWN)} are")
        plain = _DIRECTIVE.sub("", name)
        bad = _FORBIDDEN.search(plain) if writing else re.search(r'[\\/?"<>| ,#\x00-\x1f]', plain)
        if bad:
            raise OptionError(f"{word}: index={name!r}: no name of an index has {bad[0]!r}")
        if writing and (plain != plain.lower() or plain[:1] in ("-", "_", "+") or name in (".", "..")):
            raise OptionError(f"{word}: index={name!r}: names are in small letters and begin with no '-', '_' or '+'")


def is_template(name: str) -> bool:
    """Whether the name depends on the time."""
    return _DIRECTIVE.search(name) is not None


def name_at(name: str, time: datetime) -> str:
    """The index of a point of this time.

    >>> from datetime import UTC
    >>> name_at('logs-%Y.%m.%d', datetime(2016, 7, 17, tzinfo=UTC))
    'logs-2016.07.17'
    """
    return _DIRECTIVE.sub(lambda found: "%" if found[0] == "%%" else time.strftime(found[0]), name)


def path_of(names: Sequence[str]) -> str:
    """The names as they stand in a path; a template stands for every time.

    >>> path_of(['a', 'logs-%Y.%m.%d', 'b*'])
    'a,logs-*.*.*,b*'
    """
    return ",".join(quote(_DIRECTIVE.sub("*", name), safe="*-_.+:") for name in names)
