"""Lines that were made to take long."""

from __future__ import annotations

import re
import time

import pytest

from flume_adapter_grok.ambiguity import ambiguous
from flume_adapter_grok.cost import safe_length
from flume_adapter_grok.expand import expand
from flume_adapter_grok.library import stock
from flume_adapter_grok.matching import compile_grok
from flume_adapter_grok.oniguruma import parse
from flume_adapter_grok.translate import FLAGS, settle, translate

HOST = ".".join(f"web-prod-{n:02}" for n in range(6))
UNITS = [
    "a", "0", "1.", "a-", "a.", "/", "\\", '"', '\\"', '"a" ', " ", "- ", "a ", "[] ", "(", "a:", "::", "1:", "f:", "@",
    "a=", "\t", "-\t", "1,", ";", "é", "%41", "Jan ", "http://", "1/", "+", "\n", "'", ": ", "] [", " P=a", ' T="a"',
]  # fmt: skip
CAP = 2.0  # seconds for what should take microseconds

NAMES = [(name, False) for name in stock()]
NAMES += [(name, True) for name, text in stock(ecs=True).items() if stock().get(name) != text]


@pytest.mark.parametrize(("name", "ecs"), NAMES)
def test_no_pattern_of_ours_doubles(name: str, ecs: bool) -> None:
    """No repetition can take the same text in two ways, and lines of common length need no other bound."""
    tree = settle(parse(expand(f"%{{{name}}}", stock(ecs=ecs))))
    assert not ambiguous(tree)
    longest = safe_length(tree)
    assert longest is None or longest >= 200


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("SYSLOGLINE", f"Jul 17 13:59:44 {HOST}_x"),
        ("SYSLOGBASE", f"Jul 17 13:59:44 {HOST}_x"),
        ("COMBINEDAPACHELOG", f'{HOST}_x - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1"'),
        ("COMBINEDAPACHELOG", '1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] "' + "GET " * 300),
        ("UNIXPATH", "/" * 3000 + "\0"),
        ("URI", "http://" + "a-" * 2000),
        ("URIPROTO", "a+" * 3000),
        ("QUOTEDSTRING", '"' + "\\" * 5001),
        ("EMAILADDRESS", "a." * 3000),
        ("CISCO_REASON", "word " * 800),
        ("CISCOFW110002", "word " * 800),
        ("EXIM", "2014-08-10 11:18:46 1XGPFb-0004gv-4V <= x@y.z" + " P=a" * 1000 + "\n"),
        ("WINPATH", "c:" + "\\a" * 3000 + "?"),
        ("HAPROXYHTTP", "Feb  6 12:14:14 h x: " + "- " * 500),
        ("NAGIOSLOGLINE", "[1] SERVICE ALERT: " + ";" * 3000),
        ("BACULA_LOG_DIFF_FS", "/" * 1500),
        ("RAILS3", 'Started GET "/" for 1.1.1.1 at 2015-08-05 11:37:01 +0200' + "\n" * 300),
    ],
)
def test_known_hostile_lines(name: str, line: str) -> None:
    """Lines that blow up patterns of the same name elsewhere are done at once."""
    match = compile_grok(f"%{{{name}}}$ nothing").match
    begin = time.process_time()
    match(line + "$ nothing")
    assert time.process_time() - begin < CAP


def test_the_corpus() -> None:
    """Every pattern of ours takes every line of the corpus, each an endless repetition, within the cap."""
    for name, ecs in NAMES:
        tree = settle(parse(expand(f"%{{{name}}}", stock(ecs=ecs))))
        search = re.compile(translate(tree).text, FLAGS).search
        length = min(safe_length(tree) or 400, 400)
        begin = time.process_time()
        for unit in UNITS:
            search((unit * length)[: length - 1] + "\0")
        assert time.process_time() - begin < CAP, name


@pytest.mark.parametrize(
    ("pattern", "doubles"),
    [
        ("(?:a+)+b", False),  # read as a+b
        ("(?:a+b?)+c", True),
        ("(?:a|a)*b", True),
        ("(?:a|b)*c", False),
        ("(?:ab|abc)*d", False),
        ("(?:ab?c|abc)*d", True),
        (r"(?:\w+\s*)*x", True),
        (r"(?:\w+\s+)*x", False),
        (r'"(?:[^"\\]+|\\.)*"', True),
        (r'"(?:[^"\\]++|\\.)*"', False),
        (r"(?:[a-z][a-z-]{0,62}(?:\.[a-z][a-z-]{0,62})*)+_", True),
        ("(?:(?>a|ab))*c", False),
        ("(?>(?:a|a)*b)", True),
        ("(?=(?:a|a)*b)x", True),
        ("(?:a?b?)*c", True),
        ("(?:.*,){20}x", True),
    ],
)
def test_ambiguous(pattern: str, doubles: bool) -> None:
    """Repetitions that can take the same text in two ways are told from those that cannot."""
    assert ambiguous(settle(parse(pattern))) is doubles


@pytest.mark.parametrize(
    ("pattern", "degree"),
    [
        ("abc", 1),
        ("x.*", 1),
        ("a+b", 2),
        ("^x.*y.*z", 2),
        ("[a-z]+ [0-9]+ [a-z]+!", 2),
        (".*?: .*?: x", 3),
        ("a*a*a*b", 4),
    ],
)
def test_safe_length(pattern: str, degree: int) -> None:
    """The more repetitions can take over from each other, the shorter the lines that are safe."""
    from flume_adapter_grok.cost import STEPS

    longest = safe_length(settle(parse(pattern)), anchored=pattern.startswith("^"))
    if degree == 1:
        assert longest is None
    else:
        assert longest is not None
        assert STEPS ** (1 / degree) <= longest + 1 <= 4 * STEPS ** (1 / degree) + 1
