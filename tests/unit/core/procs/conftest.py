"""What the tests of several words share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

import pytest

from flume.engine.local import Running
from flume.flow import Flow, Point
from flume.run import Clock, Run

InThread: TypeAlias = Callable[[Flow, Clock], AbstractContextManager[list[Point]]]


@pytest.fixture
def running() -> InThread:
    """A flow that runs in a thread meanwhile: what has left it so far."""

    @contextmanager
    def started(flow: Flow, clock: Clock) -> Iterator[list[Point]]:
        found: list[Point] = []
        run = Run(clock)
        one = Running(flow, run)

        def work() -> None:
            for each in one.batches():
                found.extend(each)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield found
        finally:
            run.stop.set()
            thread.join(10)
            one.close()

    return started
