r"""Oniguruma's expressions, run by Python's `re` (and the same by `regex`)."""

from __future__ import annotations

import re

import pytest
import regex

from flume.errors import OptionError
from flume_adapter_grok.oniguruma import parse
from flume_adapter_grok.translate import FLAGS, settle, translate


def found(pattern: str, text: str) -> str | None:
    """Return what *pattern* finds in *text*, which is the same for `re` and `regex`, settled or not."""
    tree = parse(pattern)
    answers = set()
    for node in (tree, settle(tree)):
        written = translate(node)
        engines = [regex.compile(written.text, regex.DOTALL | regex.MULTILINE)]
        if written.plain:
            engines.append(re.compile(written.text, FLAGS))
        for engine in engines:
            match = engine.search(text)
            answers.add(match and match[0])
    assert len(answers) == 1, answers
    return answers.pop()


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        # what differs from Python's syntax
        ("a.b", "a\nb", "a\nb"),
        ("(?-m:a.b)", "a\nb", None),
        ("^b$", "a\nb\nc", "b"),
        (r"\Ab", "a\nb", None),
        (r"a\z", "a\n", None),
        (r"a\Z", "a\n", "a"),
        (r"\h+", "xyzBEEF09g", "BEEF09"),
        (r"\H+", "beefXY", "XY"),
        (r"\w+", "éabc_9é", "abc_9"),
        (r"\d+", "٣45", "45"),
        (r"\s", "\u00a0", None),
        (r"\bbc", "ébc", None),
        ("[[:alnum:]]+", "-éß9_", "éß9"),
        ("[[:alpha:]]+", "9éa9", "éa"),
        ("[[:upper:]]+", "aÉBc", "ÉB"),
        ("[[:digit:]]+", "a٣4", "٣4"),
        ("[[:^digit:]]+", "12ab", "ab"),
        ("[[:word:]]+", "-é_9-", "é_9"),
        ("[[:xdigit:]]+", "xfFé", "fF"),
        (r"\p{Alpha}+", "1éa", "éa"),
        (r"\p{Lu}", "aÉ", "É"),
        (r"\p{^Lu}+", "Éab", "ab"),
        (r"\P{L}+", "ab12", "12"),
        ("[[[:alnum:]]_%]+", "/a_%é/", "a_%é"),
        ("[[:alnum:]%]+", "_a%é_", "a%é"),
        ("[^[:alnum:]]+", "aé-_b", "-_"),
        ("[a-z&&[^aeiou]]+", "aeixyz", "xyz"),
        ("[a-f[0-3]]+", "9c2z", "c2"),
        ("[]a]+", "x]a", "]a"),
        ("[^]a]+", "]ax", "x"),
        (r"[\w.-]+", "@a.b-c@", "a.b-c"),
        (r"[a-\d]+", "b-4a", "-4a"),
        ("[+-=]+", "x+,9<y", "+,9<"),
        (r"[\]\[]+", "a[]b", "[]"),
        (r"[\b]", "a\bc", "\b"),
        (r"[äö]+", "aöäb", "öä"),
        (r"[^ä]", "äb", "b"),
        (r"[à-ü]+", "aéb", "é"),
        (r"[\n]", "a\n", "\n"),
        ("a{,2}", "aaa", "aa"),
        ("a{2}", "aaa", "aa"),
        ("a{2,}", "aaa", "aaa"),
        ("a{1,2}+b", "aaaab", "aaaab"),
        ("ba{2}?c", "bc", "bc"),
        ("a{1,3}?", "aaa", "a"),
        ("a{x}", "a{x}", "a{x}"),
        ("a?*b", "aaab", "aaab"),
        ("(?:a+)*b", "aaab", "aaab"),
        ("a++a", "aaa", None),
        ("a*+a", "aaa", None),
        ("(?>a|ab)c", "abc", None),
        ("(?i)AbC", "xaBc", "aBc"),
        ("a(?i)b|c", "aC", "aC"),
        ("a(?i:b)c", "aBc", "aBc"),
        ("(?i)a(?-i)B", "AB", "AB"),
        ("(?i)a(?-i)B", "Ab", None),
        ("(?x) a b # c", "ab", "ab"),
        ("a(?#comment)b", "ab", "ab"),
        (r"\t\n\x41\x{42}\u0043\075", "\t\nABC=", "\t\nABC="),
        (r"\.\*\%", ".*%", ".*%"),
        (r"(?<=a|bc)d", "bcd", "d"),
        (r"(?<!a|bc)d", "bcd ad xd", "d"),
        (r"(?<=a+)b", "xaab", "b"),
        (r"(?=b)\w", "abc", "b"),
        (r"a(?!b)", "abac", "a"),
        (r"(a|b)\1", "abb", "bb"),
        (r"(?<q>['\"]).*?\k<q>", "x'a\"b'", "'a\"b'"),
        (r"(?<x>a)?(?<x>b)?\k<x>", "bb", "bb"),
        (r"(?P<q>a)b", "ab", "ab"),
        (r"(?'q'a)b", "ab", "ab"),
        (r"a\Rb", "a\r\nb", "a\r\nb"),
        ("", "abc", ""),
        ("a||b", "b", ""),
        ("[[:alnum:]äö-]+", "_é-_", "é-"),
        (r"[^[:word:]]", "éa-", "-"),
        (r"(?i)[^a]", "Ab", "b"),
    ],
)
def test_syntax(pattern: str, text: str, expected: str | None) -> None:
    """Each construct finds what Oniguruma finds."""
    assert found(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a)", "has a ) without its ("),
        ("(a", "has a ( without its )"),
        ("[a", "has a [ without its ]"),
        ("*a", "has a * with nothing to repeat"),
        ("a|+", "has a + with nothing to repeat"),
        ("^*", "repeats what takes no text"),
        ("[z-a]", "has the empty range z-a"),
        ("a{3,2}", "has an interval that cannot be"),
        ("a{999999}", "has an interval that cannot be"),
        (r"\p{Nonsense}", "names the unknown kind of character 'Nonsense'"),
        ("[[:nonsense:]]", "names the unknown kind of character 'nonsense'"),
        (r"\g<a>", r"has \g, which grok does not know here"),
        (r"a\Kb", r"has \K, which grok does not know here"),
        ("(?(a)b|c)", "has a group of a kind that grok does not know here"),
        (r"(?<a>b)(c)\1", r"use \k<name>"),
        (r"\k<a>", "refers to 'a', a group that it does not have"),
        (r"(a)\2", "refers to '2', a group that it does not have"),
        ("\\", "ends too early"),
        (r"\x", "has \\x without digits"),
        ("(" * 5000 + ")" * 5000, "is nested too deeply"),
    ],
)
def test_errors(pattern: str, message: str) -> None:
    """What is no expression is an error of one line that shows the place."""
    with pytest.raises(OptionError) as caught:
        parse(pattern)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\w+ x", "[0-9A-Z_a-z]++ x"),
        (r"\w+x", "[0-9A-Z_a-z]+x"),
        ('"[^"]*"', '"[^"]*+"'),
        ("[^,]*?,", "[^,]*+,"),
        (r"\d+(?:\.\d+)? ", r"[0-9]++(?:\.[0-9]++)? "),
        (r"\d+", "[0-9]+"),
        ("(?:ab*)+c", "(?:ab*+)+c"),
        ("(?:ab*)+b", "(?:ab*)+b"),
    ],
)
def test_settled(pattern: str, expected: str) -> None:
    """A repetition is possessive where what follows has none of its characters, and only there."""
    assert translate(settle(parse(pattern))).text == expected


def test_captures() -> None:
    """Unnamed groups do not capture where others have names; unwanted names do not either."""
    tree = parse(r"(a)(?<x>b)(?<y:int>\d)")
    assert [capture.name for capture in translate(tree).captures] == ["x", "y:int"]
    assert translate(tree, lambda capture: capture.name == "x").text == "a(b)(?:[0-9])"
    assert [capture.name for capture in translate(parse("(a)(b)")).captures] == []
