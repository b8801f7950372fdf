"""Yielding: a function that takes the points of a stream and yields those that go on, as a step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from queue import SimpleQueue
from typing import Any, TypeAlias

from flume.flow import Batch, Point, Proc
from flume.run import Run
from flume.stage import Stage

Function: TypeAlias = Callable[[Iterator[Point]], Iterator[Point]]

_PATIENCE = 1.0  # seconds for which a function that is broken off is waited for


class Yielding(Proc):
    """What stands in a program as the function alone.

    >>> from flume import emit
    >>> def twice(points):
    ...     for point in points:
    ...         yield point
    ...         yield {**point, 'again': True}
    >>> list(emit(points=[{'a': 1}]) | twice)
    [{'a': 1}, {'a': 1, 'again': True}]
    """

    function: Any

    def __repr__(self) -> str:
        return str(getattr(self.function, "__name__", self.function))

    def ordered(self, before: bool) -> bool:
        return False

    def start(self, run: Run) -> Stage:
        return _Yielding(self, run)


class _Yielding(Stage):
    """The function asks for points, and stages are given them: so it has a thread, one of the two runs at a time."""

    exposes = True

    def __init__(self, step: Yielding, run: Run) -> None:
        self._step = step
        self._account = run.account
        self._given: SimpleQueue[Batch | type[GeneratorExit] | None] = SimpleQueue()  # None: there are no more
        self._turns: SimpleQueue[BaseException | None] = SimpleQueue()  # the function has done what it can, or failed
        self._out: Batch = []
        self._thread: threading.Thread | None = None
        self._ended = False

    def push(self, batch: Batch) -> Batch:
        out = [] if self._ended else self._turn(batch)
        more = len(out) - len(batch)
        self._account.made += max(more, 0)
        self._account.take("filtered", max(-more, 0))
        return out

    def end(self) -> Batch:
        out = [] if self._ended else self._turn(None)
        self._account.made += len(out)
        return out

    def close(self) -> None:
        if self._thread is not None:
            self._given.put(GeneratorExit)
            self._thread.join(_PATIENCE)

    def _turn(self, batch: Batch | None) -> Batch:
        """Let the function run until it asks for what comes behind *batch*; what it has yielded meanwhile."""
        self._given.put(batch)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"flume {self._step}"[:60], daemon=True)
            self._thread.start()
        error = self._turns.get()
        if error is not None:
            raise error
        self.done = self._ended
        out, self._out = self._out, []
        return out

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            for point in self._step.function(self._points()):
                self._out.append(self._checked(point))
        except GeneratorExit:
            pass
        except BaseException as raised:
            error = raised
        self._ended = True
        self._turns.put(error)

    def _points(self) -> Iterator[Point]:
        while (batch := self._given.get()) is not None:
            if not isinstance(batch, list):
                raise batch
            yield from batch
            self._turns.put(None)

    def _checked(self, point: Any) -> Point:
        if not isinstance(point, dict):
            raise TypeError(f"{self._step} yielded {point!r:.60}, not a point; yield a dict")
        time = point.get("time")
        if time is not None and not (isinstance(time, datetime) and time.tzinfo):
            raise TypeError(
                f"{self._step} yielded time={time!r:.60}, which is no time; put(time=…) behind it reads text"
            )
        return point
