"""barchart: a bar for each category, as the terminal shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flume import barchart, emit, filter
from flume.errors import OptionError

POINTS = [
    {"name": "a", "time": "2020-01-01T00:00:00Z", "value": 1, "pet": "cat"},
    {"name": "b", "time": "2020-01-01T00:00:00Z", "value": 2, "pet": "cat"},
    {"name": "a", "time": "2020-01-02T00:00:00Z", "value": 3, "pet": "dog"},
]


def test_what_it_draws_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    """The value of each name at each time."""
    (emit(points=POINTS) | barchart(size="60x12")).execute()
    *_, names, legend = capsys.readouterr().out.splitlines()
    assert names.split() == ["2020-01-01", "2020-01-02"]
    assert legend.split() == ["██", "a", "▒▒", "b"]


def test_bars_that_lie(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is as long as its value, and says it."""
    chart = barchart(category="pet", orientation="horizontal", size="60x7")
    (emit(points=POINTS) | filter("name == 'a'") | chart).execute()
    rows = [row for row in capsys.readouterr().out.splitlines() if row.endswith((" 1", " 3"))]
    assert [row.split()[0] for row in rows] == ["cat", "dog"]
    cat, dog = (row.count("█") for row in rows)
    assert dog == pytest.approx(3 * cat, abs=2)


def test_it_writes_what_the_terminal_would_show(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The same text, in a file."""
    file = tmp_path / "chart.txt"
    (emit(points=POINTS) | (barchart(file=file), barchart())).execute()
    assert file.read_text(encoding="utf-8") == capsys.readouterr().out


def test_the_names_of_2016(tmp_path: Path) -> None:
    """`filename`, `width` and `height` mean `file` and `size`."""
    chart = barchart(filename=tmp_path / "chart.txt", width=40, height=10)
    assert chart == barchart(file=tmp_path / "chart.txt", size=(40, 10))


def test_a_way_that_bars_do_not_go() -> None:
    with pytest.raises(OptionError, match=r"^barchart: orientation takes 'vertical' or 'horizontal', not 'diagonal'$"):
        barchart(orientation="diagonal")
