"""Width: columns of a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.width import columns, escaped, is_visible, padded, shortened, width


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("日本語", 6),
        ("한", 2),
        ("\u1112\u1161\u11ab", 2),
        ("😀", 2),
        ("a\u200bb", 2),
    ],
)
def test_how_wide_a_text_is(text: str, expected: int) -> None:
    """Wide ones of East Asia take two columns, accents and marks without a width none."""
    assert width(text) == expected


@given(st.text(), st.integers(0, 20))
def test_a_shortened_text_fits(text: str, most: int) -> None:
    """It is never wider than asked for, and as it was where it fits."""
    short = shortened(text, most)
    assert width(short) <= most
    assert (short == text) == (width(text) <= most)


@given(st.text(), st.integers(0, 20))
def test_a_padded_text_fills(text: str, to: int) -> None:
    """On either side, however wide its characters are."""
    for right in (False, True):
        full = padded(text, to, right=right)
        assert width(full) == max(to, width(text))
        assert full.strip() == text.strip()


@pytest.mark.parametrize("character", "\x1b\x00\n\t\x7f\x9b\u2028\u2029\u202e\u2066\u200d\ufeff\ufe0f\udcff")
def test_what_a_terminal_would_obey_is_not_visible(character: str) -> None:
    """Controls, changes of direction, joiners, bytes that are no text."""
    assert not is_visible(character)
    assert columns(character) == 0


@pytest.mark.parametrize("character", "aé日\u0301\u3000\u00a0😀")
def test_text_is_visible(character: str) -> None:
    """Letters, accents, spaces."""
    assert is_visible(character)


@given(st.text(st.characters()))
def test_escaped_text_has_nothing_to_obey(text: str) -> None:
    """It is one line, and can be sent to any terminal."""
    safe = escaped(text)
    assert all(map(is_visible, safe))
    assert len(safe.splitlines()) <= 1
    safe.encode()


def test_what_is_escaped_is_written_as_in_a_program() -> None:
    """The reader sees what was there; bytes that were no text are marked."""
    assert escaped("a\tb\nc\x1b[2J \u202e \udcff é 日") == "a\\tb\\nc\\x1b[2J \\u202e \ufffd é 日"
