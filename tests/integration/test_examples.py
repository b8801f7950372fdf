"""The examples that draw with gnuplot, as text and in a window."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "gnuplot"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
BLUE = bytes((0xAA, 0x77, 0x44, 0))  # of the first series, as a display keeps it


@pytest.fixture(autouse=True)
def _gnuplot(need: Callable[..., None]) -> None:
    need("gnuplot")


def run(script: str, *arguments: str, folder: Path) -> str:
    """What an example prints, run from another folder; it leaves none of its own there and has nothing to say."""
    command = [sys.executable, EXAMPLES / script, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert not list(folder.iterdir())
    return done.stdout


def charts(text: str) -> list[str]:
    """Each chart of several below each other: they begin with a frame that has no tick."""
    frame = re.compile(r"^ +\+-+\+$", re.MULTILINE)
    begins = [found.start() for found in frame.finditer(text)]
    return [text[begin:end] for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)]


def heights(chart: str, mark: str = "*") -> list[int]:
    """How many rows the bars are high that stand above the names of months."""
    *rows, names = chart.splitlines()
    places = [names.index(name) + 1 for name in MONTHS if name in names]
    return [sum(mark in row[place - 2 : place + 3] for row in rows[3:]) for place in places]


def test_the_days_of_2015_come_month_by_month(tmp_path: Path) -> None:
    """Twelve charts, of one month, of two, and so on; the last one has the size and the bars of 2016's."""
    drawn = charts(run("terminal/days_of_the_month_barchart.py", folder=tmp_path))
    assert [len(heights(chart)) for chart in drawn] == list(range(1, 13))
    rows = drawn[-1].splitlines()
    assert (len(rows), max(map(len, rows))) == (24, 77)
    long, short, shortest = (heights(drawn[-1])[month] for month in (0, 3, 1))
    assert long > short > shortest
    assert heights(drawn[-1]) == [{31: long, 30: short, 28: shortest}[days] for days in DAYS]
    assert rows[-1].split() == list(MONTHS)


def test_two_years_stand_side_by_side(tmp_path: Path) -> None:
    """One chart with a bar of each year, and both years in the legend."""
    (chart,) = charts(run("terminal/days_of_the_month_multiyear_barchart.py", folder=tmp_path))
    assert re.search(r"2000 \*+", chart)
    assert re.search(r"2001 #+", chart)
    for mark in "*#":
        january, february, *_ = heights(chart, mark)
        assert january > february > 15


def test_a_sine_wave(tmp_path: Path) -> None:
    """It goes up to 1 and down to -1, three times."""
    rows = run("terminal/sine_linechart.py", folder=tmp_path).splitlines()
    (top,) = (row for row in rows if row.startswith("     1 "))
    (bottom,) = (row for row in rows if row.startswith("    -1 "))
    assert [len(re.findall(r"\*+", row)) for row in (top, bottom)] == [3, 3]
    assert rows[0].strip() == "sin(x)"


def test_a_window_of_bars(screen: Path, tmp_path: Path) -> None:
    """It is still there when the program has ended."""
    assert run("x11/days_of_the_month_barchart.py", folder=tmp_path) == ""
    assert comes(screen, dots=50_000)


def test_a_live_window(screen: Path, tmp_path: Path) -> None:
    """It draws while events come, and the program ends when it should."""
    command = [sys.executable, EXAMPLES / "x11/events_a_second_timechart.py", "--seconds", "4"]
    program = subprocess.Popen(command, cwd=tmp_path)
    assert comes(screen, dots=100)
    assert program.poll() is None
    assert program.wait(30) == 0


def comes(screen: Path, dots: int) -> bool:
    """Whether the display comes to have as many dots of the first series, soon."""
    end = time.monotonic() + 15
    while screen.read_bytes().count(BLUE) < dots:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
