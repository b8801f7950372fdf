"""Ahead: the next item is made by a thread while this one is used."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")

_END = 1.0  # seconds in which the thread may end; one that waits for an answer is left behind


class Ahead(Generic[T]):
    """The *items*, made by a thread of their own, a little ahead: one waits, and one is made.

    *idle* is called in that thread each *every* seconds while an item waits to be taken.  Errors are those of the
    items.

    >>> with Ahead(n for n in range(3)) as items:
    ...     list(items)
    [0, 1, 2]
    """

    def __init__(
        self, items: Generator[T, None, None], *, idle: Callable[[], None] = lambda: None, every: float = 60.0
    ) -> None:
        self._items = items
        self._idle = idle
        self._every = every
        self._stopped = threading.Event()
        self._queue: queue.Queue[tuple[T] | BaseException | None] = queue.Queue(1)
        self._thread = threading.Thread(target=self._work, name="flume reads ahead", daemon=True)
        self._thread.start()

    def __enter__(self) -> Iterator[T]:
        return self.taken()

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Take no more items."""
        self._stopped.set()
        with suppress(queue.Empty):
            self._queue.get_nowait()
        self._thread.join(_END)

    def taken(self) -> Iterator[T]:
        """The items, once."""
        while (item := self._queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]

    def _work(self) -> None:
        end: BaseException | None = None
        try:
            for item in self._items:
                if not self._given(item):
                    break
        except BaseException as error:
            end = error
        finally:
            self._items.close()
            if not self._stopped.is_set():
                self._queue.put(end)

    def _given(self, item: T) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put((item,), timeout=self._every)
            except queue.Full:
                self._idle()
            else:
                return not self._stopped.is_set()
        return False
