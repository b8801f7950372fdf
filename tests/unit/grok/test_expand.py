"""What becomes of `%{NAME…}`."""

from __future__ import annotations

import pytest

from flume.errors import OptionError
from flume_adapter_grok.expand import expand

PATTERNS = {"WORD": r"\w+", "PAIR": "%{WORD:key}=%{WORD}", "LOOP": "a%{POOL}", "POOL": "%{LOOP}b", "SELF": "%{SELF}"}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%{WORD}", r"(?:\w+)"),
        ("%{WORD:verb}", r"(?<verb>\w+)"),
        ("%{WORD:foo-bar}", r"(?<foo-bar>\w+)"),
        ("%{WORD:a.b}", r"(?<a.b>\w+)"),
        ("%{WORD:bytes:int}", r"(?<bytes:int>\w+)"),
        ("%{WORD:[source][ip]}", r"(?<[source][ip]>\w+)"),
        ("%{WORD:@timestamp}", r"(?<@timestamp>\w+)"),
        ("%{WORD:verb and more}", r"(?<verb>\w+)"),
        ("%{WORD ?}", r"(?:\w+)"),
        ("%{PAIR}", r"(?:(?<key>\w+)=(?:\w+))"),
        (r"%{N=\d+}", r"(?:\d+)"),
        (r"%{N:n=\d{2,3}}x%{N}", r"(?<n>\d{2,3})x(?:\d{2,3})"),
        (r"%{N=a\}b}", r"(?:a\}b)"),
        (r"\%{WORD}", r"\%{WORD}"),
        (r"\\%{WORD}", r"\\(?:\w+)"),
        ("100% %{} %{WORD", "100% %{} %{WORD"),
        ("a{2}", "a{2}"),
    ],
)
def test_references(pattern: str, expected: str) -> None:
    """Each way to name a pattern becomes a group; what names none stays as it is."""
    assert expand(pattern, PATTERNS) == expected


def test_a_definition_is_forgotten() -> None:
    """A pattern that is defined on the spot holds in that text only."""
    patterns = dict(PATTERNS)
    expand(r"%{WORD=\d+}", patterns)
    assert expand("%{WORD}", patterns) == r"(?:\w+)"


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("%{WROD}", "there is no pattern named 'WROD': did you mean WORD?"),
        ("%{word}", "did you mean WORD?"),
        ("%{XYZZY}", "define it with custom_patterns or patterns_dir"),
        ("%{LOOP}", "%{LOOP} names itself: LOOP → POOL → LOOP"),
        ("x%{SELF:y}", "%{SELF} names itself: SELF → SELF"),
        (r"%{A=%{A}}", "A → A"),
    ],
)
def test_errors(pattern: str, message: str) -> None:
    """Unknown names and circles are errors of one line that say what to do."""
    with pytest.raises(OptionError) as caught:
        expand(pattern, PATTERNS)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_name_inside_says_where() -> None:
    """The pattern that names an unknown one is named, too."""
    with pytest.raises(OptionError, match=r"'NOPE' \(in %\{A\}\)"):
        expand("%{A}", {"A": "%{NOPE}"})


def test_growth_is_bounded() -> None:
    """Patterns that name the next one ten times each do not fill the memory."""
    patterns = {f"P{n}": f"%{{P{n + 1}}}" * 10 for n in range(12)} | {"P12": "x"}
    with pytest.raises(OptionError, match="longer than 1,000,000 characters"):
        expand("%{P0}", patterns)
