"""Tables of lines say what their points say, whichever way they are made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import count, maximum, memory, read, reduce
from flume.adapters.blocks import line_blocks
from flume.errors import OptionError
from flume.parsing import Origin, Records
from flume.report import Elsewhere
from flume.run import Run
from flume.tables import Table
from flume_adapter_grok import Grok, blockwise, compile_grok
from flume_adapter_grok.expand import expand
from flume_adapter_grok.library import stock

HOST = ".".join(f"web-prod-{n:02}" for n in range(6))
LINES = [
    "Jul 17 13:59:44 localhost kernel: [ 12.345] usb",
    "Jul 17 13:59:44 localhost CRON[12]: x",
    "Jul  7 13:59:44 web-prod-01.example.org su: a",
    f"Jul 17 13:59:44 {HOST}_x",
    "2016-07-17T13:59:44.5Z ::1 a[7]: b",
    '<34>1 2003-10-11T22:14:15.003Z h su - ID47 [a b="c"] failed',
    '203.0.113.9 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326 "http://r/" "Mozilla"',
    'some.host - - [10/Oct/2000:13:55:36 -0700] "-" 408 - "-" "-"',
    "a=1 b=22 c=", "a=x b=0x1f", "k=v", "n=12", "n=-7.5e3", "n=007", "n=" + "9" * 5000, "1 2 3", "garbage", "", " ",
    "é", "a" * 40 + "!", "a" * 3000, "A=1", "\u212a=1", "x\x1fy", "\x1e", "\r", "a\r", "a\0b", "\U00010428",
]  # fmt: skip
PATTERNS: list[tuple[Any, set[str]]] = [
    ("%{SYSLOGLINE}", {"timestamp", "program"}),
    ("%{SYSLOGLINE}", {"pid", "message", "logsource"}),
    ("%{SYSLOGLINE}", {"nothing"}),
    ("%{COMBINEDAPACHELOG}", {"timestamp", "response", "bytes"}),
    ("%{COMBINEDAPACHELOG}", {"request", "rawrequest", "auth"}),
    (["%{COMBINEDAPACHELOG}", "%{SYSLOGLINE}", "%{GREEDYDATA:message}"], {"timestamp", "message"}),
    (["n=%{INT:n:int}", "n=%{WORD:n:int}"], {"n"}),
    (["a=%{INT:n:int}", "b=%{WORD:n}"], {"n"}),
    ("%{SYSLOG5424LINE}", {"syslog5424_ts", "syslog5424_msg"}),
    ("^%{WORD:a}=%{DATA:b}$", {"a", "b"}),
    (r"\A%{WORD:a}", {"a"}),
    (r"%{WORD:a}\z", {"a"}),
    (r"%{NOTSPACE:a}\Z", {"a"}),
    ("n=%{NUMBER:n:int}", {"n"}),
    ("n=%{NUMBER:n:float}", {"n"}),
    ("%{GREEDYDATA:all}", {"all"}),
    ("(?<a>.)(?<b>.*?)", {"a", "b"}),
    ("%{WORD:a} %{WORD:a}", {"a"}),
    ("(?:a=%{WORD:v}|b=%{WORD:v})", {"v"}),
    ("(?:a=%{INT:v:int}|b=%{WORD:v})", {"v"}),
    ("(?:(?<w>[a-c])=?)+", {"w"}),
    ("(?:.(?<w>[a-z])|)++", {"w"}),
    ("%{WORD:[x][y]}", {"x"}),
    ("%{WORD:x.y}", {"x"}),
    ("(?i)k=%{WORD:v}", {"v"}),
    ("(?i:[^a])(?<r>.*)", {"r"}),
    (r"(?<a>\S+)\s+(?<b>\S+)", {"a", "b"}),
    (r"(?<a>\w)\k<a>", {"a"}),
    (r"(?<=\s)(?<a>[[:alnum:]]+)", {"a"}),
    (r"(?<!.)(?<a>.)(?=.*(?<z>.)$)", {"a", "z"}),
    (r"(?<a>[^\s])(?!.)", {"a"}),
    (r"(?:\R|b)(?<a>.*)", {"a"}),
    (r"(?<a>\W+)(?<b>\D*)", {"a", "b"}),
]


class Said(NamedTuple):
    """What was read: the number of each line and what it says of the needed fields, and what was rejected."""

    points: list[tuple[int, dict[str, Any]]]
    refused: list[tuple[int | None, str, str | None]]
    whole: list[dict[str, Any]]


def said(grok: Grok, data: bytes, needed: set[str], size: int, *, tables: bool) -> Said:
    """Return what *grok* says of *data* in blocks of *size* bytes."""
    run = Run(optimize=tables)
    run.report.elsewhere = Elsewhere()
    run.needed, run.tables = frozenset(needed), tables
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    points: list[tuple[int, dict[str, Any]]] = []
    whole: list[dict[str, Any]] = []
    for records in grok.parse(line_blocks(chunks), Origin(run, "log")):
        assert isinstance(records, Table if tables else Records)
        numbers = records.numbers
        if isinstance(records, Table):
            whole += records.plain()
            columns = [[(field, value) for value in records.column(field)] for field in needed]
            rows = [dict(row) for row in zip(*columns, strict=True)]
        else:
            whole += records
            rows = [{field: point.get(field) for field in needed} for point in records]
        assert len(rows) == len(numbers)
        points += zip(numbers, rows, strict=True)
    refused = [(one.line, one.reason, one.raw) for one in run.report.elsewhere.refused]
    return Said(points, refused, whole)


@pytest.fixture(params=["pcre2", "re"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With pcre2, and as if it were not installed."""
    if request.param == "re":
        monkeypatch.setitem(sys.modules, "pcre2", None)
    return str(request.param)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Lines as they are and as they should not be, with ends of both kinds; the last may lack its own."""
    changed = st.builds(
        lambda line, at, new, gone: line[: at % (len(line) + 1)] + new + line[at % (len(line) + 1) + gone :],
        st.sampled_from(LINES),
        st.integers(0, 200),
        st.sampled_from(["", " ", ":", "=", "é", '"', "9", "a", "\r", "\x1f", "\0", "a b"]),
        st.integers(0, 2),
    )
    lines = draw(st.lists(st.one_of(st.sampled_from(LINES), changed, st.text(max_size=12)), max_size=12))
    data = b"".join(
        line.encode("utf-8", "surrogatepass") + draw(st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"])) for line in lines
    )
    return data[: len(data) - draw(st.integers(0, 2))]


@pytest.mark.parametrize(("pattern", "needed"), PATTERNS)
def test_tables_say_what_points_say(engine: str, pattern: Any, needed: set[str]) -> None:
    """Points, rejected lines, reasons and numbers of lines are the same, wherever blocks end."""
    parsers = [Grok(pattern), Grok(pattern, anchored=True)]

    @settings(max_examples=25, deadline=None)
    @given(texts(), st.sampled_from([7, 100, 100_000]))
    def law(data: bytes, size: int) -> None:
        for parser in parsers:
            assert said(parser, data, needed, size, tables=True) == said(parser, data, needed, 100_000, tables=False)

    law()


@pytest.mark.parametrize("pattern", [r"^(?:(?<w>\w)|\w\w)*!$", "(?<a>(?:a|b|ab)+)!"])
def test_hostile_lines(engine: str, pattern: str) -> None:
    """A pattern that a line can keep busy is no other in a table: such a line is a rejected record."""
    data = b"x!\n" + b"a" * 60 + b"! no\nnone\nab!\n"
    tables, points = (said(Grok(pattern), data, {"w", "a"}, 1000, tables=tables) for tables in (True, False))
    assert tables == points


def test_long_lines(engine: str) -> None:
    """Lines longer than what is surely quick are found among others."""
    line = LINES[6]
    lines = [
        line,
        line.replace("/a", "/" + "a" * 5000),
        line,
        line.replace("/a", "x" * 5000 + '"'),
        line.replace("/a", "/" * 1000),
    ]
    data = "\n".join(lines * 3).encode()
    grok, needed = Grok("%{COMBINEDAPACHELOG}"), {"request", "response"}
    tables = said(grok, data, needed, 100_000, tables=True)
    assert tables == said(grok, data, needed, 100_000, tables=False)
    assert [len(point["request"]) for _, point in tables.points[:3]] == [2, 5001, 2]


def test_a_block_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pcre2 gives up, the block is read line by line."""
    monkeypatch.setattr(blockwise, "_LIMIT", 10)
    compiled = blockwise.compile_blockwise(["(?<a>(?:ab|a)*)c"], False, frozenset("a"))
    data = b"ab" * 50 + b"\n" + b"abc\nac\n"
    assert compiled is not None
    assert compiled.all_columns(data) is compiled.columns(data) is None
    grok = Grok("(?<a>(?:ab|a)*)c")
    assert said(grok, data, {"a"}, 1000, tables=True) == said(grok, data, {"a"}, 1000, tables=False)
    blockwise._compiled.cache_clear()


@pytest.mark.parametrize(
    ("pattern", "fields", "at_once"),
    [
        ("%{SYSLOGLINE}", {"program"}, True),
        ("%{COMBINEDAPACHELOG}", {"bytes"}, True),
        ("%{NUMBER:n:int}", {"n"}, True),
        ("a{60000}{60000}%{WORD:a}", {"a"}, False),  # too large for pcre2
        ("%{WORD:a} %{WORD:a}", {"a"}, False),  # a list
        ("%{WORD:[a][b]}", {"a"}, False),  # a dict
        ("(?:%{WORD:a} )+", {"a"}, False),  # what a repetition captures may differ
        ("(?:%{WORD:a} )+%{WORD:b}", {"b"}, True),
        (r"(?<a>.)\k<a>", {"a"}, False),
        (r"(?:\b|a)*%{WORD:b}", {"b"}, False),  # may go round without taking anything
        ("(?:a|ab|b)*%{WORD:b}", {"b"}, False),  # a line can keep it busy
        ("(?<!a|bc*)%{WORD:b}", {"b"}, False),  # only regex knows that
    ],
)
def test_what_is_read_at_once(pattern: str, fields: set[str], at_once: bool) -> None:
    """Patterns for which the engines may differ are left to `re`."""
    compiled = blockwise.compile_blockwise([expand(pattern, stock())], False, frozenset(fields))
    assert (compiled is not None) is at_once


def test_patterns_of_ours() -> None:
    """Nearly all that come along are read at once, with all their fields, and say what they say line by line."""
    data, left = "\n".join(LINES).encode(), []
    for name in stock():
        pattern = f"%{{{name}}}"
        fields = set(compile_grok(pattern).fields) or {"none"}
        if blockwise.compile_blockwise([expand(pattern, stock())], False, frozenset(fields)) is None:
            left.append(name)
        tables, points = (said(Grok(pattern), data, fields, 2000, tables=tables) for tables in (True, False))
        assert tables == points, name
    assert len(left) < 10, left


ATOMS = ["a", "b", ".", "[ab]", "[^a]", r"\w", r"\s", r"\b", "^", "$", "(?i:B)", "(?<=a)", "(?<!.)", "(?!b)", "(?=.*b)"]
TIMES = ["", "", "*", "+", "?", "*?", "??", "{1,2}", "++"]


def groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Choices in groups of all kinds, repeated or not."""
    branches = st.lists(st.lists(inner, max_size=3).map("".join), min_size=1, max_size=3).map("|".join)
    opened = st.sampled_from(["(?:", "(?:", "(?>", "(?=", "(?<x>", "(?<y>", "(?<z>"])
    return st.builds(lambda opening, body, times: f"{opening}{body}){times}", opened, branches, st.sampled_from(TIMES))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.recursive(st.sampled_from(ATOMS), groups, max_leaves=8), min_size=1, max_size=4).map("".join))
def test_any_pattern(pattern: str) -> None:
    """Patterns of any shape capture the same, in whatever way they are matched."""
    try:
        grok = Grok(pattern)
    except OptionError:
        return
    data, needed = b"a\nb\n\nab\nba\naab\nabb a\nB a\n b\nbab\n", {"x", "y", "z"}
    assert said(grok, data, needed, 1000, tables=True) == said(grok, data, needed, 1000, tables=False)


@pytest.mark.parametrize("jobs", [1, 2])
def test_programs(engine: str, tmp_path: Path, jobs: int) -> None:
    """A program says the same with and without what makes it fast, and so do its rejects."""
    log = tmp_path / "log"
    log.write_bytes("".join(f"{line}\n" for line in LINES[:8] * 50).encode())
    answers = []
    for optimize in (True, False):
        points: list[dict[str, Any]] = []
        source = read(
            "stdio",
            file=str(log),
            format="grok",
            pattern="%{SYSLOGLINE}",
            time="timestamp",
            now="2016-12-31",
            errors="skip",
        )
        pipeline = source | reduce(n=count(), pid=maximum("pid"), by="program", every="1d") | memory(points)
        report = pipeline.execute(jobs=jobs, optimize=optimize)
        answers.append((points, report.skipped))
    assert answers[0] == answers[1]
    assert answers[0][1] == 150
