"""Sketches: what is told of many values in little room, within a bound."""

from __future__ import annotations

import json
import logging
import math
import os
import pickle
import subprocess
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flume import Reducer, count_unique, median, percentile, put, read, reduce, write
from flume.errors import OptionError
from flume.testing import run

TIME = datetime(2016, 7, 17, tzinfo=UTC)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
PERCENTS = [0, 0.1, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 100]
DISTINCT = count_unique("x", approx=True)
RANKS = percentile("x", PERCENTS, approx=True)


def folded(word: Reducer[Any], values: Sequence[Any], size: int = 10_000) -> Any:
    """The state of all values, a lot after another."""
    state = word.start()
    for start in range(0, len(values), size):
        state = word.fold(state, values[start : start + size])
    return state


def in_parts(word: Reducer[Any], values: Sequence[Any], parts: int) -> Any:
    """The state of all values, as several processes make it."""
    size = -(-len(values) // parts)
    state = word.start()
    for start in range(0, len(values), size):
        state = word.merge(state, pickle.loads(pickle.dumps(folded(word, values[start : start + size]))))
    return state


# -- count_unique(approx=True) ---------------------------------------------------------------------

KINDS: dict[str, Callable[[Random, int], Any]] = {
    "numbers": lambda random, number: number,
    "far numbers": lambda random, number: number * 2**70,
    "floats": lambda random, number: number / 7,
    "texts": lambda random, number: f"user-{number}",
    "times": lambda random, number: TIME + timedelta(milliseconds=number),
    "lists": lambda random, number: [number, str(number)],
    "dicts": lambda random, number: {"id": number, "ok": True},
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_error_of_a_distinct_count_is_what_is_stated(kind: str) -> None:
    """The mean square of the errors is 0.81 percent, of texts and numbers and all else, at sizes of any order."""
    errors = []
    for seed in range(12 if kind in ("numbers", "texts") else 4):
        random = Random(seed)
        for size in (2_000, 5_000, 12_000):
            start = random.randrange(2**40)
            values = [KINDS[kind](random, number) for number in range(start, start + size)]
            errors.append(DISTINCT.result(folded(DISTINCT, values)) / size - 1)
    assert 0.002 < math.sqrt(fmean(error * error for error in errors)) < 0.0081 * 1.5
    assert max(map(abs, errors)) < 0.0081 * 4


@pytest.mark.parametrize("size", [1, 100, 1_500])
def test_few_distinct_values_are_counted(size: int) -> None:
    """All but exactly."""
    errors = []
    for seed in range(20):
        start = Random(seed).randrange(2**40)
        errors.append(DISTINCT.result(folded(DISTINCT, range(start, start + size))) - size)
    assert all(abs(error) <= 1 for error in errors)
    assert errors.count(0) > 15


@settings(max_examples=30)
@given(st.integers(0, 10**6).map(Random), st.sampled_from([10, 2_000, 5_000]), st.integers(1, 5))
def test_a_distinct_count_depends_on_the_values_alone(random: Random, size: int, parts: int) -> None:
    """Not on their order, on how often they came, on how they were cut, or on the processes."""
    values = [number if number % 2 else str(number) for number in range(size)]
    expected = DISTINCT.result(folded(DISTINCT, values))
    values += random.choices(values, k=size)
    random.shuffle(values)
    assert DISTINCT.result(folded(DISTINCT, values, random.randint(1, 3 * size))) == expected
    assert DISTINCT.result(in_parts(DISTINCT, values, parts)) == expected


ODD = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([2**53, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400, 10**5000]),
    st.sampled_from([0.0, -0.0, 1.0, 2.5, float(2**53), 2.0**63, 1e300, math.nan, -math.nan, math.inf, -math.inf]),
    st.booleans(),
    st.sampled_from(["", "1", "1.0", "true", "\0", "\0x", "\x001", "\0'1'", "\ud800", "a\udcff", "ä", "nan", "[1]"]),
    st.sampled_from([TIME, TIME + timedelta(microseconds=1), timedelta(1), timedelta(0), str(TIME)]),
    st.recursive(
        st.sampled_from([None, 1, 1.0, True, "1", "", TIME]),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        max_leaves=4,
    ).filter(lambda value: value is not None),
)


@settings(max_examples=300)
@example(["1", "\ud800"])
@given(st.lists(ODD, max_size=30))
def test_a_sketch_tells_values_apart_as_sets_do(values: list[Any]) -> None:
    """1 and 1.0 are one; 1, '1' and true three; dicts in any order of fields; texts that are no Unicode."""
    exact = count_unique("x")
    assert DISTINCT.result(folded(DISTINCT, values)) == exact.result(folded(exact, values))


def test_a_distinct_count_is_the_same_in_every_process() -> None:
    """Python's own hashes of texts are not; nor is the order of a set."""
    program = (
        "from flume import count_unique; word = count_unique('x', approx=True); "
        "print(word.result(word.fold(word.start(), [{'a': str(n), 'b': [n]} for n in range(5000)])))"
    )
    ways = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(3)
    ]
    assert len(set(ways)) == 1


def test_a_sketch_of_distinct_values_is_small() -> None:
    """As large as the values while they are few, and no more than 16 KB: that is what another process is sent."""
    assert len(folded(DISTINCT, range(100))) < 500
    assert len(folded(DISTINCT, range(100_000))) < 16_500


# -- percentile(approx=True), median(approx=True) --------------------------------------------------

SHAPES: dict[str, Callable[[Random, int], list[Any]]] = {
    "even": lambda random, size: [random.random() for _ in range(size)],
    "normal": lambda random, size: [random.gauss(1e9, 1) for _ in range(size)],
    "waiting times": lambda random, size: [random.lognormvariate(3, 2) for _ in range(size)],
    "heavy tail": lambda random, size: [random.paretovariate(0.5) for _ in range(size)],
    "two heaps": lambda random, size: [random.gauss(1000 * random.randrange(2), 1) for _ in range(size)],
    "rising": lambda random, size: list(range(size)),
    "falling": lambda random, size: list(range(size, 0, -1)),
    "to and fro": lambda random, size: [place if place % 2 else -place for place in range(size)],
    "drifting": lambda random, size: [place + random.gauss(0, 1000) for place in range(size)],
    "few values": lambda random, size: [random.choice([200, 200, 200, 301, 404, 500]) for _ in range(size)],
    "eighteen orders of magnitude": lambda random, size: [10.0 ** random.uniform(-9, 9) for _ in range(size)],
    "with infinities": lambda random, size: [
        random.choice([random.random(), math.inf, -math.inf]) for _ in range(size)
    ],
    "times": lambda random, size: [TIME + timedelta(microseconds=random.randrange(10**12)) for _ in range(size)],
    "numbers and times": lambda random, size: [
        random.random() if random.random() < 0.3 else TIME + timedelta(seconds=random.random()) for _ in range(size)
    ],
}


def off_by(found: Any, ordered: Sequence[Any], percent: float) -> float:
    """By how many percent the rank of a value is not the one that was asked for."""

    def place(value: Any) -> tuple[bool, Any]:
        return isinstance(value, datetime), value

    low = 100 * bisect_left(ordered, place(found), key=place) / len(ordered)
    high = 100 * bisect_right(ordered, place(found), key=place) / len(ordered)
    return max(low - percent, percent - high, 0)


def stated(percent: float, size: int) -> float:
    """The bound of the docstring; between two values there is none."""
    return percent * (100 - percent) * 0.0004 + 100 / size


@pytest.mark.parametrize("shape", SHAPES)
def test_the_error_of_a_percentile_is_what_is_stated(shape: str) -> None:
    """In the middle and at both ends, of one process and of several, of values in any order."""
    for seed, size in enumerate((2_048, 10_000, 30_000)):
        values = SHAPES[shape](Random(seed), size)
        ordered = sorted(values, key=lambda value: (isinstance(value, datetime), value))
        for state in (folded(RANKS, values), in_parts(RANKS, values, 7)):
            for percent, found in zip(PERCENTS, RANKS.result(state), strict=True):
                off = off_by(found, ordered, percent)
                assert off <= stated(percent, size), f"{percent} of {size} is off by {off:.3f} percent"


def test_a_bound_is_not_far_from_what_is_measured() -> None:
    """A bound that nothing comes near would say nothing: of some shapes a third of it is there."""
    values = SHAPES["even"](Random(1), 100_000)
    found = RANKS.result(folded(RANKS, values))
    ordered = sorted(values)
    parts = [
        off_by(each, ordered, p) / stated(p, 10**9) for each, p in zip(found, PERCENTS, strict=True) if 0 < p < 100
    ]
    assert 0.3 < max(parts) < 1


@settings(max_examples=30)
@given(st.integers(0, 10**6).map(Random), st.sampled_from([2_000, 3_000, 9_000]))
def test_the_cut_does_not_matter_in_one_process(random: Random, size: int) -> None:
    """It condenses so many values at a time, however many it is given."""
    values: list[Any] = [random.choice([random.random(), random.randrange(9), TIME]) for _ in range(size)]
    state, rest = RANKS.start(), values
    while rest:
        cut = random.randint(1, size)
        state, rest = RANKS.fold(state, rest[:cut]), rest[cut:]
    assert RANKS.result(pickle.loads(pickle.dumps(state))) == RANKS.result(RANKS.fold(RANKS.start(), values))


@given(
    st.lists(st.integers() | st.floats() | st.just(10**400) | st.just(TIME), max_size=30),
    st.sampled_from([0, 12.5, 50, [25, 99.9]]),
)
def test_few_values_have_the_exact_percentile(values: list[Any], p: Any) -> None:
    """As it came: with its type, too."""
    for interpolate in (False, True):
        given = [value for value in values if not (interpolate and isinstance(value, datetime))]
        words = [percentile("x", p, interpolate, approx) for approx in (False, True)]
        exact, approx = (repr(word.answer(folded(word, given), lambda why: None)) for word in words)
        assert exact == approx


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ([math.nan] * 5_000, None),
        ([math.nan, 1.0, math.nan] * 2_000, [1.0, 1.0, 1.0]),
        ([10**400, -(10**400), 0] * 2_000, [-math.inf, 0.0, math.inf]),
        ([1.7e308, -1.7e308, 0.0] * 2_000, [-math.inf, 0.0, math.inf]),
        ([5] * 5_000, [5.0, 5.0, 5.0]),
        ([FIRST, LAST, LAST] * 2_000, [FIRST, LAST, LAST]),
    ],
)
def test_odd_values(values: list[Any], result: Any) -> None:
    """NaN is passed over; what is too large counts as infinite; no time is beyond the last."""
    word = percentile("x", [0, 50, 100], approx=True)
    assert word.result(folded(word, values)) == result


def test_a_digest_is_small() -> None:
    """About 40 KB, whatever was in it."""
    for shape in ("even", "heavy tail", "times"):
        state = folded(RANKS, SHAPES[shape](Random(1), 2_048 * 50 - 1))
        assert len(pickle.dumps(state)) < 70_000


def test_a_digest_takes_arrays() -> None:
    """As they come of tables of floats."""
    values = SHAPES["even"](Random(1), 10_000)
    kinds = {float}
    (state,) = RANKS.fold_each([RANKS.start()], [array("d", values)], kinds)
    assert RANKS.result(state) == RANKS.result(folded(RANKS, values))


def test_text_has_no_percentile_here(caplog: pytest.LogCaptureFixture) -> None:
    """It is counted, and said."""
    points = [{"x": 1}, {"x": "n/a"}, {"x": 3}, {"x": TIME}]
    with caplog.at_level(logging.WARNING, "flume"):
        assert run(points, reduce(x=percentile("x", 60, approx=True))) == [{"x": 3}]
        assert run(points, reduce(x=median("x", approx=True))) == [{"x": 2.0}]
    assert "1 point had no number or time in 'x' (first: x='n/a')" in caplog.text
    assert "2 points had no number in 'x' (first: x='n/a')" in caplog.text


# -- in programs -----------------------------------------------------------------------------------


def test_in_steps() -> None:
    """In `reduce` with windows and groups, in `put`, beside the exact ones, and computed with."""
    points = [
        {"time": TIME + timedelta(seconds=number), "x": number % 1000, "g": "ab"[number % 2]} for number in range(3_000)
    ]
    words = {
        "users": count_unique("x", approx=True),
        "exact": count_unique("x"),
        "p99": percentile("x", 99, approx=True),
        "exact p99": percentile("x", 99),
        "middle": median("x", approx=True),
        "exact middle": median("x"),
        "both": count_unique("x", approx=True) + count_unique("x"),
    }
    for point in run(points, reduce(every="25m", by="g", **words)):
        assert point["users"] == point["exact"] == point["both"] / 2 == 500
        assert point["p99"] == point["exact p99"]
        assert point["middle"] == point["exact middle"]
    last = run(points, put(**words))[-1]
    assert last["users"] == last["exact"] == 1000
    assert 480 <= last["middle"] <= 520


def test_in_several_processes(tmp_path: Any) -> None:
    """A distinct count is that of one process; a percentile is as close."""
    source = tmp_path / "x.jsonl"
    random = Random(1)
    values = [random.lognormvariate(3, 1) for _ in range(60_000)]
    source.write_text("".join(f'{{"x": {value}, "pad": "{"-" * 80}"}}\n' for value in values))
    found = []
    for jobs in (1, 3):
        out = tmp_path / f"out{jobs}.jsonl"
        step = reduce(n=count_unique("x", approx=True), p=percentile("x", PERCENTS, approx=True))
        (read("stdio", file=str(source)) | step | write("stdio", file=str(out))).execute(jobs=jobs)
        found.append(json.loads(out.read_text()))
    one, several = found
    assert one["n"] == several["n"] == pytest.approx(60_000, rel=0.03)
    ordered = sorted(values)
    for each in found:
        for percent, value in zip(PERCENTS, each["p"], strict=True):
            assert off_by(value, ordered, percent) <= stated(percent, 60_000)


@pytest.mark.parametrize(
    "word", [lambda: count_unique("x", approx=True), lambda: percentile("x", 5, approx=True), lambda: median("x", True)]
)
def test_without_the_library_it_is_said_what_to_install(
    word: Callable[[], Reducer[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the program is read, not in the middle of the run."""
    monkeypatch.setattr("flume.sketches.find_spec", lambda name: None)
    with pytest.raises(
        OptionError, match=r"\w+: approx=True needs one more package: pip install 'flume-core\[sketches\]'"
    ):
        word()


def test_the_library_is_not_imported_before_it_is_needed() -> None:
    """It takes NumPy with it, which takes a tenth of a second."""
    program = (
        "import sys; from flume import *; reduce(a=count_unique('x', approx=True), b=median('x', approx=True)); "
        "print('datasketches' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
