"""The line that says how far a long read is."""

from __future__ import annotations

import io

import pytest

from flume.engine import progress
from flume.engine.progress import Progress, clear, line


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


class Watch:
    """A clock that is moved by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The clock; the terminal can draw."""
    monkeypatch.setenv("TERM", "xterm")
    return Watch()


def test_a_short_run_draws_nothing(watch: Watch) -> None:
    """Less than a second is no wait."""
    terminal = Terminal()
    bar = Progress(1000, stream=terminal, clock=watch)
    watch.now += 0.9
    bar.update(100, 10)
    bar.close()
    assert terminal.getvalue() == ""


def test_a_long_run_draws_ten_times_a_second_and_cleans_up(watch: Watch) -> None:
    """However often it is called."""
    terminal = Terminal()
    bar = Progress(1000, stream=terminal, clock=watch)
    watch.now += 1.0
    for _ in range(100):
        bar.update(100, 10)
        watch.now += 0.01
    bar.close()
    drawn = terminal.getvalue()
    assert drawn.count(" 10% [==>") == 10
    assert drawn.startswith("\r 10% [==>                 ] 100 bytes of 1.0 kB, 10 points, 10 points/s\x1b[K")
    assert drawn.endswith("\r\x1b[K")


def test_when_all_is_read_the_line_makes_way(watch: Watch) -> None:
    """What is written next are the results."""
    terminal = Terminal()
    bar = Progress(1000, stream=terminal, clock=watch)
    watch.now += 2
    bar.update(999, 10)
    watch.now += 1
    bar.update(1000, 10)
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_others_can_take_the_line_away(watch: Watch) -> None:
    """Before they write to the same terminal; it comes back."""
    terminal = Terminal()
    bar = Progress(1000, stream=terminal, clock=watch)
    watch.now += 2
    bar.update(10, 1)
    clear()
    assert terminal.getvalue().endswith("\r\x1b[K")
    before = len(terminal.getvalue())
    clear()
    bar.close()
    assert len(terminal.getvalue()) == before
    watch.now += 1
    bar.update(20, 1)
    assert len(terminal.getvalue()) > before
    bar.close()


def test_no_terminal_no_line(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in a pipe, not on a terminal that cannot draw."""
    pipe = io.StringIO()
    bar = Progress(1000, stream=pipe, clock=watch)
    monkeypatch.setenv("TERM", "dumb")
    dumb = Terminal()
    other = Progress(1000, stream=dumb, clock=watch)
    watch.now += 2
    for each in (bar, other):
        each.update(10, 1)
        each.close()
    assert pipe.getvalue() == dumb.getvalue() == ""


def test_a_terminal_that_goes_away_is_no_failure(watch: Watch) -> None:
    """The run goes on."""
    terminal = Terminal()
    bar = Progress(1000, stream=terminal, clock=watch)
    watch.now += 2
    terminal.close()
    bar.update(10, 1)
    bar.close()
    assert progress._drawn is None


@pytest.mark.parametrize("width", range(200))
def test_the_line_fits_the_terminal(width: int) -> None:
    """At any width; the share is the last thing to go."""
    text = line(450_000_000, 900_000_000, 2_250_000, 2.0, width)
    assert len(text) <= width
    assert text.startswith(" 50%"[:width])


@pytest.mark.parametrize(
    ("done", "total", "text"),
    [
        (0, None, "100 points, 50 points/s"),
        (1_500, None, "1.5 kB, 100 points, 50 points/s"),
        (999_600, None, "1.0 MB, 100 points, 50 points/s"),
        (3 * 10**12, None, "3.0 TB, 100 points, 50 points/s"),
        (999, 1000, " 99% [===================>] 999 bytes of 1.0 kB, 100 points, 50 points/s"),
        (2000, 1000, "100% [====================] 2.0 kB of 1.0 kB, 100 points, 50 points/s"),
    ],
)
def test_what_the_line_says(done: int, total: int | None, text: str) -> None:
    """As much as is known."""
    assert line(done, total, 100, 2.0, 100) == text
