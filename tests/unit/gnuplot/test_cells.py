"""How much room text takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume_viz_gnuplot.cells import StandIns, clip, width


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("日本", 4), ("e\u0301", 1), ("🎉", 2), ("ｈ", 2), ("Zürich", 6)]
)
def test_width(text: str, columns: int) -> None:
    """Wide characters take two columns, those that combine none."""
    assert width(text) == columns


@given(st.text(max_size=30), st.integers(1, 20))
def test_what_is_clipped_has_room(text: str, columns: int) -> None:
    """A text that fits is left as it is, another ends in an ellipsis."""
    clipped = clip(text, columns)
    assert width(clipped) <= columns
    assert clipped == text or (clipped.endswith("…") and width(text) > columns)


def test_a_cluster_is_not_torn() -> None:
    """A letter keeps what combines with it."""
    assert clip("e\u0301e\u0301e\u0301", 2) == "e\u0301…"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=5))
def test_what_stands_in_is_restored(texts: list[str]) -> None:
    """A character for a column, and back again, whatever the texts have."""
    known = StandIns()
    stand_ins = [known.stand_in(text) for text in texts]
    assert [len(stand_in) for stand_in in stand_ins] == [width(text) for text in texts]
    assert [known.restore(f"|{stand_in} |") for stand_in in stand_ins] == [f"|{text} |" for text in texts]


def test_a_private_character_of_the_text_is_not_taken_for_a_stand_in() -> None:
    """The filler's own code, in a text, comes back."""
    known = StandIns()
    assert known.restore(known.stand_in("日\uf8ff\ue000")) == "日\uf8ff\ue000"


def test_more_characters_than_can_be_stood_in_for() -> None:
    """What is too much for a terminal becomes '?', and nothing is mixed up."""
    known = StandIns()
    emoji = "".join(chr(code) for code in range(0x20000, 0x20000 + 7000))
    restored = known.restore(known.stand_in(emoji))
    assert restored == emoji[:6399] + "?" * 601
