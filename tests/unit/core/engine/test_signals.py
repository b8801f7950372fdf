"""Signals in this process; what needs a process of its own is in tests/integration/test_streams.py."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from flume import emit, memory, put
from flume.adapters import destinations
from flume.engine.signals import Cancelled, Ended, Interrupted, Signals, Terminated
from flume.flow import Batch, Proc, Stage
from flume.run import Run

STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


class raising(Proc):
    """Sends this process a signal when the first point comes, and as often as it is told."""

    number: int
    times: int = 1

    def start(self, run: Run) -> Stage:
        return _Raising(self.number, self.times)


class _Raising(Stage):
    def __init__(self, number: int, times: int) -> None:
        self.number, self.times = number, times

    def push(self, batch: Batch) -> Batch:
        for _ in range(self.times):
            signal.raise_signal(self.number)
        return batch


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """What was done with signals before is done after; one may be ignored at first, as nohup has it."""
    hangup = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    before = {number: signal.getsignal(number) for number in STATUS}
    yield
    assert {number: signal.getsignal(number) for number in STATUS} == before
    signal.signal(signal.SIGHUP, hangup)


@pytest.mark.parametrize("number", STATUS)
def test_what_was_done_until_then_is_in_the_report(number: int) -> None:
    """The ledger adds up, and what there is to say is said."""
    with pytest.raises(Ended) as raised:
        (emit(limit=5000, start="2020-01-01") | raising(number) | put(n=1) | memory()).execute()
    error = raised.value
    assert isinstance(error, KeyboardInterrupt if number == signal.SIGINT else SystemExit)
    assert isinstance(error, Cancelled) or getattr(error, "code", None) == STATUS[number]
    assert error.report is not None
    assert 0 < error.report.written == error.report.read < 5000
    assert error.report.adds_up
    assert error.report.interrupted


def test_fields_that_were_never_seen_are_said(caplog: pytest.LogCaptureFixture) -> None:
    """Though the run did not get to its end."""
    with pytest.raises(Cancelled):
        (emit(limit=5000, start="2020-01-01") | raising(signal.SIGINT) | put(n="{tiem}").keep("tiem")).execute()
    assert "'tiem' was in none of" in caplog.text


@pytest.mark.parametrize("number", STATUS)
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_one_ends_it_at_once(number: int, second: int) -> None:
    """Except that a terminal that goes away may say so twice."""
    signals = Signals(threading.Event())
    with signals:
        signal.raise_signal(number)
        assert signals.stop.is_set()
        signal.raise_signal(signal.SIGHUP)
        with pytest.raises(Ended):
            signal.raise_signal(second)


def test_a_hangup_that_is_ignored_stays_so() -> None:
    """As nohup wants it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Signals(threading.Event()) as signals:
            signal.raise_signal(signal.SIGHUP)
        assert signals.received is None
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_wait_for_input_is_broken_off() -> None:
    """The first signal is enough, whether it comes before the wait or in it."""
    with Signals(threading.Event()) as signals:
        with pytest.raises(Interrupted), signals.waiting():
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(Interrupted), signals.waiting():
            pytest.fail("nothing is waited for any more")


@pytest.mark.parametrize("before", [True, False])
def test_a_reader_who_takes_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, before: bool) -> None:
    """Whether the signal comes before the write or while it waits; the pipe is left as it was."""
    monkeypatch.setattr(destinations, "PATIENCE", 0.05)
    ours, theirs = os.pipe()
    run = Run()
    with Signals(run.stop) as signals:
        run.writing = signals.writing
        if before:
            signal.raise_signal(signal.SIGTERM)
        else:
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(BrokenPipeError):
            destinations.write_all(theirs, bytes(10_000_000), "a pipe", run)
        assert os.get_blocking(theirs)
    assert isinstance(signals.error(), Terminated)
    os.close(ours)
    os.close(theirs)


def test_a_reader_who_is_slow_gets_everything() -> None:
    """A signal does not cut a line in the middle."""
    ours, theirs = os.pipe()
    received = bytearray()

    def take() -> None:
        while data := os.read(ours, 4096):
            received.extend(data)

    reader = threading.Thread(target=take)
    run = Run()
    with Signals(run.stop) as signals:
        run.writing = signals.writing
        signal.raise_signal(signal.SIGINT)
        reader.start()
        destinations.write_all(theirs, bytes(1_000_000), "a pipe", run)
    os.close(theirs)
    reader.join()
    os.close(ours)
    assert len(received) == 1_000_000


def test_what_is_done_as_a_whole_within_a_wait() -> None:
    """As a picture is drawn while there is nothing to read: the signal breaks in behind it, not into it."""
    done = []
    with Signals(threading.Event()) as signals:

        def wait() -> None:
            with signals.waiting():
                with signals.unbroken():
                    signal.raise_signal(signal.SIGINT)
                    done.append("the whole")
                done.append("what comes behind it")

        with pytest.raises(Interrupted):
            wait()
    assert done == ["the whole"]
