"""piechart: shares of a whole, as the terminal shows them."""

from __future__ import annotations

import re

import pytest

from flume import emit, piechart
from flume.errors import OptionError


def shares(text: str) -> list[tuple[str, float, float]]:
    """The name, per cent and value of each share."""
    found = re.findall(r"^ *(\S+) │█*. ([\d.]+)% +(\S+)$", text, flags=re.MULTILINE)
    return [(name, float(part), float(value)) for name, part, value in found]


def test_the_largest_share_is_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    """A later point of a name replaces its share."""
    points = [
        {"name": "a", "value": 9},
        {"name": "b", "value": 1},
        {"name": "c", "value": 6},
        {"name": "a", "value": 1},
    ]
    (emit(points=points) | piechart()).execute()
    assert shares(capsys.readouterr().out) == [("c", 75.0, 6), ("a", 12.5, 1), ("b", 12.5, 1)]


def test_many_small_ones_are_one(capsys: pytest.CaptureFixture[str]) -> None:
    """The rest keeps its part of the whole."""
    points = [{"pet": pet, "n": n} for pet, n in (("cat", 5), ("dog", 3), ("eel", 1), ("fly", 1))]
    (emit(points=points) | piechart(category="pet", value="n", max_series=3)).execute()
    drawn = shares(capsys.readouterr().out)
    assert [(name, part) for name, part, _ in drawn] == [("cat", 50), ("dog", 30), ("other", 20)]


def test_no_slices_at_all() -> None:
    with pytest.raises(OptionError, match=r"^piechart: max_series takes a number from 1 on, not 0$"):
        piechart(max_series=0)
