"""What every reducer of core must keep: a new word needs a row here."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flume
from flume import (
    Reducer,
    avg,
    builtins,
    count,
    count_unique,
    date,
    delta,
    ewma,
    first,
    funcr,
    histogram,
    iterate,
    largest,
    last,
    mad,
    math,
    maximum,
    mean,
    median,
    minimum,
    percentile,
    pluck,
    put,
    rate,
    reduce,
    smallest,
    stdev,
    sum,
    top,
    variance,
)
from flume.reducing import NUMBERS, ORDERED, QUANTITIES, TEXT, TIMES, Takes
from flume.testing import run

NAMESPACES = {"date": date, "math": math}


def words_of(namespace: ModuleType) -> dict[str, type[Reducer[Any]]]:
    """The reducers that a namespace offers."""
    classes = inspect.getmembers(namespace, lambda thing: inspect.isclass(thing) and issubclass(thing, Reducer))
    return {name: each for name, each in classes if not name.startswith("_") and name != "Reducer"}


def example(word: type[Reducer[Any]]) -> Reducer[Any]:
    """One of a namespace's reducers, with as many fields as it needs."""
    options = inspect.signature(word).parameters.values()
    values = [
        "%d %b" if p.name == "fmt" else "y" if place else "x" for place, p in enumerate(options) if p.default is p.empty
    ]
    return word(*values)


WORDS: dict[str, list[Reducer[Any]]] = {
    "avg": [avg("x")],
    "count": [count(), count("x")],
    "count_unique": [count_unique("x"), count_unique("x", approx=True)],
    "date": [*map(example, words_of(date).values())],
    "delta": [delta("x"), delta("x", wrap=True), delta("x", wrap=0), delta("x", wrap=2**32)],
    "ewma": [ewma("x", 0.3), ewma("x", 1)],
    "first": [first("x"), first("u.id")],
    "funcr": [funcr(len)("x"), funcr(max)("x", "u.id", 3), funcr(str)([1, 2])],
    "histogram": [histogram("x", [-1, 0, 2.5]), histogram("x", 3)],
    "iterate": [iterate([1]), iterate(["a", None, [1]])],
    "largest": [largest("x", by="y"), largest("u.id", by="x")],
    "last": [last("x")],
    "mad": [mad("x")],
    "math": [*map(example, words_of(math).values()), math.pow("x", 2), math.log("x", "y"), math.sqrt(2)],
    "maximum": [maximum("x")],
    "mean": [mean("x")],
    "median": [median("x"), median("x", approx=True)],
    "minimum": [minimum("x")],
    "percentile": [
        percentile("x", 50),
        percentile("x", [0, 99.9]),
        percentile("x", 12.5, interpolate=True),
        percentile("x", [50, 99], approx=True),
    ],
    "pluck": [pluck("x")],
    "rate": [rate("x"), rate("u.id", per="1m")],
    "smallest": [smallest("x", by="y"), smallest("u.id", by="x")],
    "stdev": [stdev("x"), stdev("x", population=True)],
    "sum": [sum("x")],
    "top": [top("x", 2)],
    "variance": [variance("x"), variance("x", population=True)],
}
IN_ORDER = {"ewma"}
"""Words without a merge: each value changes the state by what all before it made of it."""

KEYED = {"top"}
"""Words whose state has keys of any type, of which JSON makes text."""

REDUCERS = [reducer for reducers in WORDS.values() for reducer in reducers]

TIME = datetime(2016, 7, 17, tzinfo=UTC)
MOMENTS = st.integers(0, 10**9).map(lambda second: datetime(2016, 7, 17, tzinfo=UTC) + timedelta(seconds=second))
INTS = st.integers() | st.just(10**400)
TAKEN: dict[Takes, st.SearchStrategy[Any]] = {
    NUMBERS: INTS | st.floats(),
    TEXT: st.text(max_size=3),
    ORDERED: INTS | st.floats() | st.text(max_size=3) | MOMENTS,
    QUANTITIES: INTS | st.floats() | MOMENTS,
    TIMES: MOMENTS,
}
ANY = INTS | st.floats() | st.text(max_size=3) | MOMENTS | st.booleans() | st.lists(st.integers(), max_size=2)
POINTS = st.fixed_dictionaries(
    {"time": MOMENTS}, optional={"x": ANY | st.none(), "y": ANY, "u": st.fixed_dictionaries({}, optional={"id": ANY})}
)

every_reducer = pytest.mark.parametrize("reducer", REDUCERS, ids=repr)
every_word = pytest.mark.parametrize("word", WORDS)
few = settings(max_examples=20)


def given_to(reducer: Reducer[Any]) -> st.SearchStrategy[list[Any]]:
    """Lists of what the reducer is given: values of its field, or points."""
    each = [TAKEN.get(takes, ANY) for _, takes in reducer.inputs] or [POINTS]
    return st.lists(each[0] if len(each) == 1 else st.tuples(*each), max_size=8)


def folded(reducer: Reducer[Any], values: Sequence[Any]) -> Any:
    """The state of all values at once."""
    return reducer.fold(reducer.start(), values)


def shown(reducer: Reducer[Any], state: Any) -> str:
    """The result, with its type; a NaN equals itself."""
    return repr(reducer.result(state))


def test_every_word_of_core_has_a_row() -> None:
    """A word that is added must keep the laws too."""
    assert set(WORDS) == set(builtins.flume_reducers())
    for name, namespace in NAMESPACES.items():
        assert {repr(each).partition("(")[0] for each in WORDS[name]} == {
            f"{name}.{word}" for word in words_of(namespace)
        }


@every_reducer
def test_it_reads_back(reducer: Reducer[Any]) -> None:
    """Its repr makes an equal one, and so does its pickle."""
    words = {name: getattr(flume, name) for name in flume.__all__ if name not in ("max", "len", "str")}
    for again in (eval(repr(reducer), words), pickle.loads(pickle.dumps(reducer))):
        assert again == reducer
        assert hash(again) == hash(reducer)


@every_word
@few
@given(data=st.data())
def test_the_cut_of_the_input_does_not_matter(word: str, data: st.DataObject) -> None:
    """All at once, in two pieces, or one by one."""
    reducer = data.draw(st.sampled_from(WORDS[word]))
    values = data.draw(given_to(reducer))
    cut = data.draw(st.integers(0, len(values)))
    whole = shown(reducer, folded(reducer, values))
    assert shown(reducer, reducer.fold(folded(reducer, values[:cut]), values[cut:])) == whole
    state = reducer.start()
    for value in values:
        state = reducer.add(state, value)
    assert shown(reducer, state) == whole


@every_word
@few
@given(data=st.data())
def test_many_groups_are_folded_as_each_by_itself(word: str, data: st.DataObject) -> None:
    """Also where all values are floats, and in arrays."""
    reducer = data.draw(st.sampled_from(WORDS[word]))
    given = given_to(reducer)
    if getattr(reducer, "field", None) is not None and float in (reducer.takes or {float}):
        given |= st.lists(st.floats(), max_size=40)
    groups, more = data.draw(st.lists(st.tuples(given, given), max_size=4)), data.draw(given)
    kinds = {type(value) for group in groups for value in group[1]}
    values: list[Any] = [group[1] for group in groups]
    states = [folded(reducer, group[0]) for group in groups]
    before = list(map(repr, states))
    alone = [shown(reducer, reducer.fold(reducer.fold(*both), more)) for both in zip(states, values, strict=True)]
    for each in (values, [array("d", value) for value in values]) if kinds == {float} else (values,):
        together = reducer.fold_each(states, each, kinds)
        assert [shown(reducer, reducer.fold(state, more)) for state in together] == alone
    assert list(map(repr, states)) == before


@every_word
@few
@given(data=st.data())
def test_parts_are_merged_in_any_grouping(word: str, data: st.DataObject) -> None:
    """In their order: left to right, or the last two first; empty parts change nothing."""
    reducer = data.draw(st.sampled_from(WORDS[word]))
    values = data.draw(given_to(reducer))
    assert reducer.mergeable == (word not in IN_ORDER)
    if not reducer.mergeable:
        return
    cuts = sorted(data.draw(st.tuples(*[st.integers(0, len(values))] * 2)))
    a, b, c = (folded(reducer, part) for part in (values[: cuts[0]], values[cuts[0] : cuts[1]], values[cuts[1] :]))
    whole = shown(reducer, folded(reducer, values))
    assert shown(reducer, reducer.merge(reducer.merge(a, b), c)) == whole
    assert shown(reducer, reducer.merge(a, reducer.merge(b, c))) == whole


@every_word
@few
@given(data=st.data())
def test_states_are_values(word: str, data: st.DataObject) -> None:
    """Folding, merging and asking change neither a state nor the values; a state can be put away and taken up again."""
    reducer = data.draw(st.sampled_from(WORDS[word]))
    values, more = data.draw(given_to(reducer)), data.draw(given_to(reducer))
    state, kept = folded(reducer, values), folded(reducer, values)
    before = copy.deepcopy((values, more))
    once = shown(reducer, state)
    after = shown(reducer, reducer.fold(state, more))
    if reducer.mergeable:
        reducer.merge(state, folded(reducer, more))
    assert (repr(state), shown(reducer, state)) == (repr(kept), once)
    assert repr((values, more)) == repr(before)
    assert shown(reducer, reducer.fold(pickle.loads(pickle.dumps(state)), more)) == after
    try:
        text = json.dumps(state)
    except TypeError:  # the state is a value, and the value is a time
        return
    if word in KEYED:
        return
    assert shown(reducer, reducer.fold(json.loads(text), more)) == after


@every_reducer
def test_the_value_of_no_points(reducer: Reducer[Any]) -> None:
    """Counts and sums are 0, a list of all values has none, all else is null."""
    word = repr(reducer).partition("(")[0]
    assert reducer.result(reducer.start()) == {"count": 0, "count_unique": 0, "sum": 0, "pluck": []}.get(word)


@every_word
@few
@given(data=st.data(), points=st.lists(POINTS, max_size=8))
def test_it_reduces_points(word: str, data: st.DataObject, points: list[dict[str, Any]]) -> None:
    """Whatever is in them, no value is an error, and the fields it reads are enough."""
    reducer = data.draw(st.sampled_from(WORDS[word]))
    (whole,) = run(points, reduce(value=reducer))
    tops = {field.partition(".")[0] for field in reducer.reads} | {"time"}  # which reduce gives the result
    less = [{name: value for name, value in point.items() if name in tops} for point in points]
    (part,) = run(less, reduce(value=reducer))
    assert repr(whole) == repr(part)


@every_word
@few
@given(data=st.data(), points=st.lists(POINTS, max_size=8))
def test_the_last_points_are_what_they_are_alone(word: str, data: st.DataObject, points: list[dict[str, Any]]) -> None:
    """Over the time before each point, and before each step: whatever is taken out of a state, or merged to it."""
    reducer = data.draw(st.sampled_from(WORDS[word]))
    points = sorted(points, key=lambda point: point["time"])
    points = [{**point, "time": TIME + timedelta(seconds=30 * place)} for place, point in enumerate(points)]
    if reducer.resets:
        found = run(points, put(value=reducer, over="61s"), ordered=True)
        for place, point in enumerate(found):
            (alone,) = run(points[max(place - 2, 0) : place + 1], reduce(value=reducer))
            assert repr(point["value"]) == repr(alone["value"])
    if reducer.resets and reducer.mergeable:
        for window in run(points, reduce(value=reducer, over="90s", every="30s"), ordered=True):
            place = round((datetime.fromisoformat(window["time"]) - TIME).total_seconds() / 30)
            (alone,) = run(points[max(place - 2, 0) : place + 1], reduce(value=reducer))
            assert repr(window["value"]) == repr(alone["value"])
