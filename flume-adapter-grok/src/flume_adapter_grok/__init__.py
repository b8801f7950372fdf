"""Grok for flume: lines of text, read with patterns that have names, become points.

    read('stdio', file='/var/log/syslog', format='grok', pattern='%{SYSLOGLINE}')

The way of a pattern: `expand` puts named patterns in their places, `oniguruma` reads the result to a `tree`,
`translate` writes it for Python's `re`, `cost` tells how long a line it can safely take, `capturing` writes the
function that makes a point of a match, and `matching` puts all that together.  `parser` is what `format='grok'`
stands for: `linewise` makes points of lines, `tabling` makes tables of blocks, by `blockwise` where that can be.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flume_adapter_grok.matching import Matcher as Matcher
    from flume_adapter_grok.matching import MatchTimeout as MatchTimeout
    from flume_adapter_grok.matching import compile_grok as compile_grok
    from flume_adapter_grok.parser import Grok as Grok
    from flume_adapter_grok.parser import grok as grok

_PLACES = {
    "Grok": "flume_adapter_grok.parser",
    "MatchTimeout": "flume_adapter_grok.matching",
    "Matcher": "flume_adapter_grok.matching",
    "compile_grok": "flume_adapter_grok.matching",
    "grok": "flume_adapter_grok.parser",
}

__all__ = ["Grok", "MatchTimeout", "Matcher", "compile_grok", "grok"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
