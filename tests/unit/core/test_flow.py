"""The laws of the pipe algebra."""

import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flume
from flume import (
    Pipeline,
    avg,
    count,
    emit,
    expr,
    fill,
    filter,
    funcr,
    head,
    join,
    keep,
    memory,
    put,
    read,
    reduce,
    remove,
    rename,
    reorder,
    seq,
    skip,
    sort,
    tail,
    union,
    uniq,
    write,
)
from flume.errors import FlumeError, MomentError, OptionError, UsageError
from flume.flow import Fork
from flume.value import env

WORDS = {name: getattr(flume, name) for name in flume.__all__} | {"Fork": Fork, "env": env}

steps = st.sampled_from(
    [
        emit(limit=3),
        emit(limit=2, start="2020-01-01", every="1 month"),
        emit(points=[{"a": 1, "b": [1, {"c": None}]}]),
        read("stdio", file="x.csv", delimiter=";", time=None),
        read("stdio", file=["a.jsonl", "b.jsonl"], from_="2020-01-01", rejects="bad.jsonl"),
        seq(emit(limit=1), emit(limit=2) | head(1)),
        head(),
        head(3, by="a"),
        tail(2),
        skip(1, by=["a", "b.c"]),
        filter("a > 1 and b.c == 'x'"),
        put(n=count(), text="{a}!", c=expr("a + 1"), d=None),
        keep("a", "b.c"),
        remove("time"),
        rename(new="old"),
        sort("-count", "name"),
        sort("a", order="desc", by="b", limit=10),
        reduce(n=count(), mean=avg("a") * 2, every="1h", by=["x"], on="30m"),
        reorder("10s"),
        union("a"),
        join("a", "b.c", kind="left", asof="2s", zip=True),
        uniq(),
        fill(a=0),
        write("stdio", file="out.jsonl"),
        memory(),
    ]
)
flows = st.recursive(
    steps,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(Pipeline)
        | st.lists(inner, min_size=1, max_size=3).map(lambda branches: Fork(branches) | head(1))
        | st.lists(inner, min_size=1, max_size=2).map(lambda branches: head(1) | Fork([*branches, ()]))
    ),
    max_leaves=6,
)


@given(flows, flows, flows)
def test_composing_is_associative(a, b, c):
    """(a | b) | c == a | (b | c)."""
    assert (a | b) | c == a | (b | c)


@given(flows)
def test_repr_reads_back(flow):
    """eval(repr(p)) == p."""
    assert eval(repr(flow), WORDS) == flow


@given(flows)
def test_pickles_and_hashes(flow):
    """A pipeline survives pickling, and equal pipelines have one hash."""
    copy = pickle.loads(pickle.dumps(flow))
    assert copy == flow
    assert hash(copy) == hash(flow)


@given(flows, flows)
def test_composing_changes_no_operand(a, b):
    """The operands of a pipe are what they were."""
    before = repr(a), repr(b)
    a | b
    assert (repr(a), repr(b)) == before


def test_options_cannot_be_reassigned():
    """A step is a value."""
    with pytest.raises(FrozenInstanceError):
        head(1).n = 2  # type: ignore[misc]


@pytest.mark.parametrize("other", [3, "head", None, [head(1)], (3,), ()])
def test_only_flows_can_be_piped(other):
    """head(1) | 3 is a TypeError, and so is 3 | head(1)."""
    with pytest.raises(TypeError):
        head(1) | other
    with pytest.raises(TypeError):
        other | head(1)


@pytest.mark.parametrize(
    ("other", "hint"),
    [
        (3, r"after \| stands a step such as filter\('x > 1'\) or write\('stdio'\), not 3$"),
        (None, "not None$"),
        ("x > 1", r"not 'x > 1'; an expression stands in filter\('…'\) or put"),
        (lambda p: p, r"not the function <lambda>; write filter\(f\) or put\(x=f\)"),
        (print, "not the function print; write filter"),
        (head, r"not the word head itself; write head\(…\)"),
        (count(), r"not count\(\); a reducer stands in reduce or put: reduce\(x=count\(\)\)"),
        ([head(1)], r"not \[head\(\)\]; branches stand in a tuple of at least one step"),
        ((), r"not \(\); branches stand in a tuple"),
        ((head(1), 3), "not 3$"),
        ((head(1), (tail(1), "x")), "not 'x'; an expression"),
        ("x" * 1000, "not 'x{60}'"),
        (list(range(1000)), "not .{59}…; branches"),
    ],
)
def test_what_can_be_piped_is_said(other, hint):
    """In one line: what was found, what is expected, and what to do."""
    with pytest.raises(OptionError, match=hint) as caught:
        head(1) | other
    assert isinstance(caught.value, TypeError)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("other", "hint"),
    [
        (3, r"before \| stands a step such as read\('stdio'\), not 3$"),
        ([{"a": 1}], r"not \[\{'a': 1\}\]; write emit\(points=\[…\]\)"),
        ([read("stdio", file="x")], "branches stand in a tuple"),
    ],
)
def test_what_a_pipe_begins_with_is_said(other, hint):
    """On its left."""
    with pytest.raises(OptionError, match=hint):
        other | head(1)


def test_a_branch_may_have_branches():
    """As a tuple in a tuple."""
    pipeline = emit(points=[{"a": 1}]) | ((), ((), put(b=2)))
    assert eval(repr(pipeline), WORDS) == pipeline
    assert list(pipeline) == [{"a": 1}, {"a": 1}, {"a": 1, "b": 2}]


def test_method_notation_is_the_pipe():
    """emit().put() means emit() | put()."""
    assert emit(limit=3).put(n=count()).write("stdio") == emit(limit=3) | put(n=count()) | write("stdio")


def test_method_notation_knows_only_words():
    """A misspelt word is an AttributeError with a hint."""
    with pytest.raises(AttributeError, match="head"):
        emit(limit=3).haed(1)


def test_running_twice_gives_the_same():
    """Nothing of a run stays in the pipeline."""
    flow = emit(limit=5, start="2020-01-01") | put(n=count()) | tail(2)
    assert list(flow) == list(flow) != []


def test_a_step_can_stand_in_two_pipelines():
    """Run-time state is not shared."""
    first = head(2)
    source = emit(points=[{"a": 1}, {"a": 2}, {"a": 3}])
    assert len(list(source | first)) == len(list(source | (first, first) | tail(9))) / 2 == 2


def test_options_are_frozen_all_the_way():
    """A list given as an option can be changed later without changing the step."""
    points = [{"a": [1]}]
    step = emit(points=points)
    points[0]["a"].append(2)
    assert list(step) == [{"a": [1]}]


def test_points_given_twice_are_fresh():
    """What a user does to the points of one run is not seen by the next."""
    step = emit(points=[{"a": [1]}])
    for point in step:
        point["a"].append(2)
    assert list(step) == [{"a": [1]}]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: head(m=1), r"head has no option 'm'"),
        (lambda: reduce(count(), every="1h"), r"reduce takes no value without a name, not 1; write name=value"),
        (lambda: emit(every="1 foo"), r"^emit: '1 foo' is no duration"),
        (lambda: emit(start="soon"), r"^emit: 'soon' is no date"),
        (lambda: reduce(every="1x"), r"^reduce: '1x' is no duration"),
        (lambda: put(n=head()), r"put: n takes no head\(\)"),
        (lambda: reduce(n=funcr(len)), r"reduce: n takes no funcr\(len\); write funcr\(len\)\('field'\)"),
        (lambda: put(key=env("KEY")), r"put: key takes no env\('KEY'\)"),
        (lambda: head("x"), r"head: n takes a whole number, not 'x'"),
        (lambda: head(True), r"head: n takes a whole number"),
        (lambda: head(1, None, 2), r"head takes at most 2"),
        (lambda: head(1, n=2), r"head: n is given twice"),
        (lambda: emit(limt=1), r"emit has no option 'limt'; did you mean 'limit'"),
        (lambda: write(), r"write needs adapter"),
        (lambda: avg(), r"avg needs field"),
        (lambda: put(n=count), r"n=count\(\)"),
        (lambda: keep(3), r"keep.*3"),
        (lambda: reduce(by=["a", 3]), r"reduce: by takes"),
    ],
)
def test_wrong_options_are_one_clear_line(make, says):
    """What was asked, what was found, what to do."""
    with pytest.raises((OptionError, MomentError), match=says) as caught:
        make()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("flow", "says"),
    [
        (head(1) | write("stdio"), "begins with a source"),
        (emit(limit=1) | head(1) | emit(limit=1), "a source begins a pipeline"),
        (emit(limit=1) | memory() | head(1), "nothing can follow a sink"),
        ((emit(limit=1), head(1)) | head(1), "begins with a source"),
        (Pipeline(()), "empty"),
    ],
)
def test_a_pipeline_that_cannot_run_is_refused_before_it_runs(flow, says):
    """A plan is checked before anything is read."""
    with pytest.raises(UsageError, match=says):
        flow.execute()


def test_a_secret_is_shown_by_name(monkeypatch):
    """repr and pickle hold the name of the variable, never its value."""
    monkeypatch.setenv("TOKEN", "hush")
    flow = read("http", url="http://127.0.0.1/", headers={"Authorization": env("TOKEN")})
    assert "env('TOKEN')" in repr(flow)
    assert b"hush" not in pickle.dumps(flow)
    assert env("TOKEN").reveal() == "hush"
    monkeypatch.delenv("TOKEN")
    with pytest.raises(OptionError, match="TOKEN"):
        env("TOKEN").reveal()


def test_every_error_is_a_flume_error():
    """One except catches all of them."""
    with pytest.raises(FlumeError):
        head(-1)
