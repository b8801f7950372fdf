"""Signals: the first Ctrl-C ends a run in good order, the second one at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self


class Terminated(SystemExit):
    """SIGTERM: raised once everything is released; the exit status is 143."""

    def __init__(self) -> None:
        super().__init__(128 + signal.SIGTERM)


class Interrupted(BaseException):
    """Raised inside a source that waits for input, so that the wait ends."""


class Signals:
    """While it is entered (in the main thread), SIGINT and SIGTERM set *stop* instead of breaking off anywhere."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.received: int | None = None
        self._waiting = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.received is not None:
            raise self.error()
        self.received = number
        self.stop.set()
        if self._waiting:
            raise Interrupted

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around a wait for input: here the first signal may break in."""
        self._waiting = True
        try:
            if self.received is not None:
                raise Interrupted
            yield
        finally:
            self._waiting = False

    def error(self) -> BaseException:
        """What the run raises once everything is released."""
        return Terminated() if self.received == signal.SIGTERM else KeyboardInterrupt()
