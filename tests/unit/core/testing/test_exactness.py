"""Exactly: what is said of points that are not the same."""

from __future__ import annotations

from typing import Any

import pytest

from flume.testing.exactness import Exactly

MANY = {f"field{number}": number for number in range(100)}


@pytest.mark.parametrize(
    ("found", "wanted", "said"),
    [
        ({**MANY, "rowid": None}, {**MANY, "rowid": 2}, "}: {'rowid': None}, not {'rowid': 2}"),
        ({**MANY, "n": 1}, MANY, "}: {'n': 1}, not missing"),
        (MANY, {**MANY, "n": 1}, "}: missing, not {'n': 1}"),
        ({"n": 1, **MANY}, {**MANY, "n": 1}, "}: the order of the fields"),
        ({"n": 1}, {"n": 2}, "read: point 1 is {'n': 1}, not {'n': 2}"),
    ],
)
def test_the_field_is_named_in_which_large_points_differ(
    found: dict[str, Any], wanted: dict[str, Any], said: str
) -> None:
    """Shown in part, both may look the same."""
    with pytest.raises(AssertionError) as caught:
        Exactly().check([found], [wanted], "read")
    assert str(caught.value).endswith(said)
