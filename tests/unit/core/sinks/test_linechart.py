"""linechart: a line through points, as the terminal shows it."""

from __future__ import annotations

import pytest

from flume import emit, linechart
from flume.errors import OptionError

BRAILLE = {chr(0x2801 + dots) for dots in range(255)}


def drawn(text: str) -> list[list[int]]:
    """The columns of each row that have a dot."""
    return [[column for column, character in enumerate(row) if character in BRAILLE] for row in text.splitlines()]


def test_a_line_that_rises(capsys: pytest.CaptureFixture[str]) -> None:
    """From the left below to the right above."""
    points = [{"x": x, "y": x} for x in range(10)]
    (emit(points=points[::-1]) | linechart(xvalue="x", yvalue="y", size="40x12")).execute()
    rows = [columns for columns in drawn(capsys.readouterr().out) if columns]
    assert len(rows) > 5
    assert [min(columns) for columns in rows] == sorted((min(columns) for columns in rows), reverse=True)


def test_a_gap_breaks_it(capsys: pytest.CaptureFixture[str]) -> None:
    """There are columns without a dot where no gap was asked for there are none."""
    points = [{"x": x, "y": 5} for x in (0, 1, 2, 8, 9, 10)]
    columns = []
    for gap in (None, 3):
        (emit(points=points) | linechart(xvalue="x", yvalue="y", gap=gap, size="40x12")).execute()
        columns.append({column for row in drawn(capsys.readouterr().out) for column in row})
    whole, broken = columns
    assert whole == set(range(min(whole), max(whole) + 1))
    assert broken < whole
    assert len(whole - broken) > 10


def test_a_gap_that_is_none() -> None:
    with pytest.raises(OptionError, match="linechart: gap"):
        linechart(gap="often")
