"""Importing: what holds while a plugin is imported: it prints to stderr, and what it registers is its hooks' alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flume.diverting import diverted

_under_way = ContextVar("under_way", default=False)


@contextmanager
def importing() -> Iterator[list[str]]:
    """A block that imports what a plugin offers; gives what was printed there.

    >>> with importing() as printed:
    ...     print(is_importing())
    >>> printed
    ['True', '\\n']
    """
    token = _under_way.set(True)
    try:
        with diverted() as printed:
            yield printed
    finally:
        _under_way.reset(token)


def is_importing() -> bool:
    """Whether it is the import of a plugin in which this is asked."""
    return _under_way.get()
