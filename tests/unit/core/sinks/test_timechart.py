"""timechart: a line over time, as the terminal shows it."""

from __future__ import annotations

import pytest

from flume import count, emit, linechart, put, reduce, timechart
from flume.errors import OptionError

MINUTES = emit(start="2020-01-01T12:00:00Z", every="1 min", limit=60) | put(n=count())


def test_it_is_drawn_over_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    """The axis has times, and says of which day."""
    (MINUTES | timechart(title="a rise")).execute()
    title, label, *_, ticks, day = capsys.readouterr().out.splitlines()
    assert title.strip() == "a rise"
    assert label.strip() == "n"
    assert {"12:10", "12:20", "12:50"} <= set(ticks.split())
    assert day.strip() == "2020-01-01 (UTC)"


def test_it_is_a_linechart_of_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    """The same picture."""
    pipeline = MINUTES | reduce(points=count(), every="10 min")
    (pipeline | timechart(value="points")).execute()
    first = capsys.readouterr().out
    (pipeline | linechart(xvalue="time", yvalue="points")).execute()
    assert capsys.readouterr().out == first


def test_a_span_that_is_none() -> None:
    with pytest.raises(OptionError, match=r"^timechart: last"):
        timechart(last="recently")
