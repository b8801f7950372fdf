"""Laws that hold for any text."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from flume_adapter_grok.expand import expand
from flume_adapter_grok.library import stock
from flume_adapter_grok.matching import compile_grok
from flume_adapter_grok.needle import needle
from flume_adapter_grok.oniguruma import parse
from flume_adapter_grok.translate import FLAGS, settle, translate

FORMATS = [
    "SYSLOGLINE",
    "SYSLOG5424LINE",
    "COMBINEDAPACHELOG",
    "HTTPD_ERRORLOG",
    "IP",
    "URI",
    "QUOTEDSTRING",
    "EXIM",
    "TIMESTAMP_ISO8601",
]
SEEDS = [
    "Jul 17 13:59:44 localhost kernel: [ 12.345] usb",
    '<34>1 2003-10-11T22:14:15.003Z h su - ID47 [a b="c"] failed',
    '203.0.113.9 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326 "http://r/" "Mozilla"',
    "[Mon Aug 31 07:15:38 2015] [core:error] [pid 2:tid 28] AH01: bad",
    "2001:db8::8a2e:192.0.2.1 http://me:x@h:1/p?q",
    '2014-08-10 11:18:46 1XGPFb-0004gv-4V <= j@d.com H=m (x) [1.2.3.4]:27 P=esmtp T="hi" for me@e.com',
]


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Real lines with some places changed, and any text."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.text(max_size=60))
    line = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(line)))
        new = draw(st.sampled_from(["", " ", ":", "-", "é", "\n", '"', "9", "a"]))
        line = line[:at] + new + line[at + draw(st.integers(0, 2)) :]
    return line


def engines(name: str) -> list[re.Pattern[str]]:
    """Return the pattern compiled by `re` and by `regex`, settled and as it was written."""
    tree = parse(expand(f"%{{{name}:whole}}", stock()))
    texts = [translate(tree).text, translate(settle(tree)).text]
    return [re.compile(t, FLAGS) for t in texts] + [regex.compile(t, regex.DOTALL | regex.MULTILINE) for t in texts]


@pytest.mark.parametrize("name", FORMATS)
def test_all_engines_agree(name: str) -> None:
    """`re` and `regex` find the same, and possessive repetitions change nothing."""
    compiled = engines(name)

    @settings(max_examples=60)
    @given(lines())
    def law(line: str) -> None:
        answers = {None if found is None else found.groups() for found in (engine.search(line) for engine in compiled)}
        assert len(answers) == 1

    law()


@pytest.mark.parametrize("name", FORMATS)
def test_a_match_holds_the_needle(name: str) -> None:
    """The text that is looked for first stands in each line that matches."""
    tree = parse(expand(f"%{{{name}}}", stock()))
    compiled = re.compile(translate(tree).text, FLAGS)
    text = needle(settle(tree))

    @settings(max_examples=60)
    @given(lines())
    def law(line: str) -> None:
        assert text in line or compiled.search(line) is None

    law()


@pytest.mark.parametrize("ecs", [False, True])
def test_projection_is_restriction(ecs: bool) -> None:
    """To make some fields is to make all and keep some."""
    whole = compile_grok("%{COMBINEDAPACHELOG}", ecs=ecs)
    tops = sorted({name.partition(".")[0] for name in whole.fields})
    some = [frozenset(tops[n::3]) for n in range(3)]
    parts = [(wanted, compile_grok("%{COMBINEDAPACHELOG}", ecs=ecs, fields=wanted)) for wanted in some]

    @settings(max_examples=100)
    @given(lines())
    def law(line: str) -> None:
        point = whole.match(line)
        for wanted, part in parts:
            expected = None if point is None else {key: value for key, value in point.items() if key in wanted}
            assert part.match(line) == expected

    law()


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_any_line_is_matched_or_not(line: str) -> None:
    """No text raises."""
    for name in ("SYSLOGLINE", "COMBINEDAPACHELOG", "BACULA_LOG", "NAGIOSLOGLINE"):
        point = compile_grok(f"%{{{name}}}").match(line)
        assert point is None or all(point.values())


@settings(max_examples=300)
@given(st.text(alphabet="ab(|)*+?[]^$\\.{}1,:<>=!%-", max_size=14))
def test_any_pattern_compiles_or_is_refused(pattern: str) -> None:
    """Text that is no pattern is an OptionError; what is one raises on no line."""
    from flume.errors import OptionError

    try:
        match = compile_grok(pattern).match
    except OptionError:
        return
    match("ab1 ba")
