"""Lines that are spelt as flume spells them: what is written is what the plain way writes, byte for byte."""

from __future__ import annotations

import builtins
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flume import expr, filter, put, read, write
from flume.adapters import arriving
from flume.engine import team
from flume.flow import Flow, Step
from flume.parsers import json_spelling
from flume.parsers.json_encoding import encode
from flume.report import Report
from flume.tables import Table

pytest.importorskip("pcre2")

TEXTS = st.text(max_size=8) | st.sampled_from(['a, "b": 1', "},", "\\", "\b\f\n\r\t", "\x7f\u2028é😀", "x,", "%b"])
EIGHTHS = st.integers(-99, 99).map(lambda number: number / 8)
NUMBERS = st.integers() | st.integers(-5, 5) | st.floats() | EIGHTHS
SCALARS = TEXTS | NUMBERS | st.booleans() | st.none()
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from("ab"), SCALARS, max_size=2)
NAMES = ["time", "a", "b", "é", 'a"b', "a.b", ""]
"""In the order in which they stand on most lines."""

SPELT_TIMES = """
2024-03-01T00:00:00.000Z
2024-02-29T23:59:59.123456Z
0001-01-01T00:00:00.000Z
9999-12-31T23:59:59.999Z
"""
OTHER_TIMES = """
2024-03-01T00:00:00Z
2024-03-01T00:00:00.000000Z
2024-03-01T01:00:00.000+01:00
2023-02-29T00:00:00.000Z
1900-02-29T00:00:00.000Z
0000-01-01T00:00:00.000Z
2024-04-31T00:00:00.000Z
2024-01-01T24:00:00.000Z
2024
garbage
"""
TIMES = st.sampled_from(SPELT_TIMES.split()) | st.sampled_from([*SPELT_TIMES.split(), *OTHER_TIMES.split(), None, 0])

NUMBER = st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?", fullmatch=True)
TOKENS = NUMBER | st.sampled_from(
    rb"""-0|-0.0|0.0|0.00001|0.000001|1e2|1.50|100000000000000000000|123456789012345678|01|1.|0.1234567890123456789|
1234567890123456.7|NaN|1e400|"\u0041"|"\/"|"\ud800"|"	"|[1, 2]|[1,2]|[]|[[]]|{}|{"x":1}|tru|| 1|1 """.decode().split(
        "|"
    )
)
BAD = st.sampled_from(
    rb"""
garbage
{}
{
{"a":1}{"a":2}
{"a":1,"a":2}
{"a":1,}
{"\u0061":1}
{"a" :1}
{ "a":1}
{"a":1 }
 {"a":1}
{"a":1,  "b":2}
[1]
{"b":1,"a":2}
{"c":1}
""".split(b"\n")
) | st.sampled_from([b'{"a":1}\r', b'{"a":"\xff"}', b'{"a":"\0"}', b'{"\xed\xa0\x80":1}', b"\0", b'{"a":1}\0\0'])


@st.composite
def points(draw: Callable[..., Any]) -> bytes:
    """A line of a point, spelt as flume does, mostly."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6))
    if draw(st.integers(0, 9)):
        names.sort(key=NAMES.index)
    point = {name: draw(TIMES if name == "time" else VALUES) for name in names}
    return encode(point, compact=draw(st.sampled_from([True, True, False])))


TAME = st.fixed_dictionaries(
    {"time": st.just("2024-03-01T00:00:00.000Z")},
    optional={
        "a": st.integers(0, 9) | st.integers(0, 99).map(lambda n: n / 8),
        "b": TEXTS,
        "c": st.lists(st.integers(0, 9), max_size=2),
    },
)
SPELT = TOKENS.map(lambda token: f'{{"a":{token},"b":1}}'.encode())
LINES = st.one_of(
    st.lists(TAME.map(lambda point: encode(point, compact=True)), min_size=1),
    st.lists(TAME.map(encode), min_size=1),
    st.lists(st.one_of(*[TAME.map(lambda point: encode(point, compact=True))] * 5, points(), SPELT, BAD)),
    st.lists(points()),
)
PUTS: list[list[Step]] = [
    [],
    [put(kb=expr("a / 8"))],
    [put(kb=expr("a * 2"), mb=expr("kb + a"), é="{a},{b}")],
    [put(x="text"), put(x=expr("a")), put(y=None, x=expr("b"))],
    [filter("a >= 1"), put(x=expr("[a, b]"))],
    [put(x=expr("a + 1")), filter("x > 2"), put(z=expr("{'x': x}"))],
    [put(x=expr("a ** 30")), put(**{'"': "\ud800"})],
    [put(x=expr("date('2024-01-01')"), y=expr("duration('1h')"))],
    [put(time2=expr("missing"))],
    [put(a=expr("a + 1"))],
    [put(b=1)],
    [filter("b != 'x'")],
    [filter("time > '2024-01-01'"), put(x=1)],
    [put(x=expr("exp(a * 1000)"))],
]


@pytest.fixture(scope="module", autouse=True)
def _small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arriving, "BLOCK", 256)
        patch.setattr(json_spelling, "LARGE", 0)
        patch.setattr(team, "PART", 64)
        yield


def written(
    data: bytes, steps: list[Step], *, optimize: bool = True, jobs: int = 1, **options: Any
) -> tuple[bytes, str]:
    """What a run over this file writes, and what else must not depend on the way."""
    reading = {name: options.pop(name) for name in ("time", "to") if name in options}
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        file.write_bytes(data)
        rejects = str(Path(folder, "bad.jsonl"))
        pipeline: Flow = read("stdio", file=str(file), rejects=rejects, now="2024-07-20", **reading)
        for step in steps:
            pipeline = pipeline | step
        report = (pipeline | write("stdio", file=str(out), **options)).execute(optimize=optimize, jobs=jobs)
        bad = Path(rejects).read_text(errors="surrogateescape") if Path(rejects).exists() else ""
        return out.read_bytes(), shown(report, folder) + bad.replace(folder, "")


def shown(report: Report, folder: str) -> str:
    """The ledger."""
    accounts = [(a.points_in, a.points_out, a.taken, a.clashes, sorted(a.unseen)) for a in report.accounts]
    return repr((report.rejected, report.read, accounts)).replace(folder, "")


@settings(max_examples=300)
@given(
    lines=LINES,
    steps=st.sampled_from(PUTS),
    end=st.sampled_from([b"\n", b"", b"\r\n", b"\n\n"]),
    options=st.sampled_from([{"compact": True}] * 3 + [{}, {"canonical": True}, {"compact": True, "time": None}])
    | st.sampled_from([{"compact": True, "time": "a"}, {"compact": True, "to": "2024-02-29T23:59:59.123456Z"}]),
)
@example(lines=[b'{"a":1}', b'{"a":1,"a":2}'], steps=PUTS[1], end=b"\n", options={"compact": True})
@example(lines=[b'{"a":1,"kb":2}'], steps=PUTS[1], end=b"\n", options={"compact": True})
@example(lines=[], steps=PUTS[1], end=b"", options={"compact": True})
def test_what_is_written_is_what_the_plain_way_writes(
    lines: list[bytes], steps: list[Step], end: bytes, options: dict[str, Any]
) -> None:
    """With the same bad records at the same lines, and the same ledger."""
    data = b"\n".join(lines) + end
    assert written(data, steps, **options) == written(data, steps, optimize=False, **options)


@settings(max_examples=30)
@given(lines=LINES, steps=st.sampled_from(PUTS), jobs=st.integers(2, 3))
def test_what_several_processes_write_is_what_one_writes(lines: list[bytes], steps: list[Step], jobs: int) -> None:
    """Each of them learns for itself how the lines are spelt."""
    data = b"".join(line + b"\n" for line in lines)
    assert written(data, steps, jobs=jobs, compact=True)[0] == written(data, steps, compact=True)[0]


@settings(max_examples=500)
@given(
    token=TOKENS | NUMBERS.map(lambda number: encode({"": number})[5:-1].decode()),
    compact=st.booleans(),
)
@example(token="9010000000000001.0", compact=False)
def test_a_value_that_would_be_spelt_in_another_way_is(token: str, compact: bool) -> None:
    """Numbers, texts, and lists."""
    comma, colon = (",", ":") if compact else (", ", ": ")
    data = f'{{"a"{colon}{token}{comma}"b"{colon}[{token}{comma}{token}]}}\n'.encode("utf-8", "surrogateescape")
    assert written(data, [], compact=compact, canonical=True) == written(
        data, [], optimize=False, compact=compact, canonical=True
    )


def taken(data: bytes, *steps: Step, **options: Any) -> int:
    """How many points were not decoded."""
    seen: list[int] = []

    def watched(table: Table, spelling: str) -> bytes:
        seen.append(len(table))
        return extended(table, spelling)

    extended = json_spelling.extended

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flume.parsers.jsonl.extended", watched)
        written(data, list(steps), **options)
    return builtins.sum(seen)


LINE = b'{"time":"2024-03-01T00:00:00.000Z","a":1.5,"b":"x, \\"y\\"","c":[1,"\xc3\xa9",null,true],"d":-7}\n'
RAGGED = [b'{"d":1}\n', b'{"a":2,"d":1}\n', b'{"b":"","d":null}\n', b'{"time":"2024-02-29T00:00:00.000001Z","e":0.0}\n']


@pytest.mark.parametrize("steps", [[], [put(x=expr("a * 2"))], [filter("d < 0"), put(x="{d}"), put(y=None)]], ids=repr)
def test_lines_are_not_decoded(steps: list[Step]) -> None:
    """The other tests would say nothing otherwise."""
    for line in (LINE, encode(json.loads(LINE)) + b"\n"):
        for options in ({"compact": True}, {"canonical": True}):
            assert taken(line * 50, *steps, **options) == 50
            assert taken(line * 50, *steps, optimize=False, **options) == 0


def test_points_need_not_have_the_same_fields() -> None:
    """As long as these are in the same order; nor do all blocks have the same spelling."""
    data = b"".join([LINE, *RAGGED]) * 20
    assert taken(data, put(x=expr("a")), compact=True) == 100
    assert taken(LINE * 50 + b"".join(RAGGED) * 50, put(x=expr("a")), compact=True) == 250
    spaced = b"".join(encode(json.loads(line)) + b"\n" for line in RAGGED)
    assert taken(data + spaced * 50, put(x=expr("a")), compact=True) > 280


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1,"a":2}',
        b'{"a":1.50}',
        b'{"a":-0}',
        b'{"a":1e2}',
        b'{"a":0.000001}',
        b'{"a":0.12345678901234567}',
        b'{"a":1234567890123456789}',
        b'{"b":"\\u00e9"}',
        b'{"b":"\\/"}',
        b'{"b":"\xff"}',
        b'{"d":1,"a":1}',
        b'{"a": 1}',
        b'{"b":"x","d": 1}',
        b'{"a":1} ',
        b'{"a":1}\r',
        b'{"time":"2024-03-01T00:00:00Z"}',
        b'{"time":"2023-02-29T00:00:00.000Z"}',
        b'{"time":null}',
        b'{"x":1}',
        b"{}",
        b"",
        b"garbage",
    ],
)
def test_a_block_with_another_line_is_read_the_plain_way(line: bytes) -> None:
    """That line is none, or may be one that is written in another way."""
    assert taken(LINE + line + b"\n", put(x=expr("a")), compact=True) == 0


def test_what_cannot_be_written_is_rejected() -> None:
    """Only that point."""
    data = b'{"a":1}\n{"a":5000}\n{"a":2}\n'
    step = put(x=expr("2 ** a ** 2"))
    assert written(data, [step], compact=True) == written(data, [step], optimize=False, compact=True)


def test_explain_says_so() -> None:
    """Where it may be done."""
    pipeline = read("stdio", file="a.jsonl") | put(x=expr("a")) | write("stdio", compact=True)
    said = "lines that are spelt as flume spells them need no decoding"
    assert said in pipeline.explain()
    assert said not in pipeline.explain(optimize=False)
