"""The examples that draw in the terminal and with pygal; those of gnuplot are among the integration tests."""

from __future__ import annotations

import html
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
DAYS_OF_A_LEAP_YEAR = [31, 29, *DAYS[2:]]
TALKERS = {
    "kernel": 178,
    "laptop-mode": 21,
    "CRON": 19,
    "wpa_supplicant": 18,
    "NetworkManager": 18,
    "anacron": 14,
    "cinnamon-screensaver-dialog": 3,
    "console-kit-daemon": 3,
}
FOLDERS = ["terminal", "gnuplot/terminal", "gnuplot/x11", "pygal/png", "pygal/html", "pygal/jupyter-notebooks"]


def run(script: str, *arguments: str | Path, folder: Path) -> tuple[str, str]:
    """What an example prints and says, run from another folder."""
    command = [sys.executable, EXAMPLES / script, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60)
    return done.stdout.decode(), done.stderr.decode()


def draw(script: str, *arguments: str, folder: Path) -> str:
    """The chart that an example prints; it has nothing else to say."""
    chart, said = run(f"terminal/{script}", *arguments, folder=folder)
    assert said == ""
    assert not list(folder.iterdir())
    return chart


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_days_of_the_month_are_drawn_in_every_way(folder: str) -> None:
    """Whoever has one view finds the same example as whoever has another."""
    assert [path.stem for path in (EXAMPLES / folder).glob("days_of_the_month_barchart.*")]


# -- in the terminal ----------------------------------------------------------------------------


def test_the_days_of_2015(tmp_path: Path) -> None:
    """A bar for each month, and over it how many days it has."""
    *rows, names, legend = draw("days_of_the_month_barchart.py", folder=tmp_path).splitlines()
    assert names.split() == MONTHS
    over = [" ".join(row[at - 1 : at + 4] for row in rows) for at in map(names.index, MONTHS)]
    assert [int(number) for column in over for number in re.findall(r"\d+", column)] == DAYS
    assert legend.split() == ["██", "2015"]


def test_the_days_of_two_years(tmp_path: Path) -> None:
    """A bar for each year; in February that of 2000 is the higher one."""
    *rows, names, legend = draw("days_of_the_month_multiyear_barchart.py", folder=tmp_path).splitlines()
    assert names.split() == MONTHS
    assert legend.split() == ["██", "2000", "▒▒", "2001"]
    at = names.index("Feb")
    assert next(bar for row in rows if (bar := row[at : at + 4].strip())) == "██▃▃"


def test_a_sine(tmp_path: Path) -> None:
    """Three hills and three valleys in 18 steps of x."""
    rows = draw("sine_linechart.py", folder=tmp_path).splitlines()
    assert rows[0].strip() == "sin(x)"
    top, bottom = (next(row for row in rows if row.startswith(f"{y:>4} ")) for y in (1, -1))
    assert [len(re.findall(r"[\u2800-\u28ff]+", row)) for row in (top, bottom)] == [3, 3]


def test_the_top_talkers(tmp_path: Path) -> None:
    """The most talkative first, with how much they said."""
    rows = draw("top_talkers_barchart.py", folder=tmp_path).splitlines()
    bars = [re.match(r" *(\S+?)…? │█*.? (\d+)$", row) for row in rows if row.strip("│ ")]
    drawn = [(bar[1], int(bar[2])) for bar in bars if bar]
    assert [lines for _, lines in drawn] == list(TALKERS.values())
    assert all(name.startswith(start) for name, (start, _) in zip(TALKERS, drawn, strict=True))


def test_live_events_end_when_they_should(tmp_path: Path) -> None:
    """As long as was asked; what is no terminal gets the last chart."""
    rows = draw("events_a_second_timechart.py", "--seconds", "2", folder=tmp_path).splitlines()
    assert rows[0].strip() == "events a second"
    assert sum("events a second" in row for row in rows) == 1
    assert re.search(r"\d\d\d\d-\d\d-\d\d \(UTC\)$", rows[-1])


# -- with pygal ---------------------------------------------------------------------------------

PICTURES = sorted(
    path.relative_to(EXAMPLES).as_posix()
    for folder in ("png", "html")
    for path in (EXAMPLES / "pygal" / folder).glob("*.py")
)


@pytest.mark.parametrize("script", PICTURES)
def test_a_picture_lies_where_it_is_said_to_lie(script: str, tmp_path: Path) -> None:
    """Without a word it has the name of its program; with one, that name."""
    name = f"{Path(script).stem}.{Path(script).parent.name}"
    assert run(script, folder=tmp_path)[1].endswith(f"the picture is in {name}\n")
    picture = tmp_path / name
    magic = {"png": b"\x89PNG\r\n\x1a\n", "html": b"<!DOCTYPE html>"}[Path(script).parent.name]
    assert picture.read_bytes().startswith(magic)
    other = tmp_path / "other.svg"
    assert run(script, other, folder=tmp_path)[1].endswith(f"the picture is in {other}\n")
    assert other.read_bytes().startswith(b"<?xml")
    assert sorted(tmp_path.iterdir()) == sorted([picture, other])


@pytest.mark.parametrize("script", [script for script in PICTURES if "/png/" in script])
def test_a_png_has_something_in_it(script: str, tmp_path: Path) -> None:
    """It is two pixels for each of its size, and no plain area: that would be some hundred bytes."""
    run(script, "picture.png", folder=tmp_path)
    data = (tmp_path / "picture.png").read_bytes()
    assert struct.unpack(">II", data[16:24]) == (1920, 960)
    assert len(data) > 20_000


def values(script: str, folder: Path) -> list[float]:
    """The values that the mouse is shown, in order."""
    run(script, "picture.html", folder=folder)
    page = (folder / "picture.html").read_text(encoding="utf-8")
    return [float(html.unescape(text)) for text in re.findall(r'<desc class="value">([^<]*)</desc>', page)]


def test_the_days_of_2015_on_a_page(tmp_path: Path) -> None:
    assert values("pygal/html/days_of_the_month_barchart.py", tmp_path) == DAYS


def test_the_days_of_two_years_on_a_page(tmp_path: Path) -> None:
    assert values("pygal/png/days_of_the_month_multiyear_barchart.py", tmp_path) == [*DAYS_OF_A_LEAP_YEAR, *DAYS]


def test_the_top_talkers_on_a_page(tmp_path: Path) -> None:
    drawn = values("pygal/html/top_talkers_barchart.py", tmp_path)
    assert sorted(drawn, reverse=True) == list(TALKERS.values())
