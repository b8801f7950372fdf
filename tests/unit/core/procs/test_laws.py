"""What every proc of core must keep: a new word needs a row here."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flume
from flume import (
    Proc,
    batch,
    builtins,
    count,
    dedup,
    describe,
    diff,
    explode,
    expr,
    fill,
    filter,
    head,
    intersect,
    iterate,
    join,
    keep,
    maximum,
    memory,
    pace,
    parse,
    pass_,
    put,
    reduce,
    remove,
    rename,
    reorder,
    sample,
    skip,
    sort,
    split,
    sum,
    tail,
    throttle,
    unbatch,
    union,
    uniq,
)
from flume.flow import Stage
from flume.point import find
from flume.run import Run
from flume.testing.listing import listed

Point = dict[str, Any]

WORDS: dict[str, list[Proc]] = {
    "batch": [batch("2s"), batch("3s", on="1s"), batch("1 month", on="9 days")],
    "dedup": [dedup(), dedup("a"), dedup("b", "u.id"), dedup("a", within="2s"), dedup(within="4s")],
    "describe": [describe()],
    "diff": [diff(), diff("a"), diff("time", "u.id")],
    "explode": [explode("a"), explode("u.id")],
    "fill": [fill(a=0), fill(b="-", c=[1]), fill(**{"u.id": 7}), fill(time="2016-01-01")],
    "filter": [filter("a > 1"), filter("b == 'x' or u.id == 1")],
    "head": [head(), head(0), head(3), head(2, by="a"), head(1, by=["u.id", "b"])],
    "intersect": [intersect(), intersect("a"), intersect("time", "b")],
    "join": [
        join(),
        join("a", kind="outer"),
        join("b", zip=True, kind="left"),
        join("u.id", nearest="2s"),
        join("b", asof="forever", kind="left"),
    ],
    "keep": [keep("a"), keep("b", "time"), keep("u.id", "missing"), keep("u.*")],
    "pace": [pace(every="1ms"), pace(x=1e9, from_="2024-02-29")],
    "parse": [parse("a", "jsonl"), parse("u.id", "logfmt"), parse("b", "csv", fields=["a", "c"])],
    "pass_": [pass_()],
    "put": [
        put(d=expr("a * 2")),
        put(n=count()),
        put(turn=iterate([1, 2]), by="b"),
        put(text="{a} {u.id}"),
        put(m=maximum("a"), n=count(), over="2s", by="b"),
    ],
    "reduce": [
        reduce(n=count(), total=sum("a")),
        reduce(n=count(), by="b"),
        reduce(n=count("a"), every="2s", by="u.id"),
    ],
    "remove": [remove("a"), remove("time"), remove("u.id", "b"), remove("u*")],
    "rename": [rename(x="a"), rename(a="b", b="a"), rename(id="u.id"), rename(**{"u.a": "a"})],
    "reorder": [reorder("2s"), reorder("0s"), reorder("1h", limit=2)],
    "sample": [sample(2, seed=1), sample(0, seed=1), sample(rate=0.5, seed=1), sample(every=3)],
    "skip": [skip(), skip(3), skip(1, by="a")],
    "sort": [sort(), sort("a"), sort("-u.id", "b"), sort("a", by="b"), sort("-time"), sort("b", "time")],
    "split": [split(), split("a"), split("a", "u.id", arrays=False), split("missing", "b")],
    "tail": [tail(), tail(0), tail(3), tail(2, by="a")],
    "throttle": [throttle(1, "2s"), throttle(2, "5s"), throttle(1, "1 month")],
    "unbatch": [unbatch()],
    "union": [union(), union("a"), union("time", "b"), union("u.id")],
    "uniq": [uniq(), uniq("a"), uniq("b", "u.id", by="a")],
}
STEPS = [step for steps in WORDS.values() for step in steps]

TIME = datetime(2016, 7, 17, tzinfo=UTC)
VALUES = st.sampled_from([None, 0, 1, 1.0, 2.5, True, "x", "y", float("nan"), [1], {"z": 1}])
POINTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "time": st.integers(0, 9).map(lambda second: TIME + timedelta(seconds=second)),
            "a": VALUES,
            "b": VALUES,
            "u": st.fixed_dictionaries({}, optional={"id": VALUES}) | VALUES,
        },
    ),
    max_size=8,
)

every_step = pytest.mark.parametrize("step", STEPS, ids=repr)
every_word = pytest.mark.parametrize("word", WORDS)
few = settings(max_examples=15)


def execute(points: list[Point], step: Proc, size: int | None = None, *, ordered: bool | None = None) -> flume.Flow:
    """A run of the step over the points, *size* at a time."""
    return listed(points, size, ordered) | step | memory()


def started(step: Proc) -> Stage:
    """A stage as the engine makes it, of a step that knows no order."""
    return step.start(Run())


def in_order(points: list[Point]) -> list[Point]:
    """The points in order of time, those without one first."""
    return sorted(points, key=lambda point: point.get("time") or TIME)


def timed(points: list[Point]) -> list[datetime]:
    """The times that there are."""
    return [point["time"] for point in points if point.get("time") is not None]


def test_every_word_of_core_has_a_row() -> None:
    """A word that is added must keep the laws too."""
    assert set(WORDS) == set(builtins.flume_procs())
    for word, steps in WORDS.items():
        assert {type(step).__name__ for step in steps} == {word}


@every_step
def test_it_reads_back(step: Proc) -> None:
    """Its repr makes an equal one, and so does its pickle."""
    words = {name: getattr(flume, name) for name in flume.__all__}
    for again in (eval(repr(step), words), pickle.loads(pickle.dumps(step))):
        assert again == step
        assert hash(again) == hash(step)


@every_word
@few
@given(data=st.data(), points=POINTS)
def test_the_size_of_batches_does_not_matter(word: str, data: st.DataObject, points: list[Point]) -> None:
    """One by one, two by two, or all at once: on points in order of time, and in no order."""
    step = data.draw(st.sampled_from(WORDS[word]))
    for ordered, given_points in ((False, points), (True, in_order(points))):
        ways = [execute(given_points, step, size, ordered=ordered).execute() for size in (1, 2, None)]
        assert repr(ways[0].points) == repr(ways[1].points) == repr(ways[2].points)


@every_word
@few
@given(data=st.data(), points=POINTS)
def test_the_ledger_adds_up(word: str, data: st.DataObject, points: list[Point]) -> None:
    """Every point that comes in goes out or is booked."""
    step = data.draw(st.sampled_from(WORDS[word]))
    report = execute(points, step).execute()
    assert report.adds_up, str(report)


@every_word
@few
@given(data=st.data(), points=POINTS)
def test_the_input_is_not_changed(word: str, data: st.DataObject, points: list[Point]) -> None:
    """Neither the points nor the batch: another branch may hold them too."""
    step = data.draw(st.sampled_from(WORDS[word]))
    before = copy.deepcopy(points)
    stage = started(step)
    stage.push(points)
    stage.end()
    stage.close()
    assert repr(points) == repr(before)


@every_word
@few
@given(data=st.data(), points=POINTS, others=POINTS)
def test_two_starts_are_independent(word: str, data: st.DataObject, points: list[Point], others: list[Point]) -> None:
    """What one run sees, another does not."""
    step = data.draw(st.sampled_from(WORDS[word]))
    alone, disturbed, other = started(step), started(step), started(step)
    passed, undisturbed = [], []
    for point in points:
        passed += disturbed.push([point])
        other.push(others)
        undisturbed += alone.push([point])
    assert repr(passed + disturbed.end()) == repr(undisturbed + alone.end())


@every_word
@few
@given(data=st.data(), points=POINTS)
def test_the_order_it_promises_is_kept(word: str, data: st.DataObject, points: list[Point]) -> None:
    """`ordered` is what later steps rely on."""
    step = data.draw(st.sampled_from(WORDS[word]))
    for before, given_points in ((False, points), (True, in_order(points))):
        if step.ordered(before):
            times = timed(execute(given_points, step, ordered=before).execute().points)
            assert times == sorted(times)


@every_word
@few
@given(data=st.data(), points=POINTS, wanted=st.sets(st.sampled_from(["a", "b", "u", "n"])))
def test_the_fields_it_needs_are_enough(word: str, data: st.DataObject, points: list[Point], wanted: set[str]) -> None:
    """With the others left out, the wanted fields of what leaves are the same."""
    step = data.draw(st.sampled_from(WORDS[word]))
    needs = step.needs(frozenset(wanted))
    if needs is None:
        return
    tops = {field.partition(".")[0] for field in needs} | {"time"}
    less = [{name: value for name, value in point.items() if name in tops} for point in points]
    whole, part = (execute(given_points, step).execute().points for given_points in (points, less))
    shown = [[[find(point, field) for field in sorted(wanted)] for point in passed] for passed in (whole, part)]
    assert repr(shown[0]) == repr(shown[1])


@every_step
def test_it_can_be_told_that_time_has_passed(step: Proc) -> None:
    """Whatever leaves after a promise is not earlier than it, and nothing leaves twice."""
    points: list[Point] = [
        {"time": TIME + timedelta(seconds=second), "a": second % 3, "b": "x"} for second in range(10)
    ]
    bound = Run()
    bound.ordered = True
    stage = step.start(bound)
    passed: list[Point] = []
    low: datetime | None = None
    for point in [*points, None]:
        left = [p for batch in stage.rest() for p in batch] if point is None else stage.push([point])
        if point is not None:
            left = left + stage.advance(point["time"])
        if low is not None:
            assert all(time >= low for time in timed(left))
        passed += left
        low = None if point is None else stage.low(point["time"])
    assert repr(passed) == repr(execute(points, step, ordered=True).execute().points)
