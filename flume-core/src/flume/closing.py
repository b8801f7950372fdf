"""Closing: releasing what holds files, sockets and processes, whatever happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

T = TypeVar("T")


class Closing(Protocol):
    """What holds something that must be released."""

    def close(self) -> None:
        """Release it."""


@contextmanager
def closing(iterator: Iterator[T]) -> Iterator[Iterator[T]]:
    """The iterator, closed on the way out where it can be (a generator can)."""
    try:
        yield iterator
    finally:
        release(iterator)


def release(iterator: Iterator[object]) -> None:
    """Close an iterator that can be closed."""
    close = getattr(iterator, "close", None)
    if close is not None:
        close()


def close_all(things: Iterable[Closing]) -> None:
    """Close every one, whatever happens to the others; the first error is raised at the end."""
    first: Exception | None = None
    for thing in things:
        try:
            thing.close()
        except Exception as error:
            first = first or error
    if first is not None:
        raise first
