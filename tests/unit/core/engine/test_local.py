"""The local runner: what a run gives, says and releases."""

import os
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import count, emit, filter, head, keep, memory, put, read, reduce, reorder, sort, sum, tail, union, write
from flume.flow import Pipeline, Proc, Sink, Source, Stage
from flume.testing import run
from flume.testing.listing import listed

T0 = datetime(2020, 1, 1, tzinfo=UTC)


def at(seconds, **fields):
    return {"time": T0 + timedelta(seconds=seconds), **fields}


times = st.none() | st.integers(0, 40)
ragged = st.lists(
    st.tuples(times, st.sampled_from(["a", "b", None]), st.none() | st.integers(-3, 3)).map(
        lambda t: ({} if t[0] is None else {"time": T0 + timedelta(seconds=t[0])}) | {"k": t[1], "v": t[2]}
    ),
    max_size=25,
)


def in_order(points):
    return sorted((p for p in points if "time" in p), key=lambda p: p["time"])


SHAPES = [
    (filter("v > 0"), put(w=count())),
    (reduce(n=count(), s=sum("v"), every="10s"),),
    (reduce(n=count(), every="7s", by="k", forget=False),),
    (reduce(n=count(), every="7s", by="k", reset=False),),
    (reduce(n=count(), every="10s", on="5s"), put(i=count())),
    (reduce(n=count(), every="10s", lateness="5s"),),
    (sort("v"), head(3)),
    (tail(3, by="k"),),
]


@pytest.mark.parametrize("steps", SHAPES, ids=repr)
@settings(max_examples=40)
@given(points=ragged, size=st.integers(1, 5))
def test_the_size_of_a_batch_changes_nothing(steps, points, size):
    """Points one by one, in batches, or all at once: the same result, in any order of time."""
    assert run(points, *steps, batch=size, ordered=False) == run(points, *steps, ordered=False)
    timed = in_order(points)
    assert run(timed, *steps, batch=size, ordered=True) == run(timed, *steps, ordered=True)


@pytest.mark.parametrize("steps", SHAPES[:5], ids=repr)
@settings(max_examples=40)
@given(points=ragged)
def test_windows_closed_on_the_way_are_those_closed_at_the_end(steps, points):
    """Knowing the order of time changes when results come, not what they are."""
    timed = in_order(points)
    assert run(timed, *steps, ordered=True) == run(timed, *steps, ordered=False)


@settings(max_examples=60)
@given(points=ragged, size=st.integers(1, 5), ordered=st.booleans())
def test_forks_do_not_depend_on_the_size_of_a_batch(points, size, ordered):
    """Splitting and merging is a law like any other."""
    if ordered:
        points = in_order(points)
    branches = (filter("v > 0") | put(b="up"), reduce(n=count(), every="5s"), put(b="all"), reduce(m=count()))

    def gather(batch):
        return list(listed(points, batch, ordered) | branches | put(i=count()))

    assert gather(size) == gather(None)


@settings(max_examples=60)
@given(left=ragged, right=ragged, size=st.integers(1, 4))
def test_sources_in_order_are_merged_in_order(left, right, size):
    """A merge of ordered sources is ordered, ties in the order of the branches, and loses nothing."""
    left, right = in_order(left), in_order(right)
    merged = list((listed(left, size) | put(s=0), listed(right, 2) | put(s=1)) | keep("time", "s", "v"))
    expected = sorted([{**p, "s": 0} for p in left] + [{**p, "s": 1} for p in right], key=lambda p: (p["time"], p["s"]))
    assert [(p["time"], p["s"], p.get("v")) for p in merged] == [(p["time"], p["s"], p["v"]) for p in expected]


def test_branches_are_merged_by_time():
    """Results of windows come before the points that follow them."""
    points = [at(0), at(5), at(10), at(15), at(20)]
    merged = list(listed(points) | (put(n="point"), reduce(n=count(), every="10s")))
    assert [p["time"] for p in merged] == sorted(p["time"] for p in merged)
    assert [p["n"] for p in merged] == ["point", 2, "point", "point", 2, "point", "point", 1]


def test_an_empty_branch_passes_every_point():
    """a | (b, ()) keeps the points too."""
    assert run_fork([{"a": 1}], (put(b=1), ())) == [{"a": 1, "b": 1}, {"a": 1}]


def run_fork(points, branches):
    return list(emit(points=points) | branches | put(x=None) | keep("a", "b"))


def test_sinks_in_branches_see_every_point_although_a_head_wants_no_more():
    """A head behind a fork does not starve a sink inside it."""
    kept: list = []
    report = (emit(points=[{"a": n} for n in range(10)]) | (memory(kept), ()) | head(1) | memory()).execute()
    assert len(kept) == 10
    assert report.points == [{"a": 0}]


class endless(Source):
    """Counts up for ever."""

    def start(self, run):
        try:
            n = 0
            while True:
                yield [{"n": n}]
                n += 1
        finally:
            closed.append("source")


class holding(Proc):
    """Says when it is released."""

    fail: str = ""

    def start(self, run):
        if self.fail == "start":
            raise ValueError("no start")
        return _Holding(self.fail)


class _Holding(Stage):
    def __init__(self, fail):
        self.fail = fail

    def push(self, batch):
        if self.fail == "push":
            raise ValueError("no push")
        return batch

    def end(self):
        if self.fail == "end":
            raise ValueError("no end")
        return []

    def close(self):
        closed.append("stage")


closed: list[str] = []


@pytest.fixture(autouse=True)
def _fresh():
    closed.clear()


def test_head_stops_the_source():
    """An endless source ends once nobody wants more, and everything is released."""
    assert list(endless() | holding() | head(3)) == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert sorted(closed) == ["source", "stage"]


def test_head_stops_the_source_in_a_branch():
    """A merge waits for no branch that wants no more."""
    branches = endless() | head(2), endless() | put(b=1) | head(1)
    assert list(branches | put(c=1)) == [{"n": 0, "c": 1}, {"n": 1, "c": 1}, {"n": 0, "b": 1, "c": 1}]


def test_leaving_an_iteration_releases_everything():
    """for … break closes the run."""
    points = iter(endless() | holding())
    next(points)
    points.close()  # type: ignore[attr-defined]
    assert sorted(closed) == ["source", "stage"]


@pytest.mark.parametrize("where", ["push", "end"])
def test_an_error_names_its_step_and_keeps_its_type(where):
    """The engine adds a note; everything is released."""
    with pytest.raises(ValueError, match="no") as caught:
        (endless() | head(2) | holding(where) | memory()).execute()
    assert caught.value.__notes__ == [f"in step 3: holding({where!r})"]
    assert sorted(closed) == ["source", "stage"]


def test_an_error_at_the_start_releases_what_was_started():
    """Stages that were opened before are closed."""
    with pytest.raises(ValueError, match="no start") as caught:
        (endless() | holding() | holding("start")).execute()
    assert caught.value.__notes__ == ["in step 3: holding('start')"]
    assert closed == ["stage"]


class given_back(Proc):
    """A step whose methods give this."""

    push: Callable[[], Any] = list
    begin: Callable[[], Any] = Stage

    def start(self, run):
        stage = self.begin()
        if stage is not None:
            stage.push = lambda batch: self.push()
        return stage


class giving(Source):
    """A source whose `start` gives this."""

    batches: Callable[[], Any]

    def start(self, run):
        return self.batches()


@pytest.mark.parametrize(
    ("flow", "said", "number"),
    [
        (endless() | given_back(lambda: None), "push gave None, not a list of points; where none leave it is []", 2),
        (endless() | given_back(lambda: {"a": 1}), "push gave a dict, not a list of points; where none leave", 2),
        (endless() | given_back(lambda: ({"a": 1},)), "push gave a tuple, not a list of points; where none leave", 2),
        (endless() | given_back(begin=lambda: None), "start gave None, not a Stage; return one", 2),
        (giving(lambda: iter([{"a": 1}])), "start gave a dict, not a list of points", 1),
        (giving(lambda: [[{"a": 1}]]), "start gave a list, not an iterator; yield lists of points", 1),
        (giving(lambda: None), "start gave None, not an iterator; yield lists of points", 1),
    ],
)
def test_what_an_author_gives_back_by_mistake_is_named(flow, said, number):
    """It would be lost without a word, or be told of where nobody can see whose it is."""
    with pytest.raises(TypeError, match=re.escape(said)) as caught:
        (flow | memory()).execute()
    assert caught.value.__notes__[0].startswith(f"in step {number}: ")


def test_the_ledger_adds_up():
    """For every step: in + made = out + taken."""
    points = [at(s, k="ab"[s % 2], v=s) for s in range(20)]
    flow = listed(points) | filter("v > 3") | (head(2), reduce(n=count(), every="5s", by="k")) | sort("n") | memory()
    report = flow.execute()
    assert report.adds_up
    assert report.status == 0
    taken = {account.step: dict(account.taken) for account in report.accounts}
    assert taken["filter('v > 3')"] == {"filtered": 4}
    assert taken["head(2)"] == {"limited": 14}
    assert report.written == len(report.points)


class forgetful(Proc):
    """Loses points and books nothing."""

    def start(self, run):
        return _Forgetful()


class _Forgetful(Stage):
    def push(self, batch):
        return batch[1:]


def test_a_ledger_that_does_not_add_up_is_an_error(caplog):
    """A step that loses points is found."""
    report = (emit(points=[{"a": 1}]) | forgetful() | memory()).execute()
    assert not report.adds_up
    assert report.status == 1
    assert "does not add up" in caplog.text


def test_a_field_that_no_point_had_is_said_once(caplog):
    """With close matches."""
    (emit(points=[{"status": 1}, {"status": 2}]) | filter("stauts > 1") | memory()).execute()
    assert [record.message for record in caplog.records] == [
        "filter('stauts > 1'): 'stauts' was in none of 2 points; 'status' was in all of them"
    ]


def test_without_points_no_field_is_missing(caplog):
    """What reduce makes of an empty stream is no point that could have had it."""
    report = (emit(points=[]) | reduce(s=sum("a")) | memory()).execute()
    assert (report.points, caplog.text) == ([{"s": 0}], "")


def test_values_that_clash_are_counted_and_said_once(caplog):
    """The first one is shown."""
    (emit(points=[{"s": "n/a"}, {"s": 500}, {"s": "-"}]) | filter("s >= 500") | memory()).execute()
    assert len(caplog.records) == 1
    assert "2 points could not be compared (first: s='n/a')" in caplog.text


def test_late_points_are_in_no_window_and_counted(caplog):
    """With lateness= windows close as the file is read."""
    points = [at(0), at(30), at(1)]
    flow = listed(points, 1, False) | reduce(n=count(), every="10s", lateness="5s") | memory()
    report = flow.execute()
    assert [p["n"] for p in report.points] == [1, 0, 0, 1]
    assert report.late == 1
    assert report.adds_up
    assert "late" in caplog.text


def test_reorder_leaves_out_what_is_late(caplog):
    """It has no windows to speak of."""
    report = (listed([at(0), at(60), at(1)], 1, False) | reorder("5s") | memory()).execute()
    assert report.late == 1
    assert caplog.messages[-1] == "1 late point was left out"


def test_union_is_told_the_branch_of_each_point():
    """A step that joins gets the branches one by one."""
    left, right = [at(0, a=1), at(1, a=2)], [at(1, b=2), at(2, b=3)]
    joined = list((listed(left), listed(right)) | union() | memory_less())
    assert [{k: v for k, v in p.items() if k != "time"} for p in joined] == [{"a": 1}, {"a": 2, "b": 2}, {"b": 3}]


def memory_less():
    return keep("*")


def test_explain_shows_the_plan():
    """Sources, what is read of them, and the steps by number."""
    text = (emit(limit=3, start="2020-01-01") | filter("a > 1") | reduce(n=count()) | write("stdio")).explain()
    assert "1. emit(3, start='2020-01-01')" in text
    assert "fields read: a, time" in text
    assert "4. write('stdio')" in text


class broken_sink(Sink):
    """Fails to close."""

    def start(self, run):
        return _BrokenSink()


class _BrokenSink(Stage):
    def close(self):
        raise OSError("no close")


def test_an_error_while_releasing_does_not_keep_others_from_being_released():
    """All are closed, and the error is raised."""
    with pytest.raises(OSError, match="no close"):
        (endless() | head(1) | (broken_sink(), holding() | memory())).execute()
    assert sorted(closed) == ["source", "stage"]


class _Ticking(Stage):
    """Ends what is read once nothing has come for a while."""

    ticks = True
    quiet = 0

    def push(self, batch):
        _Ticking.quiet = 0
        return []

    def tick(self):
        _Ticking.quiet += 1
        if _Ticking.quiet == 3:
            os.close(self.pipe)


class ticking(Sink):
    """Is told that time passes."""

    def start(self, run):
        return _Ticking()


@pytest.mark.parametrize("steps", [(), (put(a=1), filter("a == 1"))])
def test_time_passes_while_a_pipe_is_quiet(tmp_path, steps):
    """A stage that asks for it is told so again and again, and not only when the next point comes."""
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    _Ticking.pipe = os.open(path, os.O_RDWR)  # which waits for no reader
    os.write(_Ticking.pipe, b'{"n": 1}\n{"n": 2}\n')
    too_late = threading.Timer(20, os.close, [_Ticking.pipe])
    too_late.start()
    assert (Pipeline((read("stdio", file=path, format="jsonl"), *steps)) | ticking()).execute().read == 2
    too_late.cancel()
    assert _Ticking.quiet == 3


class _Slow(Stage):
    """Holds points, and counts how many it was asked for."""

    holds = True
    cause = "limited"
    asked = 0

    def __init__(self):
        self.points = []

    def push(self, batch):
        self.points += batch
        return []

    def rest(self):
        for point in self.points:
            _Slow.asked += 1
            yield [point]


class hold(Proc):
    """Give points one by one, at the end."""

    def start(self, run):
        return _Slow()


@pytest.mark.parametrize(
    ("behind", "asked", "left"),
    [(head(2), 2, 2), ((head(2), put(a=1)), 5, 7), (head(1) | put(a=1) | hold(), 2, 1), (head(9), 5, 5)],
)
def test_what_is_held_is_given_as_it_is_wanted(behind, asked, left):
    """A batch at a time, and no more of them once nobody wants more; the ledger adds up all the same."""
    _Slow.asked = 0
    report = (emit(limit=5, start="2020") | hold() | behind | memory()).execute()
    assert (_Slow.asked, len(report.points)) == (asked, left)
    assert all(account.adds_up for account in report.accounts)
