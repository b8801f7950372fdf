"""Rows: the fast way from lines to a fold; the answer is that of the plain way, whatever is in the lines."""

from __future__ import annotations

import builtins
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import (
    avg,
    count,
    expr,
    fill,
    filter,
    first,
    gathering,
    keep,
    last,
    maximum,
    memory,
    minimum,
    percentile,
    put,
    read,
    reduce,
    remove,
    rename,
    sort,
    sum,
    write,
)
from flume.adapters import arriving
from flume.errors import LimitError
from flume.flow import Flow, Step
from flume.gathering import Gathering
from flume.parsers import json_tables
from flume.report import Account, Report
from flume.tables import Table

VALUES = st.sampled_from([None, 0, 1, 2, 1.0, 2.5, True, "1", "x", "n/a", [1], {"a": 1}, 10**20, -0.0, 1e300])
TIMES = st.sampled_from(
    [f"2016-07-17T00:0{m}:{s}{z}" for m in range(4) for s in ("00", "30.5", "59.1234567") for z in ("Z", "+02:00", "")]
    + [None, 1468713600, "garbage", "2016-07-17", "Jul 17 00:00:00", "2016-07-17x00:00:00Z", "2016-07-17 00:01:00Z"]
)
TIMED = st.sampled_from([f"2016-07-17T00:0{m}:{s:02}.000Z" for m in range(4) for s in (0, 10, 30, 59)])
POINTS = st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES, "class": VALUES, "@x": VALUES, "time": TIMES})
TAME = st.fixed_dictionaries(
    {"time": TIMED},
    optional={"a": st.integers(0, 3), "b": st.integers() | st.floats(0, 1) | st.none(), "class": VALUES},
)
BAD = st.sampled_from(["", "garbage", "{", "{}{}", "[1", "2]"])
LINES = st.lists(st.one_of(*[POINTS.map(json.dumps), TAME.map(json.dumps)] * 3, BAD))
CONDITIONS = [
    "a >= 1",
    "a == b",
    "b is None or b > 0",
    "point['@x'] == 1",
    "a + 1 > b",
    "a in [1, 'x']",
    "1 == 1",
    "time > '2016-07-17T00:01:00Z'",
]
REDUCERS = [
    count(),
    count("b"),
    sum("b"),
    avg("b"),
    minimum("a"),
    maximum("b"),
    first("class"),
    last("@x"),
    sum("c"),
    percentile("b", [10, 90]),
]
STEPS: list[Step] = [
    *map(filter, CONDITIONS),
    put(c=expr("a + b")),
    put(b=expr("a * 2"), a="{b}/{class}", c=expr("len(a)")),
    put(a=None, b=[1, "x"], **{"@x": 1.5}),
    put(**{"class": expr("time")}),
    keep("a", "b", "c", "time"),
    keep("b", "class"),
    remove("a", "@x"),
    remove("time"),
    rename(c="a"),
    rename(a="b", b="a"),
    rename(a="class", b="time"),
    rename(b="a", c="b", **{"@x": "c"}),
    fill(a=0, c=["x"]),
]


@st.composite
def pipelines(draw: Callable[..., Any]) -> list[Step]:
    """Steps that look at each point, and a reduce behind them."""
    reducers = draw(st.lists(st.sampled_from([*REDUCERS, sum("b") / count()]), max_size=4))
    fields = {f"f{n}": reducer for n, reducer in enumerate(reducers)}
    by = draw(
        st.none() | st.lists(st.sampled_from(["a", "b", "c", "class", "@x"]), min_size=1, max_size=2, unique=True)
    )
    windows = draw(st.sampled_from([{}, {"every": "1m"}, {"every": "1m", "on": "0s"}, {"every": "1 month"}]))
    return [*draw(st.lists(st.sampled_from(STEPS), max_size=4)), reduce(by=by, **windows, **fields)]


@pytest.fixture(scope="module", autouse=True, params=["at once", "line by line"])
def _small_blocks(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arriving, "BLOCK", 256)
        patch.setattr(json_tables, "LARGE", 0 if request.param == "at once" else 1 << 30)
        yield


def ran(lines: list[str], *steps: Step, optimize: bool, time: str | None = "time") -> Report:
    """The report of a run over a file of these lines."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "lines.jsonl")
        file.write_text("".join(line + "\n" for line in lines))
        pipeline: Flow = read("stdio", file=str(file), errors="skip", time=time, now="2016-07-20")
        for step in steps:
            pipeline = pipeline | step
        return (pipeline | memory()).execute(optimize=optimize)


def clashed(account: Account) -> list[tuple[str, int]]:
    """What could not be used, and how often."""
    return sorted((what, count) for what, (count, _) in account.clashes.items())


def outcome(lines: list[str], *steps: Step, optimize: bool, time: str | None) -> str:
    """What must not depend on the way; shown, so that 1 is not 1.0, and a NaN is itself.

    Which value of a wrong type is shown as the first may: a fold meets those of one group after the other.
    """
    try:
        report = ran(lines, *steps, optimize=optimize, time=time)
    except LimitError as error:  # years of empty windows
        return str(error)
    accounts = [(a.step, a.points_in, a.points_out, a.taken, clashed(a), sorted(a.unseen)) for a in report.accounts[1:]]
    return repr((report.points, report.skipped, report.read, accounts))


TIME_FIELDS = st.sampled_from(["time", "time", None, "a", "@x", "nowhere"])


@settings(max_examples=300)
@given(lines=LINES, steps=pipelines(), time=TIME_FIELDS)
def test_the_answer_is_that_of_the_plain_way(lines: list[str], steps: list[Step], time: str | None) -> None:
    """Points, bad records, and every account of the ledger."""
    assert outcome(lines, *steps, optimize=True, time=time) == outcome(lines, *steps, optimize=False, time=time)


@settings(max_examples=150)
@given(points=st.lists(TAME, min_size=20), steps=pipelines(), time=TIME_FIELDS)
def test_the_answer_is_that_of_the_plain_way_where_rows_are_taken(
    points: list[Any], steps: list[Step], time: str | None
) -> None:
    """The same for lines without surprises."""
    lines = list(map(json.dumps, points))
    assert outcome(lines, *steps, optimize=True, time=time) == outcome(lines, *steps, optimize=False, time=time)


@settings(max_examples=150)
@given(data=st.data(), most=st.integers(1, 12), few=st.integers(0, 3))
def test_values_wait_in_arrays_until_one_is_no_float(data: st.DataObject, most: int, few: int) -> None:
    """Whenever it comes, and however often what waits is folded; of two fields, each by itself."""
    floats = st.floats(allow_nan=False, allow_infinity=False).map(float.__repr__)
    odd = st.sampled_from(["null", "1", "true", '"x"', '"\\u00e9"', "-0.0", "1e400", "[1.5]", str(2**70)])
    calm, wild = data.draw(st.integers(0, 20)), data.draw(st.integers(0, 10))
    values = [data.draw(floats) for _ in range(2 * calm)] + [data.draw(floats | odd) for _ in range(2 * wild)]
    hosts = data.draw(st.lists(st.sampled_from(["a", "b", "é", None, 1]), min_size=calm + wild, max_size=calm + wild))
    lines = [
        f'{{"time": "2016-07-17T00:0{n % 4}:00Z", "b": {json.dumps(host)}, "a": {a}, "c": {c}}}'
        for n, (host, a, c) in enumerate(zip(hosts, values[::2], values[1::2], strict=True))
    ]
    words = [sum, avg, count, first, last, minimum, lambda field: percentile(field, 50)]
    fields = {f"f{n}": word(field) for n, (word, field) in enumerate(product(words, "ac"))}
    windows = data.draw(st.sampled_from([{}, {"every": "1m"}]))
    step = reduce(by=data.draw(st.sampled_from([None, "b", ["b", "class"]])), **windows, **fields)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "MOST", most)
        patch.setattr(gathering, "FEW", few)
        assert repr(ran(lines, step, optimize=True).points) == repr(ran(lines, step, optimize=False).points)


def test_rows_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests would say nothing otherwise."""
    seen: list[int] = []
    push = Gathering.push

    def watched(self: Gathering, table: Table) -> None:
        seen.append(len(table))
        push(self, table)

    monkeypatch.setattr(Gathering, "push", watched)
    lines = [json.dumps({"time": f"2016-07-17T00:00:{n % 60:02}Z", "a": n, "b": "x"}) for n in range(100)]
    (point,) = ran(lines, filter("a >= 0"), reduce(n=count(), a=sum("a"), by="b"), optimize=True).points
    assert (point["n"], point["a"], point["b"]) == (100, 4950, "x")
    assert builtins.sum(seen) == 100


def test_a_condition_on_what_is_not_there_any_more() -> None:
    """The rows are gone over all the same."""
    lines = [json.dumps({"time": f"2016-07-17T00:00:{n:02}.000Z", "a": n, "b": n}) for n in range(60)]
    for condition in ("b is None", "1 == 1"):
        report = ran(lines, keep("a", "time"), filter(condition), reduce(m=sum("a"), n=count()), optimize=True)
        assert [(point["m"], point["n"]) for point in report.points] == [(1770, 60)]


def test_what_a_step_has_changed_is_written_as_it_is_now() -> None:
    """Not as the line that was read, though the steps take tables; what is passed on is written so."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        for step, written in [
            (filter("a"), '{"a":1,  "b": 2}'),
            (put(a=expr("a + 1")), '{"a": 2, "b": 2}'),
            (remove("b"), '{"a": 1}'),
            (rename(c="b"), '{"a": 1, "c": 2}'),
            (fill(c=0), '{"a": 1, "b": 2, "c": 0}'),
        ]:
            file.write_text('{"a":1,  "b": 2}\n')
            (read("stdio", file=str(file)) | step | write("stdio", file=str(out))).execute()
            assert out.read_text() == written + "\n"


def test_a_misspelt_field_is_found_among_those_that_are_there(caplog: pytest.LogCaptureFixture) -> None:
    """What a step made is known behind it, and what it took away is not."""
    with caplog.at_level(logging.WARNING, "flume"):
        steps = [put(total=expr("a * 2")), rename(kind="b"), remove("a"), reduce(n=count("totl"), m=sum("a"), by="b")]
        ran(['{"a": 1, "b": "x"}'], *steps, optimize=True)
    assert "'totl' was in none of 1 point; 'total' was in all of them" in caplog.text
    assert "'a' was in none of 1 point" in caplog.text
    assert "'b' was in none of 1 point" in caplog.text


@pytest.mark.parametrize("steps", [[], [filter("time >= '2016-07-17'")], [filter("a >= 0")], [sort("time")]], ids=repr)
@pytest.mark.parametrize("bad", [b"", b"bad\n"])
def test_lines_are_written_as_they_were_read(
    steps: list[Step], bad: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever looked at them, and a bad one behind them is known by its number."""
    line = b'{"time":"2016-07-17T00:00:00.000Z","a":1}\n'
    (tmp_path / "a.jsonl").write_bytes(line * 100 + bad)
    pipeline: Flow = read("stdio", file=str(tmp_path / "a.jsonl"))
    for step in steps:
        pipeline = pipeline | step
    with caplog.at_level(logging.WARNING, "flume"):
        (pipeline | write("stdio", file=str(tmp_path / "b.jsonl"))).execute()
    assert (tmp_path / "b.jsonl").read_bytes() == line * 100
    assert ("a.jsonl:101: " in caplog.text) == bool(bad)
