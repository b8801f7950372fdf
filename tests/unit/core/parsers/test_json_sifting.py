"""Sifting: what a filter surely refuses is taken out before it is decoded, and all the rest is as without."""

from __future__ import annotations

import json
import logging
import operator
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flume import count, expr, filter, last, memory, read, reduce, sum, write
from flume.adapters import arriving
from flume.flow import Flow, Step
from flume.parsers import json_sifting, json_tables
from flume.parsers.json_sifting import Sifter
from flume.parsers.predicate_patterns import refused_numbers
from flume.predicate import Predicate, predicate_of
from flume.report import Report

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
NUMBERS = st.integers(0, 1200) | st.integers() | st.floats(0, 1200).map(lambda number: round(number, 3))
SPELT = st.from_regex(r"\A(0|[1-9][0-9]{0,12})(\.[0-9]{1,18})?\Z") | NUMBERS.map(json.dumps)


@settings(max_examples=2000)
@given(
    tests=st.lists(st.tuples(st.sampled_from(list(COMPARE)), NUMBERS | st.floats()), min_size=1, max_size=2), text=SPELT
)
@example(tests=[(">=", 500)], text="499.999999999999999")
@example(tests=[("<", 499.5)], text="499.5")
@example(tests=[(">", 499.5)], text="499.25")
@example(tests=[("<=", 1e300)], text="999999999")
def test_a_number_whose_text_is_refused_is_refused(tests: list[tuple[str, Any]], text: str) -> None:
    pattern = refused_numbers(Predicate("a", tuple(tests)))
    if pattern is not None and re.fullmatch(pattern, text):
        assert not all(COMPARE[test](json.loads(text), constant) for test, constant in tests)


@pytest.mark.parametrize("test", COMPARE)
@pytest.mark.parametrize("constant", [0, 1, 7, 10, 99, 100, 500, 505, 999, 1000, 12345])
def test_whole_numbers_of_the_usual_size_are_told_by_their_text(test: str, constant: int) -> None:
    """All of those that are refused."""
    pattern = refused_numbers(Predicate("a", ((test, constant),))) or "(?!)"
    told = {number for number in range(1200) if re.fullmatch(pattern, str(number))}
    assert told == {number for number in range(1200) if not COMPARE[test](number, constant)}


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("status >= 500", Predicate("status", ((">=", 500),))),
        ("500 > status", Predicate("status", (("<", 500),))),
        ("status >= 400 and status < 500 and b == 1", Predicate("status", ((">=", 400), ("<", 500)))),
        ("400 <= status < limit", Predicate("status", ((">=", 400),))),
        ("a == 'x' and a > 1", Predicate("a", (("==", "x"),))),
        ("(a == 'x' or b) and c > 1", None),
        ("a + 1 > 2", None),
        ("a > b", None),
        ("a < 'x'", None),
        ("a == True", None),
        ("a is None", None),
        ("a in [1, 2]", None),
        ("not a > 1", None),
        ("lower(a) == 'x' and b > 1", None),
        ("a", None),
    ],
)
def test_the_predicate_that_an_expression_begins_with(text: str, predicate: Predicate | None) -> None:
    """Only as far as nothing else is looked at before."""
    assert predicate_of(expr(text).tree) == predicate


# -- blocks ---------------------------------------------------------------------------------------

pytest.importorskip("pcre2")
AT_LEAST_FIVE = Predicate("a", ((">=", 5),))
KEPT = [
    b'{"time":"2020-02-30T00:00:00Z","a":1,"b":"x"}',  # no time
    b'{"time":"2020-01-01T24:00:00Z","a":1,"b":"x"}',
    b'{"time":"0001-01-01T00:00:00+05:00","a":1,"b":"x"}',
    b'{"time":1577836800,"a":1,"b":"x"}',
    b'{"time":null,"a":1,"b":"x"}',
    b'{"time":"2020-01-01T00:00:00Z","a":5,"b":"x"}',  # it passes
    b'{"time":"2020-01-01T00:00:00Z","a":1e9,"b":"x"}',
    b'{"time":"2020-01-01T00:00:00Z","a":"1","b":"x"}',  # cannot be compared
    b'{"time":"2020-01-01T00:00:00Z","a":null,"b":"x"}',
    b'{"time":"2020-01-01T00:00:00Z","a":01,"b":"x"}',  # no JSON
    b'{"time":"2020-01-01T00:00:00Z","a":1.,"b":"x"}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"x"',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"\x01"}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"\\x"}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"\xff"}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"\xed\xa0\x80"}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":1e400}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":tru}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":{"c":1}}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"x","a":7}',  # the last one counts
    b'{"time":"2020-01-01T00:00:00Z","a":1,"a":7}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"\\u0061":7}',
    b'{"time":"2020-01-01T00:00:00Z","a":1}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"x"}{"a":7}',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"x"} ',
    b"",
    b"\r",
]
REFUSED = [
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"x"}',
    b'{"time": "2020-02-28T23:59:59.123456Z", "a": 4.75, "b": -1.5E3}',
    b'{"time":"2020-12-31T00:00:00+02:00","a":0,"b":null}\r',
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":"\\"\\\\\\n\\/"}',
    '{"time":"2020-01-01T00:00:00Z","a":1,"b":"häß→"}'.encode(),
    b'{"time":"2020-01-01T00:00:00Z","a":1,"b":true}',
]


def test_what_is_taken_out_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but what is refused for certain; what is left keeps its place."""
    monkeypatch.setattr(json_sifting, "FEW", 1000)
    lines = [line for kept in KEPT for line in (*REFUSED, kept)]
    sifted = Sifter(AT_LEAST_FIVE, "time").sift(b"".join(line + b"\n" for line in [*lines, REFUSED[0]]) + REFUSED[0])
    assert sifted is not None
    assert sifted.refused == len(KEPT) * len(REFUSED) + 1
    assert sifted.block == b"".join(line + b"\n" for line in KEPT) + REFUSED[0]
    every = len(REFUSED) + 1
    assert list(sifted.places) == [*range(every - 1, len(lines), every), len(lines) + 1]


@pytest.mark.parametrize(
    ("text", "refused"),
    [("b == 'x'", b'"y"'), ("b == 'x'", b'"xx"'), ("b == 'x'", b'""'), ("b != 'x'", b'"x"')],
)
def test_texts_that_are_refused(text: str, refused: bytes) -> None:
    predicate = predicate_of(expr(text).tree)
    assert predicate is not None
    sifted = Sifter(predicate, "time").sift(b'{"b":%b}\n' % refused)
    assert sifted is not None
    assert sifted.refused == 1


@pytest.mark.parametrize("kept", [b'"x"', b'"\\u0078"', b'"\\/"', b"1", b"null", b'"h\xc3\xa4"'])
def test_texts_that_are_not(kept: bytes) -> None:
    """It passes, or is not spelt so simply."""
    assert Sifter(Predicate("b", (("==", "x"),)), "time").sift(b'{"b":%b}\n' % kept) is None


def test_it_stops_where_it_does_not_pay_and_learns_another_line() -> None:
    sifter = Sifter(AT_LEAST_FIVE, "time")
    one, other = b'{"a":1,"b":1}\n' * 9, b'{"b":1,"a":1}\n' * 9
    assert [sifter.sift(block) is None for block in (one, other)] == [False, True]
    later = [sifter.sift(other) is None for _ in range(json_sifting.PAUSE + 1)]
    assert later == [True] * json_sifting.PAUSE + [False]


@pytest.mark.parametrize("block", [b"\n", b"[1]\n", b"garbage\n", b'{"a\\"":1}\n', b"{}\n", b'{"b":1}\n', b""])
def test_lines_that_nothing_can_be_learnt_from(block: bytes) -> None:
    assert Sifter(AT_LEAST_FIVE, "time").sift(block) is None


# -- pipelines ------------------------------------------------------------------------------------

CONDITIONS = [
    "a >= 5",
    "3 < a <= 7 and b > 1",
    "a == 5 and nowhere is None",
    "a != 5",
    "b == 'x' and a > 1",
    "b != 'x'",
    "a < 5 or b == 'x'",
    "a >= 5 and a < b",
]
VALUE = st.sampled_from([0, 1, 4, 5, 6, 7, 8, 5.5, 4.999, 100, -1, 1e300, 10**17, "x", "y", "5", "", None, True, [5]])
TIME = st.sampled_from(["2020-01-01T00:00:00.000Z", "2020-01-01T00:01:30Z", "2020-02-30T00:00:00Z", None, 5, "x"])
TAME = st.fixed_dictionaries({"time": st.just("2020-01-01T00:00:00.000Z"), "a": st.integers(0, 9), "b": VALUE})
WILD = st.fixed_dictionaries({}, optional={"time": TIME, "b": VALUE, "a": VALUE, "c": VALUE})
LINES = st.lists(
    st.one_of(*[TAME.map(json.dumps)] * 8, WILD.map(json.dumps), st.sampled_from(["", "{", "{}{}", "\r"])), min_size=8
)
BEHIND: list[list[Step]] = [
    [reduce(n=count(), s=sum("b"), last=last("c"))],
    [reduce(n=count(), every="1m", by="b")],
    [filter("b == 'x'"), reduce(n=count())],
]


@pytest.fixture(scope="module", autouse=True)
def _always() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arriving, "BLOCK", 512)
        patch.setattr(json_tables, "LARGE", 0)
        patch.setattr(json_sifting, "FEW", 1000)
        patch.setattr(json_sifting, "PAUSE", 0)
        yield


def ran(lines: list[str], *steps: Step, optimize: bool = True, **options: Any) -> Report:
    """The report of a run over a file of these lines."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "lines.jsonl")
        file.write_text("".join(line + "\n" for line in lines))
        pipeline: Flow = read("stdio", file=str(file), **({"errors": "skip"} | options))
        for step in steps:
            pipeline = pipeline | step
        return (pipeline | memory()).execute(optimize=optimize)


def outcome(report: Report) -> str:
    """What must not depend on the way."""
    accounts = [(a.points_in, a.points_out, a.made, a.taken, a.clashes, sorted(a.unseen)) for a in report.accounts]
    return repr((report.points, report.skipped, report.rejected, report.read, report.adds_up, accounts))


@settings(max_examples=400)
@given(
    lines=LINES,
    condition=st.sampled_from(CONDITIONS),
    behind=st.sampled_from(BEHIND),
    options=st.sampled_from([{}, {}, {"time": None}, {"time": "c"}, {"time": "a"}, {"from_": "2020-01-01T00:01:00Z"}]),
)
def test_the_answer_is_that_of_the_plain_way(
    lines: list[str], condition: str, behind: list[Step], options: dict[str, Any]
) -> None:
    """Points, bad records, and every account of the ledger."""
    steps = [filter(condition), *behind]
    fast, plain = (ran(lines, *steps, optimize=optimize, **options) for optimize in (True, False))
    assert outcome(fast) == outcome(plain)


@settings(max_examples=200)
@given(lines=LINES, condition=st.sampled_from(CONDITIONS))
def test_what_is_written_is_that_of_the_plain_way(lines: list[str], condition: str) -> None:
    """Byte for byte."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        file.write_text("".join(line + "\n" for line in lines))
        pipeline = read("stdio", file=str(file), errors="skip") | filter(condition) | write("stdio", file=str(out))
        written = []
        for optimize in (True, False):
            pipeline.execute(optimize=optimize)
            written.append(out.read_bytes())
        assert written[0] == written[1]


def test_lines_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests would say nothing otherwise."""
    lines = [json.dumps({"time": "2020-01-01T00:00:00Z", "a": n % 10, "b": n}) for n in range(100)]
    seen: list[int] = []
    sift = Sifter.sift

    def watched(self: Sifter, block: bytes) -> Any:
        sifted = sift(self, block)
        seen.append(sifted.refused if sifted else 0)
        return sifted

    monkeypatch.setattr(Sifter, "sift", watched)
    report = ran(lines, filter("a >= 8"), reduce(n=count()))
    assert [point["n"] for point in report.points] == [20]
    assert __builtins__["sum"](seen) == 80
    assert report.read == report.accounts[1].points_in == 100


def test_bad_lines_are_said_with_their_own_numbers(caplog: pytest.LogCaptureFixture) -> None:
    """Those of the file, not of what was left of it."""
    lines = [json.dumps({"time": "2020-01-01T00:00:00Z", "a": n % 10, "b": n}) for n in range(100)]
    lines[41], lines[77] = "garbage", '{"time": "no time", "a": 1, "b": 1}'
    with caplog.at_level(logging.WARNING, logger="flume"):
        ran(lines, filter("a >= 5"), reduce(n=count()), errors="warn")
    assert re.findall(r"lines\.jsonl:(\d+)", caplog.text) == ["42", "78"]
