"""Signals: the first Ctrl-C ends a run in good order, the second one at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Self

from flume.report import Report

_HANGUP: int | None = getattr(signal, "SIGHUP", None)


class Ended(BaseException):
    """A signal has ended the run: raised once everything is released; *report* says what was done until then."""

    report: Report | None = None

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: where in flume it was is nobody's business."""
        return [f"interrupted: {str(self.report).partition(chr(10))[0]}" if self.report else "interrupted"]


class Cancelled(Ended, KeyboardInterrupt):
    """SIGINT; the exit status is 130."""


class Terminated(Ended, SystemExit):
    """SIGTERM or SIGHUP; the exit status is 143 or 129."""


class Interrupted(BaseException):
    """Raised inside a source that waits for input, so that the wait ends."""


class Signals:
    """While it is entered (in the main thread), a signal sets *stop* instead of breaking off anywhere.

    The signals are SIGINT, SIGTERM and, unless it is ignored as by nohup, SIGHUP.
    """

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.received: int | None = None
        self._waiting = False
        self._written: int | None = None  # the descriptor that is written to
        self._unblocked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._handle)
            if _HANGUP is not None and signal.getsignal(_HANGUP) is not signal.SIG_IGN:
                self._before[_HANGUP] = signal.signal(_HANGUP, self._handle)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.received is not None:
            if number == _HANGUP:  # a terminal that goes away may say so twice
                return
            raise self.error()
        self.received = number
        self.stop.set()
        if self._waiting:
            raise Interrupted
        self._unblock()

    def waiting(self) -> _Waiting:
        """Around a wait for input: here the first signal may break in."""
        return _Waiting(self)

    def writing(self, descriptor: int) -> _Writing:
        """Around writes to *descriptor*: from the first signal on they do not block, and every byte is accounted for.

        A write that waits for a reader is tried again by Python when a signal has been handled; then it is refused.
        """
        return _Writing(self, descriptor)

    @contextmanager
    def unbroken(self) -> Iterator[None]:
        """Within a wait, around what is done as a whole: the first signal breaks in behind it."""
        waiting, self._waiting = self._waiting, False
        try:
            yield
        finally:
            self._waiting = waiting
        if waiting and self.received is not None:
            raise Interrupted

    def _unblock(self) -> None:
        if self._written is not None:
            with suppress(OSError):
                self._unblocked = self._unblocked or os.get_blocking(self._written)
                os.set_blocking(self._written, False)

    def error(self, report: Report | None = None) -> Ended:
        """What the run raises once everything is released."""
        number = self.received or signal.SIGINT
        error = Cancelled() if number == signal.SIGINT else Terminated(128 + number)
        error.report = report
        return error


# classes, as generators take three times as long: both are entered for every line of a live pipe


class _Waiting:
    __slots__ = ("_signals",)

    def __init__(self, signals: Signals) -> None:
        self._signals = signals

    def __enter__(self) -> None:
        self._signals._waiting = True
        if self._signals.received is not None:
            raise Interrupted

    def __exit__(self, *error: object) -> None:
        self._signals._waiting = False


class _Writing:
    __slots__ = ("_descriptor", "_signals")

    def __init__(self, signals: Signals, descriptor: int) -> None:
        self._signals = signals
        self._descriptor = descriptor

    def __enter__(self) -> None:
        self._signals._written = self._descriptor
        if self._signals.received is not None:
            self._signals._unblock()

    def __exit__(self, *error: object) -> None:
        signals = self._signals
        signals._written = None
        if signals._unblocked:
            signals._unblocked = False
            os.set_blocking(self._descriptor, True)  # others may share it: the shell, for one
