"""What a step is given when it starts."""

from __future__ import annotations

import threading

import pytest

from flume.run import Clock


@pytest.mark.parametrize("seconds", [0.0, -5.0, 1e-3])
def test_a_wait_ends(seconds: float) -> None:
    """With the time, which may be past; a stop says that it was not waited for."""
    stop = threading.Event()
    assert Clock().wait(seconds, stop)
    stop.set()
    assert not Clock().wait(seconds, stop)


def test_a_wait_may_be_as_long_as_there_is_time() -> None:
    """Longer than the system can wait at once."""
    stop = threading.Event()
    timer = threading.Timer(0.05, stop.set)
    timer.start()
    assert not Clock().wait(8000 * 365.25 * 86400, stop)
    timer.join()


def test_a_long_wait_is_made_of_shorter_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not over when the first is."""
    monkeypatch.setattr(threading, "TIMEOUT_MAX", 0.01)
    clock = Clock()
    began = clock.monotonic()
    assert clock.wait(0.05, threading.Event())
    assert clock.monotonic() - began >= 0.05
